"""The real server, as the binary that was built."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

import tenseven

BINARY = os.environ.get("TENSEVEN_BINARY") or str(
    Path(__file__).resolve().parents[3] / "target" / "debug" / "tenseven"
)


class Server:
    """A server with a journal of its own, which can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.process: subprocess.Popen[str] | None = None
        self.address = "127.0.0.1:0"

    def start(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [BINARY, "serve", "--listen", self.address, "--data", str(self.data), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        found = re.search(r"https?://(\S+)", self.process.stdout.readline())
        assert found is not None, "the server does not say its address"
        self.address = found[1]

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        assert self.process.wait(timeout=30) == 0

    def cli(self, *words: str) -> str:
        """Return what the command line answers."""
        return subprocess.run(
            [BINARY, *words, "--server", f"http://{self.address}"], check=True, capture_output=True, text=True
        ).stdout


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def client(server):
    with tenseven.Client(server.address) as client:
        yield client
