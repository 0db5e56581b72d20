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
    observation_pb2,
    observation_service_pb2,
    observation_service_pb2_grpc,
    read_pb2,
    score_service_pb2,
    score_service_pb2_grpc,
)


def observation(indicator, area, period, **value):
    return observation_pb2.Observation(
        indicator=indicator, area=area, period=period, source="grpcio", value=observation_pb2.Value(**value)
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
        observation("regularisation", "MAR", "2020", ratio=observation_pb2.Ratio(numerator=1, denominator=2)),
        observation("multi-entry-visas", "MAR", "2020", missing=observation_pb2.MISSING_REASON_NOT_COLLECTED),
    )
    assert (answer.new_count, answer.revised_count, answer.unchanged_count) == (4, 0, 0)
    scores = score_service_pb2_grpc.ScoreServiceStub(channel).GetScores(
        score_service_pb2.GetScoresRequest(
            framework="target-10-7",
            area="MAR",
            period="2020",
            read_at=read_pb2.ReadAt(min_revision=answer.revision),
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


MINE = """id = "mine"
version = "1.0.0"
title = "Mine"

[[nodes]]
id = "overall"
name = "Overall"
normalise = { method = "goalposts", lower = 0, upper = 50, reason = "for the test" }

[[indicators]]
id = "own-figure"
name = "A figure of its own"
kind = "number"
parent = "overall"
"""


def publish(channel, definition, **fields):
    request = framework_service_pb2.PublishFrameworkRequest(
        submission_id=str(uuid.uuid4()), definition=definition, **fields
    )
    return list(framework_service_pb2_grpc.FrameworkServiceStub(channel).PublishFramework(request))


def test_an_author_validates_publishes_pushes_and_sees_scores(channel):
    frameworks = framework_service_pb2_grpc.FrameworkServiceStub(channel)
    wrong = MINE.replace("goalposts", "goalpots")
    validated = frameworks.ValidateFramework(framework_service_pb2.ValidateFrameworkRequest(definition=wrong))
    assert [(one.line, one.column, one.key, one.suggestion) for one in validated.findings] == [
        (8, 24, "normalise.method", "goalposts")
    ]
    with pytest.raises(grpc.RpcError) as refused:
        publish(channel, wrong)
    info, bad = details(refused.value)
    assert (refused.value.code(), info.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert [one.field for one in bad.field_violations] == ["definition"]
    assert bad.field_violations[0].description.startswith("8:24: ")
    checked = publish(channel, MINE, validate_only=True)
    assert [one.WhichOneof("step") for one in checked] == ["receipt"]
    *progress, last = publish(channel, MINE)
    assert all(one.WhichOneof("step") == "progress" and 0 <= one.progress.fraction <= 1 for one in progress)
    assert last.receipt.framework == "mine@1.0.0"
    pushed = push(channel, observation("own-figure", "MAR", "2020", number=20))
    scores = score_service_pb2_grpc.ScoreServiceStub(channel).GetScores(
        score_service_pb2.GetScoresRequest(
            framework="mine",
            area="MAR",
            period="2020",
            read_at=read_pb2.ReadAt(min_revision=pushed.revision),
        )
    )
    assert scores.scores.nodes[0].score == 40
    with pytest.raises(grpc.RpcError) as refused:
        publish(channel, MINE.replace("1.0.0", "0.9.0"))
    assert refused.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert details(refused.value)[0].reason == "VERSION_NOT_HIGHER"
    source = framework_service_pb2.FrameworkSource
    diff = frameworks.DiffFrameworks(
        framework_service_pb2.DiffFrameworksRequest(
            before=source(framework="mine"),
            after=source(definition=MINE.replace("1.0.0", "1.1.0").replace("upper = 50", "upper = 40")),
        )
    )
    assert [(one.path, one.before, one.after) for one in diff.changes] == [
        ("version", "1.0.0", "1.1.0"),
        ("nodes[own-figure].normalise.upper", "50", "40"),
    ]


def test_every_unary_method_answers(channel):
    push(channel, observation("dual-nationality", "MAR", "2020", level="comprehensive"))
    frameworks = framework_service_pb2_grpc.FrameworkServiceStub(channel)
    listed = frameworks.ListFrameworks(framework_service_pb2.ListFrameworksRequest())
    assert [one.id for one in listed.frameworks] == ["sdg-10-7-2", "target-10-7", "target-10-7"]
    framework = frameworks.GetFramework(framework_service_pb2.GetFrameworkRequest(framework="target-10-7"))
    assert framework.framework.summary.scored_indicator_count == 11
    indicators = frameworks.ListIndicators(framework_service_pb2.ListIndicatorsRequest(framework="sdg-10-7-2"))
    assert len(indicators.indicators) == 30
    indicator = frameworks.GetIndicator(framework_service_pb2.GetIndicatorRequest(indicator="dual-nationality"))
    assert indicator.frameworks == ["target-10-7@1.1.0"]
    observations = observation_service_pb2_grpc.ObservationServiceStub(channel)
    assert len(observations.ListObservations(observation_service_pb2.ListObservationsRequest()).observations) == 1
    scores = score_service_pb2_grpc.ScoreServiceStub(channel)
    listed = scores.ListScores(score_service_pb2.ListScoresRequest(selection={"framework": "target-10-7"}))
    # The year that is reported, and those to which a policy is carried.
    assert [(tree.area, tree.period) for tree in listed.scores] == [("MAR", str(year)) for year in range(2020, 2026)]
    report = scores.GetTargetReport(
        score_service_pb2.GetTargetReportRequest(framework="target-10-7", period="2020")
    )
    assert report.area_count == 250
    figures = {figure.clause: figure for figure in report.figures}
    assert (figures["dual-nationality"].value, figures["dual-nationality"].areas_with_data) == (1, 1)


def test_a_stream_answers_each_batch_in_order(channel):
    batch = observation_service_pb2.StreamObservationsRequest
    ids = [str(uuid.uuid4()) for _ in range(3)]
    batches = [
        batch(submission_id=ids[0], observations=[observation("dual-nationality", "MAR", "2020", level="basic")]),
        batch(submission_id=ids[1], observations=[observation("dual-nationality", "MAR", "2020", level="no")]),
        batch(submission_id=ids[2], observations=[observation("dual-nationality", "MAR", "2021", level="basic")]),
    ]
    stub = observation_service_pb2_grpc.ObservationServiceStub(channel)
    answers = list(stub.StreamObservations(iter(batches)))
    assert [one.submission_id for one in answers] == ids
    assert [one.WhichOneof("answer") for one in answers] == ["receipt", "refusal", "receipt"]
    refusal = answers[1].refusal
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.INVALID_ARGUMENT.value[0], "INVALID_REQUEST")
    assert [(one.path, one.reason) for one in refusal.fields] == [("observations[0].value.level", "UNKNOWN_LEVEL")]
    assert answers[2].receipt.revision == answers[0].receipt.revision + 1


def test_a_watch_tells_changes_in_order(channel):
    first = push(channel, observation("dual-nationality", "MAR", "2020", level="basic")).revision
    stub = observation_service_pb2_grpc.ObservationServiceStub(channel)
    watch = stub.WatchObservations(observation_service_pb2.WatchObservationsRequest(after_revision=first - 1))
    start, change = next(watch), next(watch)
    assert (start.revision, len(start.observations)) == (first - 1, 0)
    assert (change.revision, change.observations[0].area) == (first, "MAR")
    push(channel, observation("dual-nationality", "LBY", "2020", level="basic"))
    change = next(watch)
    assert (change.revision, change.observations[0].area) == (first + 1, "LBY")
    watch.cancel()


def test_an_export_ends_with_a_part_that_says_so(channel):
    revision = push(channel, observation("dual-nationality", "MAR", "2020", level="basic")).revision
    stub = observation_service_pb2_grpc.ObservationServiceStub(channel)
    parts = list(stub.ExportObservations(observation_service_pb2.ExportObservationsRequest(selection={"area": "MAR"})))
    assert [(len(one.observations), one.revision, one.complete) for one in parts] == [(1, revision, True)]


def scores_stub(channel):
    return score_service_pb2_grpc.ScoreServiceStub(channel)


def refused(call, request):
    """The code, the ErrorInfo's reason and the violations of a call that must be refused."""
    with pytest.raises(grpc.RpcError) as error:
        call(request)
    info, bad = details(error.value)
    return error.value.code(), info.reason, {one.field: one.reason for one in bad.field_violations}


def test_a_trend_tells_changes_and_gaps(channel):
    push(
        channel,
        observation("dual-nationality", "MAR", "2018", level="elaborated"),
        observation("dual-nationality", "MAR", "2019", missing=observation_pb2.MISSING_REASON_CONFIDENTIAL),
        observation("dual-nationality", "MAR", "2020", level="comprehensive"),
    )
    request = score_service_pb2.GetTrendRequest(
        framework="target-10-7", area="MAR", nodes=["dual-nationality"], period_to="2020", page={"size": 2}
    )
    points = []
    while True:
        page = scores_stub(channel).GetTrend(request)
        points.extend(page.points)
        if not page.next_page_token:
            break
        request.page.token = page.next_page_token
    found = [(point.period, point.node.score, point.change, point.change_since) for point in points]
    assert found == [("2018", 50, 0, ""), ("2019", 0, 0, ""), ("2020", 100, 50, "2018")]
    assert not points[1].node.HasField("score") and not points[0].HasField("change")
    assert points[1].node.gap == score_service_pb2.SCORE_GAP_CONFIDENTIAL
    request = score_service_pb2.GetTrendRequest(framework="target-10-7", area="m49:015")
    expected = (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", {"area": "NOT_ALLOWED"})
    assert refused(scores_stub(channel).GetTrend, request) == expected


def test_scores_are_compared_with_the_first(channel):
    push(
        channel,
        observation("dual-nationality", "MAR", "2020", level="comprehensive"),
        observation("dual-nationality", "LBY", "2020", level="basic"),
    )
    request = score_service_pb2.CompareScoresRequest(
        framework="target-10-7", areas=["MAR", "LBY", "NZL"], periods=["2020"], nodes=["mobility"]
    )
    answer = scores_stub(channel).CompareScores(request)
    assert [(column.area, column.period) for column in answer.columns] == [
        ("MAR", "2020"),
        ("LBY", "2020"),
        ("NZL", "2020"),
    ]
    mobility = answer.nodes[0]
    assert [one.difference for one in mobility.scores[:2]] == [0, -100]
    assert not mobility.scores[2].HasField("difference")
    request = score_service_pb2.CompareScoresRequest(framework="target-10-7", areas=["world"], periods=["2020"])
    code, _, fields = refused(scores_stub(channel).CompareScores, request)
    assert (code, fields) == (grpc.StatusCode.INVALID_ARGUMENT, {"areas": "TOO_MANY"})


def test_ranks_are_refused_where_the_framework_forbids_them(channel):
    request = score_service_pb2.RankAreasRequest(framework="target-10-7", period="2020")
    with pytest.raises(grpc.RpcError) as error:
        scores_stub(channel).RankAreas(request)
    assert error.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    info, _ = details(error.value)
    assert (info.reason, info.metadata["framework"]) == ("RANKING_DISABLED", "target-10-7@1.1.0")
    failed = error_details_pb2.PreconditionFailure()
    assert any(detail.Unpack(failed) for detail in rpc_status.from_call(error.value).details)
    assert (failed.violations[0].type, failed.violations[0].subject) == ("RANKING", "target-10-7@1.1.0")


def test_a_score_is_explained_down_to_its_evidence(channel):
    one = observation("dual-nationality", "MAR", "2020", level="comprehensive")
    one.evidence.add(citation="Dahir 1-58-250", quote="art. 19")
    revision = push(channel, one, observation("migrant-casualties", "MAR", "2020", number=27)).revision
    request = score_service_pb2.ExplainScoreRequest(framework="target-10-7", area="MAR", period="2020")
    explanation = scores_stub(channel).ExplainScore(request).explanation
    nodes = {node.node.node: node for node in explanation.nodes}
    leaf = nodes["dual-nationality"]
    assert leaf.WhichOneof("composition") == "leaf"
    recorded = leaf.leaf.reads[0].observations[0]
    assert (recorded.revision, recorded.observation.evidence[0].quote) == (revision, "art. 19")
    deaths = nodes["migrant-casualties"].leaf
    assert (deaths.resolved.number, deaths.transform) == (27, "log1p")
    assert math.isclose(deaths.transformed.number, math.log(28))
    below = [node for node in explanation.nodes if node.node.parent == "mobility"]
    whole = nodes["mobility"].node.score
    assert whole == 100
    assert math.isclose(sum(node.contribution for node in below) + nodes["mobility"].branch.own, whole)
    request.node = "mobilty"
    code, _, fields = refused(scores_stub(channel).ExplainScore, request)
    assert (code, fields) == (grpc.StatusCode.INVALID_ARGUMENT, {"node": "UNKNOWN_NODE"})


def test_a_read_mask_leaves_the_rest_out(channel):
    push(channel, observation("dual-nationality", "MAR", "2020", level="comprehensive"))
    request = score_service_pb2.GetScoresRequest(framework="target-10-7", area="MAR", period="2020")
    request.read_mask.paths.extend(["area", "nodes.node", "nodes.score"])
    tree = scores_stub(channel).GetScores(request).scores
    assert (tree.area, tree.period, len(tree.criteria), tree.nodes[0].name) == ("MAR", "", 0, "")
    assert {node.node: node.score for node in tree.nodes}["mobility"] == 100
    request.read_mask.paths.append("nodes.skore")
    code, _, fields = refused(scores_stub(channel).GetScores, request)
    assert fields == {"read_mask.paths[3]": "UNKNOWN_FIELD"}


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
