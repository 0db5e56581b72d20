"""What a person does with buf curl, which learns the contract by reflection."""

import base64
import json
import pathlib
import subprocess
import uuid

import pytest

PROTO = str(pathlib.Path(__file__).parents[2] / "proto")


def curl(server, method, request):
    return subprocess.run(
        ["buf", "curl", "--protocol", "grpc", "--http2-prior-knowledge", "--data", json.dumps(request)]
        + [f"http://{server}/tenseven.v1.{method}"],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_pushes_and_asks(server):
    pushed = curl(
        server,
        "ObservationService/PushObservations",
        {
            "submissionId": str(uuid.uuid4()),
            "observations": [
                {
                    "indicator": "dual-nationality",
                    "area": "MAR",
                    "period": "2020",
                    "source": "curl",
                    "value": {"level": "comprehensive"},
                }
            ],
        },
    )
    assert pushed.returncode == 0, pushed.stderr
    assert json.loads(pushed.stdout)["newCount"] == 1
    asked = {"framework": "target-10-7", "area": "MAR", "period": "2020"}
    scores = curl(server, "ScoreService/GetScores", asked)
    assert {node["node"]: node.get("score") for node in json.loads(scores.stdout)["scores"]["nodes"]}["mobility"] == 100
    frameworks = curl(server, "FrameworkService/ListFrameworks", {})
    assert len(json.loads(frameworks.stdout)["frameworks"]) == 3


def test_an_error_is_readable(server):
    refused = curl(server, "ScoreService/GetScores", {"framework": "target-10-8", "area": "MAR", "period": "2020"})
    assert refused.returncode != 0
    assert "not_found" in refused.stderr
    assert "did you mean target-10-7?" in refused.stderr
    info = next(one for one in json.loads(refused.stderr)["details"] if one["type"] == "google.rpc.ErrorInfo")
    assert b"UNKNOWN_FRAMEWORK" in base64.b64decode(info["value"] + "==")


@pytest.mark.parametrize("version", [[], ["--http2-prior-knowledge"]], ids=["http1", "http2"])
def test_grpc_web_is_answered_over_both_versions_of_http(server, version):
    def web(method, request):
        return subprocess.run(
            ["buf", "curl", "--protocol", "grpcweb", "--schema", PROTO, *version]
            + ["--data", json.dumps(request), f"http://{server}/tenseven.v1.{method}"],
            capture_output=True,
            text=True,
            timeout=60,
        )

    listed = web("FrameworkService/ListFrameworks", {})
    assert len(json.loads(listed.stdout)["frameworks"]) >= 2, listed.stderr
    exported = web("ObservationService/ExportObservations", {})
    assert json.loads(exported.stdout)["complete"], exported.stderr
    refused = web("ScoreService/GetScores", {"framework": "target-10-8", "area": "MAR", "period": "2020"})
    assert "did you mean target-10-7?" in refused.stderr
    assert "google.rpc.ErrorInfo" in {one["type"] for one in json.loads(refused.stderr)["details"]}
