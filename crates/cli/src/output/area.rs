//! Countries and areas, groups and local units: the list of them.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{
    Document, Sheet, Table,
    value::{constant, named},
};

/// The list of areas, as answered.
#[derive(Debug)]
pub(crate) struct AreaListView {
    /// The areas.
    pub(crate) areas: Vec<v1::Area>,
    /// The revision that they were answered at.
    pub(crate) revision: u64,
    /// The history that it belongs to.
    pub(crate) history_id: String,
}

impl Document for AreaListView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(&["area", "alpha-2", "M49", "kind", "name", "groups"]);
        for area in &self.areas {
            let v1::Area { code, kind: _, names, alpha2, m49, groups, group_kind: _ } = area;
            let group_kind = group_kind(area);
            let kind = if group_kind.is_empty() { kind_name(area) } else { group_kind };
            let name = names.as_ref().map(|names| names.en.clone()).unwrap_or_default();
            table.row([code.clone(), alpha2.clone(), m49.clone(), kind, name, groups.join(", ")]);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        json!({
            "areas": self.areas.iter().map(area_json).collect::<Vec<_>>(),
            "revision": self.revision,
            "history_id": self.history_id,
        })
    }

    fn sheet(&self) -> Sheet {
        let header = vec![
            "code",
            "kind",
            "name_ar",
            "name_zh",
            "name_en",
            "name_fr",
            "name_ru",
            "name_es",
            "alpha2",
            "m49",
            "groups",
            "group_kind",
        ];
        Sheet { header, rows: self.areas.iter().map(area_cells).collect() }
    }
}

fn kind_name(area: &v1::Area) -> String {
    constant(area.kind().as_str_name(), "AREA_KIND_")
}

/// The kind of a group; empty where the area is none.
fn group_kind(area: &v1::Area) -> String {
    named(area.group_kind().as_str_name(), "GROUP_KIND_")
}

fn area_json(area: &v1::Area) -> Json {
    let v1::Area { code, kind: _, names, alpha2, m49, groups, group_kind: _ } = area;
    let v1::AreaNames { ar, zh, en, fr, ru, es } = names.clone().unwrap_or_default();
    json!({
        "code": code,
        "kind": kind_name(area),
        "names": { "ar": ar, "zh": zh, "en": en, "fr": fr, "ru": ru, "es": es },
        "alpha2": alpha2,
        "m49": m49,
        "groups": groups,
        "group_kind": group_kind(area),
    })
}

fn area_cells(area: &v1::Area) -> Vec<String> {
    let v1::Area { code, kind: _, names, alpha2, m49, groups, group_kind: _ } = area;
    let v1::AreaNames { ar, zh, en, fr, ru, es } = names.clone().unwrap_or_default();
    let (code, kind, groups) = (code.clone(), kind_name(area), groups.join(" "));
    vec![code, kind, ar, zh, en, fr, ru, es, alpha2.clone(), m49.clone(), groups, group_kind(area)]
}
