"""Good practices: found, put, revised and withdrawn."""

import grpc
import pytest

import tenseven

QUAYS = {
    "id": "quays",
    "areas": ["MAR"],
    "title": "Welcoming fishermen",
    "description": "Offices on quays help fishermen who arrive.",
    "citation": "Harbour Act (2019)",
    "domains": ["mobility"],
    "measures": ["skills"],
}


def test_what_ships_is_listed_and_found(client):
    frame = client.practices()
    assert len(frame) >= 5
    assert frame["curator"].isna().all()
    assert client.practices(area="PHL", measure="skills")["id"].tolist() == [
        "out-migration-and-diaspora-support"
    ]
    found = client.search_practices("integrating", mark=("<", ">"))
    assert found["id"][0] == "comprehensive-migration-policies"
    assert "<integration>" in found["snippet"][0]
    assert found["score"].is_monotonic_decreasing
    assert found.attrs["revision"] == frame.attrs["revision"]
    assert client.search_practices("diaspora", area="MDA")["id"].tolist() == [
        "migration-and-development-links"
    ]


def test_a_practice_is_put_revised_and_withdrawn(client):
    assert client.put_practice(QUAYS, curator="harbour", validate_only=True).accept_time is None
    added = client.put_practice(QUAYS, curator="harbour")
    assert added.created
    assert client.put_practice(QUAYS, curator="harbour") == added, "the same again"
    row = client.practices_rows(area="MAR", domain="mobility")
    found = next(one for one in row if one["id"] == "quays")
    assert (found["curator"], found["revision"], found["previous_revision"]) == (
        "harbour",
        added.revision,
        None,
    )

    revised = client.put_practice(
        {**found, "title": "Boats"}, curator="coast", expected_revision=added.revision
    )
    assert not revised.created
    with pytest.raises(tenseven.TensevenError) as error:
        client.put_practice({**QUAYS, "title": "Late"}, curator="harbour", expected_revision=added.revision)
    assert (error.value.code, error.value.reason) == (grpc.StatusCode.ABORTED, "PRACTICE_REVISED")
    assert error.value.metadata["revision"] == str(revised.revision)
    assert client.search_practices_rows("welcoming", at_revision=added.revision)[0]["id"] == "quays"
    assert client.search_practices_rows("welcoming") == []

    gone = client.withdraw_practice(
        "quays", reason="Over.", curator="coast", expected_revision=revised.revision
    )
    assert "quays" not in client.practices()["id"].tolist()
    history = client.practice_revisions("quays")
    assert history["revision"].tolist() == [gone.revision, revised.revision, added.revision]
    assert history["withdrawal_reason"][0] == "Over."


def test_violations_are_reported_with_their_path(client):
    with pytest.raises(tenseven.TensevenError) as error:
        client.put_practice({**QUAYS, "areas": ["PHX"], "domains": ["mobilty"]}, curator="harbour")
    paths = [(one.field, one.reason) for one in error.value.violations]
    assert paths == [("practice.areas[0]", "UNKNOWN_AREA"), ("practice.domains[0]", "UNKNOWN_DOMAIN")]
    with pytest.raises(ValueError, match="areas is a text"):
        client.put_practice({**QUAYS, "areas": "MAR"}, curator="harbour")
    with pytest.raises(ValueError, match="'title'"):
        client.put_practice({"id": "quays"}, curator="harbour")
    with pytest.raises(tenseven.TensevenError) as error:
        client.search_practices('diaspora "labour')
    assert "character 10" in error.value.violations[0].description
