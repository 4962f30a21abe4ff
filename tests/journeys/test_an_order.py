"""An order as its people live it: a municipality on a phone, an approver at a desk, a depot with a scanner, and what was missing in the parcel."""

import re

from supply import clock
from tests.integration.ordering import approved, stocked

PLACE = "/places/oslo-outreach"
LABEL = "]d20105060571490001" + "1731013110A1"


def looks_right(at):
    assert at.accessible() == []
    assert at.fits()
    assert at.outside == []


def test_a_box_goes_from_wish_to_shelf_and_the_missing_spray_is_found(walker, alma):
    alma.receive(units=100, lot="A1", expires_on="2031-01-31", on=clock.today().isoformat())
    asks, decides, gives = walker(language="en-GB"), walker(wide=True, language="en-GB"), walker(language="en-GB")
    for at, name in ((asks, "birk"), (decides, "erik"), (gives, "alma")):
        at.sign_in(name)
        at.page.click("button[name=language][value=en]")

    asks.go(f"{PLACE}/orders/new")
    looks_right(asks)
    asks.page.get_by_label(re.compile("Packs of Nyxoid")).fill("5")
    asks.page.get_by_label("Reason").fill("the night bus starts on Friday")
    asks.page.get_by_role("button", name="Place the order").click()
    asks.page.wait_for_url("**/orders/0301-*")
    number = asks.page.url.split("?")[0].rsplit("/", 1)[1]
    looks_right(asks)

    decides.go("/orders")
    looks_right(decides)
    decides.page.get_by_role("link", name=number).first.click()
    decides.page.get_by_role("link", name="Decide").click()
    looks_right(decides)
    decides.page.get_by_role("button", name="Approve").click()
    decides.page.wait_for_url(f"**/orders/{number}*")
    looks_right(decides)

    gives.go("/places/osl-depot/to-send")
    looks_right(gives)
    gives.go(f"/orders/{number}/picking")
    looks_right(gives)
    gives.page.get_by_label("Scan the label of the lot you take").fill(LABEL)
    gives.page.get_by_role("button", name="Confirm").last.click()
    gives.page.get_by_text("Right lot:").wait_for()
    gives.page.get_by_role("button", name="Send what is confirmed").click()
    gives.page.wait_for_url(f"**/orders/{number}*")
    looks_right(gives)
    assert alma.on_hand() == {"A1": 90}

    asks.go(f"/orders/{number}/receive")
    looks_right(asks)
    asks.page.get_by_label(re.compile("Accepted of Nyxoid")).fill("9")
    asks.page.get_by_label(re.compile("Missing of Nyxoid")).fill("1")
    asks.page.get_by_role("button", name="Record what arrived").click()
    asks.page.wait_for_url(f"**/orders/{number}*")
    asks.go(f"/orders/{number}/settle")
    looks_right(asks)
    asks.page.get_by_label(re.compile("Number of Nyxoid")).fill("1")
    asks.page.get_by_label(re.compile("What became of Nyxoid")).select_option("found")
    asks.page.get_by_role("button", name="Settle").click()
    asks.page.wait_for_url(f"**/orders/{number}*")
    looks_right(asks)

    assert alma.get(f"/orders/{number}").json["state"] == "closed"
    assert alma.get("/stock", place="oslo-outreach").json[0]["on_hand"] == 10


def lines_of(at, number):
    """Give on how many lines a number stands in the page's heading."""
    return at.page.evaluate(
        """number => {
            const texts = document.createTreeWalker(document.querySelector("h1"), NodeFilter.SHOW_TEXT), range = document.createRange();
            let text = texts.nextNode();
            while (!text.data.includes(number)) text = texts.nextNode();
            range.setStart(text, text.data.indexOf(number));
            range.setEnd(text, text.data.indexOf(number) + number.length);
            return new Set([...range.getClientRects()].map(box => box.top)).size;
        }""",
        number,
    )


def test_on_a_phone_the_number_of_an_order_stands_on_one_line(walker, alma, birk, caller):
    stocked(alma)
    order = approved(birk, caller("erik"))
    at = walker()
    at.sign_in("alma")

    lines = {}
    for page in ("picking", "cancel"):
        at.go(f"/orders/{order['number']}/{page}")
        lines[page] = lines_of(at, order["number"])
        looks_right(at)
    assert lines == {"picking": 1, "cancel": 1}
