"""One call to each method of the contract: a new method has its line here, and is called by grpcio and by buf curl."""

import itertools
import json
import pathlib
import uuid
from dataclasses import dataclass, field
from typing import Callable

RANKED = (pathlib.Path(__file__).parent.parent / "frameworks" / "ranked.toml").read_text()
NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Call:
    """A call, and what holds of its answers."""

    method: str
    # Messages as JSON; NEW_ID is replaced by an unused id, NEW_NUMBER for a number higher than all before,
    # PRACTICE_REVISION for the revision of PRACTICE, ADJUDICATED_REVISION for that of ADJUDICATED, GRANT_REVISION for that of GRANTED,
    # KEY_ID for the id of the key of ISSUED.
    requests: tuple
    # Takes the answers as JSON.
    holds: Callable = field(repr=False)
    # So many answers are waited for where the stream has no end of its own.
    take: int | None = None

    def messages(self, revisions):
        """The messages, each time with new ids and numbers, and with the revisions that have names."""
        texts = [json.dumps(one) for one in self.requests]
        for name, value in {"NEW_NUMBER": str(next(NUMBERS)), **revisions}.items():
            texts = [text.replace(name, value) for text in texts]
        return [json.loads(text.replace("NEW_ID", str(uuid.uuid4()))) for text in texts]


def push(*observations):
    return {"submissionId": "NEW_ID", "observations": list(observations)}


def observation(area, period, indicator="dual-nationality", level="basic"):
    return {
        "indicator": indicator,
        "area": area,
        "period": period,
        "source": "calls",
        "value": {"level": level},
    }


PLACE = {"framework": "target-10-7", "area": "MAR", "period": "2020"}
KEY = {"indicator": "dual-nationality", "area": "MAR", "period": "2020", "source": "calls"}
# One of the practices that ship.
PRACTICE = "out-migration-and-diaspora-support"
WRITTEN = {
    "practice": {"areas": ["MAR"], "title": "A practice", "description": "What is done.", "citation": "A register"},
    "caller": {"curator": "calls"},
}


def unit(period):
    return {"indicator": "dual-nationality", "area": "ITA", "period": period}


def coding(period):
    return {
        "submissionId": "NEW_ID",
        "caller": {"coder": "calls"},
        "coding": {"unit": unit(period), "level": "basic"},
    }


def adjudication(period):
    return {
        "submissionId": "NEW_ID",
        "caller": {"curator": "calls"},
        "unit": unit(period),
        "source": "panel",
        "rule": "ADJUDICATION_RULE_MEDIAN",
    }


# What the registry holds when the calls are made, written in this order.
PREPARED = [
    ("AccessService/PutPartner", {"submissionId": "NEW_ID", "partner": {"id": "hcp", "name": "HCP"}}),
    (
        "ObservationService/PushObservations",
        push(observation("MAR", "2020", level="comprehensive"), observation("LBY", "2020")),
    ),
    ("FrameworkService/PublishFramework", {"submissionId": "NEW_ID", "definition": RANKED}),
    ("AssessmentService/SubmitCoding", coding("2001")),
    ("AssessmentService/SubmitCoding", coding("2002")),
]
ADJUDICATED = adjudication("2001")
GRANTED = {"submissionId": "NEW_ID", "partner": "hcp", "grant": {"role": "ROLE_READER"}}
ISSUED = {"submissionId": "NEW_ID", "partner": "hcp", "name": "push"}

