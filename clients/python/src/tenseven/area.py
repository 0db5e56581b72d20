"""Countries and areas, groups and local units: their rows."""

from __future__ import annotations

from .table import Row, named, of_kind, ordered
from .v1 import area_pb2 as areas

LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")
AREAS = ordered(
    f"code kind {' '.join(f'name_{language}' for language in LANGUAGES)} alpha2 m49 groups group_kind",
    of_kind("list", "groups"),
)
KINDS = {
    "": areas.AREA_KIND_UNSPECIFIED,
    "country": areas.AREA_KIND_COUNTRY,
    "group": areas.AREA_KIND_GROUP,
    "local_unit": areas.AREA_KIND_LOCAL_UNIT,
}


def area_row(area: areas.Area) -> Row:
    """The row of an area."""
    return {
        "code": area.code,
        "kind": named(areas.AreaKind, area.kind, "AREA_KIND_"),
        **{f"name_{language}": getattr(area.names, language) or None for language in LANGUAGES},
        "alpha2": area.alpha2 or None,
        "m49": area.m49 or None,
        "groups": list(area.groups),
        "group_kind": named(areas.GroupKind, area.group_kind, "GROUP_KIND_"),
    }
