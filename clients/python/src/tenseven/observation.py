"""From the cells of a row to an observation.

A row is an observation or the list of everything that is wrong with it. An absent cell has no value: None, NaN, pandas' NA and
NaT, and text of white space alone. A value is never made from one.
"""

from __future__ import annotations

import difflib
import math
import numbers
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .errors import Violation
from .v1 import observation_pb2 as v1

if TYPE_CHECKING:
    from collections.abc import Callable

EVIDENCE_COUNT_MAX = 16
"""Most pieces of evidence on one observation."""

PLAIN = (
    "indicator", "area", "period", "source", "value", "numerator", "denominator", "level", "flag", "missing",
    "status", "comment", "method",
)  # fmt: skip
VALUE = ("value", "numerator", "denominator", "level", "flag", "missing")
EVIDENCE = ("citation", "url", "quote")
RECORDED = ("revision", "accept_time", "submission_id", "partner")
MISSING = {
    name.removeprefix("MISSING_REASON_").lower(): number
    for name, number in v1.MissingReason.items()
    if number != v1.MISSING_REASON_UNSPECIFIED
}
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
FLAGS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True)
class Observation:
    """A value for an indicator, an area, a period and a source; a later one with these four revises it.

    Exactly one of `value`, `numerator` with `denominator`, `level`, `flag` and `missing` is given.
    """

    indicator: str
    """The id of an indicator of a published framework, as `dual-nationality`."""
    area: str
    """ISO 3166-1 alpha-3 (`MAR`), user-assigned (`XAA` to `XZZ`) or a local unit (`MAR/casablanca`)."""
    period: str | int
    """SDMX time period of the indicator's length: `2020`, `2020-S1`, `2020-Q2`, `2020-06`."""
    source: str
    """Who the value comes from: 1 to 64 characters of A-Z a-z 0-9 . _ -"""
    value: float | None = None
    """A finite number in the indicator's unit; a count is whole and at least 0."""
    numerator: float | None = None
    """Of a ratio: the part; between 0 and the denominator."""
    denominator: float | None = None
    """Of a ratio: the whole; above 0."""
    level: str | None = None
    """The code of a level of the indicator's rubric."""
    flag: bool | None = None
    """Whether a policy exists."""
    missing: str | None = None
    """Why there is no value: `not_applicable`, `not_collected`, `confidential` or `not_available`."""
    status: str | None = None
    """SDMX OBS_STATUS code; `A` unless given, and of a missing value the one that fits the reason."""
    comment: str | None = None
    """A remark for readers; at most 4,000 characters."""
    method: str | None = None
    """How the value was made; at most 4,000 characters."""
    citation: str | None = None
    """What is cited; at most 1,000 characters."""
    url: str | None = None
    """Where that can be read, http or https; at most 2,000 characters."""
    quote: str | None = None
    """The words that matter there; at most 4,000 characters."""

    def cells(self) -> dict[str, object]:
        """Return the fields by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def place_of(column: str) -> tuple[str, int] | None:
    """Return the part of evidence and its place from 0, of `url_2` `("url", 1)`; none for another column."""
    name, _, number = column.partition("_")
    if name not in EVIDENCE or (number and re.fullmatch(r"[1-9]\d?", number, re.ASCII) is None):
        return None
    place = int(number or 1)
    return (name, place - 1) if place <= EVIDENCE_COUNT_MAX and column != f"{name}_" else None


def unknown_column(column: object) -> str | None:
    """Return what is wrong with the name of a column; none where it is known."""
    name = str(column)
    if isinstance(column, str) and (name in PLAIN or place_of(name) is not None):
        return None
    if name in RECORDED:
        return f"column {name} is the registry's to give; leave it out"
    near = difflib.get_close_matches(name.lower(), [*PLAIN, *EVIDENCE], n=1)
    remedy = f"did you mean {near[0]}?" if near else "remove it, or name it comment or method"
    return f"column {name!r} is not known; {remedy}"


def absent(cell: object) -> bool:
    """Return whether a cell is absent."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return True
    if isinstance(cell, str):
        return False
    try:
        return bool(cell != cell)
    except (TypeError, ValueError, ArithmeticError):
        return type(cell).__name__ == "NAType" or (isinstance(cell, Decimal) and cell.is_nan())


class CellError(Exception):
    """What is wrong with a cell."""


