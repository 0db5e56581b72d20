//! `tenseven coding adjudicate`: one observation of the codings of a unit's open round.

use clap::{Args, ValueEnum};
use prost::Message as _;
use tenseven_client::{
    Client, SubmissionId,
    v1::{self, caller::Role, coding, decision},
};
use uuid::{Builder, Uuid};

use crate::{
    exit::Outcome,
    judgement::judgement,
    output::{Format, coding::AdjudicationView, print},
};

/// Must not change: another context makes other ids.
const CONTEXT: &str = "tenseven 2026-11-25 submission id of a coding or an adjudication";

const HELP: &str = "\
Median and majority are those of the codings that give a level. If there is none the call is refused, and the \
curator decides: --rule decision with --level or --missing, and --rationale.

The id of the submission is made from the content, so that a repeated command adjudicates once. To decide the same \
in a later round, add --anew.";

/// The rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Rule {
    /// The level in the middle
    Median,
    /// The level of more than half
    Majority,
    /// What the curator decides
    Decision,
}

/// Arguments of `tenseven coding adjudicate`.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(crate) struct AdjudicateArguments {
    /// The curator
    #[arg(long, value_name = "ID")]
    curator: String,
    /// Indicator of the unit
    #[arg(long, value_name = "ID")]
    indicator: String,
    /// Its country, area or local unit, for example MAR
    #[arg(long)]
    area: String,
    /// Its period, for example 2020
    #[arg(long)]
    period: String,
    /// Source that the observation is filed under
    #[arg(long)]
    source: String,
    /// The rule
    #[arg(long, value_enum)]
    rule: Rule,
    /// Level that the curator decides for
    #[arg(long, value_name = "CODE", conflicts_with = "missing")]
    level: Option<String>,
    /// Reason for which the curator decides on a missing value, for example confidential
    #[arg(long, value_name = "REASON")]
    missing: Option<String>,
    /// The curator's rationale
    #[arg(long, value_name = "TEXT")]
    rationale: Option<String>,
    /// The observation's comment
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    /// Have the server check it, and store nothing
    #[arg(long)]
    dry_run: bool,
    /// Submit again what was submitted before, as a new submission
    #[arg(long = "anew")]
    resubmit: bool,
    /// How to print the adjudication
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven coding adjudicate`.
pub(crate) async fn run(client: &Client, arguments: AdjudicateArguments) -> anyhow::Result<Outcome> {
    let (format, dry_run) = (arguments.format, arguments.dry_run);
    let nonce = arguments.resubmit.then(Uuid::new_v4);
    let mut request = request(arguments)?;
    request.submission_id = submission_id(&request.encode_to_vec(), nonce)?.to_string();
    request.validate_only = dry_run;
    let adjudication = client.adjudicate_codings(request).await?.adjudication.unwrap_or_default();
    print(&AdjudicationView { adjudication, dry_run }, format)?;
    Ok(Outcome::Done)
}

fn request(arguments: AdjudicateArguments) -> anyhow::Result<v1::AdjudicateCodingsRequest> {
    let AdjudicateArguments {
        curator,
        indicator,
        area,
        period,
        source,
        rule,
        level,
        missing,
        rationale,
        comment,
        dry_run: _,
        resubmit: _,
        format: _,
    } = arguments;
    let is_given = level.is_some() || missing.is_some() || rationale.is_some();
    let decision = if rule == Rule::Decision {
        let judgement = match judgement(level, missing).map_err(anyhow::Error::msg)? {
            coding::Judgement::Level(level) => decision::Judgement::Level(level),
            coding::Judgement::Missing(reason) => decision::Judgement::Missing(reason),
        };
        Some(v1::Decision { judgement: Some(judgement), rationale: rationale.unwrap_or_default() })
    } else if is_given {
        anyhow::bail!(
            "--level, --missing and --rationale go with --rule decision; leave them out, or decide"
        );
    } else {
        None
    };
    let rule = match rule {
        Rule::Median => v1::AdjudicationRule::Median,
        Rule::Majority => v1::AdjudicationRule::Majority,
        Rule::Decision => v1::AdjudicationRule::Decision,
    };
    Ok(v1::AdjudicateCodingsRequest {
        submission_id: String::new(),
        caller: Some(v1::Caller { role: Some(Role::Curator(curator)) }),
        unit: Some(v1::CodingUnit { indicator, area, period }),
        source,
        rule: rule.into(),
        decision,
        comment: comment.unwrap_or_default(),
        validate_only: false,
    })
}

/// The id of a submission with this content; with a nonce another one for each nonce.
fn submission_id(content: &[u8], nonce: Option<Uuid>) -> anyhow::Result<SubmissionId> {
    let mut hash = blake3::Hasher::new_derive_key(CONTEXT);
    hash.update(&(content.len() as u64).to_le_bytes()).update(content);
    if let Some(nonce) = nonce {
        hash.update(nonce.as_bytes());
    }
    let mut bytes = [0; 16];
    hash.finalize_xof().fill(&mut bytes);
    Ok(SubmissionId::try_from(Builder::from_custom_bytes(bytes).into_uuid())?)
}
