"""Calls over TLS, and keys that go to no other machine unencrypted and are never printed."""

import datetime
from concurrent import futures

import grpc
import pytest
import trustme
from conftest import Server

import tenseven
from tenseven.security import Authorization, Secret, Security
from tenseven.v1 import admin_service_pb2, admin_service_pb2_grpc

KEY = "ts_a-key-that-nobody-may-see"


@pytest.fixture(autouse=True)
def _no_key(monkeypatch):
    for name in ("TENSEVEN_KEY", "TENSEVEN_KEY_FILE", "TENSEVEN_TOKEN", "TENSEVEN_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def authority():
    return trustme.CA()


@pytest.fixture
def files(authority, tmp_path):
    """The files of a server's pair, a client's pair, and the authority of both."""
    server, client = authority.issue_cert("127.0.0.1"), authority.issue_cert("push.partner.example")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    for name, pair in (("server", server), ("client", client)):
        pair.cert_chain_pems[0].write_to_path(tmp_path / f"{name}.pem")
        pair.private_key_pem.write_to_path(tmp_path / f"{name}.key")
    return tmp_path


@pytest.fixture
def encrypted(files):
    """The URL of a server with TLS that asks for certificates of clients."""
    server = Server(files)
    pair = ("--tls-cert", str(files / "server.pem"), "--tls-key", str(files / "server.key"))
    server.start(*pair, "--tls-client-ca", str(files / "ca.pem"))
    yield f"https://{server.address}"
    server.stop()


def test_calls_go_over_tls_with_a_given_authority_and_a_clients_certificate(encrypted, files):
    pair = {"client_cert": files / "client.pem", "client_key": files / "client.key"}
    given = grpc.ssl_channel_credentials((files / "ca.pem").read_bytes())
    for settings in ({"ca": files / "ca.pem"}, {"ca": files / "ca.pem", **pair}, {"credentials": given}):
        with tenseven.Client(encrypted, **settings) as client:
            status = client.status()
        assert (status.tls, status.certificate_reload_error) == (True, "")
        assert status.certificate_expire_time > datetime.datetime.now(datetime.timezone.utc)


def test_a_server_or_a_client_of_another_authority_is_refused(encrypted, files, tmp_path):
    other = trustme.CA()
    other.cert_pem.write_to_path(tmp_path / "other.pem")
    pair = other.issue_cert("push.partner.example")
    pair.cert_chain_pems[0].write_to_path(tmp_path / "other-client.pem")
    pair.private_key_pem.write_to_path(tmp_path / "other-client.key")
    unknown = {"client_cert": tmp_path / "other-client.pem", "client_key": tmp_path / "other-client.key"}
    for settings in ({}, {"ca": tmp_path / "other.pem"}, {"ca": files / "ca.pem", **unknown}):
        with (
            tenseven.Client(encrypted, retries=0, timeout=10, **settings) as client,
            pytest.raises(tenseven.TensevenError) as error,
        ):
            client.status()
        assert error.value.code == grpc.StatusCode.UNAVAILABLE


def test_settings_that_contradict_each_other_are_refused(files):
    ca = files / "ca.pem"
    for address, settings, problem in [
        ("http://127.0.0.1:1", {"ca": ca}, "for https://"),
        ("https://h:1", {"ca": ca, "credentials": grpc.ssl_channel_credentials()}, "without credentials"),
        ("https://h:1", {"client_cert": ca}, "give both"),
        ("https://h:1", {"key": "k", "key_file": ca}, "exclude each other"),
        ("https://h:1", {"key": "two\nlines"}, "visible ASCII"),
        ("ftp://h:1", {}, "no address of a server"),
    ]:
        with pytest.raises(ValueError, match=problem):
            tenseven.Client(address, **settings)


class _Noting(admin_service_pb2_grpc.AdminServiceServicer):
    def __init__(self):
        self.sent = []

    def GetServerStatus(self, request, context):  # noqa: ARG002, N802
        self.sent.append(dict(context.invocation_metadata()).get("authorization"))
        return admin_service_pb2.GetServerStatusResponse()


@pytest.fixture
def noting():
    """A server that notes the keys that it is sent, and its address."""
    service = _Noting()
    server = grpc.server(futures.ThreadPoolExecutor(2))
    admin_service_pb2_grpc.add_AdminServiceServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield service, f"127.0.0.1:{port}"
    server.stop(None)


def test_a_key_is_an_argument_a_file_or_in_the_environment(noting, monkeypatch, tmp_path):
    service, address = noting
    file, other = tmp_path / "own.key", tmp_path / "other.key"
    file.write_text(f"{KEY}-file\n")
    other.write_text(f"{KEY}-other")

    def sent(**settings):
        with tenseven.Client(address, **settings) as client:
            client.status()
        return service.sent.pop()

    assert sent() is None
    assert sent(key=KEY) == f"Bearer {KEY}"
    assert sent(key_file=file) == f"Bearer {KEY}-file"
    monkeypatch.setenv("TENSEVEN_KEY", f"{KEY}-variable")
    assert sent() == f"Bearer {KEY}-variable"
    monkeypatch.setenv("TENSEVEN_KEY_FILE", str(other))
    assert sent() == f"Bearer {KEY}-other"
    assert sent(key_file=file) == f"Bearer {KEY}-file"
    assert sent(key=KEY) == f"Bearer {KEY}"
    other.write_text("\n")
    with pytest.raises(ValueError, match="is empty"):
        sent()


def test_a_token_takes_the_place_of_a_key_and_its_file_is_read_for_each_call(noting, monkeypatch, tmp_path):
    service, address = noting
    file = tmp_path / "token"
    file.write_text("first\n")
    with tenseven.Client(address, token_file=file) as client:
        client.status()
        file.write_text("second")
        client.status()
        for broken in ("", "two\nlines"):
            file.write_text(broken)
            client.status()
        file.unlink()
        client.status()
    assert service.sent == ["Bearer first", *["Bearer second"] * 4]
    with pytest.raises(FileNotFoundError):
        tenseven.Client(address, token_file=file)
    file.write_text("third")

    def sent(**settings):
        with tenseven.Client(address, **settings) as client:
            client.status()
        return service.sent.pop()

    assert sent(token=KEY) == f"Bearer {KEY}"
    monkeypatch.setenv("TENSEVEN_TOKEN", f"{KEY}-variable")
    assert sent() == f"Bearer {KEY}-variable"
    assert sent(key="key") == "Bearer key"
    monkeypatch.setenv("TENSEVEN_TOKEN_FILE", str(file))
    assert sent() == "Bearer third"
    monkeypatch.setenv("TENSEVEN_KEY_FILE", str(file))
    with pytest.raises(ValueError, match="exclude each other"):
        sent()
    with pytest.raises(ValueError, match="exclude each other"):
        sent(key="k", token_file=file)
    with pytest.raises(ValueError, match="insecure_key") as error:
        tenseven.Client("192.0.2.1:1", token=KEY)
    assert KEY not in str(error.value)


def test_a_key_goes_to_no_other_machine_in_plain_text():
    for local in ("127.0.0.1:1", "http://127.8.0.1:1", "[::1]:1", "localhost:1", "unix:/nowhere"):
        tenseven.Client(local, key=KEY).close()
    tenseven.Client("https://registry.example:1", key=KEY).close()
    for other in ("registry.example:1", "http://192.0.2.1:1", "[2001:db8::1]:1", "localhost.example:1"):
        with pytest.raises(ValueError, match="insecure_key") as error:
            tenseven.Client(other, key=KEY)
        assert KEY not in str(error.value)
        tenseven.Client(other, key=KEY, insecure_key=True).close()


def test_no_key_is_printed():
    secret = Secret(KEY)
    with tenseven.Client("127.0.0.1:1", key=KEY) as client:
        for value in (secret, Security(key=secret), Authorization(secret), client, client.channel):
            assert KEY not in f"{value!r} {value}"
    assert repr(secret) == "…"
