"""Recalls in the interface: what is asked, and what is answered. Forms take the same."""

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _l
from marshmallow import fields

from expiry.rules import recalls
from inventory.rules.lots import NamedLot
from inventory.schemas.acts import Gtin, code, lot_number
from inventory.schemas.postings import LotOut
from supply.fields import Day, InstantOut, Lines, Note, OneOf, Text, TrueOrFalse, Units, Whole
from supply.schemas import ListArgs, StrictSchema

STATES = ("open", "closed", "lifted")
HOURS_MAX = 24 * 365


class NamedLotIn(StrictSchema):
    """A lot on a notice; its expiry is needed where the service has not seen the lot."""

    makes = NamedLot

    lot = lot_number(required=True)
    expires_on = Day(load_default=None)


class RecallIn(StrictSchema):
    """A notice: lots of a product (its code or its GTIN) to be taken back, or a drill, which freezes nothing."""

    product = code(load_default=None)
    gtin = Gtin(load_default=None)
    class_ = Whole(1, 3, required=True, data_key="class")
    lots = Lines(NamedLotIn, high=recalls.LOTS_MAX, required=True)
    document = Text(80, required=True)
    authority = Text(80, required=True)
    reason = Note(required=True)
    drill = TrueOrFalse(load_default=False)
    answer_hours = Whole(1, HOURS_MAX, load_default=None)

    @ma.validates_schema
    def says_which_product(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a notice that names no product."""
        if not (data.get("product") or data.get("gtin")):
            raise ma.ValidationError(str(_l("Say which product: choose it, or write the number under its bar code.")), "product")

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """Make the notice; what JSON calls its class Python cannot."""
        return recalls.NewRecall(**_with_level(data))


def _with_level(data: dict[str, Any]) -> dict[str, Any]:
    return {("level" if name == "class_" else name): value for name, value in data.items()}


class AnswerLineIn(StrictSchema):
    """What was found of a lot, and how many of these are destroyed and returned to the supplier; the product is the recalled one where left out, else a kit's."""

    makes = recalls.AnswerLine

    product = code(load_default=None)
    lot = lot_number(required=True)
    found = Units(0, required=True)
    destroyed = Units(0, load_default=0)
    returned = Units(0, load_default=0)


class AnswerIn(StrictSchema):
    """What a place answers; `seen` is the journal number whoever counted last saw."""

    makes = recalls.Answer

    place = code(required=True)
    lines = Lines(AnswerLineIn, required=True)
    kept_apart = TrueOrFalse(load_default=False)
    note = Note(load_default=None)
    seen = Whole(0, 2_147_483_647, load_default=None)


class CloseIn(StrictSchema):
    """Why it is closed; needed while places have not answered."""

    makes = recalls.Ending

    reason = Note(load_default=None)


class RaiseIn(StrictSchema):
    """That a recall is of a graver class than was said, who says so, and why."""

    class_ = Whole(1, 2, required=True, data_key="class")
    document = Text(80, required=True)
    authority = Text(80, required=True)
    reason = Note(required=True)
    answer_hours = Whole(1, HOURS_MAX, load_default=None)

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """Say how grave it is now."""
        return recalls.Raising(**_with_level(data))


class LiftIn(StrictSchema):
    """Why it is lifted, and who says so."""

    makes = recalls.Ending

    reason = Note(required=True)


class RecallsArgs(ListArgs):
    """Which recalls."""

    makes = recalls.RecallsWanted

    state = OneOf(*STATES, load_default=None)


class RecalledLotOut(ma.Schema):
    """A lot as the notice names it, and whether the service had seen it before."""

    lot = fields.String(required=True, attribute="number")
    expires_on = fields.Date(required=True, allow_none=True)
    known = fields.Boolean(required=True)


class RaisedOut(ma.Schema):
    """That a recall turned out graver than was said."""

    class_before = fields.Integer(required=True, attribute="level_before")
    class_ = fields.Integer(required=True, data_key="class", attribute="level")
    document = fields.String(required=True)
    authority = fields.String(required=True)
    reason = fields.String(required=True)
    raised_at = InstantOut(required=True)
    raised_by = fields.String(required=True)


class RecallHeadOut(ma.Schema):
    """A notice and how it stands. In a drill nothing is frozen and nothing entered."""

    number = fields.String(required=True)
    class_ = fields.Integer(required=True, data_key="class", attribute="level")
    state = fields.String(required=True, validate=ma.validate.OneOf(STATES))
    drill = fields.Boolean(required=True)
    product = fields.String(required=True)
    gtin = fields.String(required=True, allow_none=True)
    lots = fields.List(fields.Nested(RecalledLotOut), required=True)
    document = fields.String(required=True)
    authority = fields.String(required=True)
    reason = fields.String(required=True)
    answer_hours = fields.Integer(required=True)
    raised = fields.List(fields.Nested(RaisedOut), required=True)
    opened_at = InstantOut(required=True)
    opened_by = fields.String(required=True)
    closed_at = InstantOut(required=True, allow_none=True)
    closed_by = fields.String(required=True, allow_none=True)
    closed_because = fields.String(required=True, allow_none=True)
    lifted_at = InstantOut(required=True, allow_none=True)
    lifted_by = fields.String(required=True, allow_none=True)
    lifted_because = fields.String(required=True, allow_none=True)


class TracedOut(ma.Schema):
    """What became of a lot's units at a place. `each` is how many recalled units one of them holds: 1, or what is in a kit. `lost` is less what was found, `packed` less what came out of kits."""

    lot = fields.Nested(LotOut, required=True)
    kit = fields.Boolean(required=True, attribute="is_kit")
    each = fields.Integer(required=True)
    received = fields.Integer(required=True, attribute="numbers.received")
    came = fields.Integer(required=True, attribute="numbers.came")
    taken_back = fields.Integer(required=True, attribute="numbers.taken_back")
    sent = fields.Integer(required=True, attribute="numbers.sent")
    handed_out = fields.Integer(required=True, attribute="numbers.handed_out")
    destroyed = fields.Integer(required=True, attribute="numbers.destroyed")
    returned = fields.Integer(required=True, attribute="numbers.returned")
    lost = fields.Integer(required=True, attribute="numbers.lost")
    packed = fields.Integer(required=True, attribute="numbers.packed")
    on_hand = fields.Integer(required=True, attribute="numbers.on_hand")
    in_transit = fields.Integer(required=True)
    unexplained = fields.Integer(required=True, attribute="numbers.unexplained")


class AnsweredLineOut(ma.Schema):
    """What the book said lay there of a lot, what was found, and how many of these were destroyed and returned."""

    product = fields.String(required=True)
    lot = fields.String(required=True)
    expected = fields.Integer(required=True)
    found = fields.Integer(required=True)
    destroyed = fields.Integer(required=True)
    returned = fields.Integer(required=True)


class AnswerOut(ma.Schema):
    """An answer, and the numbers of the postings in the place's journal that it became."""

    answered_at = InstantOut(required=True)
    answered_by = fields.String(required=True)
    lines = fields.List(fields.Nested(AnsweredLineOut), required=True)
    kept_apart = fields.Boolean(required=True)
    note = fields.String(required=True, allow_none=True)
    postings = fields.List(fields.Integer(), required=True)


class AtOpeningOut(ma.Schema):
    """What lay at a place when it was listed, in units of the recalled product: loose, of it held and then released, in kits, on its way there; and by when it was to answer."""

    on_hand = fields.Integer(required=True)
    held = fields.Integer(required=True)
    in_kits = fields.Integer(required=True)
    in_transit = fields.Integer(required=True)
    due_at = InstantOut(required=True)
    reminders = fields.Integer(required=True)
    reminded_at = InstantOut(required=True, allow_none=True)


class RecallPlaceOut(ma.Schema):
    """A place of a recall: what it had when it was listed, what it has now, how far it has answered, and what became of every unit. Where nobody who works there `has_accounts`, nobody there is told: call them."""

    place = fields.String(required=True, attribute="place.code")
    has_accounts = fields.Boolean(required=True)
    state = fields.String(required=True, validate=ma.validate.OneOf(["waiting", "partly", "answered"]))
    must_answer = fields.Boolean(required=True)
    answered_at = InstantOut(required=True, allow_none=True)
    listed = fields.Nested(AtOpeningOut, required=True, allow_none=True, attribute="row")
    on_hand = fields.Integer(required=True)
    in_kits = fields.Integer(required=True)
    in_transit = fields.Integer(required=True)
    lots = fields.List(fields.Nested(TracedOut), required=True)
    answers = fields.List(fields.Nested(AnswerOut), required=True)


class ProgressOut(ma.Schema):
    """How many places are asked and have answered in full, and the minutes to the first answer and, once all have, to the last. Of the places one sees."""

    asked = fields.Integer(required=True)
    answered = fields.Integer(required=True)
    first_answer_at = InstantOut(required=True, allow_none=True)
    last_answer_at = InstantOut(required=True, allow_none=True)
    minutes_to_first = fields.Integer(required=True, allow_none=True)
    minutes_to_last = fields.Integer(required=True, allow_none=True)


class KitSumOut(ma.Schema):
    """What became of the units that are in kits; `received` came in kits that nobody here packed."""

    on_hand = fields.Integer(required=True)
    in_transit = fields.Integer(required=True)
    handed_out = fields.Integer(required=True)
    destroyed = fields.Integer(required=True)
    returned = fields.Integer(required=True)
    lost = fields.Integer(required=True)
    received = fields.Integer(required=True)
    unexplained = fields.Integer(required=True)


class SumOut(ma.Schema):
    """What became of every unit of a lot in the country: received = on_hand + in_transit + handed_out + destroyed + returned + lost + in_kits + unexplained, and unexplained is 0."""

    lot = fields.String(required=True)
    received = fields.Integer(required=True)
    on_hand = fields.Integer(required=True)
    in_transit = fields.Integer(required=True)
    handed_out = fields.Integer(required=True)
    destroyed = fields.Integer(required=True)
    returned = fields.Integer(required=True)
    lost = fields.Integer(required=True)
    in_kits = fields.Integer(required=True)
    unexplained = fields.Integer(required=True)
    kits = fields.Nested(KitSumOut, required=True)


class RecallOut(RecallHeadOut):
    """A recall with the places its reader sees; `sums` for those who see the whole country, else null."""

    progress = fields.Nested(ProgressOut, required=True)
    places = fields.List(fields.Nested(RecallPlaceOut), required=True)
    sums = fields.List(fields.Nested(SumOut), required=True, allow_none=True)


class AnsweredOut(RecallPlaceOut):
    """The place as it stands after its answer, and of which recall."""

    number = fields.String(required=True)
    drill = fields.Boolean(required=True)
