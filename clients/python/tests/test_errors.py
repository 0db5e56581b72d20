"""Errors and tries: what a refusal carries, and what is tried again."""

import os
import signal
import threading
import time
from concurrent import futures
from itertools import pairwise

import grpc
import pytest
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status
from test_push import deaths

import tenseven
from tenseven.retry import RetryPolicy
from tenseven.v1 import admin_service_pb2 as admin
from tenseven.v1 import observation_service_pb2 as calls


def test_an_error_has_its_code_reason_metadata_and_violations(client):
    with pytest.raises(tenseven.TensevenError) as error:
        client.scores("target-10-8")
    assert (error.value.code, error.value.reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_FRAMEWORK")
    assert "did you mean target-10-7" in str(error.value)
    with pytest.raises(tenseven.TensevenError) as error:
        client.observations(at_revision=99)
    newest = str(client.observations().attrs["revision"])
    assert (error.value.reason, error.value.metadata["revision"]) == ("NO_SUCH_REVISION", newest)
    with pytest.raises(tenseven.TensevenError) as error:
        client.trend("target-10-7", "MAR", period_from="2020-13")
    assert [(one.field, one.reason) for one in error.value.violations] == [("period_from", "MALFORMED")]
    with pytest.raises(tenseven.TensevenError) as error:
        client.rank("target-10-7", 2020)
    assert error.value.reason == "RANKING_DISABLED"
    with pytest.raises(tenseven.TensevenError) as error:
        client.publish_framework('id = "mine"')
    assert error.value.reason == "INVALID_REQUEST"
    assert error.value.violations


def test_a_deadline_ends_every_call(server):
    with tenseven.Client(server.address, timeout=0.5) as client:
        started = time.monotonic()
        with pytest.raises(tenseven.TensevenError) as error:
            client.observations(min_revision=99)
        assert error.value.code == grpc.StatusCode.DEADLINE_EXCEEDED
        assert time.monotonic() - started < 5


def test_calls_outlive_a_server_that_is_restarted(server):
    with tenseven.Client(f"http://{server.address}", retries=8) as client:
        assert client.push(deaths(3)).new == 3
        server.stop()
        starting = threading.Timer(0.7, server.start)
        starting.start()
        try:
            summary = client.push([*deaths(3), *deaths(3, start=3)], batch_size=3)
        finally:
            starting.join()
        assert (summary.already_pushed, summary.new) == (3, 3)
        assert len(client.observations()) == 6


def test_a_restart_between_batches_stores_every_row_once(server):
    def rows():
        for row in deaths(40):
            if row["value"] == 20:
                server.stop()
                server.start()
            yield row

    with tenseven.Client(server.address, retries=8) as client:
        assert client.push(rows(), batch_size=10).new == 40
        assert len(client.observations()) == 40


def test_a_server_that_is_killed_in_the_middle_of_a_stream_is_gone_on_with(server):
    def rows():
        for row in deaths(5_000):
            if row["value"] in (1_500, 3_500):
                server.process.kill()
                server.process.wait()
                server.start()
            yield row

    with tenseven.Client(server.address, retries=8) as client:
        before = client.status().revision
        summary = client.push(rows(), batch_size=10)
        assert (summary.new + summary.already_pushed, summary.batches) == (5_000, 500)
        assert client.status().observation_count == 5_000
        assert client.status().revision - before == 500


def test_an_answer_that_does_not_come_ends_at_the_timeout(server):
    with tenseven.Client(server.address, timeout=0.5, retries=0) as client:
        client.status()
        server.process.send_signal(signal.SIGSTOP)
        # A thread of it may still answer until all have stopped.
        os.waitpid(server.process.pid, os.WUNTRACED)
        try:
            stream = client._batch_stream()
            stream.send(calls.StreamObservationsRequest(submission_id="x"))
            with pytest.raises(tenseven.TensevenError) as error:
                stream.answer()
            assert error.value.code == grpc.StatusCode.DEADLINE_EXCEEDED
        finally:
            server.process.send_signal(signal.SIGCONT)


def test_an_unreachable_server_is_reported(server):
    server.stop()
    with tenseven.Client(server.address, retries=1) as client:
        with pytest.raises(tenseven.TensevenError) as error:
            client.status()
        assert (error.value.code, error.value.reason) == (grpc.StatusCode.UNAVAILABLE, "")
    server.start()


class Reluctant(grpc.GenericRpcHandler):
    """Refuses a given number of times, then answers."""

    def __init__(self, refusals, code, wait):
        self.refusals, self.code, self.wait, self.times = refusals, code, wait, []

    def service(self, _details):
        return grpc.unary_unary_rpc_method_handler(
            self.answer,
            request_deserializer=admin.GetServerStatusRequest.FromString,
            response_serializer=admin.GetServerStatusResponse.SerializeToString,
        )

    def answer(self, _request, context):
        self.times.append(time.monotonic())
        if len(self.times) <= self.refusals:
            context.abort_with_status(rpc_status.to_status(self.status()))
        return admin.GetServerStatusResponse(version="9")

    def status(self):
        status = status_pb2.Status(code=self.code.value[0], message="later")
        if self.wait is not None:
            detail = any_pb2.Any()
            delay = duration_pb2.Duration()
            delay.FromMilliseconds(int(self.wait * 1000))
            detail.Pack(error_details_pb2.RetryInfo(retry_delay=delay))
            status.details.append(detail)
        return status


def reluctant(refusals, code, wait, retries=4):
    """Ask a server that refuses; return when it was asked."""
    handler = Reluctant(refusals, code, wait)
    server = grpc.server(futures.ThreadPoolExecutor(2), handlers=[handler])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        with tenseven.Client(f"127.0.0.1:{port}", retries=retries) as client:
            assert client.status().version == "9"
    finally:
        server.stop(None)
    return handler.times


def test_waits_as_long_as_the_server_asks():
    times = reluctant(2, grpc.StatusCode.RESOURCE_EXHAUSTED, 0.4)
    assert len(times) == 3
    assert all(later - earlier >= 0.4 for earlier, later in pairwise(times))


def test_gives_up_on_what_another_try_cannot_mend():
    for refusals, code, wait, retries in [
        (1, grpc.StatusCode.RESOURCE_EXHAUSTED, None, 4),
        (1, grpc.StatusCode.INVALID_ARGUMENT, 0.1, 4),
        (1, grpc.StatusCode.UNAVAILABLE, 60, 4),
        (2, grpc.StatusCode.UNAVAILABLE, None, 1),
    ]:
        with pytest.raises(tenseven.TensevenError) as error:
            reluctant(refusals, code, wait, retries)
        assert (error.value.code, error.value.retry_after) == (code, wait)


def test_the_wait_doubles_up_to_its_limit_and_jitter_takes_half():
    policy = RetryPolicy(retries=9)
    error = tenseven.TensevenError(grpc.StatusCode.UNAVAILABLE, "")
    assert [policy.wait(tried, error, 1.0) for tried in (1, 2, 3, 9, 10)] == [0.1, 0.2, 0.4, 10.0, None]
    assert policy.wait(2, error, 0.0) == 0.1
    failed = tenseven.TensevenError(grpc.StatusCode.UNAVAILABLE, "", "JOURNAL_FAILED")
    assert policy.wait(1, failed, 0.5) is None
