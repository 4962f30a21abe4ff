"""What kinds of notices there are, and when whom they reach. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Urgency(StrEnum):
    """When a notice goes out by mail."""

    ROUTINE = "routine"
    """In the day's digest."""
    URGENT = "urgent"
    """At once, but not in a person's quiet hours."""
    CRITICAL = "critical"
    """At once, at any hour: somebody may die of what is not known."""


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """A kind of notice: how urgent it is, which permission at its place those have who are told, the sentence, and where it leads."""

    code: str
    urgency: Urgency
    permission: str
    tell: Callable[[Mapping[str, Any]], str]
    """Write the notice's facts as a sentence in the language in force."""
    link: Callable[[Mapping[str, Any]], str | None] = lambda _facts: None
    """Give the path of the page where it can be acted on."""
