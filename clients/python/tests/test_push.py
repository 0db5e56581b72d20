"""Pushing frames and iterators."""

import time
import uuid
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import tenseven
from tenseven.stream import BatchStream


def deaths(count, *, start=0, **cells):
    """Rows of a count for as many local units."""
    for number in range(start, start + count):
        yield {
            "indicator": "cities-with-crisis-measures",
            "area": f"XAA/unit-{number}",
            "period": "2020",
            "source": "test",
            "value": number,
            **cells,
        }


def mixed():
    return pd.DataFrame(
        {
            "indicator": ["dual-nationality", "regularisation", "migrant-casualties", "multi-entry-visas"],
            "area": "MAR",
            "period": 2020,
            "source": "ministry",
            "value": [np.nan, np.nan, 27, np.nan],
            "numerator": [np.nan, 23096, np.nan, np.nan],
            "denominator": [None, 27649, None, None],
            "level": ["comprehensive", None, pd.NA, ""],
            "missing": [pd.NaT, None, np.nan, "not_collected"],
            "citation": ["Dahir 1-58-250 art. 19", None, None, None],
            "url_2": ["https://example.org/dahir", None, None, None],
        }
    )


def test_a_frame_of_all_kinds_is_stored_unchanged(client):
    summary = client.push(mixed())
    assert (summary.rows, summary.new, summary.revised, summary.unchanged) == (4, 4, 0, 0)
    assert summary.revision == client.status().revision
    found = client.observations(area="MAR").set_index("indicator")
    assert found.loc["migrant-casualties", "value"] == 27
    assert found.loc["regularisation", ["numerator", "denominator"]].tolist() == [23096, 27649]
    assert found.loc["dual-nationality", "level"] == "comprehensive"
    assert found.loc["dual-nationality", "citation"] == "Dahir 1-58-250 art. 19"
    assert found.loc["dual-nationality", "url_2"] == "https://example.org/dahir"
    assert found.loc["multi-entry-visas", "missing"] == "not_collected"
    assert found.loc["multi-entry-visas", "status"] == "L"
    assert pd.isna(found.loc["multi-entry-visas", "value"])


def test_what_is_read_can_be_pushed_and_is_unchanged(client):
    client.push(mixed())
    summary = client.push(client.observations())
    assert (summary.new, summary.revised, summary.unchanged) == (0, 0, 4)


def test_observations_and_dicts_come_from_any_iterator(client):
    one = tenseven.Observation("dual-nationality", "MAR", 2020, "ministry", level="basic")
    rows = (row for row in [one, *deaths(3)])
    assert client.push(rows).new == 4
    assert client.push([]) == tenseven.PushSummary()


def test_the_same_rows_again_change_nothing(client):
    first = client.push(deaths(25), batch_size=10)
    assert (first.new, first.batches, first.already_pushed) == (25, 3, 0)
    revision = client.status().revision
    again = client.push(pd.DataFrame(deaths(25)), batch_size=10)
    assert (again.new, again.already_pushed, again.revision) == (0, 25, first.revision)
    assert client.status().revision == revision


class Counted:
    """Counts the batches that go into streams."""

    def __init__(self, monkeypatch):
        self.sent = []
        send = BatchStream.send

        def counted(stream, request):
            self.sent.append(request.submission_id)
            send(stream, request)

        monkeypatch.setattr(BatchStream, "send", counted)


def test_of_rows_that_are_half_there_only_the_rest_is_sent(client, monkeypatch):
    counted = Counted(monkeypatch)
    before = client.status().revision
    client.push(deaths(500), batch_size=10)
    assert len(counted.sent) == 50
    counted.sent.clear()
    summary = client.push(pd.DataFrame(deaths(1000)), batch_size=10)
    assert (summary.rows, summary.new, summary.already_pushed) == (1000, 500, 500)
    assert (summary.batches, summary.batches_already_pushed, len(counted.sent)) == (100, 50, 50)
    assert (client.status().revision - before, client.status().observation_count) == (100, 1000)
    assert client.push(deaths(1000), batch_size=10).batches_already_pushed == 100
    assert len(counted.sent) == 50


