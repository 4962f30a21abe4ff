"""Files of moves entered by command: all or nothing, once however often, every bad row named."""

import io
from pathlib import Path

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from inventory.models import Posting, Stock
from supply import clock
from supply.auth import service as auth
from supply.auth.models import Account
from supply.db import db, in_one_transaction, table_of
from supply.once.models import Request
from supply.rows import add_rows

HEADER = "kind;place;occurred_on;product;lot;expires_on;units;occasion;reason;key"
RECEIPT = "receipt;osl-depot;2026-11-01;naloxone-nyxoid;A1;2028-01-31;100;;;first-receipt"
HAND_OUT = "handout;osl-depot;2026-11-02;naloxone-nyxoid;;;2;first_time;;first-handout"


@pytest.fixture
def enter(app: Flask, tmp_path: Path):
    """Give a function that imports a file by command, of rows or of bytes; it answers exit code, what was said, and what was said of errors."""

    def run(*rows: str, header: str = HEADER, content: bytes | None = None, name: str = "moves.csv", dry_run: bool = False):
        path = tmp_path / name
        path.write_bytes("\n".join((header, *rows)).encode() if content is None else content)
        result = app.test_cli_runner().invoke(args=["inventory", "import", str(path), *(["--dry-run"] if dry_run else [])])
        db.session.rollback()
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout, [line for line in result.stderr.splitlines() if line.startswith(("row ", "the file"))]

    return run


def on_hand() -> dict[str, int]:
    db.session.rollback()
    return {str(lot): units for lot, units in db.session.execute(select(Stock.lot_id, Stock.on_hand))}


def postings() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Posting)) or 0


def test_the_same_file_twice_changes_nothing(enter):
    keyless = HAND_OUT.replace("first-handout", "")

    first = enter(RECEIPT, HAND_OUT, keyless, keyless)
    again = enter(RECEIPT, HAND_OUT, keyless, keyless)

    assert first[1] == "Entered 4 postings from 4 rows; 0 were known already.\n"
    assert again[1] == "Entered 0 postings from 4 rows; 4 were known already.\n"
    assert list(on_hand().values()) == [94]


def test_a_dry_run_enters_nothing_not_even_its_account(enter):
    assert enter(RECEIPT, HAND_OUT, dry_run=True) == (0, "Would enter 2 postings from 2 rows; 0 were known already.\n", [])

    assert postings() == 0
    assert db.session.scalar(select(Account.id).where(Account.name == "import")) is None


def test_one_bad_row_keeps_all_out_and_every_bad_row_is_named(enter):
    code, _, named = enter(RECEIPT, HAND_OUT.replace(";2;", ";1 000;"), "handuot" + HAND_OUT.removeprefix("handout"), HAND_OUT.replace("11-02", "02-30").replace("first-handout", "other-handout"))

    assert (code, postings()) == (1, 0)
    assert named == [
        "row 3, units: Write a whole number, digits only.",
        "row 4, kind: Choose one of: receipt, handout, return, supplier_return, disposal, transfer.",
        "row 5, occurred_on: Write a day that exists, as year-month-day.",
    ]


def test_what_the_stock_refuses_is_named_with_its_row_and_nothing_is_entered(enter):
    too_many = HAND_OUT.replace(";2;", ";101;").replace("first-handout", "second-handout")
    nowhere = HAND_OUT.replace("osl-depot", "atlantis").replace("first-handout", "third-handout")

    code, _, named = enter(RECEIPT, HAND_OUT, too_many, nowhere)

    assert (code, postings()) == (1, 0)
    assert [line.split(":")[0] for line in named] == ["row 4, units", "row 5, place"]
    assert "98 can be taken" in named[0]


def test_a_key_that_was_used_for_something_else_is_named(enter):
    enter(RECEIPT, HAND_OUT)

    code, _, [named] = enter(HAND_OUT.replace(";2;", ";3;"))

    assert code == 1
    assert named.startswith("row 2, key: The same Idempotency-Key")


def test_a_key_sent_over_the_interface_is_the_same_key_in_a_file(app, enter, caller):
    enter(RECEIPT, HAND_OUT)
    account = db.session.scalar(select(Account).where(Account.name == "import"))
    token = in_one_transaction(lambda session: auth.add_key(session, account, now=clock.now()))
    somebody = type(caller("alma"))(app.test_client(), token, "import")
    answer = somebody.post(
        "/handouts",
        {"place": "osl-depot", "occurred_on": "2026-11-02", "lines": [{"product": "naloxone-nyxoid", "units": 2, "occasion": "first_time"}]},
        key="first-handout",
    )

    assert (answer.status_code, answer.headers.get("Idempotent-Replayed")) == (201, "true")
    assert answer.headers["Location"] == "/api/v1/journals/osl-depot/2"


