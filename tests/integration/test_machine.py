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

from inventory.models import Lot, MonthTotal, Stock
from inventory.queries import audit
from inventory.service import checks
from supply import clock
from supply.db import in_one_snapshot, in_one_transaction
from supply.reference.models import Place, Product
from tests.integration.plain_ledger import NO_LOT, PlainLedger, Refused

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
HOW_MUCH = settings(
    max_examples=1000 if LONG else 40,
    stateful_step_count=60 if LONG else 30,
    deadline=None,
    derandomize=not LONG,
    database=None,
    print_blob=True,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),  # explaining takes longer than finding
    suppress_health_check=list(HealthCheck),
)
STATUS = {"in-the-future": 422, "same-place": 422, "expiry-needed": 422, "no-such-posting": 404}
"""Every other refusal is 409, for what the stock is."""

KINDS = {"receipts": "receipt", "handouts": "handout", "returns": "return", "supplier-returns": "supplier_return", "disposals": "disposal"} | {
    "transfers": "transfer",
    "reclassifications": "reclassification",
    "corrections": "correction",
}
examples = count()

# Mostly what can be done, now and then what cannot: each list says how often.
units = st.sampled_from([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 12, 25])
leaving = st.sampled_from(["some", "some", "some", "all", "half", "one too many"])
days_ago = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 0, 0, 0, 1, 2, 3, 40, -1])
places = st.sampled_from(["depot", "bus", "depot", "bus", "other"])
partners = st.sampled_from([("depot", "bus"), ("bus", "depot")] * 6 + [("depot", "other"), ("bus", "bus")])
lots = st.sampled_from(["SOON", "LATE"] * 12 + ["NOBODY'S"])
products = st.sampled_from(["spray", "spray", "cooker"])
became = st.sampled_from([("people", "lost"), ("people", "destroyed"), ("destroyed", "people"), ("lost", "people")] * 3 + [("supplier", "lost"), ("lost", "lost")])
occasions = st.sampled_from(["first_time", "refill_used", "unknown"])


@st.composite
def lot_lines(draw, many=2):
    """Draw lines that name their lots; now and then one that nobody knows."""
    found = []
    for product in draw(st.lists(products, min_size=1, max_size=many)):
        lot = NO_LOT if product == "cooker" else draw(lots)
        found.append({"product": product, "lot": lot, "units": draw(units)})
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
            body["lines"] = draw(lot_lines())
            for line in body["lines"]:
                if line["product"] == "cooker":
                    del line["lot"]
                elif (expires := draw(st.sampled_from(["usual"] * 10 + ["another", None]))) is not None:
                    line["expires_on"] = (line["lot"], expires)
            if draw(st.sampled_from([False, False, True])):
                body |= {"supplier": "Firm", "document": draw(st.sampled_from(["D1", "D2"]))}
                body |= {"confirm_duplicate": True} if draw(st.booleans()) else {}
        case "handouts":
            body["lines"] = [line | {"occasion": draw(occasions), "recipient": draw(st.sampled_from(["at_risk", "unknown"]))} for line in draw(free_lines())]
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
    return body


