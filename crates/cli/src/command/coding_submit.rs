//! `tenseven coding submit`: one coding from the command line, or those of a file, row by row.

use std::{io::Write as _, path::PathBuf};

use anyhow::Context as _;
use clap::Args;
use tenseven_client::{
    Client, ClientError,
    v1::{self, caller::Role},
};
use uuid::Uuid;

use super::previous_codings::PreviousCodings;
use crate::{
    coding_file::{Row, rows},
    exit::Outcome,
    judgement::judgement,
    output::{
        Format,
        coding::{FiledRow, FiledRows},
        print, stderr,
    },
    table_file::{Input, ReadingOptions},
    vocabulary::{self, Levels},
};

const HELP: &str = "\
The file is CSV, or a sheet of a workbook (.xlsx), with the header
  indicator,area,period,coder,level,missing,narrative,citation,url,quote
of which indicator, area, period and level or missing are needed, in any order. A row fills exactly one of
  level    a code of the indicator's rubric
  missing  not_applicable, not_collected, confidential or not_available
Rows that name no coder are those of --coder; rows that name another are refused. Rows whose first cell begins with # are \
comments. Rows are filed one by one: each refused \
row is reported with its line, and the others are still filed.

A coding that equals the coder's latest one of its unit is not filed again, so that an interrupted file can be submitted again. To \
repeat it in a later round, add --anew.";

/// Arguments of `tenseven coding submit`.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(crate) struct SubmitArguments {
    /// Coding file, or - for standard input; without it, one coding is given by the options
    #[arg(conflicts_with_all = ["indicator", "area", "period", "level", "missing", "narrative", "citation", "url", "quote"])]
    file: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadingOptions,
    /// The coder
    #[arg(long, value_name = "ID")]
    coder: Option<String>,
    /// Indicator, which has a rubric
    #[arg(long, value_name = "ID", required_unless_present = "file")]
    indicator: Option<String>,
    /// Country, area or local unit, for example MAR
    #[arg(long, required_unless_present = "file")]
    area: Option<String>,
    /// Period, for example 2020
    #[arg(long, required_unless_present = "file")]
    period: Option<String>,
    /// Level of the rubric
    #[arg(long, value_name = "CODE", conflicts_with = "missing")]
    level: Option<String>,
    /// Why there is no level, for example confidential
    #[arg(long, value_name = "REASON")]
    missing: Option<String>,
    /// The coder's reasons
    #[arg(long, value_name = "TEXT")]
    narrative: Option<String>,
    /// What is cited
    #[arg(long, value_name = "TEXT")]
    citation: Option<String>,
    /// Where it can be read
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The words that matter there
    #[arg(long, value_name = "TEXT")]
    quote: Option<String>,
    /// Have the server check everything, and store nothing
    #[arg(long)]
    dry_run: bool,
    /// Submit what was submitted before as something new
    #[arg(long = "anew")]
    resubmit: bool,
    /// How to print what was filed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How rows are sent.
struct Sending<'a> {
    client: &'a Client,
    coder: Option<&'a str>,
    dry_run: bool,
    /// The latest codings of coders; none if unchanged codings are to be sent.
    previous: Option<PreviousCodings>,
}

/// Runs `tenseven coding submit`.
pub(crate) async fn run(client: &Client, arguments: SubmitArguments) -> anyhow::Result<Outcome> {
    let (format, dry_run) = (arguments.format, arguments.dry_run);
    let previous = (!arguments.resubmit && !dry_run).then(PreviousCodings::default);
    let coder = arguments.coder.clone();
    let mut sending = Sending { client, coder: coder.as_deref(), dry_run, previous };
    let mut filed = FiledRows { rows: Vec::new(), dry_run };
    let (mut refused, mut interrupted) = (0_u64, None);
    match arguments.file.clone() {
        None => {
            let row = Row { line: 0, coder: String::new(), coding: single(arguments) };
            filed.rows.push(sending.send(row).await?.map_err(anyhow::Error::msg)?);
        }
        Some(file) => {
            let input = Input::open(&file)?;
            let name = input.name().to_owned();
            let levels = Levels::fetch(client).await.context("nothing was submitted")?;
            for row in rows(input, &arguments.reading, &levels).with_context(|| name.clone())? {
                let line = row.line;
                match sending.send(row).await {
                    Ok(Ok(one)) => filed.rows.push(one),
                    Ok(Err(problem)) => {
                        refused += 1;
                        writeln!(stderr::lock(), "{name}: line {line}: {problem}")?;
                    }
                    Err(error) => {
                        let place = format!("{name}: line {line} was not submitted, nor was what follows");
                        interrupted = Some(anyhow::Error::new(error).context(place));
                        break;
                    }
                }
            }
        }
    }
    print(&filed, format)?;
    match interrupted {
        Some(error) => Err(error),
        None if refused > 0 => Ok(Outcome::Refused),
        None => Ok(Outcome::Done),
    }
}

