//! `tenseven push`: an observation file, batch by batch.

use std::{
    fs::File,
    io::{self, Read},
    path::PathBuf,
};

use crate::{
    exit::Outcome,
    observation_file::ObservationReader,
    output::{Format, print},
    push::{Bar, Batches, Session},
};
use anyhow::Context as _;
use clap::Args;
use tenseven_client::{Client, ClientError, v1};
use uuid::Uuid;

/// How often a call is tried again, with waits that add up to some 45 s: as long as a server may take to start again.
const RETRIES_MAX: u32 = 10;

const FILE_HELP: &str = "\
The file is CSV in UTF-8 with the header
  indicator,area,period,source,value,numerator,denominator,level,flag,missing,status,comment,method,citation,url,quote
of which indicator, area, period and one way to give a value are needed, in any order. A row fills exactly one of
  value                      a number, as 3653 or 0.25
  numerator and denominator  a part and its whole
  level                      a code of the indicator's rubric
  flag                       true or false
  missing                    not_applicable, not_collected, confidential or not_available
Further evidence stands in citation_2, url_2, quote_2 and so on to 16. Lines that begin with # are comments.

The id of each submission is made from its content, so that a file that is pushed twice is accepted once. The \
batches go through one stream, which is taken up again where the connection breaks, for some 45 s. Whatever else interrupted a \
push: push the same file again, with the same --batch-size; what is there already is looked up, and only the rest is sent. To submit the same content anew, for instance \
to go back to older values after others were pushed, add --anew.";

/// Arguments of `tenseven push`.
#[derive(Debug, Args)]
#[command(after_long_help = FILE_HELP)]
pub(crate) struct PushArguments {
    /// Observation file, or - for standard input
    file: PathBuf,
    /// Rows a batch; a batch is accepted whole or refused whole
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    batch_size: u64,
    /// Source of the rows that name none
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    /// Have the server check the whole file, and store nothing
    #[arg(long)]
    dry_run: bool,
    /// Leave the rest of the file after the first refused batch
    #[arg(long)]
    stop_on_refusal: bool,
    /// Submit content that was pushed before as something new
    #[arg(long)]
    anew: bool,
    /// How to print the summary; in JSON it lists what was refused
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven push`.
pub(crate) async fn run(
    client: impl FnOnce() -> Result<Client, ClientError>,
    arguments: PushArguments,
) -> anyhow::Result<Outcome> {
    let PushArguments { file, batch_size, source, dry_run, stop_on_refusal, anew, format } = arguments;
    let name = if file.as_os_str() == "-" { "standard input".to_owned() } else { file.display().to_string() };
    let (input, bytes) = open(&file).with_context(|| format!("{name} cannot be opened"))?;
    let rows = ObservationReader::new(input, source).with_context(|| name.clone())?;
    let batches = Batches::new(rows, batch_size);
    let client = client()?;
    // Whoever named a server that is not there learns it soon; one that went away is waited for.
    let any = v1::ListFrameworksRequest { page: Some(v1::Page::of_size(1)), ..Default::default() };
    client.list_frameworks(any).await.context("nothing was pushed")?;
    let client = client.with_retries_max(RETRIES_MAX);
    let session = Session { nonce: anew.then(Uuid::new_v4), dry_run, stop_on_refusal };
    let mut bar = Bar::new(bytes, format != Format::Json);
    let (mut summary, interrupted) = session.run(batches, &client, &mut bar).await;
    drop(bar);
    summary.file = name;
    print(&summary, format)?;
    match interrupted {
        Some(error) => Err(error),
        None if summary.refused > 0 => Ok(Outcome::Refused),
        None => Ok(Outcome::Done),
    }
}

/// The file and its size, if that is known beforehand.
fn open(path: &PathBuf) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
    if path.as_os_str() == "-" {
        return Ok((Box::new(io::stdin()), None));
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
}
