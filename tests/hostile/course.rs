//! The course of an attack: what others see before it, during it and after it.

use std::time::{Duration, Instant};

use tenseven_api::v1::score_service_client::ScoreServiceClient;
use tenseven_tests::{
    Draft, level,
    memory::{descriptors, forget_peak, peak, resident},
};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::{
    attacks::Attack,
    registry,
    target::{Keyed, Target},
};

/// Memory that the server may take, in MiB.
const MEMORY_MAX: u64 = 512;
/// Calls that are timed, one at a time.
const CALLS: usize = 400;
/// What 99 of 100 calls may take more than before: this many times as much, and what a machine with two processors that
/// the attacker also uses adds.
const SLOWER: u32 = 2;
const NOISE: Duration = Duration::from_millis(5);
/// How long one call may take while the attack goes on.
const CALL_MAX: Duration = Duration::from_secs(10);
/// How long after it the server may take to be as it was.
const RECOVERY: Duration = Duration::from_secs(20);
/// How long 99 of 100 calls may take while it begins: client and server then use all of both processors.
const ONSET_MAX: Duration = Duration::from_secs(1);
/// Other clients push after this number of reads.
const PUSHED_EVERY: usize = 20;
/// How long an attack may take until all of it is under way.
const ATTACK_MAX: Duration = Duration::from_mins(1);
/// What the allocator keeps for its threads at most, in MiB; it is waited until it keeps less.
const KEPT_MAX: u64 = 24;
const KEPT: u64 = 8;
/// How long it takes until what was freed is given back.
pub(crate) const SETTLING: Duration = Duration::from_secs(16);
/// Files that the server may have open afterwards that it had not before: those of its journal are others from time to time.
const FURTHER_DESCRIPTORS: usize = 8;

/// What others see.
struct Seen {
    high: Duration,
    resident: u64,
    descriptors: usize,
}

impl Seen {
    async fn now(target: &Target, client: &mut ScoreServiceClient<Keyed>) -> Result<Self, String> {
        let high = high(client).await?;
        Ok(Self { high, resident: resident(target), descriptors: descriptors(target) })
    }
}

/// A server that is attacked again and again.
pub(crate) struct Course {
    pub(crate) target: Target,
    client: ScoreServiceClient<Keyed>,
    /// What it takes, in MiB, before the first attack, and the files and sockets that it has open.
    resident: u64,
    descriptors: usize,
}

impl Course {
    /// Fills the registry of a server that `start` starts with these arguments.
    pub(crate) async fn prepare(start: fn(&[&str]) -> Target) -> Self {
        let limit = (MEMORY_MAX * 1024 * 1024).to_string();
        let target = start(&["--memory-bytes-max", &limit]);
        registry::fill(&target).await;
        registry::warm(&target).await;
        let client = target.others_scores().await;
        Self { target, client, resident: 0, descriptors: 0 }
    }

    /// Notes what the server takes, once what it took to prepare it is given back.
    pub(crate) fn settled(&mut self) {
        (self.resident, self.descriptors) = (resident(&self.target), descriptors(&self.target));
    }

    /// Runs an attack. The error names what did not hold.
    pub(crate) async fn run(&mut self, attack: &Attack) -> Result<(), String> {
        let verdict = self.seen(attack).await;
        verdict.map_err(|what| format!("{}: {what}", attack.name))
    }

    async fn seen(&mut self, attack: &Attack) -> Result<(), String> {
        let Self { target, client, .. } = self;
        let (resident_before, descriptors_before) = (self.resident, self.descriptors);
        let before =
            Seen { high: high(client).await?, resident: resident_before, descriptors: descriptors_before };
        forget_peak(target);
        let others = Others::begin(target).await;
        let begun = timeout(ATTACK_MAX, (attack.begin)(target)).await;
        let onset = others.end().await?;
        let hold = begun.map_err(|_| format!("it did not begin within {ATTACK_MAX:?}"))?;
        let during = Seen::now(target, client).await?;
        drop(hold);
        let after = recovered(target, client, &before).await?;
        let most = peak(target);
        println!(
            "{}: 99 % of calls within {:.1?} before, {onset:.1?} while it begins, {:.1?} during, {:.1?} after; {} MiB before, {} during, {} after, {most} at most; {} descriptors before, {} during, {} after",
            attack.name,
            before.high,
            during.high,
            after.high,
            before.resident,
            during.resident,
            after.resident,
            before.descriptors,
            during.descriptors,
            after.descriptors
        );
        if onset > ONSET_MAX {
            return Err(format!("calls took {onset:?} while it began"));
        }
        verdict([&before, &during, &after], most)
    }
}

