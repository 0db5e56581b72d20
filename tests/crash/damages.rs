//! Random damages to every kind of file of a journal. Each must be refused with its place, or make no difference; nothing
//! that only looks at a journal changes a byte of it.

mod damage;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use self::damage::{Done, damage};
use crate::{
    disk::Mount,
    outside::{
        End, History, LeftBehind, Process, Random, Shared, Start, Tree, check, goes_on, run_to_end,
        starts_with_everything,
    },
};

/// After this number of damages a backup, a read-only mount and a second start are tried, too.
const THOROUGH_ONCE_IN: u64 = 4;

/// What became of a damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// The start was refused with the place.
    Refused,
    /// Everything is answered.
    Served,
    /// Everything current is answered; reading the past is refused as data loss.
    PastRefused,
}

/// Where the damages are done.
struct Bench {
    folder: TempDir,
    older: Tree,
}

impl Bench {
    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Looks at a journal in every way that must not change it, and notes what is wrong; returns whether `verify` found
    /// it sound.
    async fn look(&self, thorough: bool, wrong: &mut Vec<String>) -> Result<bool> {
        let data = self.data();
        let before = Tree::read(&data)?;
        let sound = verify(&data).await?;
        unchanged(&before, &data, "verify", wrong)?;
        if !thorough {
            return Ok(sound);
        }
        let before = Tree::read(&data)?;
        let backup = self.folder.path().join("backup");
        let ended = run_to_end(&["backup", "--data", &text(&data), &text(&backup)]).await?;
        unchanged(&before, &data, "backup", wrong)?;
        if sound && !ended.status.success() {
            wrong.push(format!("no backup is made of a sound journal: {}", ended.message));
        }
        drop(std::fs::remove_file(backup));
        let before = Tree::read(&data)?;
        let shown = self.folder.path().join("read-only");
        std::fs::create_dir_all(&shown)?;
        let mount = Mount::read_only(&data, &shown)?;
        let shown_sound = verify(mount.path()).await?;
        drop(mount);
        unchanged(&before, &data, "verify on a read-only mount", wrong)?;
        if shown_sound != sound {
            wrong.push(format!("sound: {sound}; where nothing can be written: {shown_sound}"));
        }
        Ok(sound)
    }
}

fn unchanged(before: &Tree, data: &Path, by: &str, wrong: &mut Vec<String>) -> Result<()> {
    let changed = before.changed_in(&Tree::read(data)?);
    wrong.extend(changed.map(|changed| format!("CHANGED by {by}: {changed}")));
    Ok(())
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

async fn verify(data: &Path) -> Result<bool> {
    let ended = run_to_end(&["verify", &text(data)]).await?;
    ensure!(ended.status.code().is_some(), "a signal ended verify: {}", ended.message);
    Ok(ended.status.success())
}

/// Whether a message names where a damage is: a file or segment, and an offset or a revision unless a whole file is
/// missing.
fn names_the_place(message: &str, damaged: &str, tree: &Tree) -> bool {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let names: Vec<_> =
        tree.files().filter_map(|(path, _)| name(path)).chain(name(Path::new(damaged))).collect();
    let names_file = message.contains("segment") || names.iter().any(|name| message.contains(name.as_str()));
    let missing = ["missing", "no journal", "is gone", "not there", "No such file", "no such file"];
    let number_after = |word: &str| {
        message.match_indices(word).any(|(place, _)| {
            let after = message[place + word.len()..].trim_start_matches([' ', ':', '=']);
            after.starts_with(|letter: char| letter.is_ascii_digit())
        })
    };
    names_file
        && (["offset", "byte", "revision"].iter().any(|word| number_after(word))
            || missing.iter().any(|word| message.contains(word)))
}

/// Does one damage and sees what becomes of it; the second is what was done.
async fn try_damage(
    left: &LeftBehind,
    bench: &Bench,
    random: &mut Random,
) -> (Result<Outcome>, Option<Done>) {
    let prepared = left.copied_to(&bench.data()).and_then(|record| {
        let done = damage(&bench.data(), &bench.older, random)?;
        Ok((record, done))
    });
    let (record, done) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return (Err(error), None),
    };
    let thorough = random.once_in(THOROUGH_ONCE_IN);
    let mut wrong = Vec::new();
    let seen = see(bench, &done, &record, thorough, &mut wrong).await;
    let outcome = match seen {
        Ok(outcome) if wrong.is_empty() => Ok(outcome),
        Ok(outcome) => Err(anyhow::anyhow!("{outcome:?}, but {}", wrong.join("; "))),
        Err(error) => {
            wrong.insert(0, format!("{error:#}"));
            Err(anyhow::anyhow!("{}", wrong.join("; ")))
        }
    };
    (outcome, Some(done))
}

