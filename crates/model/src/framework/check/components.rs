//! Strong components: what leads round to itself.
//!
//! *Invariant:* each edge is followed once, and nothing recurs, so that a large graph costs no more than its size.

/// The strong components of a graph (Tarjan 1972).
pub(super) struct Components {
    /// By vertex: its component.
    of: Vec<usize>,
    /// The vertices of each; a component comes after all that it leads to.
    members: Vec<Vec<usize>>,
}

impl Components {
    /// The components of a graph that is given by where each vertex leads to.
    pub(super) fn new(leads_to: &[Vec<usize>]) -> Self {
        const UNSEEN: usize = usize::MAX;
        let count = leads_to.len();
        let (mut place, mut low, mut of) = (vec![UNSEEN; count], vec![0; count], vec![UNSEEN; count]);
        let (mut seen, mut open, mut members) = (0, Vec::new(), Vec::new());
        for start in 0..count {
            if place[start] != UNSEEN {
                continue;
            }
            let mut way = vec![(start, 0)];
            while let Some((vertex, next)) = way.pop() {
                if next == 0 {
                    (place[vertex], low[vertex]) = (seen, seen);
                    seen += 1;
                    open.push(vertex);
                } else {
                    let before = leads_to[vertex][next - 1];
                    low[vertex] = low[vertex].min(low[before]);
                }
                let ahead = leads_to[vertex][next..].iter().position(|to| {
                    if place[*to] != UNSEEN && of[*to] == UNSEEN {
                        low[vertex] = low[vertex].min(place[*to]);
                    }
                    place[*to] == UNSEEN
                });
                if let Some(ahead) = ahead {
                    way.push((vertex, next + ahead + 1));
                    way.push((leads_to[vertex][next + ahead], 0));
                } else if low[vertex] == place[vertex] {
                    let from = open.iter().rposition(|one| *one == vertex).unwrap_or_default();
                    let component = open.split_off(from);
                    for one in &component {
                        of[*one] = members.len();
                    }
                    members.push(component);
                }
            }
        }
        Self { of, members }
    }

    /// The vertices, each after all that it leads to, except those that lead back to it.
    pub(super) fn bottom_up(&self) -> impl Iterator<Item = usize> {
        self.members.iter().flatten().copied()
    }

    /// Whether a vertex leads round to itself.
    pub(super) fn is_round(&self, vertex: usize, leads_to: &[Vec<usize>]) -> bool {
        self.members[self.of[vertex]].len() > 1 || leads_to[vertex].contains(&vertex)
    }

    /// A shortest way from a vertex round to itself: the vertices in between, none if there is no way.
    pub(super) fn way_round(&self, vertex: usize, leads_to: &[Vec<usize>]) -> Option<Vec<usize>> {
        let mut from = std::collections::HashMap::new();
        let mut waiting = std::collections::VecDeque::from([vertex]);
        while let Some(at) = waiting.pop_front() {
            for to in leads_to[at].iter().filter(|to| self.of[**to] == self.of[vertex]) {
                if *to == vertex {
                    let back = std::iter::successors(Some(at), |at| from.get(at).copied());
                    let mut way: Vec<_> = back.take_while(|at| *at != vertex).collect();
                    way.reverse();
                    return Some(way);
                }
                if !from.contains_key(to) {
                    from.insert(*to, at);
                    waiting.push_back(*to);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_reported_with_a_shortest_way() {
        // 0 → 1 → 2 → 0, 2 → 3, 3 → 4 → 3 by a detour, 5 → 5, 6 → 0.
        let graph = [vec![1], vec![2], vec![0, 3], vec![4], vec![3], vec![5], vec![0]].map(Vec::from);
        let components = Components::new(&graph);
        let round: Vec<_> = (0..7).filter(|vertex| components.is_round(*vertex, &graph)).collect();
        assert_eq!(round, [0, 1, 2, 3, 4, 5]);
        assert_eq!(components.way_round(0, &graph), Some(vec![1, 2]));
        assert_eq!(components.way_round(5, &graph), Some(vec![]));
        assert_eq!(components.way_round(6, &graph), None);
        let order: Vec<_> = components.bottom_up().collect();
        let place = |vertex| order.iter().position(|one| *one == vertex);
        assert!(place(3) < place(0) && place(0) < place(6));
    }
}