fn single(arguments: SubmitArguments) -> Result<v1::Coding, String> {
    let SubmitArguments { indicator, area, period, level, missing, narrative, citation, url, quote, .. } =
        arguments;
    let has_evidence = citation.is_some() || url.is_some() || quote.is_some();
    let [citation, url, quote] = [citation, url, quote].map(Option::unwrap_or_default);
    let [indicator, area, period] = [indicator, area, period].map(Option::unwrap_or_default);
    let area = vocabulary::area(&area).map_err(|problem| format!("area: {problem}"))?;
    Ok(v1::Coding {
        unit: Some(v1::CodingUnit { indicator, area, period }),
        judgement: Some(judgement(level, missing)?),
        narrative: narrative.unwrap_or_default(),
        evidence: has_evidence.then_some(v1::Evidence { citation, url, quote }).into_iter().collect(),
        ..Default::default()
    })
}

impl Sending<'_> {
    /// Sends a row. The inner error is what is wrong with it, the outer one what keeps all rows from being sent.
    async fn send(&mut self, row: Row) -> Result<Result<FiledRow, String>, ClientError> {
        let Row { line, coder, coding } = row;
        let coding = match coding {
            Ok(coding) => coding,
            Err(problem) => return Ok(Err(problem)),
        };
        let coder = match (self.coder, coder.as_str()) {
            (None, "") => return Ok(Err("coder: is empty; name who codes, or give --coder".to_owned())),
            (Some(given), named) if !named.is_empty() && named != given => {
                return Ok(Err(format!(
                    "coder: the row is of {named}, and --coder is {given}; leave --coder out, or submit the rows of {given} alone"
                )));
            }
            (Some(coder), _) | (None, coder) => coder.to_owned(),
        };
        let caller = v1::Caller { role: Some(Role::Coder(coder.clone())) };
        if let Some(previous) = &mut self.previous
            && let Some(answer) = previous.answer(self.client, &coder, &coding).await?
        {
            return Ok(Ok(FiledRow { line, coder, coding, answer }));
        }
        let request = v1::SubmitCodingRequest {
            // Not made from the content: who can guess that could ask whether the id is taken, and coding is blind.
            submission_id: Uuid::new_v4().to_string(),
            caller: Some(caller),
            coding: Some(coding.clone()),
            validate_only: self.dry_run,
        };
        match self.client.submit_coding(request).await {
            Ok(answer) => Ok(Ok(FiledRow { line, coder, coding, answer })),
            Err(ClientError::Refused(refusal)) if refusal.code != tenseven_client::Code::Unavailable => {
                Ok(Err(row_message(&refusal)))
            }
            Err(error) => Err(error),
        }
    }
}

/// The message for a refused row, by the columns of the file.
fn row_message(refusal: &tenseven_client::Refusal) -> String {
    if refusal.violations.is_empty() {
        return refusal.to_string();
    }
    let one = |violation: &tenseven_client::FieldViolation| {
        let column = match violation.path.as_str() {
            "coding.unit.indicator" => "indicator",
            "coding.unit.area" => "area",
            "coding.unit.period" => "period",
            "coding.level" => "level",
            "coding.missing" => "missing",
            "coding.narrative" => "narrative",
            "caller.coder" => "coder",
            "coding.evidence[0]" | "coding.evidence[0].citation" => "citation",
            "coding.evidence[0].url" => "url",
            "coding.evidence[0].quote" => "quote",
            other => other,
        };
        format!("{column}: {}", violation.description)
    };
    refusal.violations.iter().map(one).collect::<Vec<_>>().join("; ")
}
