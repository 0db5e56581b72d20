"""Watching: everything once, in order, also across a server that stops."""

import itertools
import threading

import pytest

import tenseven


def one(value, area="MAR"):
    key = {"indicator": "migrant-casualties", "area": area, "period": 2020, "source": "test"}
    return [{**key, "value": value}]


def test_yields_accepted_changes_and_then_new_ones(client):
    first = client.push(one(1)).revision
    changes = client.watch(after_revision=first - 1, heartbeats=True)
    assert next(changes).rows == []
    change = next(changes)
    assert (change.revision, [row["value"] for row in change.rows], change.continues) == (first, [1.0], False)
    assert change.accept_time is not None
    client.push(one(2, area="ITA"))
    change = next(changes)
    assert [(row["area"], row["value"]) for row in change.rows] == [("ITA", 2.0)]
    assert change.withdrawals == []
    (key,) = one(2, area="ITA")
    del key["value"]
    client.withdraw([key], "sent by mistake")
    change = next(changes)
    assert change.rows == []
    assert [(row["area"], row["reason"]) for row in change.withdrawals] == [("ITA", "sent by mistake")]
    changes.close()


def test_scores_as_they_stand_and_what_changes_them(client):
    first = client.push(one(1)).revision
    news = client.watch_scores("target-10-7", area="MAR", snapshot=True)
    snapshot = next(news)
    assert (snapshot.revision, snapshot.snapshot, snapshot.framework) == (first, True, "target-10-7@1.1.0")
    known = {row["node"]: row["score"] for row in snapshot.rows}
    listed = client.scores_rows("target-10-7", area="MAR")
    assert known == {row["id"]: row["score"] for row in listed if row["kind"] == "node"}
    second = client.push(one(500)).revision
    change = next(news)
    assert (change.revision, change.snapshot) == (second, False)
    assert all(row["previous_score"] == known[row["node"]] for row in change.rows)
    assert {"migrant-casualties"} <= {row["node"] for row in change.rows}
    news.close()


@pytest.mark.parametrize("kind", ["observations", "scores"])
def test_across_a_restart_nothing_is_missed_and_nothing_comes_twice(server, kind):
    count = 20
    with tenseven.Client(server.address, retries=20) as client:
        first = client.push(one(1)).revision
        watch = (
            client.watch(after_revision=first)
            if kind == "observations"
            else client.watch_scores("target-10-7", after_revision=first)
        )
        revisions = []
        following = threading.Thread(
            target=lambda: revisions.extend(change.revision for change in itertools.islice(watch, count))
        )
        following.start()
        pushed = []
        for value in range(count):
            if value == count // 2:
                server.stop()
                server.start()
            pushed.append(client.push(one(value + 2)).revision)
        following.join(timeout=60)
        assert revisions == pushed


def test_what_cannot_be_watched_is_refused(client):
    with pytest.raises(tenseven.TensevenError) as refused:
        next(client.watch_scores("target-10-7", nodes=["overall", "nowhere"]))
    assert refused.value.violations[0].field == "selection.nodes[1]"
    with pytest.raises(tenseven.TensevenError) as refused:
        next(client.watch(after_revision=10_000))
    assert refused.value.reason == "NO_SUCH_REVISION"


ANOTHER_HISTORY = "0190a5b2-5c1e-8b6e-9d5c-3f1d6a0e7c42"


def test_a_watch_is_resumed_in_the_history_that_it_received(client):
    summary = client.push(one(1))
    status = client.status()
    assert summary.history_id == status.history_id == status.lineage[-1].id
    assert status.lineage[0].after_revision == 0
    change = next(client.watch(after_revision=summary.revision - 1))
    assert change.history_id == change.rows.attrs["history_id"] == status.history_id
    second = client.push(one(2)).revision
    changes = client.watch(after_revision=change.revision, history_id=change.history_id)
    assert next(changes).revision == second
    changes.close()


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: next(client.watch(after_revision=1, history_id=ANOTHER_HISTORY)),
        lambda client: next(client.watch_scores("target-10-7", after_revision=1, history_id=ANOTHER_HISTORY)),
        lambda client: client.observations_rows(at_revision=1, history_id=ANOTHER_HISTORY),
        lambda client: client.scores_rows("target-10-7", min_revision=1, history_id=ANOTHER_HISTORY),
    ],
)
def test_a_revision_of_another_history_is_refused(client, ask):
    with pytest.raises(tenseven.TensevenError) as refused:
        ask(client)
    assert refused.value.reason == "OTHER_HISTORY"
    assert refused.value.metadata["history_id"] == ANOTHER_HISTORY
    assert refused.value.metadata["current_history_id"] == client.status().history_id
