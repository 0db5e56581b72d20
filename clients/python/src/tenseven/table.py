"""Rows: answers of the server as lists of dicts, with the columns of the command line's `--format csv`.

What is absent is None, never 0 and never empty text. Numbers are those of the answer, bit for bit.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Literal

from .observation import EVIDENCE, PLAIN
from .v1 import framework_service_pb2 as frameworks
from .v1 import observation_pb2 as v1
from .v1 import observation_service_pb2 as calls
from .v1 import score_service_pb2 as scores

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from google.protobuf.internal.enum_type_wrapper import _EnumTypeWrapper
    from google.protobuf.timestamp_pb2 import Timestamp

Row = dict[str, Any]
Kind = Literal["text", "number", "count", "flag", "time", "list"]
DTYPES: Mapping[Kind, Any] = {
    "text": "string",
    "number": "float64",
    "count": "Int64",
    "flag": "boolean",
    "time": "datetime64[us, UTC]",
    "list": "object",
}


class Rows(list[Row]):
    """A list of dicts with the same keys, and what belongs to them all.

    `attrs["revision"]` is the revision that they were answered at, `attrs["history_id"]` the history that it belongs to.
    """

    def __init__(self, columns: Mapping[str, Kind], rows: Iterable[Row], **attrs: object) -> None:
        super().__init__({column: row.get(column) for column in columns} for row in rows)
        self.columns = dict(columns)
        self.attrs = attrs

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a DataFrame; needs pandas.

        Text is of dtype `string`, numbers `float64`, counts `Int64`, flags `boolean`, times UTC.
        `frame.attrs` has the revision.
        """
        try:
            import pandas as pd
        except ImportError:
            raise ImportError(
                "pandas is not installed: install tenseven[pandas], or call the method that ends in _rows"
            ) from None
        frame = pd.DataFrame(
            {
                column: pd.Series([row[column] for row in self], dtype=DTYPES[kind]).astype(DTYPES[kind])
                for column, kind in self.columns.items()
            },
            columns=list(self.columns),
        )
        frame.attrs.update(self.attrs)
        return frame


def of_kind(kind: Kind, names: str) -> dict[str, Kind]:
    """Return these columns with this kind."""
    return dict.fromkeys(names.split(), kind)


def ordered(order: str, kinds: Mapping[str, Kind]) -> dict[str, Kind]:
    """Return columns in this order; text unless stated otherwise."""
    return {name: kinds.get(name, "text") for name in order.split()}


COVERAGE = "with_data applicable coverage carried rolled_up imputed imputed_nodes"
COVERAGE_CHANGE = "came lapsed like_for_like from_coverage"
KINDS: dict[str, Kind] = {
    **of_kind(
        "number",
        """score previous_score coverage number value numerator denominator change weight effective_weight contribution
        unrounded contribution_to_root resolved denominated treated transformed normalised tally_share min max
        like_for_like from_coverage""",
    ),
    **of_kind(
        "count",
        """depth with_data applicable carried rolled_up imputed imputed_nodes revision local_unit_count
        areas_with_data area_count tally_count rank scored_indicator_count published_revision retired_revision""",
    ),
    **of_kind("flag", "flag newest rolls_up no_data"),
    **of_kind("time", "accept_time"),
    **of_kind("list", "came lapsed data_areas counted_areas levels criteria measures instruments"),
}
SCORES = ordered(
    f"""framework area area_name period kind id name parent depth score gap band status {COVERAGE} origin number source
    observation_status observed_period revision local_unit_count""",
    KINDS,
)
SCORE_CHANGES = ordered(
    f"""area period node name parent depth score gap band status {COVERAGE} previous_score previous_gap no_data""",
    KINDS,
)
WITHDRAWALS = ordered("indicator area period source reason", KINDS)
TREND = ordered(
    f"""framework area area_name node name period score change change_since gap band status {COVERAGE}
    {COVERAGE_CHANGE}""",
    KINDS,
)
RANK = ordered(f"framework node period rank area area_name score gap band status {COVERAGE}", KINDS)
COMPARE = ordered(
    f"""framework kind id name parent depth area area_name period score difference gap band status {COVERAGE}
    {COVERAGE_CHANGE}""",
    {**KINDS, "difference": "number"},
)
ACCEPTED = ordered(
    "submission_id revision accept_time new revised unchanged",
    {**KINDS, **of_kind("count", "new revised unchanged")},
)
REPORT = ordered(
    """framework period kind clause title unit figure value areas_with_data area_count tally_id tally_label tally_count
    tally_share data_areas counted_areas""",
    KINDS,
)
STAGES = ("resolved", "denominated", "imputed", "treated", "transformed", "normalised")
EXPLAIN = ordered(
    f"""framework area period kind node name parent depth weight effective_weight score unrounded gap contribution
    contribution_to_root {" ".join(STAGES)} role indicator observed_area observed_period source value observation_status
    revision accept_time submission_id partner citation url quote comment""",
    # Here `imputed` is a stage, and `value` is of any kind, as text.
    {**KINDS, "imputed": "number", "value": "text"},
)
FRAMEWORKS = ordered(
    """id version title frequency scored_indicator_count newest published_revision retired_revision retired_for""",
    KINDS,
)
INDICATORS = ordered(
    "id name description kind unit levels min max breakdown_of rolls_up criteria measures instruments", KINDS
)
OBSERVATION = ordered(" ".join((*PLAIN, *EVIDENCE)), KINDS)
RECORDED = ordered("revision accept_time submission_id partner", KINDS)
WITHDRAWN: dict[str, Kind] = {"withdrawal_reason": "text"}


