//! Explanations: trace a score back to observations.

use std::{collections::HashMap, sync::Arc};

use tenseven_engine::{Explanation, explain::Made, others::OTHER_VALUES_MAX};
use tenseven_model::{
    Alpha3, AreaCode, Framework, FrameworkRef, NodeId, Notes, Observation, ObservationKey, Period,
    framework::NodeIndex,
};
use tenseven_state::frameworks::FrameworkLookupError;

use super::{
    nodes::{self, UnknownNodes},
    scores::{CountryError, WrongFrequency, check_frequency},
};
use crate::{Published, Recorded, Unreadable, View, records::Found, snapshot::NotScored};

/// Maximum number of observations that are listed for one read.
pub const READ_OBSERVATIONS_MAX: usize = 50;
/// Maximum number of observations in one answer, each counted as often as it is listed.
const OBSERVATIONS_MAX: usize = 4_000;
/// Maximum number of bytes of texts in one answer: with all else it stays below the 4 MiB that stock clients read.
const TEXT_BYTES_MAX: usize = 1_500_000;
/// Observations whose texts are fetched together.
const FETCHED_TOGETHER: usize = 64;

/// Why a score is not explained.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ExplanationError {
    /// The reference means no version.
    #[error(transparent)]
    Framework(#[from] FrameworkLookupError),
    /// The area has no scores.
    #[error(transparent)]
    Country(#[from] CountryError),
    /// A period has the wrong length.
    #[error(transparent)]
    Frequency(#[from] WrongFrequency),
    /// The framework has no such nodes.
    #[error(transparent)]
    Nodes(#[from] UnknownNodes),
    /// There are no scores by the version.
    #[error(transparent)]
    NotScored(#[from] NotScored),
    /// The journal cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// How the score of a node of one area for one period came about.
pub struct ScoreExplanation {
    /// The framework that it was made with.
    pub published: Arc<Published>,
    /// The area.
    pub area: Alpha3,
    /// Its name; empty where the catalogue names none.
    pub area_name: String,
    /// The period.
    pub period: Period,
    /// The requested nodes, by their index in the framework.
    pub nodes: Vec<NodeIndex>,
    /// How all nodes came about.
    pub explanation: Explanation,
    /// By node: how much its weight counts.
    pub effective_weights: Vec<Option<f64>>,
    /// The observations that were read.
    pub observations: HashMap<ObservationKey, Recorded>,
    /// How many of them are here without their texts.
    pub texts_left_out: u32,
}

impl View {
    /// How the score of a node, or of every root, and of all below it came about.
    pub fn explain(
        &self,
        framework: &FrameworkRef,
        area: &AreaCode,
        period: Period,
        node: Option<&NodeId>,
    ) -> Result<ScoreExplanation, ExplanationError> {
        let published = self.state().version_of(framework)?;
        let area = self.country(area)?;
        check_frequency(&published, "period", Some(period))?;
        let framework = &published.framework;
        let nodes = match node {
            Some(_) => branch(framework, nodes::one(framework, node)?),
            None => (0..framework.nodes().len()).collect(),
        };
        let explanation = self.board(&published)?.explain_nodes(period, area, &nodes, OTHER_VALUES_MAX);
        let (observations, texts_left_out) = self.read_by(&explanation, &nodes)?;
        Ok(ScoreExplanation {
            published,
            area,
            area_name: self.world().name(area).to_owned(),
            period,
            nodes,
            effective_weights: explanation.effective_weights(),
            explanation,
            observations,
            texts_left_out,
        })
    }

    /// The observations that nodes were computed from, and how many of them have no texts.
    fn read_by(
        &self,
        explanation: &Explanation,
        nodes: &[NodeIndex],
    ) -> Result<(HashMap<ObservationKey, Recorded>, u32), Unreadable> {
        let panel = self.state().panel();
        let (keys, uses) = keys(explanation, nodes);
        let mut found =
            keys.into_iter().filter_map(|key| Some(Found { cell: panel.get(&key)?, key })).peekable();
        let (mut observations, mut bytes, mut left_out) = (HashMap::new(), 0, 0);
        while found.peek().is_some() {
            let mut together: Vec<_> = found.by_ref().take(FETCHED_TOGETHER).collect();
            let is_full = left_out > 0;
            for one in together.iter_mut().filter(|one| is_full && one.cell.notes.is_some()) {
                one.cell.notes = None;
                left_out += 1;
            }
            for mut recorded in self.recorded(together)? {
                let times = uses.get(recorded.observation.key()).copied().unwrap_or(1);
                let length = recorded.observation.notes().text_bytes() * times;
                if bytes + length > TEXT_BYTES_MAX {
                    recorded.observation = Arc::new(without_texts(&recorded)?);
                    left_out += 1;
                } else {
                    bytes += length;
                }
                observations.insert(recorded.observation.key().clone(), recorded);
            }
        }
        Ok((observations, left_out))
    }
}

fn without_texts(recorded: &Recorded) -> Result<Observation, Unreadable> {
    let Recorded { observation, revision, .. } = recorded;
    let (key, value) = (observation.key().clone(), observation.value().clone());
    let bare = Observation::new(key, value, Some(observation.status()), Notes::default());
    bare.map_err(|_| Unreadable { revision: *revision })
}

/// A node and all below it, in order.
fn branch(framework: &Framework, top: NodeIndex) -> Vec<NodeIndex> {
    let depth = framework.depth(top);
    let below = (top + 1..framework.nodes().len()).take_while(|node| framework.depth(*node) > depth);
    std::iter::once(top).chain(below).collect()
}

/// The keys of the observations that nodes were computed from, each once, and how many times each is listed.
fn keys(
    explanation: &Explanation,
    nodes: &[NodeIndex],
) -> (Vec<ObservationKey>, HashMap<ObservationKey, usize>) {
    let reads = nodes.iter().filter_map(|node| match &explanation.nodes.get(*node)?.made {
        Made::Leaf(stages) => Some(&stages.reads),
        Made::Branch(_) => None,
    });
    let all = reads.flatten().flat_map(|read| [&read.observations, &read.passed_over]);
    let all = all.flat_map(|keys| keys.iter().take(READ_OBSERVATIONS_MAX));
    let (mut keys, mut uses) = (Vec::new(), HashMap::new());
    for key in all.take(OBSERVATIONS_MAX) {
        let times: &mut usize = uses.entry(key.clone()).or_default();
        if *times == 0 {
            keys.push(key.clone());
        }
        *times += 1;
    }
    (keys, uses)
}