def test_the_rows_of_one_key_are_one_posting(enter):
    enter(RECEIPT, RECEIPT.replace("A1", "B1"), "receipt;osl-depot;2026-11-01;cooker;;;50;;;first-receipt")

    assert postings() == 1
    assert sorted(on_hand().values()) == [50, 100, 100]


def test_an_expiry_that_stands_with_a_lot_that_leaves_is_compared_with_what_is_known(enter):
    fits = HAND_OUT.replace(";;;2;", ";A1;2028-01-31;2;")
    differs = fits.replace("2028", "2029").replace("first-handout", "second-handout")

    code, _, named = enter(RECEIPT, fits, differs)

    assert (code, postings()) == (1, 0)
    assert named[0].startswith("row 4, expires_on: Lot A1 of naloxone-nyxoid is known with expiry 2028-01-31, and the label says 2029-01-31.")
    assert enter(RECEIPT, fits)[0] == 0


def test_a_delivery_note_of_several_rows_without_keys_is_one_delivery(enter):
    header = "kind;place;occurred_on;product;lot;expires_on;units;supplier;document"
    rows = [f"receipt;osl-depot;2026-11-01;naloxone-nyxoid;{lot};2028-01-31;10;dne;F-1" for lot in "AB"]

    assert enter(*rows, header=header)[1].startswith("Entered 1 postings from 2 rows")
    assert enter(*rows, header=header)[1].startswith("Entered 0 postings")
    assert [line.split(":")[0] for line in enter(*rows, rows[0].replace(";A;", ";C;"), header=header)[2]] == ["row 2, document"]


def test_a_windows_file_and_a_workbook_are_read_alike(enter):
    windows = f"{HEADER};document\r\n{RECEIPT};Følgeseddel 1\r\n".encode("cp1252")
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as written:
        sheet = written.add_worksheet()
        for nth, row in enumerate((HEADER.split(";"), HAND_OUT.split(";"))):
            sheet.write_row(nth, 0, [int(cell) if cell == "2" else cell for cell in row])

    assert enter(content=windows)[1] == "Entered 1 postings from 1 rows; 0 were known already.\n"
    assert enter(content=book.getvalue(), name="moves.xlsx")[1] == "Entered 1 postings from 1 rows; 0 were known already.\n"
    assert enter(HAND_OUT)[1] == "Entered 0 postings from 1 rows; 1 were known already.\n"
    assert db.session.scalars(select(Posting.document).order_by(Posting.number)).all() == ["Følgeseddel 1", None]


def test_an_empty_file_is_refused(enter):
    assert enter() == (1, "", ["the file: There is nothing to enter."])


def test_a_thousand_rows_go_in_another_way_and_say_the_same(enter):
    rows = [f"handout;osl-depot;2026-11-02;naloxone-nyxoid;;;1;;;handout-{nth:05}" for nth in range(1000)]

    code, said, _ = enter(RECEIPT.replace(";100;", ";2000;"), *rows)

    assert (code, said) == (0, "Entered 1001 postings from 1001 rows; 0 were known already.\n")
    assert list(on_hand().values()) == [1000]
    assert enter(RECEIPT.replace(";100;", ";2000;"), *rows)[1] == "Entered 0 postings from 1001 rows; 1001 were known already.\n"


def test_rows_dated_before_what_is_recorded_are_weighed_against_every_later_day(enter):
    enter(RECEIPT, HAND_OUT.replace(";2;", ";95;").replace("11-02", "11-10"))

    days = [f"handout;osl-depot;2026-11-{day:02};naloxone-nyxoid;A1;;1;;;handout-of-{day:02}" for day in range(9, 1, -1)]
    code, _, named = enter(*days)

    assert (code, [line.split(":")[0] for line in named]) == (1, ["row 7, units", "row 8, units", "row 9, units"])


def test_many_rows_that_break_a_rule_of_the_database_are_refused_by_it_as_few_are(app):
    row = {"account_id": 1, "digest": bytes(32), "status": 201, "body": b"{}", "location": None, "recorded_at": clock.now()}

    with pytest.raises(IntegrityError):
        in_one_transaction(lambda session: add_rows(session, table_of(Request), [{"key": "the same key"} | row for _ in range(600)]))