def test_a_push_that_broke_off_is_gone_on_with(client):
    def broken():
        yield from deaths(700)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        client.push(broken(), batch_size=10)
    before = client.status().revision
    summary = client.push(deaths(1000), batch_size=10)
    assert summary.new + summary.already_pushed == 1000
    assert summary.batches == 100
    assert client.status().observation_count == 1000
    assert client.status().revision - before <= 100


def test_the_same_content_twice_in_one_push_is_accepted_once(client):
    rows = list(deaths(10))
    summary = client.push([*rows, *rows], batch_size=10)
    assert (summary.new, summary.already_pushed, summary.batches) == (10, 10, 2)


def test_rows_that_come_slowly_do_not_wait_for_others(client):
    seen = []

    def slow():
        for row in deaths(8):
            if row["value"] in (3, 5):
                time.sleep(0.6)
                seen.append(client.status().observation_count)
            yield row

    assert client.push(slow(), batch_size=2).new == 8
    assert seen == [0, 4], "the first batch waits for the one that is being read, and no longer"


def test_a_stream_answers_each_batch_by_itself(client):
    batches = [deaths(3), deaths(3, start=3, value=-1), deaths(2, start=6, value="odd"), deaths(2), deaths(3)]
    first, negative, odd, revised, again = client.stream(batches)
    assert (first.summary.new, first.error) == (3, None)
    assert [(one.row, one.column) for one in negative.error.violations] == [
        (0, "value"),
        (1, "value"),
        (2, "value"),
    ]
    assert negative.summary is None
    assert [one.row for one in odd.error.violations] == [0, 1]
    assert revised.summary.unchanged == 2
    assert (again.summary.already_pushed, again.submission_id) == (3, first.submission_id)
    assert client.status().observation_count == 3
    with pytest.raises(ValueError, match="no rows"):
        list(client.stream([[]]))


def test_a_stream_takes_batches_as_it_answers(client):
    taken = []

    def batches():
        for start in range(100):
            taken.append(start)
            yield deaths(1, start=start)

    answers = client.stream(batches())
    next(answers)
    assert len(taken) <= 17
    answers.close()


def test_submissions_are_looked_up(client):
    kept = [uuid.uuid4() for _ in range(2)]
    client.push(deaths(2), submission_id=kept[0])
    client.push([*deaths(2, value=7), *deaths(1, start=5)], submission_id=kept[1])
    found = client.look_up([kept[1], uuid.uuid4(), str(kept[0]).upper()])
    assert found["submission_id"].tolist() == [str(kept[1]), str(kept[0])]
    assert found["new"].tolist() == [1, 2]
    assert found["revised"].tolist() == [2, 0]
    assert found.attrs["revision"] == client.status().revision
    assert len(client.look_up([])) == 0


def test_old_content_comes_back_into_force_only_under_a_new_id(client):
    old, new = list(deaths(1)), list(deaths(1, value=7))
    client.push(old)
    assert client.push(new).revised == 1
    assert client.push(old).already_pushed == 1
    assert client.observations()["value"].tolist() == [7]
    assert client.push(old, submission_id=uuid.uuid4()).revised == 1
    assert client.observations()["value"].tolist() == [0]


def test_an_id_is_used_for_all_batches_and_not_for_other_content(client):
    submission = uuid.uuid4()
    assert client.push(deaths(4), submission_id=submission, batch_size=2).new == 4
    assert client.push(deaths(4), submission_id=str(submission), batch_size=2).already_pushed == 4
    with pytest.raises(tenseven.TensevenError) as refused:
        client.push(deaths(2, start=8), submission_id=submission)
    assert refused.value.reason == "SUBMISSION_ID_REUSED"
    assert not isinstance(refused.value, tenseven.RefusedError)
    assert int(refused.value.metadata["revision"]) > 0


