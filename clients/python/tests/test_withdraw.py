"""Withdrawing rows."""

import uuid

import pandas as pd
import pytest

import tenseven

KEYS = ["indicator", "area", "period", "source"]


def level(area, code="basic"):
    return {"indicator": "dual-nationality", "area": area, "period": "2020", "source": "test", "level": code}


def test_what_is_withdrawn_is_gone_and_stays_in_the_history(client):
    pushed = client.push([level("MAR"), level("LBY")])
    summary = client.withdraw(client.observations(area="MAR")[KEYS], "sent by mistake")
    assert (summary.withdrawn, summary.already_withdrawn) == (1, 0)
    assert list(client.observations(indicator="dual-nationality")["area"]) == ["LBY"]
    assert len(client.observations(area="MAR", at_revision=pushed.revision)) == 1
    history = client.revisions("dual-nationality", "MAR", 2020, "test")
    assert list(history["revision"]) == [summary.revision, pushed.revision]
    assert history["withdrawal_reason"][0] == "sent by mistake"
    assert pd.isna(history["level"][0])
    assert history["area"][0] == "MAR"
    assert history["level"][1] == "basic"
    assert pd.isna(history["withdrawal_reason"][1])


def test_the_same_again_changes_nothing_unless_it_has_a_new_id(client):
    client.push([level("MAR")])
    row = {**{name: level("MAR")[name] for name in KEYS}, "reason": "twice"}
    first = client.withdraw([row])
    again = client.withdraw([row])
    assert (again.withdrawn, again.already_withdrawn, again.revision) == (0, 1, first.revision)
    client.push([level("MAR", "elaborated")])
    assert client.withdraw([row], validate_only=True).withdrawn == 1
    assert client.withdraw([row]).already_withdrawn == 1
    assert client.withdraw([row], submission_id=uuid.uuid4()).withdrawn == 1
    assert client.observations(area="MAR").empty


def test_a_refusal_names_each_row_and_nothing_is_withdrawn(client):
    client.push([level("MAR")])
    frame = pd.DataFrame([level("MAR"), level("CAN"), level("MAR")])[KEYS]
    with pytest.raises(tenseven.TensevenError) as refused:
        client.withdraw(frame, "why")
    found = [(one.row, one.reason) for one in refused.value.violations]
    assert found == [(1, "NOT_OBSERVED"), (2, "DUPLICATE_KEY")]
    assert "row 0" in refused.value.violations[1].description
    assert len(client.observations(area="MAR")) == 1


def test_columns_that_cannot_be_used_are_refused_before_anything_is_sent(client):
    with pytest.raises(ValueError, match="level"):
        client.withdraw(pd.DataFrame([level("MAR")]), "why")
    with pytest.raises(ValueError, match="reason"):
        client.withdraw(pd.DataFrame([level("MAR")])[KEYS])