/// Others who ask and push while an attack begins.
struct Others {
    stop: watch::Sender<bool>,
    asking: JoinHandle<Result<Duration, String>>,
}

impl Others {
    async fn begin(target: &Target) -> Self {
        let (stop, stopped) = watch::channel(false);
        let (mut scores, mut observations) =
            (target.others_scores().await, target.others_observations().await);
        let asking = tokio::spawn(async move {
            let (mut times, mut number) = (Vec::new(), 0);
            // At least once, however soon the attack is over.
            while times.is_empty() || !*stopped.borrow() {
                times.push(asked(&mut scores).await?);
                number += 1;
                if number % PUSHED_EVERY == 0 {
                    let push = Draft::new().with("dual-nationality", "LBY", "1998", level("basic")).request();
                    let pushed = timeout(CALL_MAX, observations.push_observations(push)).await;
                    let pushed = pushed.map_err(|_| "a push is not answered while it begins")?;
                    pushed.map_err(|status| format!("a push failed while it began: {status:?}"))?;
                }
                sleep(Duration::from_millis(5)).await;
            }
            times.sort_unstable();
            Ok(times[(times.len() - 1) * 99 / 100])
        });
        Self { stop, asking }
    }

    /// The time within which 99 of 100 of their calls were answered.
    async fn end(self) -> Result<Duration, String> {
        self.stop.send_replace(true);
        self.asking.await.map_err(|problem| problem.to_string())?
    }
}

/// How long one call takes.
async fn asked(client: &mut ScoreServiceClient<Keyed>) -> Result<Duration, String> {
    let begin = Instant::now();
    let answered = timeout(CALL_MAX, client.get_scores(registry::question())).await;
    answered.map_err(|_| "a call is not answered")?.map_err(|status| format!("a call failed: {status:?}"))?;
    Ok(begin.elapsed())
}

/// Time within which 99 of 100 calls are answered.
async fn high(client: &mut ScoreServiceClient<Keyed>) -> Result<Duration, String> {
    let mut times = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let begin = Instant::now();
        let answered = timeout(CALL_MAX, client.get_scores(registry::question())).await;
        answered
            .map_err(|_| "a call is not answered")?
            .map_err(|status| format!("a call failed: {status:?}"))?;
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    Ok(times[CALLS * 99 / 100])
}

/// Waits until memory and descriptors are as they were, or for as long as it may take; writes are accepted as before.
async fn recovered(
    target: &Target,
    client: &mut ScoreServiceClient<Keyed>,
    before: &Seen,
) -> Result<Seen, String> {
    let begin = Instant::now();
    let is_recovered = || {
        is_as_before(resident(target), before.resident, KEPT)
            && descriptors(target) <= before.descriptors + FURTHER_DESCRIPTORS
    };
    while !is_recovered() && begin.elapsed() < RECOVERY {
        sleep(Duration::from_millis(500)).await;
    }
    let push = Draft::new().with("dual-nationality", "MAR", "1999", level("basic")).request();
    let pushed = target.others_observations().await.push_observations(push).await;
    pushed.map_err(|status| format!("a push failed afterwards: {status:?}"))?;
    Seen::now(target, client).await
}

/// Whether memory is within a fifth of what it was, and what the allocator keeps.
fn is_as_before(resident: u64, before: u64, kept: u64) -> bool {
    resident <= before + before / 5 + kept
}

fn verdict([before, during, after]: [&Seen; 3], most: u64) -> Result<(), String> {
    let bound = before.high * SLOWER + NOISE;
    if during.high > bound {
        return Err(format!("calls took {:?} meanwhile, and {:?} before", during.high, before.high));
    }
    if after.high > bound {
        return Err(format!("calls took {:?} afterwards, and {:?} before", after.high, before.high));
    }
    if most > MEMORY_MAX {
        return Err(format!("it took {most} MiB, more than {MEMORY_MAX}"));
    }
    if !is_as_before(after.resident, before.resident, KEPT_MAX) {
        return Err(format!("it keeps {} MiB, and had {}", after.resident, before.resident));
    }
    if after.descriptors > before.descriptors + FURTHER_DESCRIPTORS {
        return Err(format!("it keeps {} descriptors, and had {}", after.descriptors, before.descriptors));
    }
    Ok(())
}