@pytest.mark.parametrize(
    "nothing", [None, float("nan"), np.nan, np.float32("nan"), pd.NA, pd.NaT, Decimal("NaN"), "", " "]
)
def test_nan_is_never_a_value(client, nothing):
    with pytest.raises(tenseven.RefusedError) as refused:
        client.push(deaths(1, value=nothing))
    [violation] = refused.value.violations
    assert violation.row == 0
    assert "gives no value" in violation.description
    assert client.status().observation_count == 0


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("nan", "not a number"),
        ("1,234", "not a number"),
        ("1_000", "not a number"),
        (True, "is a flag"),
        (np.bool_(True), "is a flag"),
        (2**53 + 1, "no 64-bit float"),
        (float("inf"), "finite"),
        (10**400, "float"),
        ([1], "give a number"),
    ],
)
def test_what_is_no_number_is_refused(client, cell, words):
    with pytest.raises(tenseven.RefusedError) as refused:
        client.push(deaths(1, value=cell))
    [violation] = refused.value.violations
    assert (violation.row, violation.column) == (0, "value")
    assert words in violation.description


def test_a_refusal_has_the_row_and_column_of_everything(client):
    frame = pd.DataFrame(deaths(6), index=list("abcdef"))
    frame = frame.astype({"value": object})
    frame.loc["b", "value"] = -3
    frame.loc["d", ["indicator", "area"]] = ["migrant-casualtes", "QQQ"]
    frame.loc["e", "value"] = np.nan
    with pytest.raises(tenseven.RefusedError) as refused:
        client.push(frame, batch_size=2)
    error = refused.value
    places = [(one.row, one.column) for one in error.violations]
    assert places == [(1, "value"), (3, "area"), (3, "indicator"), (4, "")]
    assert error.violation_count == 4
    assert error.reason == "INVALID_REQUEST"
    assert {one.reason for one in error.violations} >= {"UNKNOWN_AREA", "UNKNOWN_INDICATOR"}
    assert error.summary.rows == 0, "each of the three batches has a wrong row"
    assert "row 3, area: " in str(error)
    assert client.status().observation_count == 0


def test_batches_without_wrong_rows_are_stored_beside_refused_ones(client):
    rows = [*deaths(10), *deaths(10, start=10, value=-1)]
    with pytest.raises(tenseven.RefusedError) as refused:
        client.push(rows, batch_size=10)
    assert [one.row for one in refused.value.violations] == list(range(10, 20))
    assert refused.value.summary.new == 10
    assert client.status().observation_count == 10


def test_more_violations_than_fit_into_an_answer_are_all_listed(client):
    with pytest.raises(tenseven.RefusedError) as refused:
        client.push(deaths(500, value=-1))
    assert refused.value.violation_count == 500
    assert [one.row for one in refused.value.violations] == list(range(500))
    assert "and 480 more in `violations`" in str(refused.value)


def test_a_key_that_occurs_twice_is_reported_with_its_rows(client):
    with pytest.raises(tenseven.RefusedError) as refused:
        client.push([*deaths(3), *deaths(1)], batch_size=100)
    [violation] = refused.value.violations
    assert (violation.row, violation.reason) == (3, "DUPLICATE_KEY")
    assert "row 0" in violation.description


def test_a_check_stores_nothing(client):
    assert client.push(deaths(3), validate_only=True).new == 3
    assert client.status().observation_count == 0
    assert client.push(deaths(3)).new == 3


def test_two_values_in_a_row_are_refused(client):
    with pytest.raises(tenseven.RefusedError, match="several values"):
        client.push(deaths(1, level="basic"))
    with pytest.raises(tenseven.RefusedError, match="both its numerator"):
        client.push(deaths(1, value=None, numerator=3))


@pytest.mark.parametrize("period", [pd.Timestamp("2020-01-01"), pd.Period("2020Q2")])
def test_a_period_of_pandas_is_not_guessed(client, period):
    with pytest.raises(tenseven.RefusedError, match="a period as 2020, 2020-Q2") as refused:
        client.push(deaths(1, period=period))
    assert [(one.row, one.column) for one in refused.value.violations] == [(0, "period")]


def test_columns_that_nobody_knows_are_refused_before_anything_is_sent(client):
    frame = pd.DataFrame(deaths(1)).rename(columns={"value": "vaule", "source": "by"})
    with pytest.raises(ValueError, match="did you mean value") as wrong:
        client.push(frame)
    assert "column source is missing" in str(wrong.value)
    with pytest.raises(tenseven.RefusedError, match="did you mean value"):
        client.push(deaths(1, vaule=3))
    with pytest.raises(ValueError, match="batch_size"):
        client.push(deaths(1), batch_size=0)