def named(enum: _EnumTypeWrapper[Any], number: int, prefix: str) -> str | None:
    """Return the name of a constant without its prefix, in lower case; none for the unspecified one."""
    if number == 0:
        return None
    try:
        return str(enum.Name(number)).removeprefix(prefix).lower()
    except ValueError:  # A newer server's.
        return f"unknown_{number}"


def gap(number: int) -> str | None:
    return named(scores.ScoreGap, number, "SCORE_GAP_")


def optional(message: Any, field: str) -> Any:
    return getattr(message, field) if message.HasField(field) else None


def moment(message: Any, field: str) -> datetime.datetime | None:
    stamp: Timestamp | None = optional(message, field)
    return None if stamp is None else stamp.ToDatetime(tzinfo=datetime.timezone.utc)


def coverage_cells(coverage: scores.Coverage) -> Row:
    cells = {name: getattr(coverage, name) for name in COVERAGE.split() if name != "coverage"}
    return {**cells, "coverage": coverage.share}


def node_cells(node: scores.NodeScore) -> Row:
    """Return the cells of a node's scores that all tables share."""
    return {
        "name": node.name,
        "score": optional(node, "score"),
        "gap": gap(node.gap),
        "band": node.band or None,
        "status": named(scores.ScoreStatus, node.status, "SCORE_STATUS_"),
        **coverage_cells(node.coverage),
    }


def score_rows(tree: scores.ScoreTree) -> Iterable[Row]:
    """A row for each node and each criterion of a tree."""
    key = {
        "framework": tree.framework,
        "area": tree.area,
        "area_name": tree.area_name or None,
        "period": tree.period,
    }
    for node in tree.nodes:
        row: Row = {
            **key,
            "kind": "node",
            "id": node.node,
            "parent": node.parent or None,
            "depth": node.depth,
        }
        row.update(node_cells(node))
        if node.HasField("leaf"):
            leaf = node.leaf
            row.update(
                origin=named(scores.ValueOrigin, leaf.origin, "VALUE_ORIGIN_"),
                number=leaf.number,
                source=leaf.source or None,
                observation_status=leaf.status or None,
                observed_period=leaf.observed_period or None,
                revision=leaf.revision,
                local_unit_count=leaf.local_unit_count,
            )
        yield row
    for criterion in tree.criteria:
        yield {
            **key,
            "kind": "criterion",
            "id": criterion.criterion,
            "name": criterion.label,
            "score": optional(criterion, "score"),
            "gap": gap(criterion.gap),
            **coverage_cells(criterion.coverage),
        }


def withdrawal_rows(withdrawals: Iterable[v1.Withdrawal]) -> Iterable[Row]:
    for one in withdrawals:
        yield {
            "indicator": one.indicator,
            "area": one.area,
            "period": one.period,
            "source": one.source,
            "reason": one.reason,
        }


def change_rows(message: scores.WatchScoresResponse) -> Iterable[Row]:
    for change in message.changes:
        yield {
            "area": change.area,
            "period": change.period,
            "node": change.score.node,
            "name": change.score.name,
            "parent": change.score.parent or None,
            "depth": change.score.depth,
            **node_cells(change.score),
            "previous_score": optional(change, "previous_score"),
            "previous_gap": gap(change.previous_gap),
            "no_data": change.no_data,
        }


