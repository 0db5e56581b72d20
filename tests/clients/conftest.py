"""The real server, for clients that are not ours."""

import contextlib
import os
import subprocess

import grpc
import pytest


@contextlib.contextmanager
def running(home):
    """The address of a server with a journal of its own, as long as it is needed."""
    process = subprocess.Popen(
        [os.environ["TENSEVEN_BINARY"], "serve", "--listen", "127.0.0.1:0", "--data", str(home / "data")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    line = process.stdout.readline()
    yield line.strip().rsplit(" ", 1)[-1].removeprefix("http://")
    process.terminate()
    assert process.wait(timeout=30) == 0


@pytest.fixture()
def server(tmp_path):
    """The address of a server of the test's own."""
    with running(tmp_path) as address:
        yield address


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory):
    """The address of a server that the tests of a module share."""
    with running(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture()
def channel(server):
    """A channel to that server."""
    with grpc.insecure_channel(server) as channel:
        yield channel
