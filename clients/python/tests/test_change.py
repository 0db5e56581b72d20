"""Changes of all kinds in one revision."""

import uuid

import grpc
import numpy as np
import pandas as pd
import pytest
from test_push import deaths

import tenseven
from tenseven import change, push, withdraw
from tenseven.errors import Violation
from tenseven.retry import RetryPolicy
from tenseven.submission import content_id
from tenseven.v1 import observation_pb2 as observations
from tenseven.v1 import observation_service_pb2 as calls

KEYS = ["indicator", "area", "period", "source"]


def key(area):
    return {"indicator": "dual-nationality", "area": area, "period": "2020", "source": "test"}


def level(area, code="basic", **cells):
    return {**key(area), "level": code, **cells}


FULL = {
    "status": "P",
    "comment": "first",
    "method": "desk review",
    "citation": "Act 1",
    "url": "https://example.org/1",
    "citation_2": "Act 2",
}


def one(client, area="MAR"):
    [row] = client.observation_rows(**key(area))
    return {column: cell for column, cell in row.items() if cell is not None and column not in KEYS}


def test_puts_merges_and_withdrawals_are_one_revision(client):
    before = client.push([level("MAR"), level("LBY"), level("TUN")]).revision
    summary = client.submit_changes(
        put=pd.DataFrame([level("DZA"), level("TUN")]),
        merge=pd.DataFrame([level("MAR", "elaborated", comment=None)]),
        withdraw=client.observations(area="LBY")[KEYS],
        reason="sent by mistake",
    )
    counts = (summary.new, summary.revised, summary.unchanged, summary.withdrawn, summary.already_submitted)
    assert counts == (1, 1, 1, 1, 0)
    assert summary.revision == before + 1 == client.status().revision
    assert summary.history_id == client.status().history_id
    found = client.observations(indicator="dual-nationality").set_index("area")["level"]
    assert found.to_dict() == {"DZA": "basic", "MAR": "elaborated", "TUN": "basic"}
    assert client.revisions(**key("LBY"))["withdrawal_reason"][0] == "sent by mistake"


@pytest.mark.parametrize("nothing", [None, float("nan"), np.float32("nan"), pd.NA, pd.NaT])
def test_a_merge_keeps_what_a_row_does_not_give(client, nothing):
    client.push([level("MAR", **FULL)])
    absent = dict.fromkeys(["level", "missing", "status", "method", "citation", "url", "citation_2"], nothing)
    summary = client.submit_changes(merge=pd.DataFrame([{**key("MAR"), **absent, "comment": "second"}]))
    assert (summary.revised, summary.unchanged) == (1, 0)
    assert one(client) == {"level": "basic", **FULL, "comment": "second"}


@pytest.mark.parametrize("blank", ["", " "])
def test_an_empty_text_clears(client, blank):
    client.push([level("MAR", **FULL)])
    rows = pd.DataFrame([{**key("MAR"), "comment": blank, "method": None, "status": blank}])
    assert client.submit_changes(merge=rows).revised == 1
    evidence = {name: FULL[name] for name in ("citation", "url", "citation_2")}
    assert one(client) == {"level": "basic", "status": "A", "method": "desk review", **evidence}
    assert client.submit_changes(merge=[{**key("MAR"), "method": blank, "url": blank}]).revised == 1
    assert one(client) == {"level": "basic", "status": "A"}


def test_evidence_is_replaced_as_a_whole(client):
    client.push([level("MAR", **FULL)])
    client.submit_changes(merge=[{**key("MAR"), "citation": "Act 3", "url": ""}])
    found = one(client)
    assert [found[name] for name in ("citation", "status", "comment")] == ["Act 3", "P", "first"]
    assert not {"url", "citation_2"} & {*found}


def test_a_merge_takes_an_observation_and_a_value_of_another_kind(client):
    client.push([*deaths(1), level("MAR", status="P")])
    merges = [
        tenseven.Observation("cities-with-crisis-measures", "XAA/unit-0", 2020, "test", value=9),
        {**key("MAR"), "missing": "confidential", "status": ""},
    ]
    assert client.submit_changes(merge=iter(merges)).revised == 2
    assert (
        client.observation_rows("cities-with-crisis-measures", "XAA/unit-0", "2020", "test")[0]["value"] == 9
    )
    assert one(client) == {"missing": "confidential", "status": "Q"}


