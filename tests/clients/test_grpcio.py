"""What a partner does with nothing but proto/ and Python's grpcio."""

import math
import uuid

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

from tenseven.v1 import (
    framework_service_pb2,
    framework_service_pb2_grpc,
    observation_service_pb2,
    observation_service_pb2_grpc,
    score_service_pb2,
    score_service_pb2_grpc,
    types_pb2,
)


def observation(indicator, area, period, **value):
    return types_pb2.Observation(
        indicator=indicator, area=area, period=period, source="grpcio", value=types_pb2.Value(**value)
    )


def push(channel, *observations, submission_id=None):
    request = observation_service_pb2.PushObservationsRequest(
        submission_id=submission_id or str(uuid.uuid4()), observations=observations
    )
    return observation_service_pb2_grpc.ObservationServiceStub(channel).PushObservations(request)


def details(error):
    """The ErrorInfo and the BadRequest of an error."""
    info, bad = None, error_details_pb2.BadRequest()
    for detail in rpc_status.from_call(error).details:
        if detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR):
            info = error_details_pb2.ErrorInfo()
            detail.Unpack(info)
        elif detail.Is(error_details_pb2.BadRequest.DESCRIPTOR):
            detail.Unpack(bad)
    return info, bad


def test_pushes_and_reads_its_own_writes(channel):
    answer = push(
        channel,
        observation("dual-nationality", "MAR", "2020", level="comprehensive"),
        observation("migrant-casualties", "MAR", "2020", number=27),
        observation("regularisation", "MAR", "2020", ratio=types_pb2.Ratio(numerator=1, denominator=2)),
        observation("multi-entry-visas", "MAR", "2020", missing=types_pb2.MISSING_REASON_NOT_COLLECTED),
    )
    assert (answer.new_count, answer.revised_count, answer.unchanged_count) == (4, 0, 0)
    scores = score_service_pb2_grpc.ScoreServiceStub(channel).GetScores(
        score_service_pb2.GetScoresRequest(
            framework="target-10-7", area="MAR", period="2020", min_revision=answer.revision
        )
    )
    assert scores.revision == answer.revision
    overall = scores.scores.nodes[0]
    assert (overall.node, overall.coverage.with_data, overall.coverage.applicable) == ("overall", 3, 11)
    nodes = {node.node: node for node in scores.scores.nodes}
    assert nodes["dual-nationality"].score == 100
    assert nodes["multi-entry-visas"].gap == score_service_pb2.SCORE_GAP_NOT_COLLECTED
    assert not nodes["multi-entry-visas"].HasField("score")


def test_the_same_submission_twice_has_one_answer(channel):
    submission_id = str(uuid.uuid4())
    one = observation("dual-nationality", "MAR", "2020", level="basic")
    first = push(channel, one, submission_id=submission_id)
    assert push(channel, one, submission_id=submission_id) == first
    with pytest.raises(grpc.RpcError) as refused:
        push(channel, observation("dual-nationality", "MAR", "2021", level="basic"), submission_id=submission_id)
    assert refused.value.code() == grpc.StatusCode.ALREADY_EXISTS
    assert details(refused.value)[0].reason == "SUBMISSION_ID_REUSED"


def test_a_refusal_lists_every_violation_with_its_path(channel):
    with pytest.raises(grpc.RpcError) as refused:
        push(
            channel,
            observation("migrant-casualties", "LBY", "2016", number=math.nan),
            observation("dual-nationalty", "QQQ", "2016", level="basic"),
        )
    info, bad = details(refused.value)
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert (info.domain, info.reason) == ("tenseven", "INVALID_REQUEST")
    assert {violation.field for violation in bad.field_violations} == {
        "observations[0].value.number",
        "observations[1].area",
        "observations[1].indicator",
    }


def test_every_unary_method_answers(channel):
    push(channel, observation("dual-nationality", "MAR", "2020", level="comprehensive"))
    frameworks = framework_service_pb2_grpc.FrameworkServiceStub(channel)
    listed = frameworks.ListFrameworks(framework_service_pb2.ListFrameworksRequest())
    assert [one.id for one in listed.frameworks] == ["sdg-10-7-2", "target-10-7"]
    framework = frameworks.GetFramework(framework_service_pb2.GetFrameworkRequest(framework="target-10-7"))
    assert framework.framework.summary.scored_indicator_count == 11
    indicators = frameworks.ListIndicators(framework_service_pb2.ListIndicatorsRequest(framework="sdg-10-7-2"))
    assert len(indicators.indicators) == 30
    indicator = frameworks.GetIndicator(framework_service_pb2.GetIndicatorRequest(indicator="dual-nationality"))
    assert indicator.frameworks == ["target-10-7@1.0.0"]
    observations = observation_service_pb2_grpc.ObservationServiceStub(channel)
    assert len(observations.ListObservations(observation_service_pb2.ListObservationsRequest()).observations) == 1
    scores = score_service_pb2_grpc.ScoreServiceStub(channel)
    listed = scores.ListScores(score_service_pb2.ListScoresRequest(framework="target-10-7"))
    assert [(tree.area, tree.period) for tree in listed.scores] == [("MAR", "2020")]
    report = scores.GetTargetReport(
        score_service_pb2.GetTargetReportRequest(framework="target-10-7", period="2020")
    )
    assert report.area_count == 250
    figures = {figure.clause: figure for figure in report.figures}
    assert (figures["dual-nationality"].value, figures["dual-nationality"].areas_with_data) == (1, 1)


def test_health_and_reflection_answer(channel):
    health = health_pb2_grpc.HealthStub(channel)
    for service in ("", "tenseven.v1.ScoreService"):
        answer = health.Check(health_pb2.HealthCheckRequest(service=service))
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
    reflection = ProtoReflectionDescriptorDatabase(channel)
    assert reflection.FindFileContainingSymbol("google.rpc.BadRequest").name == "error_details.proto"
    services = reflection.get_services()
    assert {"tenseven.v1.FrameworkService", "tenseven.v1.ObservationService", "tenseven.v1.ScoreService"} <= set(
        services
    )


def test_a_compressed_channel_works(server):
    with grpc.insecure_channel(server, compression=grpc.Compression.Gzip) as channel:
        health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
        assert push(channel, observation("dual-nationality", "MAR", "2020", level="basic")).new_count == 1
        assert ProtoReflectionDescriptorDatabase(channel).get_services()
