"""The words of the ledger: kinds of postings, why and to whom, and the catalogue of reasons."""

from enum import StrEnum

NO_LOT = "-"
"""The number of the one lot of a product without lots."""


class Kind(StrEnum):
    """What a posting is."""

    RECEIPT = "receipt"
    HANDOUT = "handout"
    RETURN = "return"
    SUPPLIER_RETURN = "supplier_return"
    DISPOSAL = "disposal"
    TRANSFER = "transfer"
    CORRECTION = "correction"
    RECLASSIFICATION = "reclassification"
    COUNT = "count"
    ASSEMBLY = "assembly"
    UNPACKING = "unpacking"
    DISPATCH = "dispatch"
    ARRIVAL = "arrival"
    SETTLEMENT = "settlement"


class Occasion(StrEnum):
    """Why something was handed out: the first time, or a refill and what for."""

    FIRST_TIME = "first_time"
    REFILL_USED = "refill_used"
    REFILL_LOST = "refill_lost"
    REFILL_EXPIRED = "refill_expired"
    REFILL_OTHER = "refill_other"
    UNKNOWN = "unknown"


class Recipient(StrEnum):
    """What kind of recipient: a type, never a person."""

    AT_RISK = "at_risk"
    NEXT_OF_KIN = "next_of_kin"
    SERVICE = "service"
    UNKNOWN = "unknown"


REASONS: dict[Kind, tuple[str, ...]] = {
    Kind.RETURN: ("not_needed", "unused", "collected", "other"),
    Kind.SUPPLIER_RETURN: ("recalled", "damaged", "wrong_delivery", "surplus", "other"),
    Kind.DISPOSAL: ("expired", "damaged", "recalled", "returned_unfit", "other"),
    Kind.CORRECTION: ("mistyped", "wrong_product", "wrong_lot", "wrong_place", "entered_twice", "other"),
    Kind.RECLASSIFICATION: ("handed_out_not_lost", "destroyed_not_lost", "found_not_received", "other"),
    Kind.COUNT: ("damaged", "thrown_away", "handed_out", "arrived", "other_lot", "miscounted", "stolen", "other"),
}
"""The catalogue of reasons, for the kinds that ask for one; a count asks for one a difference, and takes none: that part stands as unexplained."""

VIRTUAL_BETWEEN = ("people", "destroyed", "lost", "supplier")
"""The virtual places a reclassification moves between."""
