//! Grants: what a partner may do. What is not granted is not allowed.
//!
//! *Invariant:* a grant says what it covers: a list of names, or everything, which has to be asked for by `*`. An empty list is no
//! grant.

use std::{fmt, str::FromStr};

use crate::{AreaCode, CoderId, CuratorId, FrameworkId, IndicatorId, SourceId};

/// Most names in a list of a grant.
pub const SCOPE_ENTRIES_MAX: usize = 1_000;
/// What means everything in a list.
const ALL: &str = "*";

/// Why lists make no grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// A list is empty.
    #[error("is empty; name what is granted, or give \"*\" for everything")]
    Empty,
    /// A list names too much.
    #[error("has {0} entries; at most {SCOPE_ENTRIES_MAX} are allowed, or \"*\" for everything")]
    TooMany(usize),
    /// A list has `*` and names.
    #[error("has \"*\", which means everything, among other entries; give either")]
    Mixed,
    /// An entry is none.
    #[error("entry {index}: {problem}")]
    Entry {
        /// Its index, counted from 0.
        index: usize,
        /// What is wrong with it.
        problem: String,
    },
}

/// What a grant covers of one kind of thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope<T> {
    /// Everything.
    All,
    /// What is named, in order, each once.
    These(Vec<T>),
}

impl<T> Scope<T> {
    /// The scope of a list of names, or of `*`.
    pub fn parse(names: &[String]) -> Result<Self, GrantError>
    where
        T: FromStr<Err: fmt::Display> + Ord,
    {
        match names {
            [] => Err(GrantError::Empty),
            [all] if all == ALL => Ok(Self::All),
            names if names.len() > SCOPE_ENTRIES_MAX => Err(GrantError::TooMany(names.len())),
            names if names.iter().any(|name| name == ALL) => Err(GrantError::Mixed),
            names => {
                let mut parsed = parse_all(names)?;
                parsed.sort_unstable();
                parsed.dedup();
                Ok(Self::These(parsed))
            }
        }
    }

    /// Its names, or `*`.
    pub fn names(&self) -> Vec<String>
    where
        T: fmt::Display,
    {
        match self {
            Self::All => vec![ALL.to_owned()],
            Self::These(names) => names.iter().map(ToString::to_string).collect(),
        }
    }

    /// Whether it covers something.
    pub fn covers(&self, one: &T) -> bool
    where
        T: Ord,
    {
        match self {
            Self::All => true,
            Self::These(names) => names.binary_search(one).is_ok(),
        }
    }

    /// Whether it covers something that one of its names `means`.
    pub fn covers_where(&self, means: impl FnMut(&T) -> bool) -> bool {
        match self {
            Self::All => true,
            Self::These(names) => names.iter().any(means),
        }
    }

    /// Whether it names what it covers.
    pub fn is_named(&self) -> bool {
        matches!(self, Self::These(_))
    }
}

fn parse_all<T: FromStr<Err: fmt::Display>>(names: &[String]) -> Result<Vec<T>, GrantError> {
    let parse = |(index, name): (usize, &String)| {
        name.parse().map_err(|problem: T::Err| GrantError::Entry { index, problem: problem.to_string() })
    };
    names.iter().enumerate().map(parse).collect()
}

impl<T: fmt::Display> fmt::Display for Scope<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join(", "))
    }
}

/// Which observations a contributor may change: those whose indicator, area and source are all covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContributionScope {
    indicators: Option<Scope<IndicatorId>>,
    frameworks: Vec<FrameworkId>,
    areas: Scope<AreaCode>,
    sources: Scope<SourceId>,
}

impl ContributionScope {
    /// The scope of lists: `indicators` or `frameworks` may be empty, but not both. On failure, the name of the list.
    pub fn parse(
        indicators: &[String],
        frameworks: &[String],
        areas: &[String],
        sources: &[String],
    ) -> Result<Self, (&'static str, GrantError)> {
        let has_frameworks = !frameworks.is_empty();
        if let Some(index) = frameworks.iter().position(|name| name == ALL) {
            let problem = "frameworks are named one by one; give indicators \"*\" for all of every framework"
                .to_owned();
            return Err(("frameworks", GrantError::Entry { index, problem }));
        }
        if frameworks.len() > SCOPE_ENTRIES_MAX {
            return Err(("frameworks", GrantError::TooMany(frameworks.len())));
        }
        let indicators = match Scope::parse(indicators) {
            Ok(scope) => Some(scope),
            Err(GrantError::Empty) if has_frameworks => None,
            Err(error) => return Err(("indicators", error)),
        };
        Ok(Self {
            indicators,
            frameworks: parse_all(frameworks).map_err(|error| ("frameworks", error))?,
            areas: Scope::parse(areas).map_err(|error| ("areas", error))?,
            sources: Scope::parse(sources).map_err(|error| ("sources", error))?,
        })
    }

    /// The indicators that are named one by one; none if only frameworks are.
    pub fn indicators(&self) -> Option<&Scope<IndicatorId>> {
        self.indicators.as_ref()
    }

    /// The frameworks all of whose indicators are covered.
    pub fn frameworks(&self) -> &[FrameworkId] {
        &self.frameworks
    }

    /// The areas; a country covers its local units, a group its members.
    pub fn areas(&self) -> &Scope<AreaCode> {
        &self.areas
    }

    /// The sources.
    pub fn sources(&self) -> &Scope<SourceId> {
        &self.sources
    }
}

