//! The index of codings: coder, judgement, unit and round of each, and the revision at which the journal holds its texts.
//!
//! *Invariant:* a fold over the journal. Texts are not in it. Cloning is cheap.

use std::sync::Arc;

use imbl::OrdMap;
use tenseven_model::{AreaCode, CoderId, IndicatorId, Judgement, Period, Revision, Unit};

/// One coding in the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedCoding {
    /// Its coder.
    pub coder: CoderId,
    /// The revision that accepted it.
    pub revision: Revision,
    /// The judgement.
    pub judgement: Judgement,
}

/// The codings of one round of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Round {
    /// By coder, then revision.
    filed: Vec<IndexedCoding>,
    /// The revision that closed it.
    pub adjudicated: Option<Revision>,
}

/// All rounds of a unit; only the last can be open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    rounds: Vec<Round>,
}

/// The area and period of a unit.
type UnitKey = (AreaCode, Period);

/// All codings.
#[derive(Debug, Clone, Default)]
pub struct Codings {
    units: OrdMap<IndicatorId, OrdMap<UnitKey, Arc<History>>>,
    len: usize,
}

impl Round {
    /// A round with these codings.
    pub fn new(mut filed: Vec<IndexedCoding>, adjudicated: Option<Revision>) -> Self {
        filed.sort_by(|one, other| (&one.coder, one.revision).cmp(&(&other.coder, other.revision)));
        Self { filed, adjudicated }
    }

    /// Every coding, by coder, then revision; each with whether it is its coder's last.
    pub fn all(&self) -> impl Iterator<Item = (&IndexedCoding, bool)> {
        self.filed.iter().enumerate().map(|(index, filed)| {
            let is_last = self.filed.get(index + 1).is_none_or(|next| next.coder != filed.coder);
            (filed, is_last)
        })
    }

    /// The last coding of each coder, by coder.
    pub fn current(&self) -> impl Iterator<Item = &IndexedCoding> {
        self.all().filter(|(_, is_last)| *is_last).map(|(filed, _)| filed)
    }

    fn push(&mut self, filed: IndexedCoding) {
        let index = self.filed.partition_point(|known| known.coder <= filed.coder);
        self.filed.insert(index, filed);
    }
}

impl History {
    /// A unit with these rounds.
    pub fn new(rounds: Vec<Round>) -> Self {
        Self { rounds }
    }

    /// The rounds, each with its number from 1.
    pub fn rounds(&self) -> impl Iterator<Item = (u32, &Round)> {
        (1..).zip(&self.rounds)
    }

    /// The round that codings go into now; none where the next one opens it.
    pub fn open(&self) -> Option<(u32, &Round)> {
        self.rounds().last().filter(|(_, round)| round.adjudicated.is_none())
    }

    /// The number of the round that the next coding belongs to.
    fn number(&self) -> u32 {
        let closed = self.rounds.iter().filter(|round| round.adjudicated.is_some()).count();
        u32::try_from(closed).unwrap_or(u32::MAX).saturating_add(1)
    }

    fn open_mut(&mut self) -> &mut Round {
        if self.open().is_none() {
            self.rounds.push(Round::default());
        }
        let last = self.rounds.len() - 1;
        &mut self.rounds[last]
    }
}

impl Codings {
    /// The rounds of a unit.
    pub fn of(&self, unit: &Unit) -> Option<&History> {
        let units = self.units.get(unit.indicator())?;
        units.get(&(unit.area().clone(), unit.period())).map(Arc::as_ref)
    }

    /// The number of the round of a unit that the next coding belongs to.
    pub fn open_round(&self, unit: &Unit) -> u32 {
        self.of(unit).map_or(1, History::number)
    }

    /// The last coding of a coder in the open round of a unit.
    pub fn current(&self, unit: &Unit, coder: &CoderId) -> Option<&IndexedCoding> {
        let (_, round) = self.of(unit)?.open()?;
        round.current().find(|filed| filed.coder == *coder)
    }

    /// The round of a unit that a revision filed a coding in or closed.
    pub fn round_of(&self, unit: &Unit, revision: Revision) -> Option<u32> {
        let holds = |round: &Round| {
            round.adjudicated == Some(revision) || round.filed.iter().any(|filed| filed.revision == revision)
        };
        self.of(unit)?.rounds().find(|(_, round)| holds(round)).map(|(number, _)| number)
    }

    /// Adds a coding to the open round of its unit.
    pub fn file(&mut self, unit: &Unit, filed: IndexedCoding) {
        self.history(unit).open_mut().push(filed);
        self.len += 1;
    }

