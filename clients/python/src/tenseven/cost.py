"""What frameworks cost."""

from __future__ import annotations

from dataclasses import dataclass

from .v1 import framework_service_pb2 as calls


@dataclass(frozen=True)
class CostlyPart:
    """A part of a framework and what it costs."""

    part: str
    """The part, e.g. `node crisis`."""
    amount: int
    """How much of the figure it takes."""
    cause: str
    """What makes it expensive."""
    remedy: str
    """What makes it cheaper."""


@dataclass(frozen=True)
class CostFigure:
    """A cost and its limit."""

    amount: int
    """How much the framework takes at most."""
    limit: int
    """How much it may take."""
    parts: tuple[CostlyPart, ...]
    """The parts that take most of it, the most expensive first."""


@dataclass(frozen=True)
class FrameworkCost:
    """What a framework costs on the largest board that the server allows."""

    areas: int
    """How many areas that board has."""
    periods: int
    """How many periods that board has."""
    figures: dict[str, CostFigure]
    """By kind: `MEMORY_BYTES`; `CHANGE`, work after one observation changed, and `REBUILD`, work of scoring everything,
    both in units of about a nanosecond."""


@dataclass(frozen=True)
class SuspendedFramework:
    """A version of a framework that is not scored."""

    framework: str
    """The version, e.g. `mine@1.0.0`."""
    reason: str
    """Which limits it exceeds, what takes most, and the remedy."""


def cost(message: calls.FrameworkCost) -> FrameworkCost:
    """The cost that a message states."""
    figures = {
        calls.CostKind.Name(figure.kind).removeprefix("COST_KIND_"): CostFigure(
            figure.amount,
            figure.limit,
            tuple(CostlyPart(part.part, part.amount, part.cause, part.remedy) for part in figure.parts),
        )
        for figure in message.figures
    }
    return FrameworkCost(message.area_count, message.period_count, figures)
