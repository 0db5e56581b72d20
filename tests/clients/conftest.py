"""The real server, for clients that are not ours."""

import os
import subprocess

import grpc
import pytest


@pytest.fixture()
def server(tmp_path):
    """The address of a server with a journal of its own."""
    process = subprocess.Popen(
        [os.environ["TENSEVEN_BINARY"], "serve", "--listen", "127.0.0.1:0", "--data", str(tmp_path / "data")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    line = process.stdout.readline()
    address = line.strip().rsplit(" ", 1)[-1].removeprefix("http://")
    yield address
    process.terminate()
    assert process.wait(timeout=30) == 0


@pytest.fixture()
def channel(server):
    """A channel to that server."""
    with grpc.insecure_channel(server) as channel:
        yield channel