def text(cell: object) -> str:
    """Return the text of a cell; whole numbers are written as such."""
    if isinstance(cell, str):
        try:
            cell.encode()
        except UnicodeEncodeError:
            raise CellError(
                "the text holds half a character (a lone surrogate); read the file as UTF-8"
            ) from None
        return str(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    hint = ", a period as 2020, 2020-Q2 or 2020-06" if hasattr(cell, "year") else ""
    raise CellError(f"{cell!r} is of type {type(cell).__name__}; give text{hint}")


def code(cell: object) -> str:
    """Return the text of a cell without white space around it."""
    return text(cell).strip()


def number(cell: object) -> float:
    """Return the number of a cell, if a float holds it."""
    if isinstance(cell, bool):
        raise CellError(f"{cell} is a flag; give a number, or use column flag")
    if isinstance(cell, str):
        if NUMBER.fullmatch(cell.strip()) is None:
            raise CellError(f"{cell!r} is not a number; write it as 1234.5, without thousands separators")
        return float(cell)
    if not isinstance(cell, (numbers.Real, Decimal)):
        raise CellError(f"{cell!r} is of type {type(cell).__name__}; give a number")
    try:
        found = float(cell)
    except OverflowError:
        found = math.inf
    if isinstance(cell, int) and found != cell:
        raise CellError(f"{cell} is a whole number that no 64-bit float holds")
    return found


def flag(cell: object) -> bool:
    """Return the flag of a cell."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, str) and cell.strip() in FLAGS:
        return FLAGS[cell.strip()]
    raise CellError(f"{cell!r} is neither true nor false")


def missing(cell: object) -> int:
    """Return the reason of a cell."""
    if isinstance(cell, str) and cell.strip() in MISSING:
        return MISSING[cell.strip()]
    raise CellError(f"{cell!r} is no reason; give {', '.join(MISSING)}")


class Row:
    """A row while it is read."""

    def __init__(
        self,
        place: int,
        cells: Mapping[Any, object],
        unknown: Callable[[object], str | None] = unknown_column,
    ) -> None:
        self.place = place
        self.violations: list[Violation] = []
        self.cells: dict[str, object] = {}
        for column, cell in cells.items():
            wrong = unknown(column)
            if wrong is not None:
                self.refuse(str(column), wrong)
                continue
            # NumPy's scalars are taken as Python's.
            plain = cell.item() if getattr(cell, "shape", None) == () and hasattr(cell, "item") else cell
            if not absent(plain):
                self.cells[column] = plain

    def refuse(self, column: str, description: str) -> None:
        self.violations.append(Violation("", description, "", self.place, column))

    def read(self, column: str, how: Any) -> Any:
        """Return the value of a cell; none if it is absent, or refused."""
        if column not in self.cells:
            return None
        try:
            return how(self.cells[column])
        except CellError as error:
            self.refuse(column, str(error))
            return None

    def value(self) -> v1.Value | None:
        ways = [
            "numerator" if way == "denominator" else way
            for way in VALUE
            if way in self.cells and not (way == "denominator" and "numerator" in self.cells)
        ]
        if not ways:
            self.refuse(
                "",
                "the row gives no value; fill value, numerator and denominator, level, flag, or missing with the reason",
            )
        elif len(ways) > 1:
            self.refuse("", f"the row gives several values ({', '.join(ways)}); give one")
        elif ways == ["numerator"]:
            for part in ("numerator", "denominator"):
                if part not in self.cells:
                    self.refuse(part, "is empty; a ratio needs both its numerator and its denominator")
            ratio = v1.Ratio(
                numerator=self.read("numerator", number), denominator=self.read("denominator", number)
            )
            return v1.Value(ratio=ratio)
        elif ways == ["value"]:
            return v1.Value(number=self.read("value", number))
        elif ways == ["level"]:
            return v1.Value(level=self.read("level", code))
        elif ways == ["flag"]:
            return v1.Value(flag=self.read("flag", flag))
        else:
            return v1.Value(missing=self.read("missing", missing))
        return None

    def evidence(self) -> list[v1.Evidence]:
        pieces: dict[int, v1.Evidence] = {}
        for column in self.cells:
            found = place_of(column)
            if found is None:
                continue
            name, place = found
            value = self.read(column, code if name == "url" else text)
            if value:
                setattr(pieces.setdefault(place, v1.Evidence()), name, value)
        return [pieces[place] for place in sorted(pieces)]


def no_row(place: int, given: object, wanted: str = "an Observation or a dict") -> Violation:
    """Return what is wrong with something that has no cells."""
    wrong = f"a row is {wanted} of cells, not {type(given).__name__}"
    return Violation("", wrong, "", place)


def read_row(place: int, given: object) -> tuple[v1.Observation | None, list[Violation]]:
    """Return the observation of a row, or everything that is wrong with it."""
    cells = given.cells() if isinstance(given, Observation) else given
    if not isinstance(cells, Mapping):
        return None, [no_row(place, given)]
    row = Row(place, cells)
    observation = v1.Observation(
        indicator=row.read("indicator", code),
        area=row.read("area", code),
        period=row.read("period", code),
        source=row.read("source", code),
        value=row.value(),
        status=row.read("status", code),
        evidence=row.evidence(),
        comment=row.read("comment", text),
        method=row.read("method", text),
    )
    return (None, row.violations) if row.violations else (observation, [])
