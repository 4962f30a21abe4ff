"""What can be asked of rules of ordering and of proposals: one frozen value for each act. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from orders.rules.policies import Policy


@dataclass(frozen=True, kw_only=True)
class NewRule:
    """What somebody says of ordering: for an area (a place's code, a municipality's number, NO), of a product, `group:` and a group, or `*`. `said` is all of it; empty takes back what was said."""

    area: str
    about: str
    said: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """Which proposals become draft orders: some by their numbers, or all of a place."""

    proposals: tuple[int, ...] = ()
    place: str | None = None


@dataclass(frozen=True, kw_only=True)
class Declined:
    """Why a proposal is not followed."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """What is tried out: what is not given is as the rule has it."""

    lead_days: int | None = None
    cover_days: int | None = None
    service_level: float | None = None

    def on(self, policy: Policy) -> Policy:
        """Give a policy with what is tried out."""
        return replace(policy, **{name: value for name, value in asdict(self).items() if value is not None})
