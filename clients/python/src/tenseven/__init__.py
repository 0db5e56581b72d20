"""Client of tenseven, a registry of migration-governance observations and their scores."""

from .client import Client, Publication, ServerStatus
from .errors import RefusedError, TensevenError, Violation
from .observation import Observation
from .practice import PracticeReceipt
from .push import PushSummary
from .table import Rows

__version__ = "0.1.0"
__all__ = [
    "Client",
    "Observation",
    "PracticeReceipt",
    "Publication",
    "PushSummary",
    "RefusedError",
    "Rows",
    "ServerStatus",
    "TensevenError",
    "Violation",
]
