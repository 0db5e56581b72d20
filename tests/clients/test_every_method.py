"""Every method of the contract, called by grpcio and by buf curl."""

import importlib
import json
import os
import pathlib
import subprocess

import grpc
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

from calls import ADJUDICATED, CALLS, GRANTED, ISSUED, PRACTICE, PREPARED, Call
from conftest import running

DESCRIPTORS = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(os.environ["CONTRACT"]).read_bytes())
for file in DESCRIPTORS.file:
    importlib.import_module(file.name.removesuffix(".proto").replace("/", ".") + "_pb2")


def methods():
    """The names of all methods, with whether the client and the server send streams."""
    return {
        f"{service.name}/{method.name}": (method.client_streaming, method.server_streaming)
        for file in DESCRIPTORS.file
        if file.package == "tenseven.v1"
        for service in file.service
        for method in service.method
    }


def call(channel, name, messages, key, take=None):
    """The answers of a method to messages, both as JSON, with a key."""
    service, method = name.split("/")
    described = descriptor_pool.Default().FindServiceByName(f"tenseven.v1.{service}").FindMethodByName(method)
    request, answer = map(message_factory.GetMessageClass, (described.input_type, described.output_type))
    client_streams, server_streams = methods()[name]
    kind = f"{'stream' if client_streams else 'unary'}_{'stream' if server_streams else 'unary'}"
    invoke = getattr(channel, kind)(
        f"/tenseven.v1.{name}",
        request_serializer=request.SerializeToString,
        response_deserializer=answer.FromString,
    )
    sent = [json_format.ParseDict(one, request()) for one in messages]
    answers = invoke(iter(sent) if client_streams else sent[0], timeout=30, metadata=bearer(key))
    taken = []
    for one in answers if server_streams else [answers]:
        taken.append(json_format.MessageToDict(one))
        if len(taken) == take:
            answers.cancel()
            break
    return taken


def bearer(key):
    """The metadata that shows who calls."""
    return [("authorization", f"Bearer {key}")]


def curl(server, name, messages, key, take=None):
    """The same with buf curl, which learns the contract by reflection."""
    data = "\n".join(json.dumps(one) for one in messages)
    arguments = ["buf", "curl", "--protocol", "grpc", "--http2-prior-knowledge", "--data", "@-"]
    arguments += [part for header, value in bearer(key) for part in ("--header", f"{header}: {value}")]
    with subprocess.Popen(
        arguments + [f"http://{server}/tenseven.v1.{name}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdin.write(data)
        process.stdin.close()
        taken, text = [], ""
        for line in process.stdout:
            try:
                taken.append(json.loads(text := text + line))
                text = ""
            except json.JSONDecodeError:
                continue
            if len(taken) == take:
                process.kill()
                break
        assert process.wait(timeout=30) == 0 or take, process.stderr.read()
    return taken


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A server that holds what the calls ask for, the key of its admin, and the revisions and ids that the calls name."""
    home = tmp_path_factory.mktemp("server")
    file = home / "admin.key"
    subprocess.run([os.environ["TENSEVEN_BINARY"], "key", "generate", "--out", str(file)], check=True)
    key = file.read_text().strip()
    with running(home, "--admin-key-file", str(file)) as server:
        with grpc.insecure_channel(server) as channel:

            def write(method, request):
                [answer] = call(channel, method, Call(method, (request,), None).messages({}), key)
                return answer

            for method, request in PREPARED:
                call(channel, method, Call(method, (request,), None).messages({}), key)
            [found] = call(channel, "PracticeService/GetPractice", [{"practice": PRACTICE}], key)
            names = {
                "ADJUDICATED_REVISION": write("AssessmentService/AdjudicateCodings", ADJUDICATED)["revision"],
                "PRACTICE_REVISION": found["practice"]["revision"],
                "GRANT_REVISION": write("AccessService/AddGrant", GRANTED)["revision"],
                "KEY_ID": write("AccessService/IssueKey", ISSUED)["keyId"],
            }
        yield server, key, names


@pytest.mark.parametrize("one", CALLS, ids=lambda one: one.method)
def test_grpcio_calls(prepared, one):
    server, key, names = prepared
    with grpc.insecure_channel(server) as channel:
        answers = call(channel, one.method, one.messages(names), key, one.take)
    assert one.holds(answers), answers


@pytest.mark.parametrize("one", CALLS, ids=lambda one: one.method)
def test_buf_curl_calls(prepared, one):
    server, key, names = prepared
    answers = curl(server, one.method, one.messages(names), key, one.take)
    assert one.holds(answers), answers


def test_every_method_of_the_contract_is_called():
    assert sorted(one.method for one in CALLS) == sorted(methods())