class Machine(RuleBasedStateMachine):
    """Ada records at two places of one owner and a third of another: a product with two lots, and one without lots."""

    ada = None
    session = None

    @initialize()
    def open_new_places(self):
        nth = next(examples)
        self.today = clock.today()
        self.codes = {name: f"m{nth}-{name}" for name in ("depot", "bus", "other", "spray", "cooker", "group")}
        owners = {"depot": f"owner-{nth}", "bus": f"owner-{nth}", "other": f"another-{nth}"}
        in_one_transaction(lambda session: session.add_all(self._rows(owners)))
        self.plain = PlainLedger(
            owners={self.codes[name]: owner for name, owner in owners.items()},
            depots={self.codes["depot"]},
            with_lots={self.codes["spray"]},
            without_lots={self.codes["cooker"]},
            today=self.today,
        )
        self.answered, self.keys = [], count()
        for place in ("depot", "bus"):
            sprays = [{"product": "spray", "lot": lot, "units": 9, "expires_on": (lot, "usual")} for lot in ("SOON", "LATE")]
            self.ask("receipts", {"place": place, "occurred_on": 8, "lines": [*sprays, {"product": "cooker", "units": 9}]})
        self.ask("handouts", {"place": "depot", "occurred_on": 4, "lines": [{"product": "spray", "units": ("some", 4)}, {"product": "cooker", "units": ("some", 4)}]})

    def _rows(self, owners):
        names = dict.fromkeys(("name_nb", "name_nn", "name_en", "unit_nb", "unit_nn", "unit_en"), "x")
        for place, kind in (("depot", "depot"), ("bus", "outreach"), ("other", "pharmacy")):
            yield Place(code=self.codes[place], name=place, kind=kind, owner=owners[place], example=False)
        for product, with_lots in (("spray", True), ("cooker", False)):
            yield Product(code=self.codes[product], group=self.codes["group"], lot_required=with_lots, expiry_required=with_lots, **names)

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

    @rule(back=st.integers(1, 2))
    def correct_what_was_entered_lately(self, back):
        entered = [answer.json for _, _, _, answer in self.answered if answer.status_code == 201][-back]
        self.send("corrections", {"journal": entered["journal"], "number": entered["number"], "reason": "mistyped"})

    @rule(acts=st.lists(st.sampled_from(sorted(KINDS)).flatmap(lambda act: st.tuples(st.just(act), bodies(act))), min_size=1, max_size=5), each=st.booleans())
    def ask_many_at_once(self, acts, each):
        acts = [(act, self.written(body)) for act, body in acts]
        before = deepcopy(self.plain)
        expected = [self.expect_of_many(act, body, before) for act, body in acts]
        refused = [nth for nth, code in enumerate(expected) if code is not None]
        keys = [self.new_key() for _ in acts]
        batch = {"postings": [{"kind": KINDS[act], "key": key, "body": body} for (act, body), key in zip(acts, keys, strict=True)]}

        answer = self.ada.post(f"/postings/batch{'?each=true' if each else ''}", batch, key=self.new_key())

        if not each and refused:
            self.plain = before
            assert answer.status_code == (409 if STATUS.get(expected[refused[0]], 409) == 409 else 422), answer.text
            assert answer.status_code == 422 or answer.json["index"] == refused[0]
            return
        assert answer.status_code == 200, answer.text
        for (act, _), code, said in zip(acts, expected, answer.json["postings"], strict=True):
            assert said["status"] == (201 if code is None else STATUS.get(code, 409)), (act, code, said)
            assert code is None or said["body"]["code"] == code

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

        answer = self.ada.post(f"/{act}", body | {"note": note}, key=key)

        assert (answer.status_code, answer.json["code"]) == (422, "key-used-for-another")

    # What must hold.

    @invariant()
    def the_shelves_agree(self):
        if hasattr(self, "plain"):
            assert self.shelves() == self.plain.shelves()

    @rule(ago=st.integers(0, 8))
    def the_shelves_of_a_past_day_agree(self, ago):
        day = self.today - timedelta(days=ago)

        assert self.shelves(on=day.isoformat()) == self.plain.shelves(day)

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
        in_one_snapshot(self.the_totals_and_last_days_agree)
        for place, journal in self.plain.journals.items():
            read = self.ada.get(f"/journals/{place}", limit=500).json
            assert [(one["number"], one["kind"], one["corrects"], one["corrected_by"]) for one in read] == [(nth, one.kind, one.corrects, one.corrected_by) for nth, one in enumerate(journal, start=1)]

    def the_totals_and_last_days_agree(self, session):
        cells = (MonthTotal.flow, MonthTotal.occasion, MonthTotal.recipient, MonthTotal.month)
        query = select(Place.code, Product.code, *cells, MonthTotal.units).join(Place, Place.id == MonthTotal.place_id).join(Product, Product.id == MonthTotal.product_id)
        rows = session.execute(query.where(Place.code.in_(self.plain.owners), MonthTotal.units != 0))
        assert Counter({tuple(cell): total for *cell, total in rows}) == self.plain.month_totals()
        shelves = select(Place.code, Product.code, Lot.number, Stock.last_moved_on).select_from(Stock).join(Place, Place.id == Stock.place_id)
        for place, product, number, day in session.execute(shelves.join(Lot, Lot.id == Stock.lot_id).join(Product, Product.id == Lot.product_id).where(Place.code.in_(self.plain.owners))):
            assert day == self.plain.last_moved(place, (product, number))

    def shelves(self, **query):
        rows = self.ada.get("/stock", group=self.codes["group"], limit=500, **query).json
        assert all(row["available"] in {row["on_hand"], None} for row in rows)
        return {(row["place"], row["lot"]["product"], row["lot"]["number"]): row["on_hand"] for row in rows}

    # How it is asked.

    def ask(self, act, body):
        self.send(act, self.written(body))

    def send(self, act, body):
        code = self.expect(act, body)
        key = self.new_key()

        answer = self.ada.post(f"/{act}", body, key=key)

        if code is not None:
            assert (answer.status_code, answer.json.get("code")) == (STATUS.get(code, 409), code), answer.text
        else:
            assert answer.status_code == 201, answer.text
            self.agrees(answer.json)
        if answer.status_code in {201, 409}:
            self.answered.append((act, body, key, answer))

    def agrees(self, said):
        journal = self.plain.journals[said["journal"]]
        entered = journal[-1]
        assert (said["number"], said["kind"], said["occurred_on"], said["corrects"]) == (len(journal), entered.kind, entered.day.isoformat(), entered.corrects)
        moves = [(move["lot"]["product"], move["lot"]["number"], move["from"], move["to"], move["units"], move["occasion"] or "", move["recipient"] or "") for move in said["moves"]]
        assert moves == [(*move.lot, move.origin, move.target, move.units, move.occasion, move.recipient) for move in entered.moves]
        assert [(tally["product"], tally["what"], tally["units"]) for tally in said["tallies"]] == entered.tallies

    def expect(self, act, body):
        """Give the code of the refusal, or None when it is entered."""
        try:
            self.plain.act(act, body)
        except Refused as refused:
            return str(refused)
        return None

    def expect_of_many(self, act, body, before):
        """Give the same of one act of many: a posting is corrected when its number is known, which is after it was entered."""
        if act == "corrections" and body["number"] > len(before.journals.get(body["journal"], [])):
            return "no-such-posting"
        return self.expect(act, body)

    def new_key(self):
        return f"{self.codes['depot']}-{next(self.keys):06}"

    def written(self, body):
        """Write a drawn body as it is sent: the codes of this example, the days as days."""
        body = deepcopy(body)
        for name in ("place", "to", "journal"):
            if name in body:
                body[name] = self.codes[body[name]]
        if "occurred_on" in body:
            body["occurred_on"] = (self.today - timedelta(days=body["occurred_on"])).isoformat()
        for line in (*body.get("lines", []), *body.get("unmet", []), *body.get("used", [])):
            line["product"] = self.codes[line["product"]]
            if isinstance(line["units"], tuple):
                line["units"] = self.counted(body, line)
            if "expires_on" in line:
                lot, which = line["expires_on"]
                line["expires_on"] = (self.today + timedelta(days={"SOON": -2, "LATE": 300}.get(lot, 30) + (which == "another"))).isoformat()
        return body

    def counted(self, body, line):
        """Say how many "all" is: what the plain ledger has there of the lot, or of all lots."""
        how, number = line["units"]
        if "from" in line:
            there = self.plain.in_virtual(body["place"], (line["product"], line["lot"]), line["from"])
        else:
            there = sum(units for (place, product, lot), units in self.plain.shelves().items() if (place, product) == (body["place"], line["product"]) and line.get("lot", lot) == lot)
        return max(1, {"some": min(number, there), "all": there, "half": there // 2, "one too many": there + 1}[how])


@pytest.mark.usefixtures("session")
def test_every_act_in_any_order_does_what_the_plain_ledger_does(ada):
    machine = type("Machine", (Machine,), {"ada": ada})

    run_state_machine_as_test(machine, settings=HOW_MUCH)
