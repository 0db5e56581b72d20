//! What clients send: pushes, withdrawals, frameworks and their retirement, some of them sent again.

use tenseven_model::{
    MissingReason, Number, Observation, ObservationKey, Ratio, SubmissionId, Value, Withdrawal,
};
use tenseven_testkit::{observation, submission};

use super::random::Random;

/// What a submission contains.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    Push(Vec<Observation>),
    Withdraw(Vec<Withdrawal>),
    /// The framework that ships, as a version with this number.
    Publish(u64),
    /// The version with this number, which can be one that is not published.
    Retire(u64),
}

/// Makes submissions.
#[derive(Default)]
pub(super) struct Client {
    sent: Vec<(SubmissionId, Content)>,
    versions: u64,
}

const INDICATORS: [&str; 4] =
    ["dual-nationality", "anti-racism-policies", "regularisation", "migrant-casualties"];
const AREAS: [&str; 4] = ["MAR", "LBY", "CAN", "TUN"];

impl Client {
    /// The next submission. Some have an id that was used before, with the same content or other.
    pub(super) fn next(&mut self, random: &mut Random) -> (SubmissionId, Content) {
        if !self.sent.is_empty() && random.once_in(6) {
            let (id, content) = random.pick(&self.sent).clone();
            return if random.once_in(4) { (id, self.content(random)) } else { (id, content) };
        }
        let next = (submission(u32::try_from(self.sent.len()).unwrap_or(u32::MAX)), self.content(random));
        self.sent.push(next.clone());
        next
    }

    fn content(&mut self, random: &mut Random) -> Content {
        match random.below(12) {
            0 if self.versions < 4 => {
                self.versions += 1;
                Content::Publish(self.versions)
            }
            4 if random.once_in(2) => Content::Retire(random.below(self.versions + 2)),
            1..=3 => Content::Withdraw(distinct(
                random,
                |random| {
                    Withdrawal::new(key(random), "wrong".parse().expect("a reason"))
                        .expect("it can be withdrawn")
                },
                Withdrawal::key,
            )),
            _ => Content::Push(distinct(random, any_observation, Observation::key)),
        }
    }
}

fn distinct<T>(
    random: &mut Random,
    make: impl Fn(&mut Random) -> T,
    key_of: impl Fn(&T) -> &ObservationKey,
) -> Vec<T> {
    let mut all: Vec<T> = (0..=random.below(4)).map(|_| make(random)).collect();
    all.sort_by(|one, other| key_of(one).cmp(key_of(other)));
    all.dedup_by(|one, other| key_of(one) == key_of(other));
    all
}

fn key(random: &mut Random) -> ObservationKey {
    any_observation(random).key().clone()
}

fn any_observation(random: &mut Random) -> Observation {
    let (indicator, area) = (*random.pick(&INDICATORS), *random.pick(&AREAS));
    let year = (2018 + random.below(4)).to_string();
    observation(indicator, area, &year, value(indicator, random))
}

fn value(indicator: &str, random: &mut Random) -> Value {
    if random.once_in(8) {
        return Value::Missing(*random.pick(MissingReason::ALL.as_slice()));
    }
    let count = random.below(50) as f64;
    match indicator {
        "dual-nationality" | "anti-racism-policies" => {
            let level = *random.pick(&["basic", "elaborated", "comprehensive"]);
            Value::Level(level.parse().expect("a level"))
        }
        "regularisation" => Value::Ratio(Ratio::new(count, 100.0).expect("a part of a whole")),
        _ => Value::Number(Number::try_from(count).expect("a finite number")),
    }
}
