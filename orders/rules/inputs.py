"""What a proposal was reckoned from, written so that it can be kept, shown and reckoned again to the unit. Pure."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from inventory.rules.projection import Lying
from orders.rules.policies import Method, Policy
from orders.rules.reorder import Basis, Demand, Position, Proposal, propose

Facts = Mapping[str, Any]


def written(proposal: Proposal) -> dict[str, Any]:
    """Give all that went in and what came out, as JSON has it. Fractions stand as text (`427/90`), floats with all their digits."""
    demand, policy, position = proposal.demand, proposal.policy, proposal.position
    return {
        "today": proposal.today.isoformat(),
        "pack": proposal.pack,
        "demand": {
            "daily": str(demand.daily),
            "variance": repr(demand.variance),
            "days_behind": None if demand.days_behind is None else repr(demand.days_behind),
            "basis": demand.basis.value,
            "days": demand.days,
            "units": demand.units,
        },
        "policy": written_policy(policy),
        "position": {
            "lots": [{"lot": lot.lot, "units": lot.units, "expires_on": lot.expires_on.isoformat() if lot.expires_on else None, "is_blocked": lot.is_blocked} for lot in position.lots],
            "on_order": position.on_order,
            "in_transit": position.in_transit,
            "in_drafts": position.in_drafts,
            "owed": position.owed,
        },
        "usable": proposal.usable,
        "safety": proposal.safety,
        "point": proposal.point,
        "target": proposal.target,
        "capped": proposal.capped,
        "units": proposal.units,
        "packs": proposal.packs,
        "because": proposal.because.value if proposal.because else None,
        "runs_out_on": proposal.runs_out_on.isoformat() if proposal.runs_out_on else None,
        "lasts_until": proposal.lasts_until.isoformat() if proposal.lasts_until else None,
    }


def written_policy(policy: Policy) -> dict[str, Any]:
    """Give a policy as JSON has it, and for each field for whom it was said."""
    return {
        "method": policy.method.value,
        "lead_days": policy.lead_days,
        "review_days": policy.review_days,
        "order_weekdays": [*policy.order_weekdays],
        "cover_days": policy.cover_days,
        "reserve_days": policy.reserve_days,
        "service_level": repr(policy.service_level),
        "months_min": str(policy.months_min),
        "months_max": str(policy.months_max),
        "pack_threshold": policy.pack_threshold,
        "safety_units": policy.safety_units,
        "default_monthly": None if policy.default_monthly is None else str(policy.default_monthly),
        "season": {str(month): repr(factor) for month, factor in policy.season.items()},
        "count_days_max": policy.count_days_max,
        "days_needed": policy.days_needed,
        "lead_is_set": policy.lead_is_set,
        "lead_is_measured": policy.lead_is_measured,
        "said_for": {name: said.scope.value for name, said in policy.said.items()} | ({"lead_days": "measured"} if policy.lead_is_measured else {}),
    }


def reckoned_again(facts: Facts) -> Proposal:
    """Reckon a proposal from what was kept of it."""
    return propose(read_position(facts["position"]), read_demand(facts["demand"]), read_policy(facts["policy"]), pack=facts["pack"], today=date.fromisoformat(facts["today"]))


def read_demand(facts: Facts) -> Demand:
    """Read a demand as it was written."""
    behind = facts["days_behind"]
    return Demand(
        daily=Fraction(facts["daily"]),
        variance=float(facts["variance"]),
        days_behind=None if behind is None else float(behind),
        basis=Basis(facts["basis"]),
        days=facts["days"],
        units=facts["units"],
    )


def read_position(facts: Facts) -> Position:
    """Read a position as it was written."""
    lots = [Lying(lot=lot["lot"], units=lot["units"], expires_on=date.fromisoformat(lot["expires_on"]) if lot["expires_on"] else None, is_blocked=lot["is_blocked"]) for lot in facts["lots"]]
    return Position(lots=lots, on_order=facts["on_order"], in_transit=facts["in_transit"], in_drafts=facts["in_drafts"], owed=facts["owed"])


def read_policy(facts: Facts) -> Policy:
    """Read a policy as it was written; for whom each field was said stands beside it and is not read."""
    values = {name: value for name, value in facts.items() if name != "said_for"}
    fractions = {name: Fraction(values[name]) for name in ("months_min", "months_max")}
    default, season = values["default_monthly"], values["season"]
    return Policy(
        **values
        | fractions
        | {
            "method": Method(values["method"]),
            "order_weekdays": tuple(values["order_weekdays"]),
            "service_level": float(values["service_level"]),
            "default_monthly": None if default is None else Fraction(default),
            "season": {int(month): float(factor) for month, factor in season.items()},
        }
    )
