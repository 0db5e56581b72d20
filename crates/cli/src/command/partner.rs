//! `tenseven partner`: registers, shows, suspends and resumes partners.

use std::{io::Write as _, pin::pin};

use clap::{Args, Subcommand};
use futures_util::TryStreamExt as _;
use tenseven_client::{Client, ClientError, Code, v1};

use super::quota::QuotaArguments;
use crate::{
    exit::Outcome,
    moment::Moment,
    output::{
        Format,
        access::{
            partner::{PartnerListView, PartnerView},
            receipt::AccessReceipt,
        },
        print, stderr,
    },
};

/// Maximum partners on a page.
const PAGE_SIZE: i32 = 1_000;

const HELP: &str = "\
A partner is an organisation or system that calls the registry. It is registered, granted something, and given a key:
  tenseven partner put hcp-morocco --name 'Haut-Commissariat au Plan'
  tenseven grant add hcp-morocco contributor --indicator '*' --area MAR --source hcp
  tenseven key create hcp-morocco --name 'nightly push' --out hcp.key

All of it needs the grant admin, and a key that shows it; the first one is made with `tenseven key create --admin --data DIR`.";

const PUT_HELP: &str = "\
What is known of a partner is replaced as a whole: contact and certificate names that are not given are removed. Keys, grants and limits \
that are not given stay, and a partner that is suspended stays so.

Example:
  tenseven partner put hcp-morocco --name 'Haut-Commissariat au Plan' --contact data@hcp.example \\
    --certificate-name spiffe://hcp.example/push";

/// Arguments of `tenseven partner`.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(crate) struct PartnerArguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Register a partner, or replace what is known of one
    Put(PutArguments),
    /// Show a partner with its keys and grants
    Show(ShowArguments),
    /// List all partners
    List(ListArguments),
    /// Reject all calls of a partner from now on; its keys and grants stay
    Suspend(StatusArguments),
    /// Accept calls of a suspended partner again
    Resume(StatusArguments),
}

#[derive(Debug, Args)]
#[command(after_long_help = PUT_HELP)]
struct PutArguments {
    /// Id of the partner, for example hcp-morocco: 1 to 64 characters of A-Z a-z 0-9 . _ -
    #[arg(value_name = "ID")]
    partner: String,
    /// Its name, for people
    #[arg(long)]
    name: String,
    /// Whom to ask about it
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    contact: String,
    /// A name (SAN URI or DNS name) in client certificates by which it is known without a key; may be repeated
    #[arg(long, value_name = "NAME")]
    certificate_name: Vec<String>,
    #[command(flatten)]
    quota: QuotaArguments,
    #[command(flatten)]
    write: WriteArguments,
}

/// What all commands that change access take.
#[derive(Debug, Args)]
pub(super) struct WriteArguments {
    /// Only check, and store nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// How to print the receipt
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

#[derive(Debug, Args)]
struct ShowArguments {
    /// The partner
    #[arg(value_name = "ID")]
    partner: String,
    #[command(flatten)]
    moment: Moment,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
struct ListArguments {
    #[command(flatten)]
    moment: Moment,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
struct StatusArguments {
    /// The partner
    #[arg(value_name = "ID")]
    partner: String,
    #[command(flatten)]
    write: WriteArguments,
}

/// Runs `tenseven partner`.
pub(crate) async fn run(client: &Client, arguments: PartnerArguments) -> anyhow::Result<Outcome> {
    match arguments.task {
        Task::Put(put) => run_put(client, put).await,
        Task::Show(show) => run_show(client, show).await,
        Task::List(list) => run_list(client, list).await,
        Task::Suspend(suspend) => change_status(client, suspend, v1::PartnerStatus::Suspended).await,
        Task::Resume(resume) => change_status(client, resume, v1::PartnerStatus::Active).await,
    }
}

async fn run_put(client: &Client, arguments: PutArguments) -> anyhow::Result<Outcome> {
    let PutArguments { partner: id, name, contact, certificate_name: certificate_names, quota, write } =
        arguments;
    let current = match current(client, &id).await {
        Ok(partner) => partner,
        Err(ClientError::Refused(refusal)) if refusal.code == Code::NotFound => v1::Partner::default(),
        Err(error) => return Err(error.into()),
    };
    let (status, quota) = (current.status(), quota.changed(current.quota));
    // Without a status, so that one that another admin sets meanwhile is kept; and without limits if none is given.
    let partner = v1::Partner { id, name, contact, certificate_names, quota, ..v1::Partner::default() };
    put(client, partner, None, &write).await?;
    if status == v1::PartnerStatus::Suspended {
        // A failed write to standard error cannot be reported.
        let _ = writeln!(stderr::lock(), "note: the partner stays suspended; see `tenseven partner resume`");
    }
    Ok(Outcome::Done)
}

async fn run_show(client: &Client, arguments: ShowArguments) -> anyhow::Result<Outcome> {
    let ShowArguments { partner, moment, format } = arguments;
    let request = v1::GetPartnerRequest { partner, read_at: Some(moment.read_at()) };
    let response = client.get_partner(request).await?;
    print(&PartnerView { response }, format)?;
    Ok(Outcome::Done)
}

async fn run_list(client: &Client, arguments: ListArguments) -> anyhow::Result<Outcome> {
    let ListArguments { moment, format } = arguments;
    let request =
        v1::ListPartnersRequest { page: Some(v1::Page::of_size(PAGE_SIZE)), read_at: Some(moment.read_at()) };
    let mut view = PartnerListView { partners: Vec::new(), revision: 0, history_id: String::new() };
    let mut pages = pin!(client.partner_pages(request));
    while let Some(page) = pages.try_next().await? {
        view.partners.extend(page.partners);
        view.revision = page.revision;
        view.history_id = page.history_id;
    }
    print(&view, format)?;
    Ok(Outcome::Done)
}

/// Puts a partner again with another status. Between reading and writing another admin may change it; the last write is kept.
async fn change_status(
    client: &Client,
    arguments: StatusArguments,
    status: v1::PartnerStatus,
) -> anyhow::Result<Outcome> {
    let StatusArguments { partner, write } = arguments;
    let done = if status == v1::PartnerStatus::Suspended { "suspended" } else { "resumed" };
    let partner = current(client, &partner).await?;
    let partner = v1::Partner { status: status.into(), ..partner };
    put(client, partner, Some(done), &write).await?;
    Ok(Outcome::Done)
}

/// What is known of a partner, without its keys and grants.
async fn current(client: &Client, id: &str) -> Result<v1::Partner, ClientError> {
    let request = v1::GetPartnerRequest { partner: id.to_owned(), read_at: None };
    let partner = client.get_partner(request).await?.partner.unwrap_or_default();
    Ok(v1::Partner { keys: Vec::new(), grants: Vec::new(), register_time: None, ..partner })
}

async fn put(
    client: &Client,
    partner: v1::Partner,
    done: Option<&'static str>,
    write: &WriteArguments,
) -> anyhow::Result<()> {
    let id = partner.id.clone();
    let request = v1::PutPartnerRequest {
        partner: Some(partner),
        validate_only: write.dry_run,
        ..v1::PutPartnerRequest::default()
    };
    let v1::PutPartnerResponse { created, revision, accept_time, history_id } =
        client.put_partner(request).await?;
    let done = done.unwrap_or(if created { "registered" } else { "replaced" });
    let receipt = AccessReceipt {
        partner: id,
        done,
        revision,
        accept_time,
        history_id,
        dry_run: write.dry_run,
        ..AccessReceipt::default()
    };
    print(&receipt, write.format)
}
