//! Runs a recovery on the states after crashes, and crashes the recoveries in turn.

use std::{
    any::Any,
    collections::{BTreeSet, HashSet},
    fmt::Debug,
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::{
    choices::PowerCut,
    content::PAGE,
    disk::SimulatedDisk,
    exploration::{Effort, Exploration},
    faults::Selector,
    operation::Operation,
    outcomes::combinations,
    random::Random,
    report::{Crash, Failure, Step},
    volume::{SECTOR, Volume},
};

/// What was explored.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    pub(crate) points: usize,
    /// States on which the check ran.
    pub(crate) states: usize,
    /// Labels of all syncs in the run and in recoveries.
    pub(crate) syncs: BTreeSet<String>,
}

/// Crashes a run after every operation and checks what can be recovered.
///
/// `run` marks what it acknowledges with [`SimulatedDisk::mark`]. `check` opens the disk as the next process would, and
/// returns what is wrong, given all that was acknowledged before the crash; it may go on and mark more, which later crashes
/// have to preserve as well.
pub(crate) fn explore<M, R, C>(run: R, check: C, exploration: &Exploration) -> Result<Summary, Failure>
where
    M: Clone + Debug + Send,
    R: Fn(&SimulatedDisk<M>),
    C: Fn(&SimulatedDisk<M>, &[M]) -> Result<(), String>,
{
    let disk = exploration.disk();
    run(&disk);
    let mut explorer = Explorer { check, exploration, seen: HashSet::new(), summary: Summary::default() };
    explorer.summary.syncs.extend(disk.syncs());
    explorer.crash_everywhere(&Process::ended(&exploration.start, &disk, &[]), 0, "")?;
    Ok(explorer.summary)
}

/// Repeats the crashes of [`Failure::path`], and returns what the last check returns.
pub(crate) fn replay<M, R, C>(run: R, check: C, exploration: &Exploration, path: &str) -> Result<(), String>
where
    M: Clone + Debug + Send,
    R: Fn(&SimulatedDisk<M>),
    C: Fn(&SimulatedDisk<M>, &[M]) -> Result<(), String>,
{
    let mut disk = exploration.disk();
    run(&disk);
    let (mut start, mut acknowledged, mut result) = (exploration.start.clone(), Vec::new(), Ok(()));
    for step in Step::parse_path(path) {
        let process = Process::ended(&start, &disk, &acknowledged);
        let (volume, before) = (process.volume(step.point), process.acknowledged(step.point));
        (start, acknowledged) = (step.crash.outcome(&volume), before);
        disk = SimulatedDisk::with(start.clone(), exploration.disk::<M>().faults());
        result = check(&disk, &acknowledged);
    }
    result
}

/// The labels of the syncs without which the exploration passes as well: each in turn does nothing.
pub(crate) fn unneeded_syncs<M, R, C>(
    run: R,
    check: C,
    exploration: &Exploration,
) -> Result<Vec<String>, Failure>
where
    M: Clone + Debug + Send,
    R: Fn(&SimulatedDisk<M>),
    C: Fn(&SimulatedDisk<M>, &[M]) -> Result<(), String>,
{
    let mut unneeded: Vec<String> = explore(&run, &check, exploration)?.syncs.into_iter().collect();
    unneeded.retain(|label| {
        let without = exploration.clone().skipping(Selector::Label(label.clone()));
        explore(&run, &check, &without).is_ok()
    });
    Ok(unneeded)
}

/// A process that used the disk: the run, or a recovery.
struct Process<'a, M> {
    start: &'a Volume,
    operations: Vec<Operation>,
    /// What was acknowledged before it started.
    before: &'a [M],
    marks: Vec<(usize, M)>,
}

impl<'a, M: Clone> Process<'a, M> {
    fn ended(start: &'a Volume, disk: &SimulatedDisk<M>, before: &'a [M]) -> Self {
        Self { start, operations: disk.operations(), before, marks: disk.marks() }
    }

    fn acknowledged(&self, point: usize) -> Vec<M> {
        let marks = self.marks.iter().filter(|(position, _)| *position <= point).map(|(_, mark)| mark);
        self.before.iter().chain(marks).cloned().collect()
    }

    fn volume(&self, point: usize) -> Volume {
        let mut volume = self.start.clone();
        self.operations[..point].iter().for_each(|operation| volume.apply(&operation.change));
        volume
    }
}

struct Explorer<'a, C> {
    check: C,
    exploration: &'a Exploration,
    /// States with what was acknowledged and how many more crashes were tried.
    seen: HashSet<(blake3::Hash, blake3::Hash, usize)>,
    summary: Summary,
}

