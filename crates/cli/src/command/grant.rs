//! `tenseven grant`: adds grants to partners, and takes them back.

use clap::{Args, Subcommand, ValueEnum};
use tenseven_client::{Client, v1};

use super::partner::WriteArguments;
use crate::{
    exit::{BadArguments, Outcome},
    output::{access::receipt::AccessReceipt, print},
    vocabulary::area,
};

const ADD_HELP: &str = "\
What a grant covers is named by options that may be repeated, or take several names with commas between them; '*' covers everything:
  reader       no options
  contributor  --indicator or --framework (or both), --area, --source
  coder        --coder, --indicator
  curator      --curator
  publisher    --prefix
  operator     no options
  admin        no options
A country covers its local units, a group (m49:015) its members, a framework all indicators of its newest version. What another partner \
pushed can be replaced and withdrawn only with a grant that names its source.

Examples:
  tenseven grant add hcp-morocco contributor --framework target-10-7 --area MAR --source hcp
  tenseven grant add panel coder --coder ada,grace --indicator '*'";

const REVOKE_HELP: &str = "\
Example:
  tenseven grant revoke hcp-morocco 12 --reason 'the agreement ended'";

/// Arguments of `tenseven grant`.
#[derive(Debug, Args)]
pub(crate) struct GrantArguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Grant something to a partner
    Add(AddArguments),
    /// Take a grant back
    Revoke(RevokeArguments),
}

/// What a partner may be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Role {
    /// Read and watch all but open codings
    Reader,
    /// Push, merge and withdraw observations
    Contributor,
    /// Rate units
    Coder,
    /// Keep practices, and decide between ratings
    Curator,
    /// Publish and retire frameworks
    Publisher,
    /// Read the server's status, and take backups
    Operator,
    /// Everything, with partners, keys and grants
    Admin,
}

#[derive(Debug, Args)]
#[command(after_long_help = ADD_HELP)]
struct AddArguments {
    /// The partner
    #[arg(value_name = "PARTNER")]
    partner: String,
    /// What it may do
    #[arg(value_name = "ROLE", value_enum)]
    role: Role,
    #[command(flatten)]
    scope: ScopeArguments,
    #[command(flatten)]
    write: WriteArguments,
}

/// What a grant covers.
#[derive(Debug, Default, Args)]
struct ScopeArguments {
    /// Indicators, by id
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    indicator: Vec<String>,
    /// Frameworks, by id
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    framework: Vec<String>,
    /// Countries, areas or groups, for example MAR or m49:015
    #[arg(long, value_delimiter = ',')]
    area: Vec<String>,
    /// Sources
    #[arg(long, value_delimiter = ',')]
    source: Vec<String>,
    /// Ids to rate under
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    coder: Vec<String>,
    /// Ids to keep practices and adjudicate under
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    curator: Vec<String>,
    /// What the ids of frameworks begin with, for example nso-
    #[arg(long, value_delimiter = ',')]
    prefix: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_long_help = REVOKE_HELP)]
struct RevokeArguments {
    /// The partner
    #[arg(value_name = "PARTNER")]
    partner: String,
    /// The revision that added the grant, as `tenseven partner show` prints it
    #[arg(value_name = "REVISION")]
    grant: u64,
    /// Why, for those who read the history
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    write: WriteArguments,
}

impl Role {
    /// The options that say what it covers.
    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Reader | Self::Operator | Self::Admin => &[],
            Self::Contributor => &["--indicator", "--framework", "--area", "--source"],
            Self::Coder => &["--coder", "--indicator"],
            Self::Curator => &["--curator"],
            Self::Publisher => &["--prefix"],
        }
    }

    fn message(self) -> v1::Role {
        match self {
            Self::Reader => v1::Role::Reader,
            Self::Contributor => v1::Role::Contributor,
            Self::Coder => v1::Role::Coder,
            Self::Curator => v1::Role::Curator,
            Self::Publisher => v1::Role::Publisher,
            Self::Operator => v1::Role::Operator,
            Self::Admin => v1::Role::Admin,
        }
    }
}

