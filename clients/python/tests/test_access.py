"""Who may do what: partners with their keys and grants, and what is refused to whom."""

import datetime
import subprocess
import uuid

import grpc
import pytest
from conftest import BINARY, Server

import tenseven
from tenseven.access import issued
from tenseven.v1 import access_service_pb2

ROW = {"indicator": "dual-nationality", "area": "MAR", "period": 2020, "source": "hcp", "level": "basic"}


@pytest.fixture(autouse=True)
def _no_key(monkeypatch):
    monkeypatch.delenv("TENSEVEN_KEY", raising=False)
    monkeypatch.delenv("TENSEVEN_KEY_FILE", raising=False)


@pytest.fixture
def closed(tmp_path):
    """A server with an admin, and the file of its key."""
    file = tmp_path / "admin.key"
    subprocess.run([BINARY, "key", "generate", "--out", str(file)], check=True)
    server = Server(tmp_path)
    server.start("--admin-key-file", str(file))
    yield server.address, file
    server.stop()


@pytest.fixture
def admin(closed):
    address, file = closed
    with tenseven.Client(address, key_file=file) as client:
        yield client


@pytest.fixture
def hcp(closed, admin):
    """A client of a partner that may push for Morocco as `hcp`."""
    admin.put_partner("hcp", name="Haut-Commissariat au Plan")
    admin.add_grant("hcp", "contributor", frameworks="target-10-7", areas=["MAR"], sources="hcp")
    with tenseven.Client(closed[0], key=admin.issue_key("hcp", name="push").key) as client:
        yield client


def test_a_partner_is_registered_granted_and_listed(admin):
    assert admin.put_partner("hcp", name="HCP", validate_only=True).accept_time is None
    assert admin.put_partner("hcp", name="HCP", certificate_names="push.hcp.example").created
    grant = admin.add_grant("hcp", "contributor", indicators="*", areas=["MAR", "m49:015"], sources="hcp")
    expires = datetime.datetime(2040, 1, 1, tzinfo=datetime.timezone.utc)
    key = admin.issue_key("hcp", name="push", expires=expires)
    assert key.key.startswith(f"t7_{key.key_id}_")
    assert key.key not in repr(key)
    partner = admin.partner("hcp")
    assert (partner.name, partner.status, partner.certificate_names) == (
        "HCP",
        "active",
        ("push.hcp.example",),
    )
    assert [(one.key_id, one.name, one.expire_time) for one in partner.keys] == [
        (key.key_id, "push", expires)
    ]
    assert [(one.revision, str(one)) for one in partner.grants] == [
        (grant.revision, "contributor: indicators *; areas MAR m49:015; sources hcp")
    ]
    row = admin.partners_rows()[1]
    assert (row["id"], row["keys"], row["grants"]) == ("hcp", [key.key_id], [str(partner.grants[0])])
    assert admin.partners()["id"].tolist() == ["admin", "hcp"]

    admin.revoke_grant("hcp", grant.revision, reason="over")
    admin.revoke_key("hcp", key.key_id, reason="lost")
    partner = admin.partner("hcp")
    assert (partner.grants, partner.keys[0].revoke_time is None) == ((), False)
    assert admin.partner("hcp", at_revision=key.revision).grants[0].role == "contributor"


def test_a_suspended_partner_stays_so_unless_it_is_resumed(admin):
    admin.put_partner("hcp", name="HCP")
    admin.put_partner("hcp", name="HCP", suspended=True)
    admin.put_partner("hcp", name="Renamed")
    assert (admin.partner("hcp").name, admin.partner("hcp").status) == ("Renamed", "suspended")
    admin.put_partner("hcp", name="Renamed", suspended=False)
    assert admin.partner("hcp").status == "active"


def test_the_limits_of_a_partner_stay_unless_they_are_replaced(admin, hcp):
    quota = tenseven.Quota(watches=3, requests_per_second=1_000)
    admin.put_partner("hcp", name="HCP", quota=quota)
    admin.put_partner("hcp", name="Renamed")
    assert admin.partner("hcp").quota == quota
    assert [row["quota"] for row in admin.partners_rows()] == [None, "requests_per_second=1000 watches=3"]
    caller = hcp.caller()
    assert (caller.quota.watches, caller.quota.requests_per_second) == (3, 1_000)
    assert caller.quota.streams == admin.caller().quota.streams is not None
    admin.put_partner("hcp", name="HCP", quota=tenseven.Quota())
    assert admin.partner("hcp").quota == tenseven.Quota()
    limits = {one.limit: one for one in admin.status().quotas}
    # Channels to one address share a connection, which counts for whose call is under way.
    assert (limits["watches"].default_value, limits["connections"].uses["admin"]) == (100, 1)


