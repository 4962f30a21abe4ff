"""What is printed of orders is printed for those who may see them, says what was sent or is held, and is kept by nobody."""

import pytest
from sqlalchemy import select

from supply.db import in_one_transaction
from supply.reference.models import Place
from tests.integration.ordering import BUS, SPRAY, SYRINGE, approved, done, etag, shipped, stocked, submitted
from tests.pdf.printed import codes_on, words_on

GS = "\x1d"


@pytest.fixture
def erik(caller):
    return caller("erik")


@pytest.fixture
def sent(alma, birk, erik):
    """An order of which two lots of a product and one of another are in a shipment."""
    stocked(alma, lot="A1", units=5)
    stocked(alma, lot="B2", units=100, expires_on="2031-06-30")
    stocked(alma, lot="S-1", units=300, product=SYRINGE, expires_on="2032-02-29")
    return shipped(birk, erik, alma, [(SPRAY, 20), (SYRINGE, 100)])


def paths(order):
    shipment = order["shipments"][-1]["number"]
    return {"note": f"/shipments/{shipment}.pdf", "label": f"/shipments/{shipment}/label.pdf", "pick": f"/orders/{order['number']}/pick.pdf"}


def printed(reader, path, name="alma", language="en"):
    answer = reader(name, language).get(path)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    return answer.data


def test_a_delivery_note_has_a_line_for_each_lot_that_was_sent(sent, reader):
    number = sent["shipments"][0]["number"]

    made = printed(reader, paths(sent)["note"])

    (page,) = words_on(made)
    assert f"Shipment {number} From Depot Oslo (eksempel) To Oppsøkende team Oslo (eksempel) Sent" in page
    assert f"Lots 3 Orders {sent['number']} (91){number}" in page
    assert "Nyxoid nasal spray 1.8 mg A1 31 Jan 2031 5 2 × 2 + 1 B2 30 Jun 2031 15 7 × 2 + 1 Insulin syringe 1 ml with fixed needle 29G S-1 29 Feb 2032 100" in page
    assert "Day Sent by Day Received and counted by" in page
    codes = [f"91{number}", f"91{SPRAY}{GS}1731013110A1", f"91{SPRAY}{GS}1731063010B2", f"91{SYRINGE}{GS}1732022910S-1"]
    assert sorted(codes_on(made)[0]) == sorted(("]d2", code) for code in codes)


def test_a_parcel_label_says_where_it_goes_and_its_code_the_shipment(sent, reader):
    number = sent["shipments"][0]["number"]

    made = printed(reader, paths(sent)["label"])

    (page,) = words_on(made)
    assert page.startswith("To Oppsøkende team Oslo (eksempel) From Depot Oslo (eksempel) Shipment")
    assert f"Lots 3 Orders {sent['number']}" in page
    assert codes_on(made) == [[("]d2", f"91{number}")]]


def test_a_pick_list_has_what_is_held_by_shelf_with_codes(alma, birk, erik, reader):
    stocked(alma, lot="S-1", units=300, product=SYRINGE, expires_on="2030-02-28")
    stocked(alma, lot="LATE", units=50, expires_on="2032-01-31")
    stocked(alma, lot="SOON", units=7, expires_on="2031-01-31")
    order = approved(birk, erik, [(SYRINGE, 100), (SPRAY, 20)])

    made = printed(reader, f"/orders/{order['number']}/pick.pdf")

    (page,) = words_on(made)
    assert page.startswith(f"Pick list Order {order['number']} From Depot Oslo (eksempel) To Oppsøkende team Oslo (eksempel) Printed")
    assert "Nyxoid nasal spray 1.8 mg SOON 31 Jan 2031 7 3 × 2 + 1 LATE 31 Jan 2032 13 6 × 2 + 1 Insulin syringe 1 ml with fixed needle 29G S-1 28 Feb 2030 100" in page
    assert "Day Picked by" in page
    assert "emergency" not in page
    codes = [f"91{SPRAY}{GS}1731013110SOON", f"91{SPRAY}{GS}1732013110LATE", f"91{SYRINGE}{GS}1730022810S-1"]
    assert sorted(codes_on(made)[0]) == sorted(("]d2", code) for code in codes)


