//! Grants in words, as JSON and in one cell.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::wrapped;
use crate::output::{time::instant, value::named};

/// The name of a grant's role, for example `contributor`.
pub(super) fn role(grant: &v1::Grant) -> String {
    named(grant.role().as_str_name(), "ROLE_")
}

/// What a role allows.
fn allows(role: v1::Role) -> &'static str {
    match role {
        v1::Role::Unspecified => "a role that this program does not know",
        v1::Role::Reader => "read and watch all but open codings",
        v1::Role::Contributor => "push, merge and withdraw observations",
        v1::Role::Coder => "rate units, and see these ratings",
        v1::Role::Curator => "keep practices, decide between ratings, see all ratings",
        v1::Role::Publisher => "publish and retire frameworks",
        v1::Role::Operator => "read the server's status, take backups",
        v1::Role::Admin => "everything, with partners, keys and grants",
    }
}

/// The lists of a grant that are not empty.
fn lists(grant: &v1::Grant) -> Vec<(&'static str, &[String])> {
    let frameworks =
        if grant.role() == v1::Role::Publisher { "frameworks that begin with" } else { "frameworks" };
    let v1::Grant { role: _, indicators, frameworks: named, areas, sources, coders, curators } = grant;
    let all: [(&'static str, &[String]); 6] = [
        ("indicators", indicators),
        (frameworks, named),
        ("areas", areas),
        ("sources", sources),
        ("coders", coders),
        ("curators", curators),
    ];
    all.into_iter().filter(|(_, names)| !names.is_empty()).collect()
}

/// Writes what a grant allows, and what it covers on lines of its own.
pub(super) fn write(out: &mut dyn Write, grant: &v1::Grant) -> io::Result<()> {
    writeln!(out, "  {}: {}", role(grant), allows(grant.role()))?;
    for (title, names) in lists(grant) {
        match names {
            [all] if all == "*" => writeln!(out, "    {title}: all")?,
            names => wrapped::names(out, 4, title, names)?,
        }
    }
    Ok(())
}

/// Writes the grants of a partner, each with the revision that names it.
pub(super) fn write_all(out: &mut dyn Write, grants: &[v1::PartnerGrant]) -> io::Result<()> {
    if grants.is_empty() {
        return writeln!(out, "Grants: none");
    }
    writeln!(out, "Grants:")?;
    for v1::PartnerGrant { revision, add_time, grant } in grants {
        write(out, &grant.clone().unwrap_or_default())?;
        writeln!(out, "    granted at revision {revision}, {}", instant(add_time.as_ref()))?;
    }
    Ok(())
}

/// The grant as a document.
pub(super) fn json(grant: &v1::Grant) -> Json {
    let v1::Grant { role: _, indicators, frameworks, areas, sources, coders, curators } = grant;
    json!({
        "role": role(grant),
        "indicators": indicators,
        "frameworks": frameworks,
        "areas": areas,
        "sources": sources,
        "coders": coders,
        "curators": curators,
    })
}

/// The grants of a partner as documents.
pub(super) fn all_json(grants: &[v1::PartnerGrant]) -> Vec<Json> {
    let one = |v1::PartnerGrant { revision, add_time, grant }: &v1::PartnerGrant| {
        let grant = json(&grant.clone().unwrap_or_default());
        json!({ "revision": revision, "add_time": instant(add_time.as_ref()), "grant": grant })
    };
    grants.iter().map(one).collect()
}

/// The grant in one cell, for example `contributor: indicators *; areas MAR; sources hcp`.
pub(super) fn cell(grant: &v1::Grant) -> String {
    let lists: Vec<String> =
        lists(grant).iter().map(|(title, names)| format!("{title} {}", names.join(" "))).collect();
    let role = role(grant);
    if lists.is_empty() { role } else { format!("{role}: {}", lists.join("; ")) }
}

/// The grants of a partner in one cell.
pub(super) fn all_cell(grants: &[v1::PartnerGrant]) -> String {
    let cells: Vec<String> = grants.iter().filter_map(|one| one.grant.as_ref()).map(cell).collect();
    cells.join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contributor() -> v1::Grant {
        let list = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        v1::Grant {
            role: v1::Role::Contributor.into(),
            indicators: list(&["*"]),
            areas: list(&["MAR", "m49:015"]),
            sources: list(&["hcp"]),
            ..Default::default()
        }
    }

    #[test]
    fn a_grant_states_what_it_allows_and_covers() {
        let mut out = Vec::new();
        write(&mut out, &contributor()).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "  contributor: push, merge and withdraw observations\n    indicators: all\n    \
             areas: MAR, m49:015\n    sources: hcp\n"
        );
        assert_eq!(cell(&contributor()), "contributor: indicators *; areas MAR m49:015; sources hcp");
    }

    #[test]
    fn the_prefixes_of_a_publisher_are_called_so() {
        let role = v1::Role::Publisher.into();
        let grant = v1::Grant { role, frameworks: vec!["nso-".to_owned()], ..Default::default() };
        assert_eq!(cell(&grant), "publisher: frameworks that begin with nso-");
    }

    #[test]
    fn what_a_role_allows_fits_on_a_line() {
        for role in 0..=7 {
            let role = v1::Role::try_from(role).unwrap();
            assert!(allows(role).len() <= 60, "{role:?}");
        }
    }
}
