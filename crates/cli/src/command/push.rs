//! `tenseven push`: an observation file, batch by batch.

use std::{
    fs::File,
    io::{self, Read},
    path::PathBuf,
};

use anyhow::Context as _;
use clap::Args;
use tenseven_client::{Client, ClientError, v1};
use uuid::Uuid;

use crate::{
    exit::Outcome,
    observation_file::ObservationReader,
    output::{Format, print},
    push::{Bar, Batches, Purpose, Session},
};

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

The id of each submission is made from its content, so that a file that is pushed twice is accepted once. Whatever \
interrupted a push: push the same file again, with the same --batch-size. To submit the same content anew, for instance \
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
    let mut batches = Batches::new(rows, batch_size);
    let client = client()?;
    let session = Session {
        known_revision: newest_revision(&client).await.context("nothing was pushed")?,
        nonce: anew.then(Uuid::new_v4),
        dry_run,
        stop_on_refusal,
    };
    let mut bar = Bar::new(bytes, format != Format::Json);
    let send = async |purpose, id, observations: &[v1::Observation]| match purpose {
        Purpose::Store => client.push(Some(id), observations.to_vec()).await,
        Purpose::Check => client.check(Some(id), observations.to_vec()).await,
    };
    let (mut summary, interrupted) = session.run(&mut batches, send, &mut bar).await;
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
fn open(path: &PathBuf) -> io::Result<(Box<dyn Read>, Option<u64>)> {
    if path.as_os_str() == "-" {
        return Ok((Box::new(io::stdin()), None));
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
}

/// The newest revision, so that a batch that was accepted before can be told from one that is accepted now.
pub(super) async fn newest_revision(client: &Client) -> Result<u64, ClientError> {
    let request = v1::ListFrameworksRequest { page_size: 1, ..Default::default() };
    Ok(client.list_frameworks(request).await?.revision)
}
