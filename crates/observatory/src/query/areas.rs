//! Listings of countries and areas, local units and groups.

use std::collections::BTreeSet;

use tenseven_catalog::{AreaSearch, Findable, GroupKind, Translations};
use tenseven_model::{Alpha3, AreaCode, AreaListSelection, AreaSelection, M49};

use super::timelines;
use crate::{AreaSelectionError, Cursor, InvalidPageToken, View};

/// An area and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedArea {
    /// Its code.
    pub code: AreaCode,
    /// Its English name; empty where the catalogue names none.
    pub name: String,
    /// Its names in other languages.
    pub translations: Translations,
    /// Its alpha-2 code; none where it has none.
    pub alpha2: Option<String>,
    /// Its number in M49; none where it has none.
    pub m49: Option<M49>,
    /// The groups that a country or area belongs to, the widest first.
    pub groups: Vec<M49>,
    /// What a group is; none where it is no group.
    pub group_kind: Option<GroupKind>,
}

/// One page of areas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaPage {
    /// The areas: countries and areas, then local units, then groups; each by code.
    pub areas: Vec<ListedArea>,
    /// The cursor of the next page; none on the last page.
    pub next: Option<Cursor>,
}

/// Why areas are not listed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListAreasError {
    /// A country, an area or a local unit has no members.
    #[error("{0} is no group; give the code of one, as m49:015")]
    NotAGroup(AreaCode),
    /// There is no such group.
    #[error(transparent)]
    Group(#[from] AreaSelectionError),
    /// The page token is of no such listing.
    #[error(transparent)]
    PageToken(#[from] InvalidPageToken),
}

impl View {
    /// The countries, areas and groups of the catalogue, and the areas and local units that were observed at this revision, if they
    /// pass the filter.
    pub fn areas(
        &self,
        filter: &AreaListSelection,
        size: usize,
        after: Option<&Cursor>,
    ) -> Result<AreaPage, ListAreasError> {
        let AreaListSelection { search, kind, group } = filter;
        let members = group.as_ref().map(|group| self.members_of_group(group)).transpose()?;
        let after = after.map(|after| after.after.parse::<AreaCode>().map_err(|_| InvalidPageToken));
        let after = after.transpose()?;
        let search = search.as_deref().map(AreaSearch::new);
        let passes = |area: &ListedArea| search.as_ref().is_none_or(|search| is_found(search, area));
        let mut listed = self
            .area_codes()
            .into_iter()
            .filter(|code| after.as_ref().is_none_or(|after| code > after))
            .filter(|code| kind.is_none_or(|kind| code.kind() == kind))
            .filter(|code| members.as_ref().is_none_or(|members| is_member(members, code)))
            .map(|code| self.listed_area(code))
            .filter(passes);
        let areas: Vec<_> = listed.by_ref().take(size).collect();
        let next = listed.next().and(areas.last()).map(|last| self.cursor(last.code.to_string()));
        if next.is_some() {
            self.keep();
        }
        Ok(AreaPage { areas, next })
    }

    fn members_of_group(&self, group: &AreaSelection) -> Result<BTreeSet<Alpha3>, ListAreasError> {
        if let AreaSelection::Area(area @ (AreaCode::Country(_) | AreaCode::Local(..))) = group {
            // The code of a group in other lists, for example WLD, has the form of a country's code: the error explains it.
            self.world().check(area).map_err(AreaSelectionError::from)?;
            return Err(ListAreasError::NotAGroup(area.clone()));
        }
        Ok(self.world().members(std::slice::from_ref(group))?)
    }

    /// Every area that the catalogue has or that was observed.
    fn area_codes(&self) -> BTreeSet<AreaCode> {
        let areas = self.world().catalog().areas();
        let countries = areas.iter().map(|area| AreaCode::Country(area.alpha3));
        let groups = areas.groups().map(|group| AreaCode::Group(group.code));
        let observed = timelines::timelines(self.state().panel(), None, None).map(|listed| listed.area);
        countries.chain(groups).chain(observed).collect()
    }

    fn listed_area(&self, code: AreaCode) -> ListedArea {
        let areas = self.world().catalog().areas();
        let mut listed = ListedArea {
            code,
            name: String::new(),
            translations: Translations::default(),
            alpha2: None,
            m49: None,
            groups: Vec::new(),
            group_kind: None,
        };
        match listed.code {
            AreaCode::Country(country) => {
                if let Some(area) = areas.get(country) {
                    listed.name.clone_from(&area.name);
                    listed.translations.clone_from(&area.translations);
                    listed.alpha2.clone_from(&area.alpha2);
                    listed.m49 = area.m49;
                }
                listed.groups = areas.groups_of(country).map(|group| group.code).collect();
            }
            AreaCode::Group(code) => {
                if let Some(group) = areas.group(code) {
                    listed.name.clone_from(&group.name);
                    listed.group_kind = Some(group.kind);
                }
                listed.m49 = Some(code);
            }
            AreaCode::Local(..) => {}
        }
        listed
    }
}

fn is_member(members: &BTreeSet<Alpha3>, code: &AreaCode) -> bool {
    matches!(code, AreaCode::Country(country) if members.contains(country))
}

fn is_found(search: &AreaSearch, area: &ListedArea) -> bool {
    let ListedArea { code, name, translations, alpha2, m49, groups: _, group_kind: _ } = area;
    let names = std::iter::once(name.as_str()).chain(translations.iter());
    search.finds(Findable { code, alpha2: alpha2.as_deref(), m49: *m49, names })
}
