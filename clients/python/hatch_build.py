"""Generates `tenseven.v1` from the contract when the package is built.

In a checkout the contract is `proto/` at the root of the repository. A source distribution has none: it holds what was
generated when it was made.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GenerateStubs(BuildHookInterface[Any]):
    """Fills `src/tenseven/v1`, which is in no commit."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Run before each build."""
        root = Path(self.root)
        contract, source = root.parent.parent / "proto", root / "src"
        if (contract / "tenseven" / "v1").is_dir():
            generate(contract, source)
        elif not (source / "tenseven" / "v1" / "read_pb2.py").is_file():
            raise FileNotFoundError(
                f"{contract} holds no contract and {source} no generated code; build from a checkout"
            )


def generate(contract: Path, source: Path) -> None:
    """Write messages, calls and the types of both to `source/tenseven/v1`."""
    from google.protobuf import descriptor_pb2
    from grpc_tools import protoc

    protos = sorted(path.relative_to(contract).as_posix() for path in contract.glob("tenseven/v1/*.proto"))
    target = source / "tenseven" / "v1"
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        arguments = [
            "protoc",
            f"-I{contract}",
            f"-I{files('grpc_tools') / '_proto'}",
            f"--python_out={made}",
            f"--pyi_out={made}",
            f"--grpc_python_out={made}",
            f"--descriptor_set_out={made / 'set'}",
            *protos,
        ]
        if protoc.main(arguments) != 0:
            sys.exit("the contract cannot be compiled; see the error of protoc above")
        every = descriptor_pb2.FileDescriptorSet.FromString((made / "set").read_bytes())
        package = made / "tenseven" / "v1"
        for file in every.file:
            stub = package / f"{Path(file.name).stem}_pb2_grpc.pyi"
            stub.write_text(call_types(file), encoding="utf-8")
        (package / "__init__.py").write_text(
            '"""The contract, generated: messages and calls."""\n', encoding="utf-8"
        )
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(package, target)


def call_types(file: Any) -> str:
    """Return the types of a file's calls, which protoc does not write."""
    messages = f"{Path(file.name).stem}_pb2"
    lines = ["import grpc", f"from tenseven.v1 import {messages}"]
    for service in file.service:
        lines += [
            "",
            f"class {service.name}Stub:",
            "    def __init__(self, channel: grpc.Channel) -> None: ...",
        ]
        for method in service.method:
            kind = "".join(
                "Stream" if streams else "Unary"
                for streams in (method.client_streaming, method.server_streaming)
            )
            asked, answered = (
                f"{messages}.{name.rpartition('.')[2]}" for name in (method.input_type, method.output_type)
            )
            lines.append(f"    {method.name}: grpc.{kind}MultiCallable[{asked}, {answered}]")
    return "\n".join(lines) + "\n"
