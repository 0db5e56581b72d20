//! A run: rounds of requests, each by a server's life.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use crate::{
    request::{Request, Who},
    seeds::Seeds,
    socket::Socket,
    target::Target,
    verdict::Contract,
};

/// Calls under way at once on one connection; a server allows 200.
const CALLERS: usize = 96;
/// Requests of a round at most.
const ROUND: u64 = 100_000;

/// How much is sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    pub(crate) seed: u64,
    /// Requests at most, and how long at most.
    pub(crate) requests: u64,
    pub(crate) time: Duration,
}

/// What the callers of a round share.
struct Round {
    seeds: Arc<Seeds>,
    contract: Arc<Contract>,
    target: Target,
    extent: Extent,
    /// The number of the next request, and the first that belongs to a later round.
    next: AtomicU64,
    end: u64,
    until: Instant,
    is_over: AtomicBool,
    fault: Mutex<Option<String>>,
    /// How often each answer came.
    answers: Mutex<BTreeMap<String, u64>>,
}

/// Sends what the extent says. The error says what an answer was not.
pub(crate) async fn run(extent: Extent) -> Result<(), String> {
    let Extent { seed, requests, time } = extent;
    println!("seed {seed}: at most {requests} requests in at most {time:?}");
    let mut target = Target::start().await;
    let seeds = Arc::new(Seeds::gather(&target.server, &target.admin).await);
    let contract = Arc::new(Contract::read());
    let (begun, mut sending, mut sent) = (Instant::now(), Duration::ZERO, 0);
    let mut answers: BTreeMap<String, u64> = BTreeMap::new();
    while sent < requests && begun.elapsed() < time {
        let round = Arc::new(Round {
            seeds: Arc::clone(&seeds),
            contract: Arc::clone(&contract),
            target,
            extent,
            next: AtomicU64::new(sent),
            end: requests.min(sent + ROUND),
            until: begun + time,
            is_over: AtomicBool::new(false),
            fault: Mutex::new(None),
            answers: Mutex::new(BTreeMap::new()),
        });
        let begun = Instant::now();
        let count = call_all(&round).await;
        sending += begun.elapsed();
        sent += count;
        let round = Arc::into_inner(round).expect("all callers have ended");
        for (answer, count) in unlocked(round.answers) {
            *answers.entry(answer).or_default() += count;
        }
        if let Some(fault) = unlocked(round.fault) {
            return Err(fault);
        }
        target = round
            .target
            .restart()
            .await
            .map_err(|what| format!("seed {seed}, after {sent} requests: {what}"))?;
    }
    let rate = sent as f64 / sending.as_secs_f64();
    println!("seed {seed}: {sent} requests, {rate:.0} a second, 0 panics");
    println!("{answers:?}");
    Ok(())
}

/// Sends the request in a file to a registry that holds what the conversations write.
pub(crate) async fn replay(file: &str) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let request = Request::read(&text).ok_or_else(|| format!("{file} holds no request"))?;
    let target = Target::start().await;
    Seeds::gather(&target.server, &target.admin).await;
    let socket = Socket::connect(target.server.address()).await;
    let answer = socket.call(&request, target.key(request.who)).await?;
    println!("{:?}", answer.status);
    Contract::read().check(&request, &answer)?;
    target.restart().await.map(drop)
}

/// Calls until the round is over; how many requests were sent.
async fn call_all(round: &Arc<Round>) -> u64 {
    let (first, socket) =
        (round.next.load(Ordering::Relaxed), Socket::connect(round.target.server.address()).await);
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let (round, socket) = (Arc::clone(round), socket.clone());
        callers.spawn(async move { round.call_on(&socket).await });
    }
    while let Some(ended) = callers.join_next().await {
        ended.expect("a caller does not panic");
    }
    round.next.load(Ordering::Relaxed).min(round.end) - first
}

impl Round {
    async fn call_on(&self, socket: &Socket) {
        while !self.is_over.load(Ordering::Relaxed) && Instant::now() < self.until {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.end {
                return;
            }
            let request = Request::of(&self.seeds, self.extent.seed, number);
            let answer = socket.call(&request, self.target.key(request.who)).await;
            match answer.and_then(|answer| self.contract.check(&request, &answer)) {
                Ok(answer) => {
                    // The admin has lost its key, or is suspended: the next round gives it another.
                    if request.who == Who::Admin && answer == "INVALID_CREDENTIAL" {
                        self.is_over.store(true, Ordering::Relaxed);
                    }
                    *locked(&self.answers).entry(answer).or_default() += 1;
                }
                Err(what) => self.fail(number, &request, &what),
            }
        }
    }

    /// Keeps the first request whose answer is wrong.
    fn fail(&self, number: u64, request: &Request, what: &str) {
        self.is_over.store(true, Ordering::Relaxed);
        let mut fault = locked(&self.fault);
        if fault.is_some() {
            return;
        }
        let file = kept(self.extent.seed, number);
        std::fs::write(&file, request.written()).expect("the request can be written");
        *fault = Some(format!(
            "seed {}, request {number} of {}: {what}\nit is in {}: FUZZ_REPLAY={} sends it again",
            self.extent.seed,
            request.path,
            file.display(),
            file.display(),
        ));
    }
}

/// Where a request whose answer is wrong is written.
fn kept(seed: u64, number: u64) -> PathBuf {
    std::env::temp_dir().join(format!("tenseven-fuzz-{seed}-{number}.request"))
}

fn locked<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unlocked<T>(shared: Mutex<T>) -> T {
    shared.into_inner().unwrap_or_else(PoisonError::into_inner)
}
