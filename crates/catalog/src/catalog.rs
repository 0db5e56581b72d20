//! The catalogue: all that ships, read once and checked as a whole.

use std::{collections::HashSet, sync::LazyLock};

use tenseven_model::{Framework, InstrumentId, M49, MeasureId, Practice, PracticeDraft};

use crate::{
    Areas, AreasError, FrameworkTextError, GuidanceError, Instrument, Measure, Sample, areas,
    framework::{self, Known},
    guidance, sample,
};

/// The frameworks that ship, every version of them, in the order in which they are published into an empty registry: a new version
/// comes last, so that the revisions of those before stay.
const FRAMEWORKS: [&str; 3] = [
    include_str!("../data/frameworks/target-10-7-1.0.0.toml"),
    include_str!("../data/frameworks/sdg-10-7-2.toml"),
    include_str!("../data/frameworks/target-10-7.toml"),
];

/// The framework that practices refer to.
const OF_PRACTICES: &str = "target-10-7";

/// Why what ships cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The areas cannot be read.
    #[error("the areas cannot be read")]
    Areas(#[from] AreasError),
    /// The measures, instruments or practices cannot be read.
    #[error("the measures, instruments or practices cannot be read")]
    Guidance(#[from] GuidanceError),
    /// A framework cannot be read.
    #[error("a framework cannot be read")]
    Framework(#[from] FrameworkTextError),
    /// A practice bears on something that does not exist.
    #[error("practice {practice} names {item}, which is no {kind} of the catalogue; add it or take it out")]
    Practice {
        /// The practice.
        practice: String,
        /// What kind of thing it names.
        kind: &'static str,
        /// What it names.
        item: String,
    },
}

/// All that ships.
#[derive(Debug)]
pub struct Catalog {
    areas: Areas,
    measures: Vec<Measure>,
    instruments: Vec<Instrument>,
    practices: Vec<Practice>,
    frameworks: Vec<Framework>,
    samples: Vec<Sample>,
}

static BUNDLED: LazyLock<Catalog> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the data is part of the program, and a test loads it")]
    Catalog::load().expect("what ships is right, as the test `what_ships_loads` shows")
});

impl Catalog {
    /// What ships, read on first use.
    pub fn bundled() -> &'static Self {
        &BUNDLED
    }

    /// Reads what ships and checks that every reference in it leads somewhere.
    pub fn load() -> Result<Self, CatalogError> {
        let areas = Areas::read(&areas::Files {
            areas: include_str!("../data/areas.csv"),
            groups: include_str!("../data/groups.csv"),
            names: include_str!("../data/area_names.csv"),
            translated_names: include_str!("../data/translated_names.csv"),
            other_codes: include_str!("../data/other_codes.csv"),
        })?;
        let measures = guidance::measures(include_str!("../data/measures.toml"))?;
        let instruments = guidance::instruments(include_str!("../data/instruments.toml"))?;
        let practices = guidance::practices(include_str!("../data/practices.toml"))?;
        let known = known(&areas, &measures, &instruments);
        let frameworks =
            FRAMEWORKS.iter().map(|text| framework::parse(text, &known)).collect::<Result<Vec<_>, _>>()?;
        let catalog =
            Self { areas, measures, instruments, practices, frameworks, samples: sample::samples() };
        catalog.practices.iter().try_for_each(|practice| catalog.check_practice(practice))?;
        Ok(catalog)
    }

    fn check_practice(&self, practice: &PracticeDraft) -> Result<(), CatalogError> {
        let framework = self.newest_framework(OF_PRACTICES);
        let unknown_area = practice.areas.iter().find(|area| self.areas.get(**area).is_none());
        let unknown_domain = practice
            .domains
            .iter()
            .find(|domain| framework.is_none_or(|framework| framework.node(domain).is_none()));
        let unknown_indicator = practice
            .indicators
            .iter()
            .find(|indicator| framework.is_none_or(|framework| framework.indicator(indicator).is_none()));
        let unknown_measure = practice.measures.iter().find(|measure| self.measure(measure).is_none());
        let unknown = [
            ("area", unknown_area.map(ToString::to_string)),
            ("domain", unknown_domain.map(ToString::to_string)),
            ("indicator", unknown_indicator.map(ToString::to_string)),
            ("measure", unknown_measure.map(ToString::to_string)),
        ];
        match unknown.into_iter().find_map(|(kind, item)| item.map(|item| (kind, item))) {
            Some((kind, item)) => {
                Err(CatalogError::Practice { practice: practice.id.to_string(), kind, item })
            }
            None => Ok(()),
        }
    }

    /// The newest version of a framework that ships.
    fn newest_framework(&self, id: &str) -> Option<&Framework> {
        let versions = self.frameworks.iter().map(|framework| (framework.draft(), framework));
        let versions = versions.filter(|(draft, _)| draft.id.as_str() == id);
        versions.max_by_key(|(draft, _)| &draft.version).map(|(_, framework)| framework)
    }

    /// What a framework may refer to.
    fn known(&self) -> Known<'_> {
        known(&self.areas, &self.measures, &self.instruments)
    }

    /// Countries, areas and their groups.
    pub fn areas(&self) -> &Areas {
        &self.areas
    }

    /// The measures that indicators reflect, in order.
    pub fn measures(&self) -> &[Measure] {
        &self.measures
    }

    /// A measure.
    pub fn measure(&self, id: &MeasureId) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.id == *id)
    }

    /// The guidance that indicators can cite, in order.
    pub fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    /// An instrument.
    pub fn instrument(&self, id: &InstrumentId) -> Option<&Instrument> {
        self.instruments.iter().find(|instrument| instrument.id == *id)
    }

    /// The good practices, in order.
    pub fn practices(&self) -> &[Practice] {
        &self.practices
    }

    /// The frameworks that ship as TOML, as their authors wrote them, every version, older versions of one before newer ones.
    pub fn framework_texts(&self) -> &'static [&'static str] {
        &FRAMEWORKS
    }

    /// Observations that ship.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }
}

/// Reads a framework from TOML. What it may refer to (measures, instruments, groups of areas) is what ships.
pub fn parse_framework(text: &str) -> Result<Framework, FrameworkTextError> {
    framework::parse(text, &Catalog::bundled().known())
}

fn known<'a>(areas: &Areas, measures: &'a [Measure], instruments: &'a [Instrument]) -> Known<'a> {
    Known {
        areas: areas.iter().map(|area| area.alpha3).collect(),
        measures: measures.iter().map(|measure| measure.id.as_str()).collect(),
        instruments: instruments.iter().map(|instrument| instrument.id.as_str()).collect(),
        groups: areas.groups().map(|group| group.code).collect::<HashSet<M49>>(),
        anything: false,
    }
}

#[cfg(test)]
mod tests;