def test_an_emergency_says_so_on_its_pick_list(alma, birk, erik, reader):
    stocked(alma)
    order = approved(birk, erik, emergency=True, reason="none left")

    assert "This is an emergency order: it goes first." in words_on(printed(reader, f"/orders/{order['number']}/pick.pdf"))[0]


def test_a_lot_that_two_orders_share_lies_in_the_parcel_once(alma, birk, erik, reader):
    stocked(alma)
    first, other = (approved(birk, erik, [(SPRAY, units)]) for units in (20, 12))
    together = [{"number": other["number"], "version": int(etag(other).strip('"'))}]

    sent = done(alma, first, "ship", {"together": together})

    (page,) = words_on(printed(reader, paths(sent)["note"]))
    assert f"Lots 1 Orders {first['number']}, {other['number']}" in page
    assert "A1 31 Jan 2031 32 16 × 2" in page
    assert f"Orders {first['number']}, {other['number']}" in words_on(printed(reader, paths(sent)["label"]))[0]


def test_sami_names_are_printed(alma, birk, erik, reader):
    name = "Kárášjohka – Karasjok, Áŋel đŧčž"

    def rename(session):
        session.scalars(select(Place).where(Place.code == BUS)).one().name = name

    in_one_transaction(rename)
    stocked(alma)
    held = approved(birk, erik)

    assert name in words_on(printed(reader, f"/orders/{held['number']}/pick.pdf"))[0]
    sent = done(alma, held, "ship")
    assert name in words_on(printed(reader, paths(sent)["note"]))[0]
    assert name in words_on(printed(reader, paths(sent)["label"]))[0]


def test_a_product_without_lots_and_a_lot_no_code_can_hold_are_on_the_list(alma, birk, erik, reader):
    alma.receive("cooker", 100, lot=None, expires_on=None)
    stocked(alma, lot="Å-2")
    order = approved(birk, erik, [("cooker", 40), (SPRAY, 20)])

    made = printed(reader, f"/orders/{order['number']}/pick.pdf")

    assert "Å-2 31 Jan 2031 20 10 × 2 Cooker no lots 40" in words_on(made)[0]
    assert codes_on(made) == [[("]d2", "91cooker")]]


def test_where_nothing_is_held_there_is_nothing_to_pick(birk, reader):
    order = submitted(birk)

    answer = reader("birk").get(f"/orders/{order['number']}/pick.pdf")

    assert answer.status_code == 409
    assert f"Nothing is held for order {order['number']}" in answer.text


@pytest.mark.parametrize("what", ["note", "label", "pick"])
def test_giver_and_receiver_and_who_decides_and_the_directorate_may_and_another_municipality_finds_nothing(alma, birk, erik, reader, what):
    stocked(alma, units=10)
    sent = done(alma, approved(birk, erik, [(SPRAY, 16)], {"reason": "all there is"}), "ship")
    stocked(alma, lot="B2")
    path = paths(done(alma, sent, "allocate"))[what]

    statuses = {name: reader(name).get(path).status_code for name in ("alma", "birk", "erik", "cato", "dina", "frida")}

    assert statuses == {"alma": 200, "birk": 200, "erik": 200, "cato": 200, "dina": 404, "frida": 403}


@pytest.mark.parametrize("what", ["note", "label"])
def test_prints_are_private_and_kept_by_nobody(sent, reader, what):
    answer = reader("birk").get(paths(sent)[what])

    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"].startswith("inline; filename=")


@pytest.mark.parametrize(
    "path", ["/shipments/none-2026-0001.pdf", "/shipments/none-2026-0001/label.pdf", "/orders/none-2026-0001/pick.pdf", "/shipments/%00.pdf", "/shipments/%00/label.pdf", "/orders/%00/pick.pdf"]
)
def test_what_is_not_there_is_not_found(reader, path):
    assert reader().get(path).status_code == 404


def test_who_has_not_signed_in_is_asked_to(sent, reader):
    assert {reader(None).get(path).status_code for path in paths(sent).values()} <= {302, 303, 401}
