"""Whatever is asked, in whatever order: the service and the plain ledger agree, and the books balance."""

import os
from collections import Counter
from copy import deepcopy
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from inventory.models import Lot, Stock
from inventory.queries import audit
from inventory.service import checks
from supply import clock
from supply.db import in_one_snapshot, in_one_transaction
from supply.reference.models import KitPart, Place, Product
from tests.integration.plain_ledger import NO_LOT, PlainLedger, Refused

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
HOW_MUCH = settings(
    max_examples=1000 if LONG else 50,
    stateful_step_count=60 if LONG else 30,
    deadline=None,
    derandomize=not LONG,
    database=None,
    print_blob=True,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),  # explaining takes longer than finding
    suppress_health_check=list(HealthCheck),
)
from tests.integration.monthly import each_month

STATUS = dict.fromkeys(("in-the-future", "same-place", "expiry-needed", "seen-ahead", "counted-twice", "reasons-exceed", "parts-differ", "not-a-kit"), 422) | {"no-such-posting": 404, "missing": 404}
"""Every other refusal is 409, for what the stock is."""

KINDS = {"receipts": "receipt", "handouts": "handout", "returns": "return", "supplier-returns": "supplier_return", "disposals": "disposal"} | {
    "transfers": "transfer",
    "reclassifications": "reclassification",
    "corrections": "correction",
    "counts": "count",
    "unpackings": "unpacking",
}
"""What may stand in a batch with others: what kits packed in one act are called is known when it was answered, so packing stands alone."""
examples = count()

# Mostly what can be done, now and then what cannot: each list says how often.
units = st.sampled_from([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 12, 25])
leaving = st.sampled_from(["some", "some", "some", "all", "half", "one too many"])
days_ago = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 0, 0, 0, 1, 2, 3, 40, -1])
places = st.sampled_from(["depot", "bus", "depot", "bus", "other"])
partners = st.sampled_from([("depot", "bus"), ("bus", "depot")] * 6 + [("depot", "other"), ("bus", "bus")])
lots = st.sampled_from(["SOON", "LATE"] * 12 + ["NOBODY'S"])
products = st.sampled_from(["spray", "spray", "cooker"])
with_kits = st.sampled_from(["spray", "spray", "cooker", "kit"])
nth_kit = st.integers(0, 5).map(lambda nth: ("kit", nth))
became = st.sampled_from([("people", "lost"), ("people", "destroyed"), ("destroyed", "people"), ("lost", "people")] * 3 + [("supplier", "lost"), ("lost", "lost")])
occasions = st.sampled_from(["first_time", "refill_used", "unknown"])


@st.composite
def lot_lines(draw, many=2, among=with_kits):
    """Draw lines that name their lots; now and then one that nobody knows."""
    found = []
    for product in draw(st.lists(among, min_size=1, max_size=many)):
        lot = {"cooker": st.just(NO_LOT), "kit": nth_kit}.get(product, lots)
        found.append({"product": product, "lot": draw(lot), "units": draw(units)})
    return found


@st.composite
def leaving_lines(draw):
    """Draw lines that take from a shelf as much as lies there, or nearly."""
    return [line | {"units": (draw(leaving), line["units"])} for line in draw(lot_lines())]


@st.composite
def free_lines(draw):
    """Draw lines that may leave the choice of the lot to the service."""
    found = draw(leaving_lines())
    for line in found:
        if line["product"] == "cooker" or draw(st.booleans()):
            del line["lot"]
    return found