/// The moment of a crash.
struct CrashPoint<'a, M> {
    process: &'a Process<'a, M>,
    /// How many processes crashed before this one.
    level: usize,
    /// Operations before the crash.
    point: usize,
    volume: &'a Volume,
    /// Names the crash point, for the random numbers.
    name: String,
}

impl<C> Explorer<'_, C> {
    /// `name` names the process, for the random numbers.
    fn crash_everywhere<M>(
        &mut self,
        process: &Process<'_, M>,
        level: usize,
        name: &str,
    ) -> Result<(), Failure>
    where
        M: Clone + Debug + Send,
        C: Fn(&SimulatedDisk<M>, &[M]) -> Result<(), String>,
    {
        // A recovery that has done nothing yet leaves the state that the crash before it left.
        let first = usize::from(level > 0);
        let mut random = Random::derived(self.exploration.seed, name);
        let points = random.pick(process.operations.len() + 1 - first, self.exploration.levels[level].points);
        let (mut volume, mut applied) = (process.start.clone(), 0);
        for point in points.into_iter().map(|point| point + first) {
            process.operations[applied..point].iter().for_each(|operation| volume.apply(&operation.change));
            applied = point;
            self.summary.points += 1;
            self.crash_at(&CrashPoint {
                process,
                level,
                point,
                volume: &volume,
                name: format!("{name} {point}"),
            })?;
        }
        Ok(())
    }

    fn crash_at<M>(&mut self, at: &CrashPoint<'_, M>) -> Result<(), Failure>
    where
        M: Clone + Debug + Send,
        C: Fn(&SimulatedDisk<M>, &[M]) -> Result<(), String>,
    {
        let acknowledged = at.process.acknowledged(at.point);
        let effort = self.exploration.levels[at.level];
        let mut random = Random::derived(self.exploration.seed, &at.name);
        let crashes = crashes(at.volume, effort, &mut random);
        let mut nested = random.pick(crashes.len(), effort.nested.saturating_sub(2));
        nested.extend((0..2).take(effort.nested));
        for (index, (crash, state)) in crashes.into_iter().enumerate() {
            let further =
                if nested.contains(&index) { self.exploration.levels.len() - at.level - 1 } else { 0 };
            if self.is_to_be_tried(&crash, &state, &acknowledged, further) {
                self.recover(&state, &acknowledged, further, &format!("{}.{index}", at.name)).map_err(
                    |failure| {
                        failure.after(Step { point: at.point, crash }, &at.process.operations, at.volume)
                    },
                )?;
            }
        }
        Ok(())
    }

    fn is_to_be_tried<M: Debug>(
        &mut self,
        crash: &Crash,
        state: &Volume,
        acknowledged: &[M],
        further: usize,
    ) -> bool {
        let (state, acknowledged) = (state.digest(), blake3::hash(format!("{acknowledged:?}").as_bytes()));
        let is_new = self.seen.insert((state, acknowledged, further));
        // Two killed processes can leave the same bytes but a different part of them durable.
        let is_to_be_tried = is_new || (*crash == Crash::Kill && further > 0);
        self.seen.insert((state, acknowledged, 0));
        is_to_be_tried
    }

    fn recover<M>(
        &mut self,
        state: &Volume,
        acknowledged: &[M],
        further: usize,
        name: &str,
    ) -> Result<(), Failure>
    where
        M: Clone + Debug + Send,
        C: Fn(&SimulatedDisk<M>, &[M]) -> Result<(), String>,
    {
        let disk = SimulatedDisk::with(state.clone(), self.exploration.disk::<M>().faults());
        let result = catch_unwind(AssertUnwindSafe(|| (self.check)(&disk, acknowledged)));
        self.summary.states += 1;
        self.summary.syncs.extend(disk.syncs());
        let failed = |message| Failure::new(self.exploration.seed, message);
        result.unwrap_or_else(|payload| Err(panic_message(payload.as_ref()))).map_err(failed)?;
        if further == 0 {
            return Ok(());
        }
        let process = Process::ended(state, &disk, acknowledged);
        self.crash_everywhere(&process, self.exploration.levels.len() - further, name)
    }
}

/// The crashes to try, with the state that each leaves: a kill, nothing unsynced kept, then the others.
fn crashes(volume: &Volume, effort: Effort, random: &mut Random) -> Vec<(Crash, Volume)> {
    let mut crashes = vec![(Crash::Kill, volume.clone())];
    for granularity in [SECTOR, PAGE] {
        let cut = PowerCut::new(volume, granularity);
        for choices in combinations(&cut, effort.exhaustive, effort.samples, random) {
            let state = cut.outcome(&choices);
            crashes.push((Crash::PowerCut { granularity, choices }, state));
        }
        if cut.combinations() <= effort.exhaustive {
            break;
        }
    }
    crashes
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("the check panicked: {}", text.unwrap_or("no message"))
}