def trend_rows(page: scores.GetTrendResponse) -> Iterable[Row]:
    """A row for each node and period."""
    for point in page.points:
        yield {
            "framework": page.framework,
            "area": page.area,
            "area_name": page.area_name or None,
            "node": point.node.node,
            "period": point.period,
            "change": optional(point, "change"),
            "change_since": point.change_since or None,
            **node_cells(point.node),
            **coverage_change_cells(point.coverage_change),
        }


def compare_rows(answer: scores.CompareScoresResponse, criteria: bool) -> Iterable[Row]:
    """A row for each node, and with `criteria` each criterion, in each column."""
    compared_rows: list[tuple[Row, Any]] = [
        (
            {
                "kind": "node",
                "id": one.node,
                "name": one.name,
                "parent": one.parent or None,
                "depth": one.depth,
            },
            one.scores,
        )
        for one in answer.nodes
    ]
    if criteria:
        compared_rows += [
            ({"kind": "criterion", "id": one.criterion, "name": one.label}, one.scores)
            for one in answer.criteria
        ]
    for row, compared in compared_rows:
        for column, one in zip(answer.columns, compared, strict=True):
            yield {
                "framework": answer.framework,
                **row,
                "area": column.area,
                "area_name": column.area_name or None,
                "period": column.period,
                "score": optional(one, "score"),
                "difference": optional(one, "difference"),
                "gap": gap(one.gap),
                "band": one.band or None,
                "status": named(scores.ScoreStatus, one.status, "SCORE_STATUS_"),
                **coverage_cells(one.coverage),
                **coverage_change_cells(one.coverage_change),
            }


def coverage_change_cells(change: scores.CoverageChange) -> Row:
    """Return how much of a change comes from indicators that came or lapsed; empty where none did."""
    return {
        "came": list(change.came),
        "lapsed": list(change.lapsed),
        "like_for_like": optional(change, "like_for_like"),
        "from_coverage": optional(change, "from_coverage"),
    }


def accepted_row(one: calls.AcceptedSubmission) -> Row:
    """A submission and what it was answered."""
    receipt = one.receipt
    return {
        "submission_id": one.submission_id,
        "revision": receipt.revision,
        "accept_time": moment(receipt, "accept_time"),
        "new": receipt.new_count,
        "revised": receipt.revised_count,
        "unchanged": receipt.unchanged_count,
    }


def rank_rows(answer: scores.RankAreasResponse) -> Iterable[Row]:
    """A row for each area: those with a rank, then those without."""
    key = {"framework": answer.framework, "node": answer.node, "period": answer.period}
    for one in answer.ranked:
        yield {
            **key,
            "rank": one.rank,
            "area": one.area,
            "area_name": one.area_name or None,
            "score": one.score,
            "band": one.band or None,
            "status": named(scores.ScoreStatus, one.status, "SCORE_STATUS_"),
            **coverage_cells(one.coverage),
        }
    for other in answer.unranked:
        yield {
            **key,
            "area": other.area,
            "area_name": other.area_name or None,
            "gap": gap(other.gap),
            "status": "missing",
            **coverage_cells(other.coverage),
        }


def report_rows(answer: scores.GetTargetReportResponse) -> Iterable[Row]:
    """A row for each figure, and below it one for each level or band."""
    for figure in answer.figures:
        key = {
            "framework": answer.framework,
            "period": answer.period,
            "clause": figure.clause,
            "title": figure.title,
            "unit": figure.unit or None,
            "figure": figure.figure,
            "value": optional(figure, "value"),
            "areas_with_data": figure.areas_with_data,
            "area_count": answer.area_count,
        }
        lists = {"data_areas": list(figure.data_areas), "counted_areas": list(figure.counted_areas)}
        yield {**key, "kind": "figure", **lists}
        for entry in figure.tally:
            yield {
                **key,
                "kind": "tally",
                "tally_id": entry.id or None,
                "tally_label": entry.label or None,
                "tally_count": entry.count,
                "tally_share": entry.share,
            }


def explain_rows(explanation: scores.ScoreExplanation) -> Iterable[Row]:
    """A row for each node, and below a leaf one for each observation that it was made from."""
    key = {"framework": explanation.framework, "area": explanation.area, "period": explanation.period}
    for explained in explanation.nodes:
        node = explained.node
        place = {
            **key,
            "node": node.node,
            "name": node.name,
            "parent": node.parent or None,
            "depth": node.depth,
        }
        yield {
            **place,
            "kind": "node",
            "weight": explained.weight,
            "score": optional(node, "score"),
            "gap": gap(node.gap),
            **{
                name: optional(explained, name)
                for name in ("effective_weight", "unrounded", "contribution", "contribution_to_root")
            },
            **{
                stage: optional(getattr(explained.leaf, stage), "number")
                for stage in STAGES
                if explained.HasField("leaf")
            },
        }
        for read in explained.leaf.reads:
            for recorded in read.observations:
                observation = recorded.observation
                yield {
                    **observation_cells(observation),
                    **place,
                    "kind": "observation",
                    "role": named(scores.ReadRole, read.role, "READ_ROLE_"),
                    "observed_area": observation.area,
                    "observed_period": observation.period,
                    "observation_status": observation.status,
                    **recorded_cells(recorded),
                    "value": value_text(observation.value),
                }