def test_a_value_cannot_be_cleared_and_a_ratio_is_whole(client):
    rows = [level("MAR", ""), {**key("LBY"), "numerator": 3}, {**key("TUN"), "value": 1, "flag": True}]
    with pytest.raises(tenseven.RefusedError) as refused:
        client.submit_changes(merge=rows)
    found = [(one.change, one.row, one.column) for one in refused.value.violations]
    assert found[0] == ("merge", 0, "level")
    assert "cannot be cleared" in refused.value.violations[0].description
    assert ("merge", 1, "denominator") in found
    assert ("merge", 2, "") in found


def test_the_same_changes_again_do_nothing_unless_they_have_a_new_id(client):
    client.push([level("MAR"), level("LBY")])
    changes = {"merge": [level("MAR", "elaborated")], "withdraw": [{**key("LBY"), "reason": "why"}]}
    first = client.submit_changes(**changes)
    client.push([level("LBY")])
    client.submit_changes(merge=[level("MAR", "comprehensive")])
    revision = client.status().revision
    for validate_only in (False, True):
        again = client.submit_changes(**changes, validate_only=validate_only)
        assert (again.already_submitted, again.revised, again.withdrawn) == (2, 0, 0)
        assert again.revision == first.revision
    assert client.status().revision == revision
    submission = uuid.uuid4()
    again = client.submit_changes(**changes, submission_id=submission)
    assert (again.revised, again.withdrawn, again.revision) == (1, 1, revision + 1)
    assert client.submit_changes(**changes, submission_id=str(submission)).already_submitted == 2
    assert one(client)["level"] == "elaborated"
    with pytest.raises(tenseven.TensevenError) as refused:
        client.submit_changes(put=[level("MAR")], submission_id=submission)
    assert refused.value.reason == "SUBMISSION_ID_REUSED"


def test_the_id_tells_a_put_from_a_merge(client):
    client.push([level("MAR", comment="stays")])
    assert client.submit_changes(merge=[level("MAR", "elaborated")]).revised == 1
    put = client.submit_changes(put=[level("MAR", "elaborated")])
    assert (put.revised, put.already_submitted) == (1, 0)
    assert "comment" not in one(client)


def test_a_refusal_names_kind_row_and_column_of_everything_and_nothing_is_changed(client):
    client.push([level("MAR"), level("LBY")])
    before = client.status().revision
    with pytest.raises(tenseven.RefusedError) as refused:
        client.submit_changes(
            put=[level("TUN"), level("DZA", "unheard-of"), {**level("EGY"), "vaule": 1}],
            merge=pd.DataFrame([level("CAN"), level("MAR", np.nan, url="nowhere"), key("LBY")]),
            withdraw=[key("TUN"), {**key("LBY"), "area": 1.5}, key("FRA")],
            reason="why",
        )
    error = refused.value
    found = [(one.change, one.row, one.column, one.reason) for one in error.violations]
    assert found == [
        ("put", 1, "level", "UNKNOWN_LEVEL"),
        ("put", 2, "vaule", ""),
        ("merge", 0, "", "NOT_OBSERVED"),
        ("merge", 1, "url", "MALFORMED"),
        ("merge", 2, "", "REQUIRED"),
        ("withdraw", 0, "", "DUPLICATE_KEY"),
        ("withdraw", 0, "", "NOT_OBSERVED"),
        ("withdraw", 1, "area", ""),
        ("withdraw", 2, "", "NOT_OBSERVED"),
    ]
    duplicate = error.violations[5]
    assert "put row 0" in duplicate.description
    assert str(duplicate).startswith("withdraw row 0: ")
    assert "put row 1, level: " in str(error)
    assert (error.reason, error.violation_count, error.summary) == ("INVALID_REQUEST", 9, None)
    assert client.status().revision == before


def test_more_violations_than_fit_into_an_answer_are_all_told(client):
    with pytest.raises(tenseven.RefusedError) as refused:
        client.submit_changes(put=deaths(300, value=-1), merge=deaths(200, start=300))
    assert refused.value.violation_count == 500
    found = [(one.change, one.row) for one in refused.value.violations]
    assert found == [*(("put", row) for row in range(300)), *(("merge", row) for row in range(200))]


