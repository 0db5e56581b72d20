//! `tenseven demo`: a real server with the samples that ship, and a look at what it answers.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use anyhow::Context as _;
use clap::Args;
use tenseven_client::{Client, ClientOptions};
use tenseven_server::Config;

use crate::{
    demo::take,
    exit::Outcome,
    output::{Format, print},
};

/// Arguments of `tenseven demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    /// Keep the data in this folder, for `tenseven serve --data DIR`
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// Runs `tenseven demo`.
pub(crate) async fn run(arguments: DemoArguments) -> anyhow::Result<Outcome> {
    let DemoArguments { json, keep } = arguments;
    let temporary = match &keep {
        Some(_) => None,
        None => Some(tempfile::tempdir().context("a temporary folder cannot be made")?),
    };
    let kept = keep.as_ref().map(|folder| folder.display().to_string());
    let data = keep.or_else(|| temporary.as_ref().map(|folder| folder.path().to_owned())).unwrap_or_default();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = tenseven_server::start(Config { listen, data, ..Config::default() }).await?;
    let endpoint = format!("http://{}", server.address());
    let tour = async {
        let client = Client::connect(&endpoint, ClientOptions::default()).await?;
        take(&client, kept).await
    };
    let tour = tour.await;
    server.shutdown().await.context("the server did not stop as it should")?;
    let tour = tour?;
    print(&tour, if json { Format::Json } else { Format::Table })?;
    Ok(if tour.refused() { Outcome::Refused } else { Outcome::Done })
}
