"""Reading: the same numbers as the command line's, at any revision, over any number of pages."""

import csv
import datetime
import io
import math
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from test_push import deaths, mixed

import tenseven

RANKED = Path(__file__).resolve().parents[3] / "tests" / "frameworks" / "ranked.toml"


def rows_of_ranked():
    for number, area in enumerate(["MAR", "LBY", "TUN", "DZA", "EGY"]):
        key = {"area": area, "period": 2020, "source": "test"}
        yield {**key, "indicator": "access", "level": ["basic", "elaborated", "comprehensive"][number % 3]}
        yield {**key, "indicator": "arrivals", "value": 1000 * (number + 3)}
        yield {**key, "indicator": "victims", "value": 7 * number}
        if number < 4:
            yield {**key, "indicator": "fees", "value": 1 / (number + 3)}
            yield {**key, "indicator": "inhabitants", "value": 10_000 * (number + 1)}
    yield {
        "indicator": "training",
        "area": "TUN",
        "period": 2021,
        "source": "test",
        "missing": "confidential",
    }


@pytest.fixture
def filled(client):
    """A client of a registry with a framework of its own and something of everything."""
    seen = []
    publication = client.publish_framework(RANKED.read_text(encoding="utf-8"), progress=seen.append)
    assert publication.framework == "ranked@1.0.0"
    assert publication == client.publish_framework(RANKED.read_text(encoding="utf-8"))
    memory = publication.cost.figures["MEMORY_BYTES"]
    assert 0 < memory.amount < memory.limit
    assert memory.parts[0].amount >= memory.parts[1].amount > 0
    client.push(rows_of_ranked())
    client.push(mixed())
    return client


def plain(cell):
    """A cell as a CSV file would have it, numbers aside."""
    if isinstance(cell, list):
        return " ".join(cell)
    if isinstance(cell, bool):
        return str(cell).lower()
    return "" if cell is None else cell


def same(rows, sheet):
    """Assert that rows are those of a sheet, every number bit for bit."""
    lines = list(csv.DictReader(io.StringIO(sheet)))
    assert lines, "the command line has rows"
    assert list(lines[0]) == list(rows.columns)
    assert len(rows) == len(lines)
    for row, line in zip(rows, lines, strict=True):
        for column, cell in row.items():
            if isinstance(cell, float) and not isinstance(cell, bool):
                assert float(line[column]) == cell, column
            elif isinstance(cell, datetime.datetime):
                assert datetime.datetime.fromisoformat(line[column].replace("Z", "+00:00")) == cell
            elif column not in ("value", "numerator", "denominator") or cell is None:
                assert line[column] == str(plain(cell)), column


@pytest.mark.parametrize("framework", ["ranked", "target-10-7"])
def test_frames_have_the_numbers_of_the_command_line(server, filled, framework):
    def cli(*words):
        return server.cli(*words, "--format", "csv")

    which = ("--framework", framework)
    same(filled.scores_rows(framework), cli("scores", *which))
    one = ("--area", "MAR", "--period", "2020")
    same(filled.scores_rows(framework, area="MAR", period=2020), cli("scores", *which, *one))
    same(filled.explain_rows(framework, "MAR", 2020), cli("explain", *which, *one))
    same(filled.trend_rows(framework, "MAR"), cli("trend", *which, "--area", "MAR"))
    columns = ("--area", "MAR,LBY", "--period", "2019,2020")
    same(filled.compare_rows(framework, ["MAR", "LBY"], [2019, "2020"]), cli("compare", *which, *columns))
    same(
        filled.report_rows("target-10-7", 2020),
        cli("report", "--framework", "target-10-7", "--period", "2020"),
    )
    same(filled.rank_rows("ranked", 2020), cli("rank", "--framework", "ranked", "--period", "2020"))
    same(filled.frameworks_rows(), cli("frameworks"))
    same(filled.indicators_rows(), cli("indicators"))
    same(filled.areas_rows(), cli("areas"))


def test_areas_are_found_by_codes_and_names(filled):
    frame = filled.areas("maroc")
    found = frame[["code", "alpha2", "m49", "name_ru"]].to_numpy().tolist()
    assert found == [["MAR", "MA", "504", "Марокко"]]
    assert frame["groups"][0] == ["m49:001", "m49:002", "m49:015"]
    members = [row["code"] for row in filled.areas_rows(group="m49:015")]
    assert members == ["DZA", "EGY", "ESH", "LBY", "MAR", "SDN", "TUN"]
    assert len(filled.areas_rows(kind="group")) == 33
    assert filled.areas_rows("atlantis") == []
    with pytest.raises(ValueError, match="local_unit"):
        filled.areas_rows(kind="city")
    with pytest.raises(tenseven.TensevenError) as error:
        filled.areas_rows(group="m49:504")
    assert error.value.reason == "UNKNOWN_AREA"