impl ScopeArguments {
    /// The grant of a role with this scope. Options that the role does not use are refused.
    fn grant(self, role: Role) -> Result<v1::Grant, BadArguments> {
        let Self { indicator, framework, area: areas, source, coder, curator, prefix } = self;
        let given = [
            ("--indicator", !indicator.is_empty()),
            ("--framework", !framework.is_empty()),
            ("--area", !areas.is_empty()),
            ("--source", !source.is_empty()),
            ("--coder", !coder.is_empty()),
            ("--curator", !curator.is_empty()),
            ("--prefix", !prefix.is_empty()),
        ];
        let unused = given.iter().find(|(option, given)| *given && !role.options().contains(option));
        if let Some((option, _)) = unused {
            return Err(unused_option(option, role));
        }
        let areas: Result<Vec<String>, String> = areas
            .iter()
            .map(|written| if written == "*" { Ok(written.clone()) } else { area(written) })
            .collect();
        Ok(v1::Grant {
            role: role.message().into(),
            indicators: indicator,
            // One of them at most is given.
            frameworks: [framework, prefix].concat(),
            areas: areas.map_err(|problem| BadArguments(format!("--area: {problem}")))?,
            sources: source,
            coders: coder,
            curators: curator,
        })
    }
}

fn unused_option(option: &str, role: Role) -> BadArguments {
    let name = role.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    let uses = match role.options() {
        [] => "no options about what it covers".to_owned(),
        [only] => format!("{only} alone"),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    BadArguments(format!("the role {name} does not take {option}; it takes {uses}"))
}

/// Runs `tenseven grant`.
pub(crate) async fn run(
    client: impl FnOnce() -> anyhow::Result<Client>,
    arguments: GrantArguments,
) -> anyhow::Result<Outcome> {
    match arguments.task {
        Task::Add(AddArguments { partner, role, scope, write }) => {
            let grant = scope.grant(role)?;
            add(&client()?, partner, grant, &write).await
        }
        Task::Revoke(revoke) => run_revoke(&client()?, revoke).await,
    }
}

async fn add(
    client: &Client,
    partner: String,
    grant: v1::Grant,
    write: &WriteArguments,
) -> anyhow::Result<Outcome> {
    let request = v1::AddGrantRequest {
        partner: partner.clone(),
        grant: Some(grant.clone()),
        validate_only: write.dry_run,
        ..v1::AddGrantRequest::default()
    };
    let v1::AddGrantResponse { revision, accept_time, history_id } = client.add_grant(request).await?;
    let receipt = AccessReceipt {
        partner,
        done: "granted",
        grant: Some(grant),
        revoked: None,
        revision,
        accept_time,
        history_id,
        dry_run: write.dry_run,
    };
    print(&receipt, write.format)?;
    Ok(Outcome::Done)
}

async fn run_revoke(client: &Client, arguments: RevokeArguments) -> anyhow::Result<Outcome> {
    let RevokeArguments { partner, grant, reason, write } = arguments;
    let request = v1::RevokeGrantRequest {
        partner: partner.clone(),
        grant_revision: grant,
        reason,
        validate_only: write.dry_run,
        ..v1::RevokeGrantRequest::default()
    };
    let v1::RevokeGrantResponse { revision, accept_time, history_id } = client.revoke_grant(request).await?;
    let receipt = AccessReceipt {
        partner,
        done: "revoked",
        grant: None,
        revoked: Some(format!("grant {grant}")),
        revision,
        accept_time,
        history_id,
        dry_run: write.dry_run,
    };
    print(&receipt, write.format)?;
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_role_refuses_the_options_of_others_and_names_its_own() {
        let coders = || ScopeArguments { coder: names(&["ada"]), ..ScopeArguments::default() };
        for (role, uses) in [
            (Role::Contributor, "--indicator, --framework, --area and --source"),
            (Role::Publisher, "--prefix alone"),
            (Role::Reader, "no options about what it covers"),
        ] {
            let refused = coders().grant(role).unwrap_err().to_string();
            assert!(refused.contains("does not take --coder") && refused.ends_with(uses), "{refused}");
        }
        assert_eq!(coders().grant(Role::Coder).unwrap().coders, ["ada"]);
    }

    #[test]
    fn areas_are_written_as_elsewhere_and_a_star_is_kept() {
        let of = |written: &[&str]| {
            let scope = ScopeArguments { area: names(written), ..ScopeArguments::default() };
            scope.grant(Role::Contributor).map(|grant| grant.areas)
        };
        assert_eq!(of(&["Morocco", "ly", "m49:015"]).unwrap(), ["MAR", "LBY", "m49:015"]);
        assert_eq!(of(&["*"]).unwrap(), ["*"]);
        assert!(of(&["NA"]).unwrap_err().to_string().starts_with("--area: "));
    }

    #[test]
    fn the_prefixes_of_a_publisher_are_sent_as_its_frameworks() {
        let scope = ScopeArguments { prefix: names(&["nso-"]), ..ScopeArguments::default() };
        assert_eq!(scope.grant(Role::Publisher).unwrap().frameworks, ["nso-"]);
    }
}