    /// Closes the open round of a unit.
    pub fn close(&mut self, unit: &Unit, revision: Revision) {
        self.history(unit).open_mut().adjudicated = Some(revision);
    }

    fn history(&mut self, unit: &Unit) -> &mut History {
        let units = self.units.entry(unit.indicator().clone()).or_default();
        Arc::make_mut(units.entry((unit.area().clone(), unit.period())).or_default())
    }

    /// Puts a unit in whole, as a checkpoint holds it; not where it is there already.
    pub fn put(&mut self, unit: &Unit, history: History) -> bool {
        if self.of(unit).is_some() {
            return false;
        }
        self.len += history.rounds.iter().map(|round| round.filed.len()).sum::<usize>();
        *self.history(unit) = history;
        true
    }

    /// How many codings there are, revised ones included.
    pub fn count(&self) -> usize {
        self.len
    }

    /// How many units there are.
    pub fn unit_count(&self) -> usize {
        self.units.values().map(OrdMap::len).sum()
    }

    /// The units of one indicator, or of all, from one on, by indicator, area and period.
    pub fn units<'a>(
        &'a self,
        indicator: Option<&'a IndicatorId>,
        from: Option<&'a Unit>,
    ) -> impl Iterator<Item = (Unit, &'a History)> {
        let indicators = self
            .units
            .iter()
            .filter(move |(known, _)| indicator.is_none_or(|indicator| indicator == *known))
            .filter(move |(known, _)| from.is_none_or(|from| *known >= from.indicator()));
        indicators.flat_map(move |(known, units)| {
            let from = from.filter(|from| from.indicator() == known);
            units
                .iter()
                .filter(move |((area, period), _)| {
                    from.is_none_or(|from| (area, *period) >= (from.area(), from.period()))
                })
                .filter_map(|((area, period), history)| {
                    // Every unit was one when it was put in.
                    let unit = Unit::new(known.clone(), area.clone(), *period).ok()?;
                    Some((unit, history.as_ref()))
                })
        })
    }
}

impl PartialEq for Codings {
    fn eq(&self, other: &Self) -> bool {
        self.units == other.units
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(area: &str) -> Unit {
        Unit::new("access".parse().unwrap(), area.parse().unwrap(), "2020".parse().unwrap()).unwrap()
    }

    fn filed(coder: &str, revision: u64, level: &str) -> IndexedCoding {
        let judgement = Judgement::Level(level.parse().unwrap());
        IndexedCoding { coder: coder.parse().unwrap(), revision: Revision::new(revision), judgement }
    }

    #[test]
    fn adjudication_closes_a_round_and_the_next_coding_opens_the_next() {
        let (mut codings, unit) = (Codings::default(), unit("MAR"));
        assert_eq!(codings.open_round(&unit), 1);
        codings.file(&unit, filed("b", 1, "basic"));
        codings.file(&unit, filed("a", 2, "basic"));
        codings.file(&unit, filed("b", 3, "elaborated"));
        let current = |codings: &Codings, coder: &str| {
            codings.current(&unit, &coder.parse().unwrap()).map(|filed| filed.revision.number())
        };
        assert_eq!([current(&codings, "a"), current(&codings, "b")], [Some(2), Some(3)]);
        codings.close(&unit, Revision::new(4));
        assert_eq!((codings.open_round(&unit), current(&codings, "a")), (2, None));
        codings.file(&unit, filed("a", 5, "basic"));
        assert_eq!((codings.open_round(&unit), current(&codings, "a")), (2, Some(5)));
        let rounds: Vec<_> = (1..=5).map(|number| codings.round_of(&unit, Revision::new(number))).collect();
        assert_eq!(rounds, [Some(1), Some(1), Some(1), Some(1), Some(2)]);
        assert_eq!((codings.count(), codings.unit_count()), (4, 1));
    }

    #[test]
    fn units_come_in_order_from_any_one_on() {
        let mut codings = Codings::default();
        for area in ["TUN", "MAR", "LBY"] {
            codings.file(&unit(area), filed("a", 1, "basic"));
        }
        let areas = |from: Option<&Unit>| -> Vec<String> {
            codings.units(None, from).map(|(unit, _)| unit.area().to_string()).collect()
        };
        assert_eq!(areas(None), ["LBY", "MAR", "TUN"]);
        assert_eq!(areas(Some(&unit("MAR"))), ["MAR", "TUN"]);
    }
}