async fn see(
    bench: &Bench,
    done: &Done,
    record: &Shared,
    thorough: bool,
    wrong: &mut Vec<String>,
) -> Result<Outcome> {
    let data = bench.data();
    let sound = bench.look(thorough, wrong).await?;
    let before = Tree::read(&data)?;
    let mut server = Process::spawn(&data)?;
    let address = match server.start().await? {
        Start::Serves(address) => address,
        Start::Killed => anyhow::bail!("a signal ended the start"),
        Start::Refused(message) => {
            unchanged(&before, &data, "a refused start", wrong)?;
            ensure!(!sound, "REFUSED although verify finds it sound: {message}");
            ensure!(!message.contains("panicked"), "PANICKED: {message}");
            let named = names_the_place(&message, &done.file, &before);
            ensure!(named, "UNNAMED: the place is not in the message: {message}");
            return Ok(Outcome::Refused);
        }
    };
    let history = check(&address, record).await?;
    if let History::Refused(message) = history {
        ensure!(!sound, "verify found a journal sound whose past is refused: {message}");
        return Ok(Outcome::PastRefused);
    }
    goes_on(&address, record).await?;
    if thorough {
        server.terminate().await?;
        starts_with_everything(&data, record).await.context("after another start")?;
    }
    Ok(Outcome::Served)
}

/// Damages journals that were left in this way, `damages` times; returns what went wrong.
async fn damage_again_and_again(end: End, damages: u32) -> Result<Vec<String>> {
    let left = LeftBehind::make(end, Duration::from_millis(800)).await?;
    let bench = Bench { folder: TempDir::new()?, older: Tree::read(&left.older())? };
    let (mut random, mut outcomes, mut failed) = (Random::new(), BTreeMap::new(), Vec::new());
    left.copied_to(&bench.data())?;
    let mut wrong = Vec::new();
    if !bench.look(true, &mut wrong).await? {
        wrong.push("verify does not find it sound".to_owned());
    }
    failed.extend(wrong.into_iter().map(|wrong| format!("undamaged: {wrong}")));
    for _ in 0..damages {
        let (outcome, done) = try_damage(&left, &bench, &mut random).await;
        match outcome {
            Ok(outcome) => *outcomes.entry(outcome).or_insert(0_u32) += 1,
            Err(error) => {
                failed.push(format!("{}: {error:#}", done.map(|done| done.to_string()).unwrap_or_default()));
            }
        }
    }
    println!(
        "{end:?} ({} acknowledged): {damages} damages: {outcomes:?}, {} wrong: {:?}",
        left.acknowledged(),
        failed.len(),
        by_kind(&failed)
    );
    for failed in &failed {
        println!("  {failed}");
    }
    Ok(failed.into_iter().map(|failed| format!("{end:?}: {failed}")).collect())
}

/// How many failures there are of each kind, by the first of the words in capitals that a message carries.
fn by_kind(failed: &[String]) -> BTreeMap<&str, usize> {
    let mut kinds = BTreeMap::new();
    for message in failed {
        let known = ["LOST", "WRONG", "PANICKED", "REFUSED", "UNNAMED", "CHANGED"];
        let kind = known.into_iter().find(|kind| message.contains(kind)).unwrap_or("other");
        *kinds.entry(kind).or_insert(0) += 1;
    }
    kinds
}

async fn damage_all(damages: u32) -> Result<()> {
    let mut failed = damage_again_and_again(End::Stopped, damages / 2).await?;
    failed.extend(damage_again_and_again(End::Killed, damages / 2).await?);
    ensure!(
        failed.is_empty(),
        "{} things were wrong after {damages} damages: {:?}",
        failed.len(),
        by_kind(&failed)
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_file_is_refused_with_its_place_or_makes_no_difference() -> Result<()> {
    damage_all(60).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes half an hour; the short form runs each time"]
async fn a_thousand_damages_are_refused_with_their_place_or_make_no_difference() -> Result<()> {
    damage_all(1_000).await
}
