"""Client of tenseven, a registry of migration-governance observations and their scores."""

from .access import (
    AccessReceipt,
    Caller,
    IssuedKey,
    KeyLostError,
    Partner,
    PartnerGrant,
    PartnerKey,
    Quota,
    QuotaStatus,
    TokenIssuer,
)
from .assessment import Adjudication, CitedCoding, CodingReceipt
from .change import ChangeSummary
from .client import Client, History, Publication, Retirement, ServerStatus
from .cost import CostFigure, CostlyPart, FrameworkCost, SuspendedFramework
from .errors import RefusedError, TensevenError, Violation
from .observation import Observation
from .practice import PracticeReceipt
from .push import PushSummary
from .stream import BatchAnswer
from .table import Rows
from .watch import ObservationChange, ScoreNews
from .withdraw import WithdrawalSummary

__version__ = "0.1.0"
__all__ = [
    "AccessReceipt",
    "Adjudication",
    "BatchAnswer",
    "Caller",
    "ChangeSummary",
    "CitedCoding",
    "Client",
    "CodingReceipt",
    "CostFigure",
    "CostlyPart",
    "FrameworkCost",
    "History",
    "IssuedKey",
    "KeyLostError",
    "Observation",
    "ObservationChange",
    "Partner",
    "PartnerGrant",
    "PartnerKey",
    "PracticeReceipt",
    "Publication",
    "PushSummary",
    "Quota",
    "QuotaStatus",
    "RefusedError",
    "Retirement",
    "Rows",
    "ScoreNews",
    "ServerStatus",
    "SuspendedFramework",
    "TensevenError",
    "TokenIssuer",
    "Violation",
    "WithdrawalSummary",
]
