"""The forms: what they record, what they refuse, and that nothing is recorded twice."""

import io

import pytest

HAND_OUT = "/places/osl-depot/handouts/new"
RECEIVE = "/places/osl-depot/receipts/new"
NYXOID = "]d20105060571490001172810311021X\x1d21SERIAL7"


@pytest.fixture
def stocked(alma):
    alma.receive(lot="B2", expires_on="2028-06-30", units=50)
    alma.receive(lot="A1", expires_on="2028-01-31", units=10)
    return alma


def test_product_number_and_occasion_are_enough_and_the_lot_that_expires_first_is_taken(stocked, reader):
    at_browser = reader()

    page = at_browser.open(HAND_OUT)
    done = at_browser.follow(at_browser.send(page, HAND_OUT, product="naloxone-nyxoid", quick="2", occasion="first_time"))

    assert "Lot A1, expires 31 Jan 2028" in page.text
    assert "Recorded as number 3." in done.text
    assert "First time" in done.text
    assert stocked.on_hand() == {"A1": 8, "B2": 50}


def test_a_form_sent_twice_is_recorded_once_and_both_see_the_same_posting(stocked, reader):
    at_browser = reader()
    page = at_browser.open(HAND_OUT)

    first, second = (at_browser.send(page, HAND_OUT, product="naloxone-nyxoid", quick="2", occasion="unknown") for _ in range(2))

    assert first.location.split("?")[0] == second.location.split("?")[0]
    assert "recorded once" in at_browser.follow(second).text
    assert stocked.on_hand()["A1"] == 8


def test_the_same_form_with_other_content_is_not_recorded_but_may_be_sent_as_something_new(stocked, reader):
    at_browser = reader()
    page = at_browser.open(HAND_OUT)
    at_browser.send(page, HAND_OUT, product="naloxone-nyxoid", quick="2", occasion="unknown")

    changed = at_browser.send(page, HAND_OUT, product="naloxone-nyxoid", quick="5", occasion="unknown")
    anew = at_browser.send(changed, HAND_OUT, occasion="unknown")

    assert changed.status == 409
    assert "that was recorded" in changed.text
    assert anew.status == 303
    assert stocked.on_hand()["A1"] == 3


def test_sending_a_refused_form_again_after_going_back_records_once(stocked, reader):
    at_browser = reader()
    page = at_browser.open(HAND_OUT)

    for _ in range(2):
        refused = at_browser.send(page, HAND_OUT, product="naloxone-nyxoid", units="1000", occasion="unknown")
        at_browser.send(refused, HAND_OUT, lines__0__units="1", occasion="unknown")

    assert stocked.on_hand()["A1"] == 9


def test_a_refusal_stands_beside_its_field_and_the_summary_leads_there(stocked, reader):
    at_browser = reader()

    page = at_browser.send(at_browser.open(HAND_OUT), HAND_OUT, product="naloxone-nyxoid", units="1000", occasion="unknown")

    assert page.status == 409
    assert page.wrong["lines-0-units"].startswith("You asked for 1,000 of Nyxoid nasal spray 1.8 mg, and 60 can be taken")
    assert 'href="#lines-0-units"' in page.html
    assert "lines-0-units" in page.ids
    assert page.form(HAND_OUT)["lines-0-units"] == "1000"


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("occurred_on", "2999-01-01", "Your computer's clock may be wrong"),
        ("occurred_on", "yesterday", "Write a day that exists"),
        ("units", "two", "Write a whole number"),
        ("units", "٢", "Write a whole number"),
        ("units", "0", "Write a whole number from 1"),
        ("note", "he is 15108695088", "national identity number"),
        ("note", "a\x00b", "cannot be printed"),
    ],
)
def test_what_cannot_be_right_is_said_where_it_stands(stocked, reader, field, text, said):
    at_browser = reader()

    page = at_browser.send(at_browser.open(HAND_OUT), HAND_OUT, **{"product": "naloxone-nyxoid", "units": "1", "occasion": "unknown", field: text})

    assert page.status == 422
    assert said in page.wrong["lines-0-units" if field == "units" else field]


