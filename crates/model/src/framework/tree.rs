//! The checked framework: a tree of nodes in depth-first order, with lookups.

use std::collections::HashMap;

use super::{Band, BandsClosed, FrameworkDraft, FrameworkError, FrameworkRef, Leaf, Node, NodeBody, check};
use crate::{Indicator, IndicatorId, NodeId, Outcome, Precision, equality::Scale};

/// A node's index in [`Framework::nodes`]; 0 is the root, or the first of several. Parents come before their children.
pub type NodeIndex = usize;

/// A framework that can be scored.
#[derive(Debug, Clone, PartialEq)]
pub struct Framework {
    draft: FrameworkDraft,
    parents: Vec<Option<NodeIndex>>,
    children: Vec<Vec<NodeIndex>>,
    leaves: Vec<NodeIndex>,
    indicators_by_id: HashMap<IndicatorId, usize>,
    nodes_by_id: HashMap<NodeId, NodeIndex>,
}

impl TryFrom<FrameworkDraft> for Framework {
    type Error = FrameworkError;

    fn try_from(mut draft: FrameworkDraft) -> Result<Self, FrameworkError> {
        check::findings(&draft)?;
        draft.nodes = depth_first(std::mem::take(&mut draft.nodes));
        let nodes_by_id: HashMap<_, _> =
            draft.nodes.iter().enumerate().map(|(place, node)| (node.id.clone(), place)).collect();
        let parents: Vec<Option<NodeIndex>> = draft
            .nodes
            .iter()
            .map(|node| node.parent.as_ref().and_then(|id| nodes_by_id.get(id).copied()))
            .collect();
        let mut children = vec![Vec::new(); draft.nodes.len()];
        for (place, parent) in parents.iter().enumerate() {
            if let Some(parent) = parent {
                children[*parent].push(place);
            }
        }
        let is_leaf = |place: &usize| matches!(draft.nodes[*place].body, NodeBody::Leaf(_));
        let leaves = (0..draft.nodes.len()).filter(is_leaf).collect();
        let indicators_by_id = draft
            .indicators
            .iter()
            .enumerate()
            .map(|(place, indicator)| (indicator.id.clone(), place))
            .collect();
        Ok(Self { draft, parents, children, leaves, indicators_by_id, nodes_by_id })
    }
}

impl FrameworkDraft {
    /// The framework, if everything in the draft works; otherwise all that does not.
    pub fn check(self) -> Result<Framework, FrameworkError> {
        Framework::try_from(self)
    }
}

/// The nodes with each parent before its children, and siblings and roots in the order given. The nodes form trees.
fn depth_first(nodes: Vec<Node>) -> Vec<Node> {
    let mut below: HashMap<Option<NodeId>, Vec<Node>> = HashMap::new();
    for node in nodes.into_iter().rev() {
        below.entry(node.parent.clone()).or_default().push(node);
    }
    let mut waiting = below.remove(&None).unwrap_or_default();
    let mut ordered = Vec::new();
    while let Some(node) = waiting.pop() {
        waiting.extend(below.remove(&Some(node.id.clone())).unwrap_or_default());
        ordered.push(node);
    }
    ordered
}

impl Framework {
    /// The framework as written, its nodes in depth-first order.
    pub fn draft(&self) -> &FrameworkDraft {
        &self.draft
    }

    /// The framework's id with its version.
    pub fn reference(&self) -> FrameworkRef {
        FrameworkRef { id: self.draft.id.clone(), version: Some(self.draft.version.clone()) }
    }

    /// All nodes; a root first, parents before their children, each root with all below it before the next one.
    pub fn nodes(&self) -> &[Node] {
        &self.draft.nodes
    }

    /// The node above; none for the root.
    pub fn parent(&self, node: NodeIndex) -> Option<NodeIndex> {
        self.parents[node]
    }

    /// The nodes without a parent, in order; at least one.
    pub fn roots(&self) -> impl Iterator<Item = NodeIndex> + '_ {
        (0..self.parents.len()).filter(|node| self.parents[*node].is_none())
    }

    /// The root that a node is, or that it is below.
    pub fn root_of(&self, node: NodeIndex) -> NodeIndex {
        std::iter::successors(Some(node), |below| self.parents[*below]).last().unwrap_or(node)
    }

    /// The nodes directly below, in order.
    pub fn children(&self, node: NodeIndex) -> &[NodeIndex] {
        &self.children[node]
    }

    /// The nodes directly below that its score and coverage are made from, in order.
    pub fn counted_children(&self, node: NodeIndex) -> impl DoubleEndedIterator<Item = NodeIndex> + '_ {
        self.children[node].iter().copied().filter(|child| self.draft.nodes[*child].counts)
    }

    /// The node above that is made from it; none for the root, and for a node that is published without counting.
    pub fn counted_parent(&self, node: NodeIndex) -> Option<NodeIndex> {
        self.parents[node].filter(|_| self.draft.nodes[node].counts)
    }

    /// The places of all leaves, in order.
    pub fn leaves(&self) -> &[NodeIndex] {
        &self.leaves
    }

    /// The leaf at this place, if it is one.
    pub fn leaf(&self, node: NodeIndex) -> Option<&Leaf> {
        match &self.draft.nodes.get(node)?.body {
            NodeBody::Leaf(leaf) => Some(leaf),
            NodeBody::Branch(_) => None,
        }
    }

    /// The depth of a node; 0 for the root.
    pub fn depth(&self, node: NodeIndex) -> usize {
        std::iter::successors(self.parents[node], |above| self.parents[*above]).count()
    }

    /// With which decimals the score of a node is published; none: with all that it has.
    pub fn precision(&self, node: NodeIndex) -> Option<Precision> {
        self.draft.nodes[node].precision.or(self.draft.precision)
    }

    /// The score of a node as it is published: what ranks, bands and formulas look at.
    pub fn published_score(&self, node: NodeIndex, score: Outcome) -> Outcome {
        score.map(|score| self.precision(node).map_or(score, |precision| precision.round(score)))
    }

    /// The place of a node.
    pub fn node(&self, id: &NodeId) -> Option<NodeIndex> {
        self.nodes_by_id.get(id).copied()
    }

    /// An indicator that the framework defines.
    pub fn indicator(&self, id: &IndicatorId) -> Option<&Indicator> {
        self.indicators_by_id.get(id).map(|place| &self.draft.indicators[*place])
    }

    /// The band of a score; none below the lowest band or where there are no bands.
    pub fn band(&self, score: f64) -> Option<&Band> {
        self.band_place(score).map(|place| &self.draft.bands[place])
    }

    /// The place of the score's band among the framework's.
    pub fn band_place(&self, score: f64) -> Option<usize> {
        band_of(&self.draft.bands, self.draft.bands_closed, score)
    }
}

/// The place of the score's band among `bands`, which are in order, the lowest first; none below the lowest. Whether a score reaches a
/// band is decided by [`crate::equality`].
pub fn band_of(bands: &[Band], closed: BandsClosed, score: f64) -> Option<usize> {
    let scale = Scale::of(bands.iter().map(|band| band.from).chain([score]));
    let is_within = |(place, band): (usize, &Band)| match closed {
        BandsClosed::Above if place > 0 => scale.compare(score, band.from).is_gt(),
        BandsClosed::Above | BandsClosed::Below => scale.reaches(score, band.from),
    };
    bands.iter().enumerate().rposition(is_within)
}
