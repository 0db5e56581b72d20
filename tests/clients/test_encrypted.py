"""What a partner with a key does over TLS, by grpcio and by buf curl."""

import base64
import json
import os
import pathlib
import subprocess
import uuid

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from conftest import running
from tenseven.v1 import (
    access_service_pb2,
    access_service_pb2_grpc,
    admin_service_pb2,
    admin_service_pb2_grpc,
    observation_pb2,
    observation_service_pb2,
    observation_service_pb2_grpc,
)

FILES = pathlib.Path(os.environ["TLS_FILES"])
AUTHORITY = FILES / "client.pem"


@pytest.fixture(scope="module")
def partner(tmp_path_factory):
    """The port of a server with TLS, and the key of a partner who may push for Morocco."""
    home = tmp_path_factory.mktemp("encrypted")

    def tenseven(*arguments):
        subprocess.run([os.environ["TENSEVEN_BINARY"], *arguments], check=True, capture_output=True, text=True)

    admin, key = home / "admin.key", home / "hcp.key"
    tenseven("key", "generate", "--out", str(admin))
    pair = ["--tls-cert", str(FILES / "server.pem"), "--tls-key", str(FILES / "server.key")]
    with running(home, "--admin-key-file", str(admin), *pair) as server:
        port = server.rsplit(":", 1)[-1]
        as_admin = ["--server", f"https://localhost:{port}", "--ca", str(AUTHORITY), "--key-file", str(admin)]
        tenseven("partner", "put", "hcp", "--name", "HCP", *as_admin)
        grant = ["--indicator", "dual-nationality", "--area", "MAR", "--source", "hcp"]
        tenseven("grant", "add", "hcp", "contributor", *grant, *as_admin)
        tenseven("key", "create", "hcp", "--name", "test", "--days", "1", "--out", str(key), *as_admin)
        yield port, key.read_text().strip()


@pytest.fixture()
def channel(partner):
    """A channel that trusts the authority, and sends the key with each call as its library does it."""
    port, key = partner
    trusted = grpc.ssl_channel_credentials(AUTHORITY.read_bytes())
    credentials = grpc.composite_channel_credentials(trusted, grpc.access_token_call_credentials(key))
    with grpc.secure_channel(f"localhost:{port}", credentials) as channel:
        yield channel


def push(channel, *areas):
    observations = [
        observation_pb2.Observation(
            indicator="dual-nationality",
            area=area,
            period="2020",
            source="hcp",
            value=observation_pb2.Value(level="basic"),
        )
        for area in areas
    ]
    request = observation_service_pb2.PushObservationsRequest(submission_id=str(uuid.uuid4()), observations=observations)
    return observation_service_pb2_grpc.ObservationServiceStub(channel).PushObservations(request)


def refused(call):
    """The code, and the details by their names, of a call that must be refused."""
    with pytest.raises(grpc.RpcError) as error:
        call()
    kinds = {"ErrorInfo": error_details_pb2.ErrorInfo, "BadRequest": error_details_pb2.BadRequest}
    details = {}
    for detail in rpc_status.from_call(error.value).details:
        name = detail.TypeName().rsplit(".", 1)[-1]
        details[name] = kinds[name]()
        detail.Unpack(details[name])
    return error.value.code(), details


def test_grpcio_calls_with_a_key_and_is_known(channel):
    caller = access_service_pb2_grpc.AccessServiceStub(channel).GetCaller(access_service_pb2.GetCallerRequest())
    assert (caller.partner, len(caller.grants)) == ("hcp", 1)
    push(channel, "MAR")


def test_grpcio_reads_why_a_call_outside_the_grants_is_refused(channel):
    code, details = refused(lambda: push(channel, "MAR", "LBY"))
    assert code == grpc.StatusCode.PERMISSION_DENIED
    info = details["ErrorInfo"]
    assert (info.domain, info.reason, info.metadata["partner"]) == ("tenseven", "NOT_GRANTED", "hcp")
    violations = [(one.field, one.reason) for one in details["BadRequest"].field_violations]
    assert [reason for _, reason in violations] == ["OUTSIDE_GRANTS"]
    assert violations[0][0].startswith("observations[1]")
    status = admin_service_pb2_grpc.AdminServiceStub(channel).GetServerStatus
    code, details = refused(lambda: status(admin_service_pb2.GetServerStatusRequest()))
    assert (code, details["ErrorInfo"].metadata["missing"]) == (grpc.StatusCode.PERMISSION_DENIED, "operator")


def test_grpcio_is_refused_without_a_key_and_without_trust(partner):
    port, _ = partner
    trusted = grpc.ssl_channel_credentials(AUTHORITY.read_bytes())
    with grpc.secure_channel(f"localhost:{port}", trusted) as channel:
        code, details = refused(lambda: push(channel, "MAR"))
    assert (code, details["ErrorInfo"].reason) == (grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")
    with grpc.secure_channel(f"localhost:{port}", grpc.ssl_channel_credentials()) as channel:
        with pytest.raises(grpc.RpcError) as error:
            push(channel, "MAR")
    assert error.value.code() == grpc.StatusCode.UNAVAILABLE


def curl(port, key, method, request):
    header = ["--header", f"authorization: Bearer {key}"] if key else []
    return subprocess.run(
        ["buf", "curl", "--protocol", "grpc", "--cacert", str(AUTHORITY), *header, "--data", json.dumps(request)]
        + [f"https://localhost:{port}/tenseven.v1.{method}"],
        capture_output=True,
        text=True,
        timeout=60,
    )


def pushed(area):
    observation = {"indicator": "dual-nationality", "area": area, "period": "2021", "source": "hcp"}
    return {"submissionId": str(uuid.uuid4()), "observations": [{**observation, "value": {"level": "basic"}}]}


def test_buf_curl_calls_with_a_key_and_reads_why_it_is_refused(partner):
    port, key = partner
    answer = curl(port, key, "ObservationService/PushObservations", pushed("MAR"))
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["newCount"] == 1
    for sent, area, code, reason in [
        (key, "LBY", "permission_denied", b"NOT_GRANTED"),
        ("", "MAR", "unauthenticated", b"UNAUTHENTICATED"),
    ]:
        answer = curl(port, sent, "ObservationService/PushObservations", pushed(area))
        assert answer.returncode != 0
        error = json.loads(answer.stderr)
        assert error["code"] == code
        info = next(one for one in error["details"] if one["type"] == "google.rpc.ErrorInfo")
        assert reason in base64.b64decode(info["value"] + "==")