def test_several_products_go_out_as_one_posting(stocked, reader):
    stocked.receive("syringe-1ml-29g", lot="S1", units=100)
    at_browser = reader()

    page = at_browser.send(at_browser.open(HAND_OUT), HAND_OUT, product="naloxone-nyxoid", quick="1", do="add")
    done = at_browser.follow(at_browser.send(page, HAND_OUT, product="syringe-1ml-29g", units="20", occasion="unknown", do=""))

    assert stocked.on_hand() == {"A1": 9, "B2": 50, "S1": 80}
    assert "Hand-out 4" in done.text


def test_what_there_was_none_of_is_recorded_without_stock(reader):
    at_browser = reader()

    done = at_browser.follow(at_browser.send(at_browser.open(HAND_OUT), HAND_OUT, unmet__0__product="foil", unmet__0__units="4", do="unmet"))

    assert "Asked for, none to give" in done.text


def test_undo_enters_the_opposite(stocked, reader):
    at_browser = reader()
    done = at_browser.follow(at_browser.send(at_browser.open(HAND_OUT), HAND_OUT, product="naloxone-nyxoid", quick="2", occasion="unknown"))

    undone = at_browser.follow(at_browser.send(done, "/places/osl-depot/journal/3/correct"))

    assert "Correction 4" in undone.text
    assert stocked.on_hand()["A1"] == 10


def test_each_scan_adds_a_pack_and_the_serial_number_is_nowhere(alma, reader):
    at_browser = reader()

    page = at_browser.send(at_browser.open(RECEIVE), RECEIVE, scan=NYXOID, do="add")
    page = at_browser.send(page, RECEIVE, scan=NYXOID.replace("SERIAL7", "SERIAL8"), do="add")
    done = at_browser.follow(at_browser.send(page, RECEIVE, do="save"))

    assert page.form(RECEIVE)["lines-0-packs"] == "2"
    assert "SERIAL" not in page.html + done.html
    assert alma.on_hand() == {"21X": 4}


def test_a_label_that_can_be_read_in_two_ways_is_asked_about(alma, reader):
    at_browser = reader()

    page = at_browser.send(at_browser.open(RECEIVE), RECEIVE, scan="01050605714900011728103110AB21CD", do="add")
    chosen = at_browser.send(page, RECEIVE, choice="1", do="add")
    at_browser.send(chosen, RECEIVE, do="save")

    assert "choice" in page.wrong
    assert alma.on_hand() == {"AB": 2}


def test_a_label_that_disagrees_with_the_known_lot_shows_both_and_changes_nothing(stocked, reader):
    at_browser = reader()

    page = at_browser.send(at_browser.open(RECEIVE), RECEIVE, scan="]d2010506057149000117280229" + "10A1", do="add")
    refused = at_browser.send(page, RECEIVE, do="save")
    known = at_browser.send(refused, RECEIVE, do="known-0")
    done = at_browser.send(known, RECEIVE, do="save")

    assert "known with the expiry 31 Jan 2028, and here stands 29 Feb 2028" in page.text
    assert refused.status == 409
    assert done.status == 303
    assert stocked.on_hand()["A1"] == 12


def test_a_delivery_that_seems_to_be_there_already_is_asked_about(alma, reader):
    at_browser = reader()
    said = {"supplier": "dne", "document": "F-1", "scan": NYXOID, "do": "add"}

    first = at_browser.send(at_browser.open(RECEIVE), RECEIVE, **said)
    at_browser.send(first, RECEIVE, do="save")
    second = at_browser.send(at_browser.send(at_browser.open(RECEIVE), RECEIVE, **said), RECEIVE, do="save")
    done = at_browser.send(second, RECEIVE, do="save", confirm_duplicate="true")

    assert "stands as number 1" in second.wrong["document"]
    assert done.status == 303
    assert alma.on_hand() == {"21X": 4}


