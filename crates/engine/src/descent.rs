//! The way down: which part of a root's score belongs to each node below it.
//!
//! *Invariant:* what a node passes on to its parts adds up to what it holds, but for rounding.

use tenseven_model::{Framework, Outcome, framework::NodeIndex};

use crate::number;

/// What is handed down from a root, by node.
pub(crate) struct Sums {
    /// What the node adds to the node above.
    pub(crate) to_parent: Vec<f64>,
    /// What of the root's score falls to the node as a part.
    pub(crate) held: Vec<f64>,
    /// What of it falls to parts below the node, past the node itself.
    pub(crate) passed: Vec<f64>,
}

impl Sums {
    /// Hands down to its parts what falls to a node.
    pub(crate) fn hand_down(
        &mut self,
        framework: &Framework,
        (node, score): (NodeIndex, f64),
        parts: &[(NodeIndex, f64, f64)],
        scores: &[Outcome],
    ) {
        let known: Vec<_> = parts.iter().filter(|(part, ..)| scores[*part].is_ok()).collect();
        let weights = number::sum(&known.iter().map(|(_, weight, _)| weight.abs()).collect::<Vec<_>>());
        for (part, weight, adds) in known {
            // A score of 0 has no shares; its weights say how it is made.
            let share = match score {
                0.0 if weights > 0.0 => weight.abs() / weights,
                0.0 => 0.0,
                score => adds / score,
            };
            let handed = self.held[node] * share;
            self.held[*part] += handed;
            let way = std::iter::successors(Some(*part), |below| framework.parent(*below));
            for below in way.take_while(|below| *below != node) {
                if below != *part {
                    self.passed[below] += handed;
                }
                if framework.parent(below) == Some(node) {
                    self.to_parent[below] += adds;
                }
            }
        }
    }
}
