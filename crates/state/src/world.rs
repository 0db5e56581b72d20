//! Reference data: areas, measures, instruments, and the bundled frameworks and practices.

use std::collections::{BTreeSet, HashMap};

use tenseven_catalog::{Catalog, Instrument, Measure};
use tenseven_engine::Geography;
use tenseven_model::{Alpha3, AreaCode, AreaSelection, InstrumentId, M49, MeasureId, closest};

use crate::unknown::{UnknownArea, UnknownInstrument, UnknownMeasure};

/// How many codes of areas are user-assigned: XAA to XZZ.
const USER_ASSIGNED: usize = 26 * 26;

/// A selection of areas cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AreaSelectionError {
    /// It names local units, each with its index.
    #[error("{} of the areas are local units; name their countries", .0.len())]
    LocalUnits(Vec<(usize, AreaCode)>),
    /// It names an area that does not exist.
    #[error(transparent)]
    Area(#[from] UnknownArea),
}

/// The catalogue with what the engine needs of it.
pub struct World {
    catalog: &'static Catalog,
    geography: Geography,
    area_count: usize,
}

impl World {
    /// The world of a catalogue.
    pub fn new(catalog: &'static Catalog) -> Self {
        let areas = catalog.areas();
        let groups: HashMap<_, _> = areas
            .groups()
            .map(|group| (group.code, group.members.iter().copied().collect::<BTreeSet<_>>()))
            .collect();
        let geography = Geography::new(areas.iter().map(|area| area.alpha3), groups);
        let named = areas.iter().filter(|area| !area.alpha3.is_user_assigned()).count();
        Self { catalog, geography, area_count: named + USER_ASSIGNED }
    }

    /// How many countries and areas can be observed: those that the catalogue names, and all user-assigned codes.
    pub fn area_count(&self) -> usize {
        self.area_count
    }

    /// The catalogue.
    pub fn catalog(&self) -> &'static Catalog {
        self.catalog
    }

    /// The areas and groups as the engine needs them.
    pub fn geography(&self) -> &Geography {
        &self.geography
    }

    /// The name of a country or area; empty where the catalogue names none.
    pub fn name(&self, country: Alpha3) -> &str {
        self.catalog.areas().get(country).map_or("", |area| area.name.as_str())
    }

    /// Succeeds if the area exists. Codes from XAA to XZZ always do, and so do their local units.
    pub fn check(&self, area: &AreaCode) -> Result<(), UnknownArea> {
        let known = match area {
            AreaCode::Country(country) | AreaCode::Local(country, _) => {
                country.is_user_assigned() || self.catalog.areas().get(*country).is_some()
            }
            AreaCode::Group(group) => self.catalog.areas().group(*group).is_some(),
        };
        if known { Ok(()) } else { Err(self.unknown(area)) }
    }

    fn unknown(&self, area: &AreaCode) -> UnknownArea {
        let areas = self.catalog.areas();
        let meant: Vec<String> = areas.meant_by(area).iter().map(|meant| areas.described(meant)).collect();
        UnknownArea { area: area.clone(), suggestion: (!meant.is_empty()).then(|| meant.join(" or ")) }
    }

    /// The groups that have a country or area as a member.
    pub(crate) fn groups_of(&self, country: Alpha3) -> impl Iterator<Item = M49> {
        self.catalog.areas().groups_of(country).map(|group| group.code)
    }

    /// The countries and areas that a selection means, each once.
    pub fn members(&self, selection: &[AreaSelection]) -> Result<BTreeSet<Alpha3>, AreaSelectionError> {
        let local = |(index, one): (usize, &AreaSelection)| match one {
            AreaSelection::Area(area @ AreaCode::Local(..)) => Some((index, area.clone())),
            AreaSelection::Area(AreaCode::Country(_) | AreaCode::Group(_)) | AreaSelection::World => None,
        };
        let local: Vec<_> = selection.iter().enumerate().filter_map(local).collect();
        if !local.is_empty() {
            return Err(AreaSelectionError::LocalUnits(local));
        }
        let mut members = BTreeSet::new();
        for one in selection {
            match one {
                AreaSelection::World => members.extend(self.catalog.areas().iter().map(|area| area.alpha3)),
                AreaSelection::Area(area) => {
                    self.check(area)?;
                    match area {
                        AreaCode::Country(country) | AreaCode::Local(country, _) => {
                            members.insert(*country);
                        }
                        AreaCode::Group(group) => {
                            let group =
                                self.catalog.areas().group(*group).ok_or_else(|| self.unknown(area))?;
                            members.extend(group.members.iter().copied());
                        }
                    }
                }
            }
        }
        Ok(members)
    }
}

impl World {
    /// A measure of the catalogue.
    pub fn measure(&self, id: &MeasureId) -> Result<&'static Measure, UnknownMeasure> {
        self.catalog.measure(id).ok_or_else(|| {
            let known = self.catalog.measures().iter().map(|measure| measure.id.as_str());
            let suggestion = closest(id.as_str(), known).map(str::to_owned);
            UnknownMeasure { measure: id.clone(), suggestion }
        })
    }

    /// An instrument of the catalogue.
    pub fn instrument(&self, id: &InstrumentId) -> Result<&'static Instrument, UnknownInstrument> {
        self.catalog.instrument(id).ok_or_else(|| {
            let known = self.catalog.instruments().iter().map(|instrument| instrument.id.as_str());
            let suggestion = closest(id.as_str(), known).map(str::to_owned);
            UnknownInstrument { instrument: id.clone(), suggestion }
        })
    }
}