def test_a_number_beside_a_lot_destroys_it(stocked, reader):
    at_browser = reader()
    page = at_browser.open("/places/osl-depot/disposals/new")
    field = next(name for name, text in page.form("/places/osl-depot/disposals/new").items() if text == "A1").replace("lot", "units").replace("-", "__")

    wrong = at_browser.send(page, "/places/osl-depot/disposals/new", reason="damaged", **{field: "11"})
    done = at_browser.send(wrong, "/places/osl-depot/disposals/new", reason="damaged", **{field: "10"})

    assert "and 10 can be taken" in wrong.wrong[field.replace("__", "-")]
    assert done.status == 303
    assert stocked.on_hand() == {"B2": 50}


def test_stock_moves_to_another_place_of_the_owner_and_no_further(birk, reader):
    birk.receive(place="oslo-servicepoint", units=20)
    at_browser = reader("birk")
    page = at_browser.open("/places/oslo-servicepoint/transfers/new")
    field = next(name for name, text in page.form("/places/oslo-servicepoint/transfers/new").items() if text == "A1").replace("lot", "units").replace("-", "__")

    done = at_browser.send(page, "/places/oslo-servicepoint/transfers/new", to="oslo-servicepoint-2", **{field: "5"})

    assert done.status == 303
    assert birk.on_hand("oslo-servicepoint-2") == {"A1": 5}
    assert "bergen" not in page.html


def test_whoever_may_only_look_finds_no_form(stocked, reader):
    birk = reader("birk")

    page = birk.open("/places/osl-depot")
    form = birk.open(HAND_OUT)

    assert page.status == 200
    assert "handouts/new" not in page.html
    assert form.status == 403


def test_a_file_is_looked_at_then_entered_once(alma, reader):
    at_browser = reader()
    rows = b"kind;place;occurred_on;product;lot;expires_on;units\nreceipt;osl-depot;2026-04-01;naloxone-nyxoid;I1;2028-09-30;20\n"
    form = at_browser.open("/import").form("/import")

    def look() -> str:
        return at_browser.client.post("/import", data=form | {"file": (io.BytesIO(rows), "moves.csv")}).text

    preview = look()
    action = preview.split('action="/import/')[1].split('"')[0]
    first, second = (at_browser.client.post(f"/import/{action}", data={"csrf_token": form["csrf_token"]}) for _ in range(2))

    assert "1 new entry" in preview
    assert alma.on_hand() == {"I1": 20}
    assert first.status_code == second.status_code == 200
    assert "1 new entry" in second.text
    assert "known already" in look()


KNOWN_LOT = b"handout;osl-depot;2026-04-02;naloxone-nyxoid;A1;2028-01-31;7\n"


@pytest.mark.parametrize("more", [b"", b"handout;osl-depot;2026-04-02;naloxone-nyxoid;A1;2028-01-31;9999\n"])
def test_looking_at_a_file_enters_nothing_though_all_it_names_is_known(alma, reader, more):
    """What is looked at goes past the mapper from end to end then, and is undone with the savepoint all the same."""
    alma.receive(on="2026-04-01")
    at_browser = reader()
    before = alma.get("/journals/osl-depot").json
    rows = b"kind;place;occurred_on;product;lot;expires_on;units\n" + KNOWN_LOT + more

    answer = at_browser.client.post("/import", data=at_browser.open("/import").form("/import") | {"file": (io.BytesIO(rows), "moves.csv")})

    assert answer.status_code == (422 if more else 200), answer.text[:500]
    assert ("1 row cannot be entered" if more else "1 new entry") in answer.text
    assert alma.on_hand() == {"A1": 100}
    assert alma.get("/journals/osl-depot").json == before


def test_every_wrong_row_of_a_file_is_named(alma, reader):
    at_browser = reader()
    rows = b"kind;place;occurred_on;product;lot;expires_on;units\nreceipt;osl-depot;2026-04-31;naloxone-nyxoid;I1;2028-09-30;20\njuggle;osl-depot;2026-04-01;cooker;;;1\n"

    answer = at_browser.client.post("/import", data=at_browser.open("/import").form("/import") | {"file": (io.BytesIO(rows), "moves.csv")})

    assert answer.status_code == 422
    assert "2 rows cannot be entered" in answer.text
    assert "Write a day that exists" in answer.text
