"""Coding: blind until it is adjudicated, with the figures of the command line."""

import csv
import io
import uuid

import pytest

import tenseven

UNIT = ("dual-nationality", "MAR", 2020)


def test_coders_code_blind_and_a_curator_adjudicates(server, client):
    check = client.submit_coding("ada", *UNIT, level="basic", validate_only=True)
    assert (check.round, check.revises, check.accept_time) == (1, False, None)
    first = client.submit_coding(
        "ada",
        *UNIT,
        level="basic",
        narrative="As the law says",
        evidence=[{"citation": "Law 1", "quote": "q"}],
    )
    client.submit_coding("ben", *UNIT, level="comprehensive")
    assert (first.round, first.revises) == (1, False)

    own = client.codings_rows(coder="ada")
    assert [(row["coder"], row["level"], row["citation"]) for row in own] == [("ada", "basic", "Law 1")]
    assert own.attrs["withheld_count"] == 1
    assert len(client.codings_rows()) == 0
    assert [row["coder"] for row in client.codings_rows(curator="rosa", page_size=1)] == ["ada", "ben"]
    assert client.agreement_rows("dual-nationality", coder="ada").attrs["round_count"] == 0

    with pytest.raises(tenseven.TensevenError) as refused:
        client.adjudicate("rosa", *UNIT, source="panel", rule="median")
    assert refused.value.reason == "MEDIAN_BETWEEN_LEVELS"
    name = uuid.uuid4()
    decided = {
        "source": "panel",
        "rule": "decision",
        "level": "elaborated",
        "rationale": "Half is in force",
        "submission_id": name,
    }
    made = client.adjudicate("rosa", *UNIT, **decided)
    assert (made.round, made.value) == (1, "elaborated")
    assert [(one.coder, one.level, one.missing) for one in made.codings] == [
        ("ada", "basic", None),
        ("ben", "comprehensive", None),
    ]
    assert client.adjudicate("rosa", *UNIT, **decided) == made
    observed = client.observations_rows(source="panel")
    assert [(row["level"], row["method"]) for row in observed] == [("elaborated", made.method)]
    assert len(client.codings_rows(coder="ada")) == 2
    blind = client.codings_rows(coder="ada", at_revision=made.revision - 1)
    assert (len(blind), blind.attrs["withheld_count"]) == (1, 1)

    sheet = csv.DictReader(io.StringIO(server.cli("coding", "list", "--format", "csv")))
    frame = client.codings()
    assert list(frame.columns) == sheet.fieldnames
    assert [line["coder"] for line in sheet] == frame["coder"].tolist()
    again = client.submit_coding("ada", *UNIT, missing="not_available")
    assert (again.round, again.revises) == (2, False)


def test_agreement_has_the_figures_of_the_command_line(server, client):
    for year, levels in [(2001, "bb"), (2002, "bc"), (2003, "cc")]:
        for coder, level in zip(["ada", "ben"], levels, strict=True):
            code = {"b": "basic", "c": "comprehensive"}[level]
            client.submit_coding(coder, "dual-nationality", "MAR", year, level=code)
    rows = client.agreement_rows("dual-nationality", curator="rosa")
    assert rows.attrs["coders"] == ["ada", "ben"]
    assert (rows.attrs["round_count"], rows.attrs["open_round_count"]) == (3, 3)
    words = ("coding", "agreement", "--indicator", "dual-nationality", "--curator", "rosa", "--format", "csv")
    lines = list(csv.DictReader(io.StringIO(server.cli(*words))))
    assert list(lines[0]) == list(rows.columns)
    for row, line in zip(rows, lines, strict=True):
        assert row["coefficient"] == line["coefficient"]
        assert row["value"] == float(line["value"])
    assert abs(rows[0]["value"] - 4 / 9) < 1e-15


def test_rejects_an_invalid_judgement_before_anything_is_sent(client):
    with pytest.raises(ValueError, match="either level or missing"):
        client.submit_coding("ada", *UNIT)
    with pytest.raises(ValueError, match="median, majority, decision"):
        client.adjudicate("rosa", *UNIT, source="panel", rule="mean")
    with pytest.raises(ValueError, match="go with the rule decision"):
        client.adjudicate("rosa", *UNIT, source="panel", rule="median", level="basic")
    with pytest.raises(ValueError, match="exclude"):
        client.codings_rows(coder="ada", curator="rosa")
    with pytest.raises(tenseven.TensevenError) as refused:
        client.submit_coding("ada", *UNIT, level="bsic")
    assert refused.value.reason == "INVALID_REQUEST"
    assert str(refused.value).startswith("coding.level: ")
