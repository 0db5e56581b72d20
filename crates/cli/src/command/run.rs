//! From arguments to the command that they name.

use anyhow::Context as _;
use clap::Subcommand;
use tokio::signal::unix::{SignalKind, signal};

use super::{
    areas, coding, compare, completions, demo, explain, export, framework, frameworks, indicators, man,
    observations, practice, push, rank, references, report, revisions, sample, scores, serve, template,
    trend, upkeep, watch, withdraw,
};
use crate::{
    connection::{self, Global},
    exit::Outcome,
};

/// Sent by the system for a write beyond the limit on the size of files; the same number on every architecture but MIPS.
const SIGXFSZ: i32 = 25;

/// What the program is to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server
    Serve(serve::ServeArguments),
    /// Push an observation file
    Push(push::PushArguments),
    /// Show scores of countries and areas
    Scores(scores::ScoresArguments),
    /// Show the scores of one area over periods
    Trend(trend::TrendArguments),
    /// Show scores of several areas and periods side by side
    Compare(compare::CompareArguments),
    /// Lead a score back to what was observed, with the evidence
    Explain(explain::ExplainArguments),
    /// Rank countries and areas by a score, where the framework allows it
    Rank(rank::RankArguments),
    /// Show a framework's own figures for a group of areas
    Report(report::ReportArguments),
    /// List frameworks, or show one
    Frameworks(frameworks::FrameworksArguments),
    /// Check a framework's text, publish it, compare it, or say how one is written
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
    /// File codings, list them, see how far coders agree, and adjudicate
    Coding(coding::CodingArguments),
    /// Show changes of observations as they are accepted
    Watch(watch::WatchArguments),
    /// Find, show and keep good practices
    Practice(practice::PracticeArguments),
    /// List the measures that indicators and practices refer to, or show one
    Measures(references::ReferencesArguments),
    /// List the guidance instruments that indicators cite, or show one
    Instruments(references::ReferencesArguments),
    /// Tell how the server stands
    Status(upkeep::StatusArguments),
    /// Write a backup of a running server, or of a journal, to a file
    Backup(upkeep::BackupArguments),
    /// Make a journal from backups
    Restore(upkeep::RestoreArguments),
    /// Check a journal or a backup, every record of it
    Verify(upkeep::VerifyArguments),
    /// Give up the versions that were superseded up to a revision
    Compact(upkeep::CompactArguments),
    /// Make a sample from the file of its publisher
    Sample(sample::SampleArguments),
    /// Start a server, push the samples that ship, and show what it answers
    Demo(demo::DemoArguments),
    /// Print the completions for a shell
    Completions(completions::CompletionsArguments),
    /// Print the manual page
    Man(man::ManArguments),
    /// Write all observations, however many, as a file that can be pushed, or as lines of JSON
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
    runtime.block_on(async {
        // Caught so that a write beyond the limit on the size of files fails as on a full disk, instead of ending the process.
        let _file_size_limit = signal(SignalKind::from_raw(SIGXFSZ))?;
        let client = || connection::client(global);
        match command {
            Command::Serve(serve) => serve::run(serve).await,
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
            Command::Status(status) => upkeep::status(client, status).await,
            Command::Backup(backup) => upkeep::back_up(client, backup).await,
            Command::Restore(restore) => upkeep::restore(&restore),
            Command::Verify(verify) => upkeep::verify(&verify),
            Command::Compact(compact) => upkeep::compact(&compact),
            Command::Sample(sample) => sample::run(&sample),
            Command::Demo(demo) => demo::run(demo).await,
            Command::Completions(completions) => completions::run(&completions, &mut command_line()),
            Command::Man(man) => man::run(&man, command_line()),
            Command::Export(export) => export::run(&client()?, export).await,
            Command::Withdraw(withdraw) => withdraw::run(client, withdraw).await,
        }
    })
}