def framework_row(summary: frameworks.FrameworkSummary) -> Row:
    retired = summary.HasField("retirement")
    return {
        **{name: getattr(summary, name) for name in FRAMEWORKS if not name.startswith("retired_")},
        "retired_revision": summary.retirement.revision if retired else None,
        "retired_for": summary.retirement.reason if retired else None,
    }


def indicator_row(indicator: frameworks.Indicator) -> Row:
    return {
        "id": indicator.id,
        "name": indicator.name,
        "description": indicator.description,
        "kind": named(frameworks.IndicatorKind, indicator.kind, "INDICATOR_KIND_"),
        "unit": indicator.unit or None,
        "levels": [level.code for level in indicator.levels],
        "min": optional(indicator, "min"),
        "max": optional(indicator, "max"),
        "breakdown_of": indicator.breakdown_of or None,
        "rolls_up": indicator.rolls_up,
        "criteria": list(indicator.criteria),
        "measures": list(indicator.measures),
        "instruments": list(indicator.instruments),
    }


def value_cells(value: v1.Value) -> Row:
    """The value in the column of its kind."""
    kind = value.WhichOneof("kind")
    if kind == "ratio":
        return {"numerator": value.ratio.numerator, "denominator": value.ratio.denominator}
    if kind == "missing":
        return {"missing": named(v1.MissingReason, value.missing, "MISSING_REASON_")}
    return {} if kind is None else {"value" if kind == "number" else kind: getattr(value, kind)}


def value_text(value: v1.Value) -> str | None:
    """The value of any kind as text; a ratio as `1/2`."""
    cells = value_cells(value)
    if not cells:
        return None
    words = (str(cell).lower() if isinstance(cell, bool) else plain(cell) for cell in cells.values())
    return "/".join(words)


def plain(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else str(cell)


def observation_cells(observation: v1.Observation) -> Row:
    """The columns that `push` takes; further pieces of evidence in `citation_2` and so on."""
    row: Row = {
        name: getattr(observation, name) or None
        for name in ("indicator", "area", "period", "source", "status", "comment", "method")
    }
    row.update(value_cells(observation.value))
    for place, piece in enumerate(observation.evidence, start=1):
        suffix = "" if place == 1 else f"_{place}"
        row.update({f"{part}{suffix}": getattr(piece, part) or None for part in EVIDENCE})
    return row


def recorded_cells(recorded: v1.RecordedObservation) -> Row:
    return {
        "revision": recorded.revision,
        "accept_time": moment(recorded, "accept_time"),
        "submission_id": recorded.submission_id,
        "partner": recorded.partner or None,
    }


def observation_table(found: Iterable[v1.RecordedObservation], recorded: bool, **attrs: object) -> Rows:
    """Rows of observations; with `recorded`, who brought them and when."""
    rows, pieces = [], 1
    for one in found:
        row = observation_cells(one.observation)
        if recorded:
            row.update(recorded_cells(one))
        rows.append(row)
        pieces = max(pieces, len(one.observation.evidence))
    return Rows({**OBSERVATION, **further(pieces), **(RECORDED if recorded else {})}, rows, **attrs)


def version_table(found: Iterable[v1.RecordedObservation], **attrs: object) -> Rows:
    """Rows of versions of an observation, some of which may have withdrawn it."""
    rows, pieces = [], 1
    for one in found:
        row = observation_cells(one.observation)
        if one.HasField("withdrawal"):
            row = {name: getattr(one.withdrawal, name) for name in ("indicator", "area", "period", "source")}
            row["withdrawal_reason"] = one.withdrawal.reason
        row.update(recorded_cells(one))
        rows.append(row)
        pieces = max(pieces, len(one.observation.evidence))
    return Rows({**OBSERVATION, **further(pieces), **RECORDED, **WITHDRAWN}, rows, **attrs)


def further(pieces: int) -> dict[str, Kind]:
    """Return the columns of all pieces of evidence but the first."""
    return {f"{part}_{place}": "text" for place in range(2, pieces + 1) for part in EVIDENCE}
