"""Client of tenseven, a registry of migration-governance observations and their scores."""

from .assessment import Adjudication, CitedCoding, CodingReceipt
from .client import Client, Publication, ServerStatus
from .errors import RefusedError, TensevenError, Violation
from .observation import Observation
from .push import PushSummary
from .table import Rows

__version__ = "0.1.0"
__all__ = [
    "Adjudication",
    "CitedCoding",
    "Client",
    "CodingReceipt",
    "Observation",
    "Publication",
    "PushSummary",
    "RefusedError",
    "Rows",
    "ServerStatus",
    "TensevenError",
    "Violation",
]
