//! Knots of a graph of files: sets in which every file uses every other, directly or through others.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt,
};

use super::edges::Edges;

/// Files that use each other in a circle.
pub(crate) struct Knot {
    pub(crate) files: Vec<String>,
    /// The shortest circle: each file with the item by which the one before uses it.
    circle: Vec<(String, String)>,
}

impl fmt::Display for Knot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.circle.last().map(|(file, _)| file.as_str()).unwrap_or_default();
        write!(f, "{start}")?;
        for (file, item) in &self.circle {
            write!(f, " → {file} ({item})")?;
        }
        if self.files.len() > self.circle.len() {
            write!(f, ", in a knot of {} files: {}", self.files.len(), self.files.join(", "))?;
        }
        Ok(())
    }
}

/// All knots of a crate, in the order of their first files.
pub(crate) fn knots(edges: &Edges) -> Vec<Knot> {
    let reached: Vec<BTreeSet<usize>> =
        (0..edges.files.len()).map(|start| reached_from(edges, start)).collect();
    let mut knots = Vec::new();
    let mut done = BTreeSet::<usize>::new();
    for start in 0..edges.files.len() {
        if !reached[start].contains(&start) || done.contains(&start) {
            continue;
        }
        let members: BTreeSet<usize> =
            reached[start].iter().copied().filter(|other| reached[*other].contains(&start)).collect();
        done.extend(&members);
        let circle = members.iter().filter_map(|member| shortest_circle(edges, *member)).min_by_key(Vec::len);
        let circle = circle.expect("every member of a knot reaches itself");
        knots.push(Knot {
            files: members.iter().map(|member| edges.files[*member].clone()).collect(),
            circle: circle.into_iter().map(|(file, item)| (edges.files[file].clone(), item)).collect(),
        });
    }
    knots
}

fn reached_from(edges: &Edges, start: usize) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![start];
    while let Some(file) = waiting.pop() {
        waiting.extend(edges.to[file].keys().filter(|next| reached.insert(**next)));
    }
    reached
}

/// The shortest way from a file back to itself: each step's file and item.
fn shortest_circle(edges: &Edges, start: usize) -> Option<Vec<(usize, String)>> {
    let mut came_from = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(file) = waiting.pop_front() {
        for next in edges.to[file].keys() {
            if !came_from.contains_key(next) {
                came_from.insert(*next, file);
                waiting.push_back(*next);
            }
        }
    }
    let mut circle = Vec::new();
    let mut at = start;
    loop {
        let before = *came_from.get(&at)?;
        circle.push((at, edges.to[before][&at].clone()));
        at = before;
        if at == start {
            break;
        }
    }
    circle.reverse();
    Some(circle)
}