/// Which ratings a coder may give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodingScope {
    /// The ids that it may rate under.
    pub coders: Scope<CoderId>,
    /// The indicators that it may rate.
    pub indicators: Scope<IndicatorId>,
}

/// Which frameworks a publisher may publish and retire: those whose id begins so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrefixScope(pub Scope<FrameworkId>);

impl PrefixScope {
    /// Whether it covers a framework.
    pub fn covers(&self, id: &FrameworkId) -> bool {
        self.0.covers_where(|prefix| id.as_str().starts_with(prefix.as_str()))
    }
}

/// What a partner may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// Read and watch observations, scores, frameworks, practices, and what codings everybody may see.
    Reader,
    /// Push, merge and withdraw observations.
    Contributor(Box<ContributionScope>),
    /// Rate units on rubrics.
    Coder(Box<CodingScope>),
    /// Keep the good practices, and decide between ratings, under these ids.
    Curator(Scope<CuratorId>),
    /// Publish and retire frameworks.
    Publisher(PrefixScope),
    /// Read the server's status and take backups.
    Operator,
    /// Everything, and the only one to manage partners, keys and grants.
    Admin,
}

/// The kinds of grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// [`Grant::Reader`].
    Reader,
    /// [`Grant::Contributor`].
    Contributor,
    /// [`Grant::Coder`].
    Coder,
    /// [`Grant::Curator`].
    Curator,
    /// [`Grant::Publisher`].
    Publisher,
    /// [`Grant::Operator`].
    Operator,
    /// [`Grant::Admin`].
    Admin,
}

impl Role {
    /// Its name in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Contributor => "contributor",
            Self::Coder => "coder",
            Self::Curator => "curator",
            Self::Publisher => "publisher",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Grant {
    /// Its role.
    pub fn role(&self) -> Role {
        match self {
            Self::Reader => Role::Reader,
            Self::Contributor(_) => Role::Contributor,
            Self::Coder(_) => Role::Coder,
            Self::Curator(_) => Role::Curator,
            Self::Publisher(_) => Role::Publisher,
            Self::Operator => Role::Operator,
            Self::Admin => Role::Admin,
        }
    }
}

/// The grant in a few words, for example `contributor: indicators *; areas MAR; sources hcp`.
impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reader | Self::Operator | Self::Admin => write!(f, "{}", self.role()),
            Self::Contributor(scope) => {
                write!(f, "contributor: ")?;
                if let Some(indicators) = &scope.indicators {
                    write!(f, "indicators {indicators}; ")?;
                }
                if !scope.frameworks.is_empty() {
                    let names: Vec<&str> = scope.frameworks.iter().map(FrameworkId::as_str).collect();
                    write!(f, "frameworks {}; ", names.join(", "))?;
                }
                write!(f, "areas {}; sources {}", scope.areas, scope.sources)
            }
            Self::Coder(scope) => {
                write!(f, "coder: coders {}; indicators {}", scope.coders, scope.indicators)
            }
            Self::Curator(curators) => write!(f, "curator: curators {curators}"),
            Self::Publisher(PrefixScope(prefixes)) => write!(f, "publisher: frameworks {prefixes}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn everything_has_to_be_asked_for() {
        let parse = |list: &[&str]| Scope::<SourceId>::parse(&names(list));
        assert_eq!(parse(&[]), Err(GrantError::Empty));
        assert_eq!(parse(&["*"]), Ok(Scope::All));
        assert_eq!(parse(&["iom", "*"]), Err(GrantError::Mixed));
        assert!(matches!(parse(&["iom", "a b"]), Err(GrantError::Entry { index: 1, .. })));
        let many: Vec<String> = (0..1_001).map(|number| number.to_string()).collect();
        assert_eq!(Scope::<SourceId>::parse(&many), Err(GrantError::TooMany(1_001)));
        let scope = parse(&["iom", "un"]).unwrap();
        assert!(scope.covers(&"iom".parse().unwrap()) && !scope.covers(&"hcp".parse().unwrap()));
        assert!(Scope::All.covers(&"iom".parse::<SourceId>().unwrap()));
    }

    #[test]
    fn a_contribution_names_indicators_or_frameworks_or_both() {
        let all = names(&["*"]);
        let parse = |indicators: &[&str], frameworks: &[&str]| {
            ContributionScope::parse(&names(indicators), &names(frameworks), &all, &all)
        };
        assert!(parse(&["a"], &[]).is_ok() && parse(&[], &["f"]).is_ok() && parse(&["a"], &["f"]).is_ok());
        assert_eq!(parse(&[], &[]), Err(("indicators", GrantError::Empty)));
        let areas = ContributionScope::parse(&all, &[], &names(&["mar"]), &all);
        assert!(matches!(areas, Err(("areas", GrantError::Entry { index: 0, .. }))), "{areas:?}");
    }

    #[test]
    fn a_grant_is_printed_with_all_that_it_covers() {
        let all = names(&["*"]);
        let scope =
            ContributionScope::parse(&all, &names(&["target-10-7"]), &names(&["MAR", "m49:015"]), &all);
        let grant = Grant::Contributor(Box::new(scope.unwrap()));
        assert_eq!(
            grant.to_string(),
            "contributor: indicators *; frameworks target-10-7; areas MAR, m49:015; sources *"
        );
        let prefixes = Scope::parse(&names(&["nso-"])).unwrap();
        assert!(PrefixScope(prefixes.clone()).covers(&"nso-mar".parse().unwrap()));
        assert!(!PrefixScope(prefixes).covers(&"target-10-7".parse().unwrap()));
    }
}
