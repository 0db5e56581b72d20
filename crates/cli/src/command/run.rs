//! Dispatches the arguments to the command that they name.

use std::pin::Pin;

use anyhow::Context as _;
use clap::Subcommand;
use tokio::signal::unix::{SignalKind, signal};

use super::{
    areas, audit, coding, compare, completions, demo, explain, export, framework, frameworks, grant,
    indicators, key, maintenance, man, observations, partner, practice, push, rank, references, report,
    revisions, sample, scores, serve, template, trend, watch, whoami, withdraw,
};
use crate::{
    connection::{self, Global},
    exit::Outcome,
};

/// Sent by the system for a write beyond the limit on the size of files; the same number on every architecture but MIPS.
const SIGXFSZ: i32 = 25;

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server
    Serve(Box<serve::ServeArguments>),
    /// Push an observation file
    Push(push::PushArguments),
    /// Show scores of countries and areas
    Scores(scores::ScoresArguments),
    /// Show the scores of one area over periods
    Trend(trend::TrendArguments),
    /// Show scores of several areas and periods side by side
    Compare(compare::CompareArguments),
    /// Trace a score back to its observations, with the evidence
    Explain(explain::ExplainArguments),
    /// Rank countries and areas by a score, where the framework allows it
    Rank(rank::RankArguments),
    /// Show a framework's own figures for a group of areas
    Report(report::ReportArguments),
    /// List frameworks, or show one
    Frameworks(frameworks::FrameworksArguments),
    /// Validate, publish, compare or retire frameworks, or print the reference of their text
    Framework(framework::FrameworkArguments),
    /// List indicators, or show one
    Indicators(indicators::IndicatorsArguments),
    /// List countries and areas, groups, and local units with observations, or find them by a code or a name
    Areas(areas::AreasArguments),
    /// List observations
    Observations(observations::ObservationsArguments),
    /// List every version of one observation
    Revisions(revisions::RevisionsArguments),
    /// Write an empty observation file for a framework, to be filled in and pushed
    Template(template::TemplateArguments),
    /// Submit codings, list them, compute the agreement of coders, and adjudicate
    Coding(coding::CodingArguments),
    /// Show changes of observations as they are accepted
    Watch(watch::WatchArguments),
    /// Search, show and edit good practices
    Practice(practice::PracticeArguments),
    /// List the measures that indicators and practices refer to, or show one
    Measures(references::ReferencesArguments),
    /// List the guidance instruments that indicators cite, or show one
    Instruments(references::ReferencesArguments),
    /// Show as whom commands call, and what that allows
    Whoami(whoami::WhoamiArguments),
    /// Register, show, suspend and resume partners, who call the registry
    Partner(partner::PartnerArguments),
    /// Grant partners what they may do, or take it back
    Grant(grant::GrantArguments),
    /// Issue and revoke keys of partners, or make one of the first admin
    Key(key::KeyArguments),
    /// List who did what, or show it as it happens
    Audit(audit::AuditArguments),
    /// Show the status of the server
    Status(maintenance::StatusArguments),
    /// Back up a running server, or a journal, to a file
    Backup(maintenance::BackupArguments),
    /// Make a journal from backups
    Restore(maintenance::RestoreArguments),
    /// Verify every record of a journal or a backup
    Verify(maintenance::VerifyArguments),
    /// Drop the versions that were superseded up to a revision
    Compact(maintenance::CompactArguments),
    /// Convert the file of a publisher into a sample
    Sample(sample::SampleArguments),
    /// Start a server, push the samples that ship, and show what it answers
    Demo(demo::DemoArguments),
    /// Print the completions for a shell
    Completions(completions::CompletionsArguments),
    /// Print the manual page
    Man(man::ManArguments),
    /// Export all observations as a file that can be pushed, or as lines of JSON
    Export(export::ExportArguments),
    /// Withdraw observations, which stay in the history with the reason
    Withdraw(withdraw::WithdrawArguments),
}

/// Runs the command. `command_line` describes all that can be written, for completions and manual pages.
pub(crate) fn run(
    global: &Global,
    command: Command,
    command_line: fn() -> clap::Command,
) -> anyhow::Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the threads of the program cannot be started")?;
    // Boxed so that all commands are compiled once, not for each kind of runtime.
    let work: Pin<Box<dyn Future<Output = anyhow::Result<Outcome>>>> = Box::pin(async {
        // Caught so that a write beyond the limit on the size of files fails as on a full disk, instead of ending the process.
        let _file_size_limit = signal(SignalKind::from_raw(SIGXFSZ))?;
        let client = || connection::client(global);
        match command {
            Command::Serve(serve) => serve::run(*serve).await,
            Command::Push(push) => push::run(client, push).await,
            Command::Scores(scores) => scores::run(&client()?, scores).await,
            Command::Trend(trend) => trend::run(&client()?, trend).await,
            Command::Compare(compare) => compare::run(&client()?, compare).await,
            Command::Explain(explain) => explain::run(&client()?, explain).await,
            Command::Rank(rank) => rank::run(&client()?, rank).await,
            Command::Report(report) => report::run(&client()?, report).await,
            Command::Frameworks(frameworks) => frameworks::run(&client()?, frameworks).await,
            Command::Framework(framework) => framework::run(client, framework).await,
            Command::Indicators(indicators) => indicators::run(&client()?, indicators).await,
            Command::Areas(areas) => areas::run(&client()?, areas).await,
            Command::Observations(observations) => {
                Box::pin(observations::run(&client()?, observations)).await
            }
            Command::Revisions(revisions) => revisions::run(&client()?, revisions).await,
            Command::Template(template) => template::run(&client()?, template).await,
            Command::Coding(coding) => coding::run(&client()?, coding).await,
            Command::Watch(watch) => watch::run(&client()?, watch).await,
            Command::Practice(practice) => practice::run(&client()?, practice).await,
            Command::Measures(measures) => references::measures(&client()?, measures).await,
            Command::Instruments(instruments) => references::instruments(&client()?, instruments).await,
            Command::Whoami(whoami) => whoami::run(&client()?, whoami).await,
            Command::Partner(partner) => partner::run(&client()?, partner).await,
            Command::Grant(grant) => grant::run(client, grant).await,
            Command::Key(key) => Box::pin(key::run(client, key)).await,
            Command::Audit(audit) => audit::run(&client()?, audit).await,
            Command::Status(status) => maintenance::status(client, status).await,
            Command::Backup(backup) => maintenance::back_up(client, backup).await,
            Command::Restore(restore) => maintenance::restore(&restore),
            Command::Verify(verify) => maintenance::verify(&verify),
            Command::Compact(compact) => maintenance::compact(&compact),
            Command::Sample(sample) => sample::run(&sample),
            Command::Demo(demo) => demo::run(demo).await,
            Command::Completions(completions) => completions::run(&completions, &mut command_line()),
            Command::Man(man) => man::run(&man, command_line()),
            Command::Export(export) => export::run(&client()?, export).await,
            Command::Withdraw(withdraw) => withdraw::run(client, withdraw).await,
        }
    });
    runtime.block_on(work)
}
