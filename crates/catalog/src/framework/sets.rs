//! Sets of areas: the groups that a framework states, and the naming of those and of the catalogue's.

use tenseven_model::{
    Alpha3, AreaCode, M49,
    framework::{AreaGroup, AreaSet},
};

use super::{
    names::{Ids, Known},
    table::{INHERITED_MAX, Table, Word},
};

/// The groups that the framework states.
pub(super) fn groups(parts: &[Table<'_>], known: &Known<'_>) -> Vec<AreaGroup> {
    let group = |part: &Table<'_>| {
        let label = part.words("label", "\"Landlocked countries\"");
        let areas = part.list("areas").into_iter().filter_map(|word| area(part, "areas", word, known));
        let areas = areas.collect();
        let members_of = part.list("members_of");
        let members_of = members_of.into_iter().filter_map(|word| listed(part, "members_of", word, known));
        let members_of = members_of.collect();
        Some(AreaGroup { id: part.parsed("id")?, label, areas, members_of })
    };
    parts.iter().filter_map(group).collect()
}

/// The sets of areas that a list names.
pub(super) fn sets(table: &Table<'_>, key: &str, groups: &Ids<'_>, known: &Known<'_>) -> Vec<AreaSet> {
    table
        .list_up_to(key, INHERITED_MAX)
        .into_iter()
        .filter_map(|word| set(table, key, word, groups, known))
        .collect()
}

/// The sets of areas and the single areas that a list names.
pub(super) fn sets_and_areas(
    table: &Table<'_>,
    key: &str,
    groups: &Ids<'_>,
    known: &Known<'_>,
) -> Vec<AreaSet> {
    let is_area = |text: &str| !groups.has(text) && text.parse::<Alpha3>().is_ok();
    let named = |word: Word<'_>| {
        if is_area(word.text) {
            area(table, key, word, known).map(AreaSet::Area)
        } else {
            set(table, key, word, groups, known)
        }
    };
    table.list_up_to(key, INHERITED_MAX).into_iter().filter_map(named).collect()
}

/// A set of areas by its name: `m49:015`, or the id of a group of the framework.
pub(super) fn set(
    table: &Table<'_>,
    key: &str,
    word: Word<'_>,
    groups: &Ids<'_>,
    known: &Known<'_>,
) -> Option<AreaSet> {
    if word.text.starts_with("m49:") {
        return listed(table, key, word, known).map(AreaSet::M49);
    }
    if groups.check(table, key, word) { table.parse_word(key, word).map(AreaSet::Own) } else { None }
}

fn listed(table: &Table<'_>, key: &str, word: Word<'_>, known: &Known<'_>) -> Option<M49> {
    match word.text.parse() {
        Ok(AreaCode::Group(group)) if known.anything || known.groups.contains(&group) => Some(group),
        Ok(AreaCode::Group(group)) => {
            table.find_at(word.at, key, format!("m49:{group} is no group of the UN standard M49"));
            None
        }
        Ok(_) | Err(_) => {
            let problem = format!("{:?} is no group of the UN standard M49; write it as m49:015", word.text);
            table.find_at(word.at, key, problem);
            None
        }
    }
}

/// A country or area by its code.
pub(super) fn area(table: &Table<'_>, key: &str, word: Word<'_>, known: &Known<'_>) -> Option<Alpha3> {
    let area: Alpha3 = table.parse_word(key, word)?;
    if known.anything || area.is_user_assigned() || known.areas.contains(&area) {
        return Some(area);
    }
    let problem = format!("{area} is no country or area of ISO 3166-1; give its three letters, as MAR");
    table.find_at(word.at, key, problem);
    None
}
