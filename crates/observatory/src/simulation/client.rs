//! What clients send: changes of observations, frameworks and their retirement, some of them sent again.

use tenseven_model::{
    GivenFields, GivenStatus, MissingReason, Number, Observation, ObservationKey, ObservationMerge, Ratio,
    SubmissionId, Value, Withdrawal,
};
use tenseven_state::observations::Change;
use tenseven_testkit::{observation, submission};

use super::random::Random;

/// What a submission contains.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    /// Merges are not resolved yet.
    Change(Vec<Change>),
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
            1..=2 => Content::Change(distinct(random, |random| withdrawal(random).into())),
            5 => Content::Change(distinct(random, |random| merge(random).into())),
            6 | 7 => Content::Change(distinct(random, any_change)),
            _ => Content::Change(distinct(random, |random| any_observation(random).into())),
        }
    }
}

/// Changes, each of another key.
fn distinct(random: &mut Random, make: impl Fn(&mut Random) -> Change) -> Vec<Change> {
    let mut all: Vec<Change> = (0..=random.below(4)).map(|_| make(random)).collect();
    all.sort_by(|one, other| one.key().cmp(other.key()));
    all.dedup_by(|one, other| one.key() == other.key());
    all
}

fn any_change(random: &mut Random) -> Change {
    match random.below(3) {
        0 => any_observation(random).into(),
        1 => merge(random).into(),
        _ => withdrawal(random).into(),
    }
}

fn withdrawal(random: &mut Random) -> Withdrawal {
    Withdrawal::new(key(random), "wrong".parse().expect("a reason")).expect("it can be withdrawn")
}

/// A merge of a value or a comment. Some values do not fit the status that they meet.
fn merge(random: &mut Random) -> ObservationMerge {
    let fitting = any_observation(random);
    let fields = if random.once_in(2) {
        let status = (!random.once_in(4)).then_some(GivenStatus::Default);
        GivenFields { value: Some(fitting.value().clone()), status, ..GivenFields::default() }
    } else {
        let comment = (*random.pick(&["", "seen", "counted"])).to_owned();
        GivenFields { comment: Some(comment), ..GivenFields::default() }
    };
    ObservationMerge::new(fitting.key().clone(), fields).expect("it gives something that fits")
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
