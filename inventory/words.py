"""The words of the ledger's lists as people read them, in one place; codes are what is kept."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

KINDS: Mapping[str, LazyString] = {
    "receipt": _l("Receipt"),
    "handout": _l("Hand-out"),
    "return": _l("Return"),
    "supplier_return": _l("Return to supplier"),
    "disposal": _l("Disposal"),
    "transfer": _l("Transfer"),
    "correction": _l("Correction"),
    "reclassification": _l("Reclassification"),
    "count": _l("Count"),
    "assembly": _l("Kits packed"),
    "unpacking": _l("Kits unpacked"),
    "dispatch": _l("Sent on an order"),
    "arrival": _l("Arrived on an order"),
    "settlement": _l("Settled of a shipment"),
}
OCCASIONS: Mapping[str, LazyString] = {
    "first_time": _l("First time"),
    "refill_used": _l("Refill: used on an overdose"),
    "refill_lost": _l("Refill: lost or taken"),
    "refill_expired": _l("Refill: expired"),
    "refill_other": _l("Refill: another reason"),
    "unknown": _l("Not known or not asked"),
}
RECIPIENTS: Mapping[str, LazyString] = {
    "at_risk": _l("A person at risk of overdose"),
    "next_of_kin": _l("Next of kin or friend"),
    "service": _l("A service or its staff"),
    "unknown": _l("Not known or not asked"),
}
REASONS: Mapping[str, LazyString] = {
    "not_needed": _l("No longer needed"),
    "unused": _l("Brought back unused"),
    "collected": _l("Collected used equipment"),
    "recalled": _l("Recalled"),
    "damaged": _l("Damaged"),
    "wrong_delivery": _l("Wrongly delivered"),
    "surplus": _l("Too many"),
    "expired": _l("Expired"),
    "returned_unfit": _l("Returned and not fit for use"),
    "mistyped": _l("Mistyped"),
    "wrong_product": _l("Wrong product"),
    "wrong_lot": _l("Wrong lot"),
    "wrong_place": _l("Wrong place"),
    "entered_twice": _l("Entered twice"),
    "handed_out_not_lost": _l("Was handed out, not lost"),
    "destroyed_not_lost": _l("Was destroyed, not lost"),
    "found_not_received": _l("Was found, not received"),
    "thrown_away": _l("Thrown away, not recorded"),
    "handed_out": _l("Handed out, not recorded"),
    "arrived": _l("Arrived, not recorded"),
    "other_lot": _l("Recorded on another lot"),
    "miscounted": _l("Miscounted before"),
    "stolen": _l("Stolen"),
    "other": _l("Another reason"),
}
GROUPS: Mapping[str, LazyString] = {
    "naloxone": _l("Naloxone"),
    "syringe": _l("Syringes"),
    "needle": _l("Loose needles"),
    "cooker": _l("Cookers"),
    "swab": _l("Alcohol swabs"),
    "acid": _l("Ascorbic acid"),
    "filter": _l("Filters"),
    "water": _l("Sterile water"),
    "foil": _l("Smoking foil"),
    "sharps": _l("Sharps boxes"),
    "card": _l("Information cards"),
    "kit": _l("Full kits"),
}
PLACE_KINDS: Mapping[str, LazyString] = {
    "depot": _l("Depot"),
    "pharmacy": _l("Pharmacy"),
    "service_point": _l("Service point"),
    "outreach": _l("Outreach team"),
    "prison": _l("Prison"),
}
VIRTUAL_PLACES: Mapping[str, LazyString] = {
    "supplier": _l("Supplier"),
    "transit": _l("In transit"),
    "people": _l("People"),
    "destroyed": _l("Destroyed"),
    "lost": _l("Lost"),
    "kits": _l("Kits"),
}
ROLES: Mapping[str, LazyString] = {
    "depot": _l("Depot staff"),
    "municipality": _l("Municipality"),
    "approver": _l("Approver"),
    "directorate": _l("Directorate"),
    "admin": _l("Administrator"),
}
LOT_EVENTS: Mapping[str, LazyString] = {
    "quarantine": _l("Put in quarantine"),
    "release": _l("Released"),
    "redate": _l("Another expiry"),
    "recall": _l("Recalled"),
    "lift": _l("The recall was lifted"),
}
LOT_REASONS: Mapping[str, LazyString] = {
    "frozen": _l("Frozen"),
    "too_warm": _l("Too warm"),
    "damaged": _l("Damaged"),
    "suspected_defect": _l("A defect is suspected"),
    "sales_stop": _l("Sales stop by the authority"),
    "examined": _l("Examined and found good"),
    "notice_lifted": _l("The notice was lifted"),
    "mistake": _l("Put in quarantine by mistake"),
    "other": _l("Another reason"),
}
FLOWS: Mapping[str, LazyString] = {
    "to_people": _l("Handed out"),
    "in_kits": _l("Handed out in kits"),
    "unmet": _l("Asked for, none to give"),
    "from_supplier": _l("Received"),
    "from_people": _l("Taken back"),
    "from_place": _l("From other places"),
    "to_place": _l("To other places"),
    "to_destroyed": _l("Destroyed"),
    "to_lost": _l("Lost"),
    "from_lost": _l("Found"),
    "to_kits": _l("Packed in kits"),
    "from_kits": _l("Out of kits, or kits packed"),
    "to_supplier": _l("Sent back"),
}
"""What moves are counted as, by month."""
TALLIES: Mapping[str, LazyString] = {
    "unmet": _l("Asked for, none to give"),
    "used_returned": _l("Used, taken back"),
}
FIELDS: Mapping[str, LazyString] = {
    "accepted": _l("Accepted"),
    "choice": _l("Package"),
    "confirm_duplicate": _l("Another delivery"),
    "authority": _l("Who says so"),
    "class": _l("Class"),
    "destroyed": _l("Destroyed"),
    "found": _l("Found"),
    "returned": _l("Returned to the supplier"),
    "damaged": _l("Of these damaged"),
    "document": _l("Document"),
    "expires_on": _l("Expires"),
    "file": _l("File"),
    "first": _l("Counted"),
    "from": _l("From"),
    "gtin": _l("Number on the pack"),
    "kind": _l("Kind"),
    "lines": _l("Lines"),
    "lot": _l("Lot"),
    "lots": _l("Lots"),
    "missing": _l("Missing"),
    "months": _l("Months"),
    "note": _l("Note"),
    "occasion": _l("Occasion"),
    "occurred_on": _l("Day"),
    "other": _l("Other place"),
    "outcome": _l("What became of them"),
    "packs": _l("Packs"),
    "parts": _l("Parts"),
    "place": _l("Place"),
    "product": _l("Product"),
    "reason": _l("Reason"),
    "rejected": _l("Rejected"),
    "recipient": _l("Recipient"),
    "scan": _l("Scan"),
    "second": _l("Counted again"),
    "starts_on": _l("First on"),
    "supplier": _l("Supplier"),
    "surplus": _l("Surplus"),
    "to": _l("To"),
    "units": _l("Number"),
    "unmet": _l("We had none to give"),
    "used": _l("Used, taken back"),
    "area": _l("Area"),
    "confidence": _l("How sure it is"),
    "high": _l("High"),
    "low": _l("Low"),
    "method": _l("Method"),
    "month": _l("Month"),
    "point": _l("Estimate"),
    "published_on": _l("Published on"),
    "source": _l("Source"),
    "year": _l("Year"),
}
"""What the fields of forms are called where one is named alone: in the summary of what is wrong."""
LISTS: Mapping[str, Mapping[str, LazyString]] = {
    "kind": KINDS,
    "occasion": OCCASIONS,
    "recipient": RECIPIENTS,
    "reason": REASONS,
    "group": GROUPS,
    "place kind": PLACE_KINDS,
    "virtual place": VIRTUAL_PLACES,
    "role": ROLES,
    "tally": TALLIES,
    "lot event": LOT_EVENTS,
    "lot reason": LOT_REASONS,
}
"""Every list by what it lists."""


def label(code: str | None, of: str) -> str:
    """Give a code of a list as people read it; a code that is in no list stands as it is."""
    return "" if code is None else str(LISTS[of].get(code, code))