def test_a_check_stores_nothing(client):
    client.push([level("MAR")])
    before = client.status().revision
    merge = [level("MAR", "elaborated")]
    checked = client.submit_changes(put=[level("LBY")], merge=merge, validate_only=True)
    assert (checked.new, checked.revised, checked.revision) == (1, 1, before)
    assert client.status().revision == before
    assert client.submit_changes(put=[level("LBY")], merge=merge).revision == before + 1


def test_what_cannot_be_used_is_refused_before_anything_is_sent(client):
    frame = pd.DataFrame([level("MAR")])
    with pytest.raises(ValueError, match=r"columns of merge .*\n.*did you mean level"):
        client.submit_changes(merge=frame.rename(columns={"level": "levle"}))
    with pytest.raises(ValueError, match=r"columns of withdraw .*\n.*level"):
        client.submit_changes(withdraw=frame, reason="why")
    with pytest.raises(ValueError, match="column reason is missing"):
        client.submit_changes(withdraw=frame[KEYS])
    with pytest.raises(ValueError, match="more than 10,000"):
        client.submit_changes(put=deaths(6_000), merge=deaths(6_000))
    with pytest.raises(tenseven.TensevenError, match="there is no change"):
        client.submit_changes()


def test_changes_of_a_whole_revision_are_taken(client):
    client.push(deaths(5_000))
    summary = client.submit_changes(
        put=deaths(5_000, start=5_000), merge=({**row, "value": row["value"] + 1} for row in deaths(5_000))
    )
    assert (summary.new, summary.revised) == (5_000, 5_000)


def test_one_observation_is_read_as_it_was_pushed(client):
    pushed = client.push([level("MAR", **FULL)])
    frame = client.observation("dual-nationality", "MAR", 2020, "test")
    assert len(frame) == 1
    assert frame.attrs == {"revision": pushed.revision, "history_id": pushed.history_id}
    assert client.submit_changes(put=frame).unchanged == 1
    assert client.submit_changes(merge=[level("MAR", "elaborated")]).revised == 1
    assert one(client) == {"level": "elaborated", **FULL}
    [then] = client.observation_rows(**key("MAR"), recorded=True, at_revision=pushed.revision)
    assert (then["level"], then["revision"]) == ("basic", pushed.revision)
    with pytest.raises(tenseven.TensevenError) as error:
        client.observation(**key("LBY"))
    assert (error.value.code, error.value.reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_OBSERVATION")


def test_versions_have_the_history_of_their_revision(client):
    client.push([level("MAR")])
    assert client.revisions(**key("MAR")).attrs["history_id"] == client.status().history_id


def test_a_merge_that_is_overtaken_is_tried_again():
    policy = RetryPolicy(retries=2)
    overtaken = tenseven.TensevenError(grpc.StatusCode.ABORTED, "later", "MERGE_OVERTAKEN", retry_after=0.4)
    assert policy.wait(1, overtaken, 0.0) == 0.4
    revised = tenseven.TensevenError(grpc.StatusCode.ABORTED, "read again", "PRACTICE_REVISED")
    assert policy.wait(1, revised, 0.0) is None


def test_a_violation_of_all_changes_has_no_row():
    whole = Violation("changes", "there is no change", "REQUIRED")
    assert whole.at([0], ["put"]) == whole
    found = Violation("changes[1].merge.value.ratio.numerator", "as changes[0]").at([4, 2], ["put", "merge"])
    assert (found.change, found.row, found.column, found.description) == (
        "merge",
        2,
        "numerator",
        "as put row 4",
    )


def test_ids_made_from_content_stay_as_they_are():
    observation = observations.Observation(**key("MAR"), value=observations.Value(level="basic"))
    withdrawal = observations.Withdrawal(**key("MAR"), reason="why")
    made = [
        push.content_id([observation]),
        content_id(withdraw.CONTEXT, [withdrawal]),
        content_id(change.CONTEXT, [calls.ObservationChange(put=observation)]),
    ]
    assert [str(one) for one in made] == [
        "0bff509c-3ae6-8aa8-b925-6213fc83f1be",
        "ba088ef6-00a9-8167-8cc3-546b4d5025cd",
        "4bcc2203-2b1b-8c09-9308-da512666a8b9",
    ]
