"""A figure of coverage with everything that is needed to believe it, or to doubt it. Tables, charts, files and reports are all made from these. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from supply.coverage.rules.intervals import Interval
from supply.coverage.rules.numerators import Origin, State
from supply.coverage.rules.windows import Window


class WhyNot(StrEnum):
    """Why a figure is not known; what is not known is never nought."""

    NOT_COLLECTED = "not_collected"
    NOT_REPORTED = "not_reported"
    NO_PLACE = "no_place"
    NO_ESTIMATE = "no_estimate"
    NO_DEATHS = "no_deaths"
    NO_POPULATION = "no_population"
    NOTHING_TO_SHARE = "nothing_to_share"
    NO_KNOWN_INJECTING = "no_known_injecting"
    NO_PACK = "no_pack"
    NO_FORMULA = "no_formula"
    HIDDEN = "hidden"
    NOT_PUBLIC = "not_public"


class Note(StrEnum):
    """What a reader of a figure has to know beside it."""

    AT_LEAST = "at_least"
    TO_A_YEAR = "to_a_year"
    CUT = "cut"
    MODEL = "model"
    MIDDLE_RECKONED = "middle_reckoned"
    NO_INTERVAL = "no_interval"
    OTHER_YEAR = "other_year"
    SHARE_OF_ANOTHER_YEAR = "share_of_another_year"
    SHARE_OF_THE_NATION = "share_of_the_nation"
    OTHER_SCOPE = "other_scope"
    KNOWN_IN_PART = "known_in_part"


@dataclass(frozen=True, kw_only=True)
class Numerator:
    """What is divided: how many of what, from where, and how far it is reported (`said` of `months` place-months are said to be entered, `active` have something)."""

    units: float | None
    what: str
    origin: Origin
    state: State | None = None
    places: int = 0
    months: int = 0
    said: int = 0
    active: int = 0
    aside: Mapping[str, float] = field(default_factory=dict)
    """What is told beside it and not counted in it, and how much of it came in kits."""
    source: str | None = None
    scope: str | None = None


@dataclass(frozen=True, kw_only=True)
class Denominator:
    """What it is divided by: how many of what, as estimated, published or counted, by whom and for which year. `model` names the model where it is one."""

    interval: Interval
    what: str
    source: str
    method: str | None = None
    year: int | None = None
    on: date | None = None
    model: str | None = None
    confidence: str | None = None
    notes: tuple[Note, ...] = ()

    @property
    def is_model(self) -> bool:
        """Whether it was allocated by a model, and published by nobody."""
        return self.model is not None


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A level or a target, from the first day of the year it was published."""

    code: str
    label: str
    unit: str
    value: float | None
    starts_on: str
    source: str

    @property
    def is_target(self) -> bool:
        """Whether it is a goal for a later year beside the levels."""
        return self.label.startswith("target_")


@dataclass(frozen=True, kw_only=True)
class Level:
    """A threshold beside a figure: whether it is reached, how sure that is, and the numerator that reaches it in a year."""

    label: str
    value: float
    source: str
    starts_on: str
    reached: bool | None
    chance: float | None
    needs: float | None
    is_target: bool


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The highest level reached (`below` where none is), and the chance that it is the right one."""

    label: str
    certainty: float | None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """An indicator of an area in a window. `counted` tells figures of one indicator apart: by sprays or packs, of equipment or naloxone, and by what.

    `value` is unknown exactly when `why_not` says why.
    """

    indicator: str
    unit: str
    counted: str
    area: str
    window: Window
    value: Interval
    numerator: Numerator | None = None
    denominator: Denominator | None = None
    levels: tuple[Level, ...] = ()
    verdict: Verdict | None = None
    why_not: WhyNot | None = None
    notes: tuple[Note, ...] = ()
    before: "Figure | None" = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Give what tells it from the other figures of an edition."""
        origin = self.numerator.origin.value if self.numerator else ""
        return self.area, self.indicator, self.counted, origin

    @property
    def change(self) -> float | None:
        """Give how much more it is than in the period before; None where one of them is not known."""
        before = self.before.value.point if self.before else None
        return None if before is None or self.value.point is None else self.value.point - before