def test_a_frame_has_the_scores_of_the_command_line_exactly(server, filled):
    sheet = server.cli("scores", "--framework", "ranked", "--area", "m49:015", "--format", "csv")
    lines = list(csv.DictReader(io.StringIO(sheet)))
    frame = filled.scores("ranked", area="m49:015")
    assert frame["id"].tolist() == [line["id"] for line in lines]
    assert frame["score"].dtype == "float64"
    for score, line in zip(frame["score"], lines, strict=True):
        assert math.isnan(score) if line["score"] == "" else score == float(line["score"])
    assert any(score % 1 for score in frame["score"].dropna()), "some score is not whole"
    assert frame["gap"].isna().tolist() == [not line["gap"] for line in lines]
    assert frame.attrs["revision"] == filled.status().revision


def test_a_comparison_has_differences_as_numbers(filled):
    frame = filled.compare("ranked", ["MAR", "LBY"], 2020, nodes="whole")
    assert frame["difference"].dtype == "float64"
    first, second = frame.to_dict("records")
    assert first["difference"] == 0
    assert second["difference"] == second["score"] - first["score"]


def test_a_retired_version_is_read_as_it_was(server, filled):
    scores = filled.scores_rows("ranked", area="MAR", period=2020)
    before = filled.status().revision
    checked = filled.retire_framework("ranked@1.0.0", reason="for the test", validate_only=True)
    assert (checked.framework, checked.revision, checked.accept_time) == ("ranked@1.0.0", before, None)
    receipt = filled.retire_framework("ranked@1.0.0", reason="for the test")
    assert receipt.revision == before + 1
    assert receipt == filled.retire_framework("ranked@1.0.0", reason="for the test")
    with pytest.raises(tenseven.TensevenError) as refused:
        filled.scores_rows("ranked", area="MAR", period=2020)
    assert refused.value.reason == "FRAMEWORK_RETIRED"
    assert filled.scores_rows("ranked", area="MAR", period=2020, at_revision=before)[:] == scores[:]
    same(filled.frameworks_rows(), server.cli("frameworks", "--format", "csv"))


def test_nodes_are_chosen(server, filled):
    frame = filled.scores("ranked", area="MAR", period=2020, nodes=["whole", "policies"])
    assert frame["id"].tolist() == ["whole", "policies"]
    same(
        filled.scores_rows("ranked", nodes="whole"),
        server.cli("scores", "--framework", "ranked", "--nodes", "whole", "--format", "csv"),
    )


def test_all_pages_are_read(client):
    client.push(deaths(57))
    assert len(client.observations(page_size=10)) == 57
    assert client.observations_rows(page_size=7) == client.observations_rows()
    rows = [row for area in ["MAR", "LBY", "TUN"] for row in mixed().assign(area=area).to_dict("records")]
    client.push(rows)
    whole = client.scores_rows("target-10-7", period=2020)
    assert client.scores_rows("target-10-7", period=2020, page_size=1) == whole
    # The units of XAA are cities, which are added up.
    assert {row["area"] for row in whole} == {"LBY", "MAR", "TUN", "XAA"}


def test_the_past_is_answered_again(client):
    before = client.push(deaths(1, area="LBY")).revision
    then = datetime.datetime.now(datetime.timezone.utc)
    time.sleep(0.01)
    past = client.scores("target-10-7", area="LBY", period=2020)
    client.push(deaths(1, area="LBY", value=99))
    at_revision = client.scores("target-10-7", area="LBY", period=2020, at_revision=before)
    pd.testing.assert_frame_equal(at_revision, past)
    pd.testing.assert_frame_equal(client.scores("target-10-7", area="LBY", period=2020, at_time=then), past)
    assert client.observations(at_revision=before)["value"].tolist() == [0]
    versions = client.revisions("cities-with-crisis-measures", "LBY", 2020, "test")
    assert versions["value"].tolist() == [99, 0]
    assert versions["revision"].tolist() == [before + 1, before]
    assert str(versions["accept_time"].dtype) == "datetime64[us, UTC]"
    with pytest.raises(ValueError, match="time zone"):
        client.scores("target-10-7", at_time=datetime.datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="exclude"):
        client.scores("target-10-7", at_time=then, at_revision=1)


def test_an_empty_answer_is_an_empty_frame_with_its_columns(client):
    frame = client.observations(recorded=True)
    assert len(frame) == 0
    assert frame["value"].dtype == "float64"
    assert frame["revision"].dtype == "Int64"


def test_without_pandas_rows_are_read_and_frames_say_what_is_missing(client, monkeypatch):
    client.push(deaths(2))
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert [row["value"] for row in client.observations_rows()] == [0, 1]
    with pytest.raises(ImportError, match=r"tenseven\[pandas\]"):
        client.observations()


def test_the_status_tells_the_version(client):
    status = client.status()
    assert isinstance(status, tenseven.ServerStatus)
    assert status.version.startswith("0.")
    assert len(status.chain_hash) == 64