@st.composite
def bodies(draw, act):
    """Draw what an act is asked with; days are days ago, places and products are short names."""
    body = {"place": draw(places), "occurred_on": draw(days_ago)}
    match act:
        case "receipts":
            body["lines"] = draw(lot_lines(among=products))
            for line in body["lines"]:
                line |= {"damaged": draw(st.integers(0, line["units"]))} if draw(st.sampled_from([False, False, False, True])) else {}
                if line["product"] == "cooker":
                    del line["lot"]
                elif (expires := draw(st.sampled_from(["usual"] * 10 + ["another", None]))) is not None:
                    line["expires_on"] = (line["lot"], expires)
            if draw(st.sampled_from([False, False, True])):
                body |= {"supplier": "Firm", "document": draw(st.sampled_from(["D1", "D2"]))}
                body |= {"confirm_duplicate": True} if draw(st.booleans()) else {}
        case "handouts":
            body["lines"] = [line | {"occasion": draw(occasions), "recipient": draw(st.sampled_from(["at_risk", "unknown"]))} for line in draw(free_lines())]
            for line in body["lines"]:
                line |= {"assemble": True} if "lot" not in line and draw(st.booleans()) else {}
            body["unmet"] = [{"product": draw(products), "units": draw(units)}] if draw(st.booleans()) else []
        case "returns":
            body |= {"reason": "unused", "lines": draw(lot_lines()), "used": [{"product": draw(products), "units": draw(units)}] if draw(st.booleans()) else []}
        case "supplier-returns" | "disposals":
            body |= {"reason": "damaged", "lines": draw(leaving_lines())}
        case "transfers":
            body["place"], body["to"] = draw(partners)
            body["lines"] = draw(free_lines())
        case "reclassifications":
            body |= {"reason": "other", "lines": [line | {"from": before, "to": after, "occasion": draw(occasions)} for line in draw(leaving_lines()) for before, after in [draw(became)]]}
        case "corrections":
            body = {"journal": body["place"], "number": draw(st.integers(1, 12)), "reason": "mistyped"}
        case "counts":
            body |= {"occurred_on": draw(st.sampled_from([0, 0, 0, 1, 2, 6, -1])), "lines": draw(counted_lines())}
            body |= {"whole": True} if draw(st.sampled_from([False, False, False, True])) else {}
            if (back := draw(st.sampled_from([None, None, 1, 1, 2, 3, 5, -1]))) is not None:
                body["seen"] = back
        case "assemblies":
            body |= {"kit": draw(st.sampled_from(["kit"] * 9 + ["spray"])), "units": draw(st.sampled_from([1, 1, 2, 2, 3, 4, 9]))}
            if draw(st.sampled_from([False, False, True])):
                sprays = draw(st.lists(st.sampled_from(["SOON", "LATE"]), min_size=1, max_size=2))
                body["parts"] = [("spray", lot, number) for lot, number in zip(sprays, share(body["units"], len(sprays)), strict=True)] + [("cooker", NO_LOT, 2 * body["units"] + draw(slip))]
                body["parts"] = [{"product": product, "lot": lot, "units": number} for product, lot, number in body["parts"] if number > 0]
        case "unpackings":
            body |= {"kit": "kit", "lot": draw(nth_kit), "units": (draw(leaving), draw(units))}
            body |= {"missing": [{"product": "cooker", "lot": NO_LOT, "units": draw(st.integers(1, 3))}]} if draw(st.sampled_from([False, False, True])) else {}
            body |= {"parts": draw(slip)} if draw(st.booleans()) else {}
    return body


slip = st.sampled_from([0, 0, 0, 0, 0, 1, -1])


