//! Areas, with what is known of them.

use tenseven_api::v1;
use tenseven_catalog::{GroupKind, Translations};
use tenseven_model::AreaKind;
use tenseven_observatory::ListedArea;

/// An area.
pub(crate) fn area(listed: ListedArea) -> v1::Area {
    let ListedArea { code, name, translations, alpha2, m49, groups, group_kind } = listed;
    let kind = match code.kind() {
        AreaKind::Country => v1::AreaKind::Country,
        AreaKind::LocalUnit => v1::AreaKind::LocalUnit,
        AreaKind::Group => v1::AreaKind::Group,
    };
    let group_kind = group_kind.map_or(v1::GroupKind::Unspecified, |kind| match kind {
        GroupKind::Global => v1::GroupKind::Global,
        GroupKind::Region => v1::GroupKind::Region,
        GroupKind::SubRegion => v1::GroupKind::SubRegion,
        GroupKind::IntermediateRegion => v1::GroupKind::IntermediateRegion,
        GroupKind::Special => v1::GroupKind::Special,
    });
    v1::Area {
        code: code.to_string(),
        kind: kind.into(),
        names: Some(names(name, translations)),
        alpha2: alpha2.unwrap_or_default(),
        m49: m49.map(|m49| m49.to_string()).unwrap_or_default(),
        groups: groups.iter().map(|group| format!("m49:{group}")).collect(),
        group_kind: group_kind.into(),
    }
}

fn names(english: String, translations: Translations) -> v1::AreaNames {
    let Translations { arabic, chinese, french, russian, spanish } = translations;
    v1::AreaNames { ar: arabic, zh: chinese, en: english, fr: french, ru: russian, es: spanish }
}
