"""The real server, for clients that are not ours."""

import contextlib
import os
import subprocess

import grpc
import pytest


@contextlib.contextmanager
def running(home, *arguments):
    """The address of a server with a journal of its own, as long as it is needed."""
    served = ["serve", "--listen", "127.0.0.1:0", "--data", str(home / "data"), *arguments]
    process = subprocess.Popen(
        [os.environ["TENSEVEN_BINARY"], *served],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    line = process.stdout.readline()
    yield line.strip().rsplit(" ", 1)[-1].split("://")[-1]
    process.terminate()
    assert process.wait(timeout=30) == 0


@pytest.fixture()
def server(tmp_path):
    """The address of a server of the test's own."""
    with running(tmp_path) as address:
        yield address


@pytest.fixture()
def channel(server):
    """A channel to that server."""
    with grpc.insecure_channel(server) as channel:
        yield channel
