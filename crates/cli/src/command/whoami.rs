//! `tenseven whoami`: as whom commands call.

use clap::Args;
use tenseven_client::Client;

use crate::{
    exit::Outcome,
    output::{Format, access::caller::CallerView, print},
};

const HELP: &str = "\
Prints the partner that the key or certificate of this command shows, its grants, and what callers without one may do. It needs no \
grant.

Example:
  tenseven whoami --key-file hcp.key";

/// Arguments of `tenseven whoami`.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(crate) struct WhoamiArguments {
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven whoami`.
pub(crate) async fn run(client: &Client, arguments: WhoamiArguments) -> anyhow::Result<Outcome> {
    let response = client.get_caller().await?;
    print(&CallerView { response }, arguments.format)?;
    Ok(Outcome::Done)
}