def test_rows_outside_the_grants_are_listed_and_the_other_batches_are_stored(hcp, admin):
    rows = [ROW, {**ROW, "area": "LBY"}, {**ROW, "period": 2021}, {**ROW, "source": "iom"}]
    with pytest.raises(tenseven.RefusedError) as error:
        hcp.push(rows, batch_size=1)
    refused = error.value
    assert (refused.code, refused.reason) == (grpc.StatusCode.PERMISSION_DENIED, "NOT_GRANTED")
    assert [(one.row, one.reason) for one in refused.violations] == [
        (1, "OUTSIDE_GRANTS"),
        (3, "OUTSIDE_GRANTS"),
    ]
    assert "row 1: no grant covers" in str(refused)
    stored = admin.observations_rows(recorded=True)
    assert (refused.summary.new, [one["partner"] for one in stored]) == (2, ["hcp", "hcp"])
    with pytest.raises(tenseven.RefusedError) as error:
        hcp.submit_changes(put=rows[:2], merge=[{**ROW, "source": "iom", "comment": "x"}])
    assert next((one.change, one.row) for one in error.value.violations) == ("put", 1)
    with pytest.raises(tenseven.TensevenError) as error:
        hcp.withdraw([{name: ROW[name] for name in ("indicator", "period", "source")} | {"area": "LBY"}], "x")
    assert [(one.row, one.reason) for one in error.value.violations] == [(0, "OUTSIDE_GRANTS")]


def test_the_caller_is_known_by_its_key(closed, hcp):
    caller = hcp.caller()
    assert (caller.credential, caller.partner, caller.anonymous_access) == ("key", "hcp", "none")
    assert [one.role for one in caller.grants] == ["contributor"]
    with tenseven.Client(closed[0]) as anonymous:
        assert (anonymous.caller().credential, anonymous.caller().partner) == ("none", "")
        with pytest.raises(tenseven.TensevenError) as error:
            anonymous.frameworks_rows()
    assert (error.value.code, error.value.reason) == (grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")
    with pytest.raises(tenseven.TensevenError) as error:
        hcp.partners_rows()
    assert (error.value.reason, error.value.metadata["missing"]) == ("NOT_GRANTED", "admin")


def test_a_key_that_did_not_arrive_is_an_error(admin):
    admin.put_partner("hcp", name="HCP")
    name = uuid.uuid4()
    key = admin.issue_key("hcp", name="push", submission_id=name)
    with pytest.raises(tenseven.KeyLostError, match="revoke it, and issue another one") as error:
        admin.issue_key("hcp", name="push", submission_id=name)
    assert error.value.metadata["revision"] == str(key.revision)
    assert admin.issue_key("hcp", name="push", validate_only=True).key == ""
    with pytest.raises(tenseven.KeyLostError):
        issued("hcp", access_service_pb2.IssueKeyResponse(revision=7), validate_only=False)


def test_what_cannot_be_sent_is_refused(admin):
    with pytest.raises(ValueError, match="is no role"):
        admin.add_grant("hcp", "writer")
    with pytest.raises(ValueError, match="no time zone"):
        admin.issue_key("hcp", name="push", expires=datetime.datetime(2040, 1, 1))


def test_the_audit_trail_names_who_did_what_and_goes_on_with_new_events(admin, hcp):
    hcp.push([ROW])
    with pytest.raises(tenseven.TensevenError):
        hcp.partners_rows()
    accepted, rejected = admin.audit_events_rows(partner="hcp")
    assert (accepted["outcome"], accepted["change"], accepted["row_count"]) == ("accepted", "observations", 1)
    assert accepted["peer_address"] == "127.0.0.1"
    assert accepted["revision"] > accepted["grant_revision"] > 0
    assert (rejected["outcome"], rejected["missing"]) == ("rejected", "admin")
    assert (rejected["method"], rejected["revision"]) == ("AccessService/ListPartners", None)
    assert admin.audit_events_rows(outcome="rejected", partner="hcp") == [rejected]
    since = accepted["time"]
    followed = admin.watch_audit_events(since=since, partner="hcp")
    assert [next(followed), next(followed)] == [accepted, rejected]
    followed.close()
    with pytest.raises(ValueError, match="is no outcome"):
        admin.audit_events_rows(outcome="refused")
    with pytest.raises(tenseven.TensevenError) as refused:
        hcp.audit_events_rows()
    assert refused.value.reason == "NOT_GRANTED"