CALLS = [
    Call("AccessService/GetCaller", ({},), lambda it: it[0]["partner"] == "admin"),
    Call("AccessService/ListPartners", ({},), lambda it: len(it[0]["partners"]) > 1),
    Call("AccessService/GetPartner", ({"partner": "hcp"},), lambda it: it[0]["partner"]["keys"]),
    Call(
        "AccessService/PutPartner",
        ({"submissionId": "NEW_ID", "partner": {"id": "partner-NEW_ID", "name": "Another"}},),
        lambda it: it[0]["created"],
    ),
    Call(
        "AccessService/AddGrant",
        (
            {
                "submissionId": "NEW_ID",
                "partner": "hcp",
                # Another one each time: a partner has no grant twice.
                "grant": {"role": "ROLE_PUBLISHER", "frameworks": ["of-NEW_ID"]},
            },
        ),
        lambda it: int(it[0]["revision"]) > 0,
    ),
    Call("AccessService/IssueKey", (ISSUED,), lambda it: it[0]["key"].startswith(f"t7_{it[0]['keyId']}_")),
    Call(
        "AccessService/RevokeGrant",
        (
            {
                "submissionId": "NEW_ID",
                "partner": "hcp",
                "grantRevision": "GRANT_REVISION",
                "reason": "for the test",
                "validateOnly": True,
            },
        ),
        lambda it: int(it[0]["revision"]) > 0,
    ),
    Call(
        "AccessService/RevokeKey",
        (
            {
                "submissionId": "NEW_ID",
                "partner": "hcp",
                "keyId": "KEY_ID",
                "reason": "for the test",
                "validateOnly": True,
            },
        ),
        lambda it: int(it[0]["revision"]) > 0,
    ),
    Call("AdminService/GetServerStatus", ({},), lambda it: len(it[0]["chainHash"]) == 64),
    Call("AdminService/StreamBackup", ({},), lambda it: it[0]["frames"] and it[0]["historyId"]),
    Call("AuditService/ListAuditEvents", ({},), lambda it: int(it[0]["events"][0]["revision"]) == 1),
    Call(
        "AuditService/StreamAuditEvents",
        ({"filter": {"fromTime": "2000-01-01T00:00:00Z"}},),
        lambda it: any(one.get("events") for one in it),
        take=2,
    ),
    Call("FrameworkService/ListFrameworks", ({},), lambda it: len(it[0]["frameworks"]) >= 3),
    Call(
        "FrameworkService/GetFramework",
        ({"framework": "target-10-7"},),
        lambda it: it[0]["framework"]["summary"]["id"] == "target-10-7",
    ),
    Call(
        "FrameworkService/ListIndicators",
        ({"framework": "sdg-10-7-2"},),
        lambda it: len(it[0]["indicators"]) == 30,
    ),
    Call(
        "FrameworkService/ListAreas",
        ({"selection": {"search": "maroc"}},),
        lambda it: [one["code"] for one in it[0]["areas"]] == ["MAR"],
    ),
    Call(
        "FrameworkService/GetIndicator",
        ({"indicator": "dual-nationality"},),
        lambda it: "target-10-7@1.1.0" in it[0]["frameworks"],
    ),
    Call(
        "FrameworkService/ValidateFramework",
        ({"definition": "id = 1"},),
        lambda it: it[0]["findings"][0]["line"] == 1,
    ),
    Call(
        "FrameworkService/PublishFramework",
        ({"submissionId": "NEW_ID", "definition": RANKED.replace('"1.0.0"', '"1.NEW_NUMBER.0"', 1)},),
        lambda it: "framework" in it[-1]["receipt"],
    ),
    Call(
        "FrameworkService/RetireFramework",
        (
            {
                "submissionId": "NEW_ID",
                "framework": "ranked@1.0.0",
                "reason": "for the test",
                "validateOnly": True,
            },
        ),
        lambda it: it[0]["framework"] == "ranked@1.0.0",
    ),
    Call(
        "FrameworkService/DiffFrameworks",
        ({"before": {"framework": "sdg-10-7-2"}, "after": {"framework": "target-10-7"}},),
        lambda it: "id" in {one["path"] for one in it[0]["changes"]},
    ),
    Call(
        "ObservationService/PushObservations",
        (push(observation("ITA", "2019")),),
        lambda it: int(it[0]["revision"]) > 0,
    ),
    Call(
        "ObservationService/StreamObservations",
        (push(observation("ITA", "2018")), push(observation("ITA", "2017", level="no"))),
        lambda it: ["receipt" in it[0], it[1]["refusal"]["fields"][0]["reason"]] == [True, "UNKNOWN_LEVEL"],
    ),
    Call(
        "ObservationService/ListObservations",
        ({"selection": {"area": "LBY"}},),
        lambda it: [one["observation"]["period"] for one in it[0]["observations"]] == ["2020"],
    ),
    Call("ObservationService/ListObservationRevisions", (KEY,), lambda it: len(it[0]["versions"]) == 1),
    Call("ObservationService/ExportObservations", ({"selection": {"area": "MAR"}},), lambda it: it[-1]["complete"]),
    Call(
        "ObservationService/WatchObservations",
        ({"afterRevision": "0"},),
        lambda it: it[1]["observations"][0]["area"] == "MAR",
        take=2,
    ),
    Call(
        "ScoreService/GetScores",
        (PLACE,),
        lambda it: {node["node"]: node.get("score") for node in it[0]["scores"]["nodes"]}["mobility"] == 100,
    ),
    Call(
        "ScoreService/ListScores",
        ({"selection": {"framework": "target-10-7", "areas": ["MAR"]}},),
        lambda it: it[0]["scores"][0]["area"] == "MAR",
    ),
    Call(
        "ScoreService/GetTrend",
        ({"framework": "target-10-7", "area": "MAR"},),
        lambda it: it[0]["points"][0]["period"] == "2020",
    ),
    Call(
        "ScoreService/CompareScores",
        ({"framework": "target-10-7", "areas": ["MAR", "LBY"], "periods": ["2020"]},),
        lambda it: len(it[0]["columns"]) == 2,
    ),
    Call(
        "ScoreService/RankAreas",
        ({"framework": "ranked", "period": "2020"},),
        lambda it: "revision" in it[0],
    ),
    Call(
        "ScoreService/ExplainScore",
        (PLACE,),
        lambda it: it[0]["explanation"]["nodes"][0]["node"]["node"] == "overall",
    ),
    Call(
        "ScoreService/GetTargetReport",
        ({"framework": "target-10-7", "period": "2020"},),
        lambda it: it[0]["areaCount"] == 250,
    ),
    Call(
        "ObservationService/LookUpSubmissions",
        ({"submissionIds": ["67e55044-10b1-426f-9247-bb680e5fe0c8"]},),
        lambda it: "submissions" not in it[0],
    ),
    Call(
        "ObservationService/GetObservation",
        (KEY,),
        lambda it: it[0]["observation"]["observation"]["area"] == KEY["area"],
    ),
    Call(
        "ObservationService/SubmitChanges",
        ({"submissionId": "NEW_ID", "changes": [{"merge": {**KEY, "status": "P"}}], "validateOnly": True},),
        lambda it: it[0]["revisedCount"] == 1,
    ),
    Call(
        "ObservationService/WithdrawObservations",
        ({"submissionId": "NEW_ID", "withdrawals": [{**KEY, "reason": "for the test"}], "validateOnly": True},),
        lambda it: it[0]["withdrawnCount"] == 1,
    ),
    Call(
        "ScoreService/WatchScores",
        ({"selection": {"framework": "target-10-7", "areas": ["MAR"], "nodes": ["mobility"]}, "snapshot": True},),
        lambda it: it[1]["changes"][0]["score"]["score"] == 100,
        take=2,
    ),
    Call("AssessmentService/SubmitCoding", (coding("2003"),), lambda it: it[0]["round"] == 1),
    Call(
        "AssessmentService/ListCodings",
        ({"caller": {"coder": "calls"}, "selection": {"periodTo": "2002"}},),
        lambda it: [one["coding"]["unit"]["period"] for one in it[0]["codings"]] == ["2001", "2002"],
    ),
    Call(
        "AssessmentService/GetAgreement",
        ({"selection": {"indicator": "dual-nationality"}},),
        lambda it: len(it[0]["statistics"]) == 8,
    ),
    Call(
        "AssessmentService/AdjudicateCodings",
        ({**adjudication("2002"), "validateOnly": True},),
        lambda it: it[0]["adjudication"]["observation"]["value"]["level"] == "basic",
    ),
    Call(
        "AssessmentService/GetAdjudication",
        ({"revision": "ADJUDICATED_REVISION"},),
        lambda it: it[0]["adjudication"]["curator"] == "calls",
    ),
    Call(
        "AssessmentService/ListAdjudications",
        ({"selection": {"area": "ITA"}},),
        lambda it: [one["unit"]["period"] for one in it[0]["adjudications"]] == ["2001"],
    ),
    Call("PracticeService/ListPractices", ({"selection": {"area": "MAR"}},), lambda it: "revision" in it[0]),
    Call(
        "PracticeService/GetPractice",
        ({"practice": PRACTICE},),
        lambda it: it[0]["practice"]["practice"]["id"] == PRACTICE,
    ),
    Call("PracticeService/SearchPractices", ({"query": "diaspora"},), lambda it: it[0]["totalSize"] > 0),
    Call(
        "PracticeService/PutPractice",
        ({**WRITTEN, "submissionId": "NEW_ID", "practice": {**WRITTEN["practice"], "id": "practice-NEW_ID"}},),
        lambda it: it[0]["created"],
    ),
    Call(
        "PracticeService/WithdrawPractice",
        (
            {
                "submissionId": "NEW_ID",
                "caller": {"curator": "calls"},
                "practice": PRACTICE,
                "reason": "for the test",
                "expectedRevision": "PRACTICE_REVISION",
                "validateOnly": True,
            },
        ),
        lambda it: int(it[0]["revision"]) > 0,
    ),
    Call(
        "PracticeService/ListPracticeRevisions",
        ({"practice": PRACTICE},),
        lambda it: len(it[0]["versions"]) == 1,
    ),
    Call("PracticeService/ListMeasures", ({},), lambda it: len(it[0]["measures"]) > 0),
    Call("PracticeService/GetMeasure", ({"measure": "skills"},), lambda it: "measure" in it[0]),
    Call("PracticeService/ListInstruments", ({},), lambda it: len(it[0]["instruments"]) > 0),
    Call("PracticeService/GetInstrument", ({"instrument": "gfmd"},), lambda it: "instrument" in it[0]),
]