def share(units, many):
    """Cut a number in two, or leave it whole."""
    return [units] if many == 1 else [units - units // 2, units // 2]


@st.composite
def counted_lines(draw):
    """Draw what was found: of most lots what should be there or nearly, and now and then why."""
    found = []
    drawn = draw(lot_lines(many=3))
    for line in drawn if draw(st.sampled_from([False] * 7 + [True])) else {(line["product"], line["lot"]): line for line in drawn}.values():
        line["units"] = ("found", draw(st.sampled_from([0, 0, 0, -1, -2, 1, 2, -99])))
        line |= {"reason": "damaged"} if draw(st.sampled_from([False, False, True])) else {"reasons": [{"reason": "stolen", "units": 1}]} if draw(st.sampled_from([False, False, True])) else {}
        if line["product"] == "spray" and draw(st.booleans()):
            line["expires_on"] = (line["lot"], draw(st.sampled_from(["usual"] * 6 + ["another"])))
        found.append(line)
    return found


class Machine(RuleBasedStateMachine):
    """Ada records at two places of one owner and a third of another: a product with two lots, one without lots, and a kit of one of the first and two of the other."""

    ada = None
    session = None

    @initialize()
    def open_new_places(self):
        nth = next(examples)
        self.today = clock.today()
        self.codes = {name: f"m{nth}-{name}" for name in ("depot", "bus", "other", "spray", "cooker", "kit", "group")}
        owners = {"depot": f"owner-{nth}", "bus": f"owner-{nth}", "other": f"another-{nth}"}
        in_one_transaction(lambda session: self._furnish(session, owners))
        self.plain = PlainLedger(
            owners={self.codes[name]: owner for name, owner in owners.items()},
            depots={self.codes["depot"]},
            with_lots={self.codes["spray"], self.codes["kit"]},
            without_lots={self.codes["cooker"]},
            today=self.today,
            kits={self.codes["kit"]: {self.codes["spray"]: 1, self.codes["cooker"]: 2}},
        )
        self.answered, self.keys = [], count()
        for place in ("depot", "bus"):
            sprays = [{"product": "spray", "lot": lot, "units": 9, "expires_on": (lot, "usual")} for lot in ("SOON", "LATE")]
            self.ask("receipts", {"place": place, "occurred_on": 8, "lines": [*sprays, {"product": "cooker", "units": 20}]})
        self.ask("assemblies", {"place": "bus", "occurred_on": 7, "kit": "kit", "units": 3})
        self.ask("handouts", {"place": "depot", "occurred_on": 4, "lines": [{"product": "spray", "units": ("some", 4)}, {"product": "cooker", "units": ("some", 4)}]})

    def _furnish(self, session, owners):
        names = dict.fromkeys(("name_nb", "name_nn", "name_en", "unit_nb", "unit_nn", "unit_en"), "x")
        for place, kind in (("depot", "depot"), ("bus", "outreach"), ("other", "pharmacy")):
            session.add(Place(code=self.codes[place], name=place, kind=kind, owner=owners[place], example=False))
        made = {}
        for product, group, with_lots in (("spray", self.codes["group"], True), ("cooker", self.codes["group"], False), ("kit", "kit", True)):
            made[product] = Product(code=self.codes[product], group=group, lot_required=with_lots, expiry_required=with_lots, **names)
            session.add(made[product])
        session.flush()
        for part, units in (("spray", 1), ("cooker", 2)):
            session.add(KitPart(kit_id=made["kit"].id, version=1, part_id=made[part].id, units=units, starts_on=self.today - timedelta(days=999)))

    # What can be asked.

    @rule(body=bodies("receipts"))
    def receive(self, body):
        self.ask("receipts", body)

    @rule(body=bodies("receipts"))
    def receive_more(self, body):
        self.ask("receipts", body)

    @rule(body=bodies("handouts"))
    def hand_out(self, body):
        self.ask("handouts", body)

    @rule(body=bodies("handouts"))
    def hand_out_more(self, body):
        self.ask("handouts", body)

    @rule(body=bodies("returns"))
    def take_back(self, body):
        self.ask("returns", body)

    @rule(body=bodies("supplier-returns"))
    def send_back(self, body):
        self.ask("supplier-returns", body)

    @rule(body=bodies("disposals"))
    def destroy(self, body):
        self.ask("disposals", body)

    @rule(body=bodies("transfers"))
    def move(self, body):
        self.ask("transfers", body)

    @rule(body=bodies("transfers"))
    def move_more(self, body):
        self.ask("transfers", body)

    @rule(body=bodies("reclassifications"))
    def reclassify(self, body):
        self.ask("reclassifications", body)

    @rule(body=bodies("corrections"))
    def correct(self, body):
        self.ask("corrections", body)

    @rule(body=bodies("counts"))
    def count(self, body):
        self.ask("counts", body)

    @rule(body=bodies("assemblies"))
    def pack(self, body):
        self.ask("assemblies", body)

    @rule(body=bodies("unpackings"))
    def unpack(self, body):
        self.ask("unpackings", body)

    @rule(product=products, lot=lots, place=st.sampled_from([None, "depot", "bus"]))
    def block(self, product, lot, place):
        self.change(product, lot, "quarantine", place)

    @rule(product=products, lot=lots, place=st.sampled_from([None, "depot", "bus"]), nth=st.sampled_from([0, 1, 2, 3, None]))
    @precondition(lambda self: self.plain.blocked)
    def let_out(self, product, lot, place, nth):
        blocked = sorted(self.plain.blocked, key=str)
        if nth is not None:
            (product, lot), place = blocked[nth % len(blocked)]
        self.change(product, lot, "release", place)

    @rule(lot=lots, days=st.sampled_from([-3, 2, 30, 300]))
    def give_another_expiry(self, lot, days):
        self.change("spray", lot, "redate", self.today + timedelta(days=days))

    @rule(back=st.integers(1, 2))
    def correct_what_was_entered_lately(self, back):
        entered = [answer.json for _, _, _, answer in self.answered if answer.status_code == 201][-back]
        self.send("corrections", {"journal": entered["journal"], "number": entered["number"], "reason": "mistyped"})

    @rule(acts=st.lists(st.sampled_from(sorted(KINDS)).flatmap(lambda act: st.tuples(st.just(act), bodies(act))), min_size=1, max_size=5), each=st.booleans())
    def ask_many_at_once(self, acts, each):
        acts = [(act, self.alone(self.written(body))) for act, body in acts]
        self.plain.instant += 1
        before = deepcopy(self.plain)
        expected = [self.expect_of_many(act, body, before) for act, body in acts]
        refused = [nth for nth, code in enumerate(expected) if code is not None]
        keys = [self.new_key() for _ in acts]
        batch = {"postings": [{"kind": KINDS[act], "key": key, "body": body} for (act, body), key in zip(acts, keys, strict=True)]}

        answer = self.ada.post(f"/postings/batch{'?each=true' if each else ''}", batch, key=self.new_key())

        if not each and refused:
            self.plain = before
            assert answer.status_code == (409 if STATUS.get(expected[refused[0]][0], 409) == 409 else 422), answer.text
            assert answer.status_code == 422 or answer.json["index"] == refused[0]
            return
        assert answer.status_code == 200, answer.text
        for (act, _), code, said in zip(acts, expected, answer.json["postings"], strict=True):
            assert said["status"] == (201 if code is None else STATUS.get(code[0], 409)), (act, code, said)
            assert code is None or said["body"]["code"] in code

    # What is asked again.

    @rule(nth=st.integers(0, 99))
    @precondition(lambda self: self.answered)
    def send_the_same_again(self, nth):
        act, body, key, first = self.answered[nth % len(self.answered)]

        again = self.ada.post(f"/{act}", body, key=key)

        assert (again.status_code, again.data, again.headers.get("Location")) == (first.status_code, first.data, first.headers.get("Location"))
        assert again.headers["Idempotent-Replayed"] == "true"

    @rule(nth=st.integers(0, 99), note=st.sampled_from(["a", "b"]))
    @precondition(lambda self: self.answered)
    def send_another_content_under_the_same_key(self, nth, note):
        act, body, key, _ = self.answered[nth % len(self.answered)]

        answer = self.ada.post(f"/{act}", body | {"document" if act.startswith("lots/") else "note": note}, key=key)

        assert (answer.status_code, answer.json["code"]) == (422, "key-used-for-another")

    # What must hold.

    @invariant()
    def the_shelves_agree(self):
        if hasattr(self, "plain"):
            assert in_one_snapshot(self.on_hand) == self.plain.shelves()

    @rule(ago=st.integers(0, 8))
    def the_lists_of_a_day_agree(self, ago):
        day = self.today - timedelta(days=ago)

        rows = self.listed(on=day.isoformat())
        assert {shelf: row["on_hand"] for shelf, row in rows.items()} == self.plain.shelves(day)
        assert {shelf: row["usable"] for shelf, row in rows.items()} == {shelf: self.plain.usable(shelf[0], shelf[1:], day) for shelf in rows}

    @rule()
    def the_books_balance(self):
        """Verify the journals of this example, and the sums of all; the whole is verified when the test ends."""
        for place in self.plain.owners:
            assert in_one_snapshot(lambda session, place=place: checks.verify(session, place=place)).failure is None
        assert in_one_snapshot(lambda session: [check for check in audit.SUMS if audit.first_difference(session, check)]) == []

    def teardown(self):
        if not hasattr(self, "plain"):
            return
        self.the_books_balance()
        self.the_lists_of_a_day_agree(0)
        assert {shelf: row["on_hand"] for shelf, row in self.listed().items()} == self.plain.shelves()
        in_one_snapshot(self.the_totals_and_last_days_agree)
        for place, journal in self.plain.journals.items():
            read = self.ada.get(f"/journals/{place}", limit=500).json
            assert [(one["number"], one["kind"], one["corrects"], one["corrected_by"]) for one in read] == [(nth, one.kind, one.corrects, one.corrected_by) for nth, one in enumerate(journal, start=1)]

    def the_totals_and_last_days_agree(self, session):
        places = dict(session.execute(select(Place.id, Place.code).where(Place.code.in_(self.plain.owners))).all())
        goods = dict(session.execute(select(Product.id, Product.code)).all())
        totals = [one for one in each_month(session) if one.place_id in places and one.units]
        assert Counter({(places[one.place_id], goods[one.product_id], *one[2:7]): one.units for one in totals}) == self.plain.month_totals()
        shelves = select(Place.code, Product.code, Lot.number, Stock.last_moved_on, Stock.counted_on, Stock.counted_by).select_from(Stock).join(Place, Place.id == Stock.place_id)
        shelves = shelves.join(Lot, Lot.id == Stock.lot_id).join(Product, Product.id == Lot.product_id).where(Place.code.in_(self.plain.owners))
        for place, product, number, day, *counted in session.execute(shelves):
            assert self.plain.last_moved(place, (product, number)) in {day, None}
            assert tuple(counted) == (self.plain.last_count(place, (product, number)) or (None, None))

    def on_hand(self, session):
        query = select(Place.code, Product.code, Lot.number, Stock.on_hand).select_from(Stock).join(Place, Place.id == Stock.place_id).join(Lot, Lot.id == Stock.lot_id)
        rows = session.execute(query.join(Product, Product.id == Lot.product_id).where(Place.code.in_(self.plain.owners), Stock.on_hand != 0))
        return {tuple(shelf): units for *shelf, units in rows}

    def listed(self, **query):
        """Give what lies there as it is listed, by place, product and lot."""
        rows = self.ada.get("/stock", group=self.codes["group"], limit=500, **query).json + self.ada.get("/stock", product=self.codes["kit"], limit=500, **query).json
        assert all(row["available"] in {row["on_hand"], None} for row in rows)
        return {(row["place"], row["lot"]["product"], row["lot"]["number"]): row for row in rows}

    # How it is asked.

    def ask(self, act, body):
        self.send(act, self.written(body))

    def send(self, act, body):
        self.plain.instant += 1
        code = self.expect(act, body)
        answer = self.post(act, body)

        if code is not None:
            self.is_refused(answer, code)
        else:
            assert answer.status_code == 201, answer.text
            self.agrees(answer.json)

    def change(self, product, lot, what, value):
        """Do something to a lot: block it or let it out at a place (or everywhere: None), or give it another expiry."""
        product, value = self.codes.get(product, product), self.codes.get(value, value)
        lot = NO_LOT if product == self.codes["cooker"] else lot
        body = {"expires_on": value.isoformat(), "document": "N", "authority": "A"} if what == "redate" else {"reason": "other"} | ({"place": value} if value else {})
        try:
            self.plain.befall(what, (product, lot), value)
            code = None
        except Refused as refused:
            code = refused.args

        answer = self.post(f"lots/{product}/{lot}/{what}", body)

        if code is not None:
            self.is_refused(answer, code)
        else:
            assert answer.status_code == 200, answer.text

    def post(self, act, body):
        key = self.new_key()
        answer = self.ada.post(f"/{act}", body, key=key)
        if answer.status_code in {200, 201, 409}:
            self.answered.append((act, body, key, answer))
        return answer

    def is_refused(self, answer, codes):
        assert answer.status_code == STATUS.get(codes[0], 409), answer.text
        assert answer.json["code"] in codes, answer.text

    def agrees(self, said):
        journal = self.plain.journals[said["journal"]]
        entered = journal[-1]
        assert (said["number"], said["kind"], said["occurred_on"], said["corrects"]) == (len(journal), entered.kind, entered.day.isoformat(), entered.corrects)
        for move, told in zip(entered.moves, said["moves"], strict=True):
            if move.lot[1].startswith("?"):
                self.plain.call(told["lot"]["number"], move.lot)
        moves = [(move["lot"]["product"], move["lot"]["number"], move["from"], move["to"], move["units"], move["occasion"] or "", move["recipient"] or "") for move in said["moves"]]
        assert moves == [(*move.lot, move.origin, move.target, move.units, move.occasion, move.recipient) for move in entered.moves]
        assert [(tally["product"], tally["what"], tally["units"]) for tally in said["tallies"]] == entered.tallies
        assert [((line["lot"]["product"], line["lot"]["number"]), line["expected"], line["counted"]) for line in said.get("counted", [])] == entered.counted

    def expect(self, act, body):
        """Give the codes of which one is the refusal's, or None when it is entered."""
        try:
            self.plain.act(act, body)
        except Refused as refused:
            return refused.args
        return None

    def expect_of_many(self, act, body, before):
        """Give the same of one act of many: a posting is corrected when its number is known, which is after it was entered."""
        if act == "corrections" and body["number"] > len(before.journals.get(body["journal"], [])):
            return ("no-such-posting",)
        return self.expect(act, body)

    def new_key(self):
        return f"{self.codes['depot']}-{next(self.keys):06}"

    def alone(self, body):
        """Leave out of a body what hangs on the acts before it: kits packed meanwhile, and what was seen."""
        body.pop("seen", None)
        for line in body.get("lines", []):
            line.pop("assemble", None)
        return body

    def written(self, body):
        """Write a drawn body as it is sent: the codes of this example, the days as days."""
        body = deepcopy(body)
        for name in ("place", "to", "journal", "kit"):
            if name in body:
                body[name] = self.codes[body[name]]
        if "occurred_on" in body:
            body["occurred_on"] = (self.today - timedelta(days=body["occurred_on"])).isoformat()
        if "number" in body:  # mostly one that is there
            body["number"] = 1 + body["number"] % (len(self.plain.journals.get(body["journal"], [])) + 1)
        if "seen" in body:
            body["seen"] = max(0, len(self.plain.journals.get(body["place"], [])) - body["seen"])
        if "lot" in body:  # kits are opened where they lie
            lying = [(place, lot) for place, product, lot in self.plain.shelves() if product == body["kit"]]
            body["place"], body["lot"] = lying[body["lot"][1] % len(lying)] if lying else (body["place"], "NOBODY'S")
            body["units"] = self.counted(body, {"product": body["kit"], "lot": body["lot"], "units": body["units"]})
        if isinstance(body.get("parts"), int):
            body["parts"] = self.opened(body, body["parts"])
        for line in (*body.get("lines", []), *body.get("unmet", []), *body.get("used", []), *body.get("parts", []), *body.get("missing", [])):
            line["product"] = self.codes.get(line["product"], line["product"])
            if isinstance(line.get("lot"), tuple):
                line["lot"] = self.kit_lot(line["lot"])
            if isinstance(line["units"], tuple):
                line["units"] = self.counted(body, line)
            if "expires_on" in line:
                lot, which = line["expires_on"]
                known = self.plain.expiry.get((line["product"], lot), self.today + timedelta(days={"SOON": -2, "LATE": 300}.get(lot, 30)))
                line["expires_on"] = (known + timedelta(days=which == "another")).isoformat()
        if body.get("whole"):
            body["lines"] += self.others(body)
        return body

    def kit_lot(self, nth):
        """Give the number of a lot of kits that is known; nobody's where there is none."""
        known = [lot for _, lot in self.plain.parts]
        return known[nth[1] % len(known)] if known else "NOBODY'S"

    def opened(self, body, slip):
        """Say which parts were found in kits that were opened; one too many or too few where somebody slipped."""
        missing = sum(line["units"] for line in body.get("missing", []))
        each = self.plain.parts.get((body["kit"], body["lot"]), {})
        found = [{"product": product, "lot": lot, "units": units * body["units"] - (missing if lot == NO_LOT else 0)} for (product, lot), units in each.items()]
        if found:
            found[0]["units"] += slip
        return [line for line in found if line["units"] > 0]

    def others(self, body):
        """Say that of all other lots that lie there just as many were found as should be."""
        named = {(line["product"], line.get("lot", NO_LOT)) for line in body["lines"]}
        return [{"product": product, "lot": lot, "units": units} for (place, product, lot), units in self.plain.shelves().items() if place == body["place"] and (product, lot) not in named]

    def counted(self, body, line):
        """Say how many "all" is: what the plain ledger has there of the lot, or of all lots."""
        how, number = line["units"]
        if "from" in line:
            there = self.plain.in_virtual(body["place"], (line["product"], line["lot"]), line["from"])
        else:
            there = sum(units for (place, product, lot), units in self.plain.shelves().items() if (place, product) == (body["place"], line["product"]) and line.get("lot", lot) == lot)
        if how == "found":
            return max(0, there + number)
        return max(1, {"some": min(number, there), "all": there, "half": there // 2, "one too many": there + 1}[how])


@pytest.mark.usefixtures("session")
def test_every_act_in_any_order_does_what_the_plain_ledger_does(ada):
    machine = type("Machine", (Machine,), {"ada": ada})

    run_state_machine_as_test(machine, settings=HOW_MUCH)
