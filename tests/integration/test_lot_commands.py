"""What an operator types about acts and lots: one act from a file, quarantine, release, new expiries, sheets and labels as files."""

import json
from datetime import date, timedelta

import pypdfium2
import pytest
from sqlalchemy import select

from inventory.models import MonthReport
from supply import clock
from supply.db import db
from tests.conftest import DAY

TODAY = clock.today().isoformat()


@pytest.fixture
def flask(app):
    """Run a command of the service."""

    def run(*words, said=None):
        result = app.test_cli_runner().invoke(args=["inventory", *words], input=said)
        db.session.rollback()
        return result

    return run


def test_an_act_is_recorded_from_standard_input_once_under_its_key(flask, alma):
    alma.receive(units=10)
    count = json.dumps({"place": "osl-depot", "occurred_on": DAY.isoformat(), "lines": [{"product": "naloxone-nyxoid", "lot": "A1", "units": 9}]})

    said = [flask("record", "counts", "-", "--key", "a-key-of-mine", said=count) for _ in range(2)]

    assert [one.exit_code for one in said] == [0, 0]
    assert json.loads(said[0].stdout) == json.loads(said[1].stdout)
    assert alma.on_hand() == {"A1": 9}
    assert len(alma.get("/journals/osl-depot").json) == 2


def test_a_refused_act_is_told_and_ends_with_1(flask, alma):
    handout = json.dumps({"place": "osl-depot", "occurred_on": DAY.isoformat(), "lines": [{"product": "naloxone-nyxoid", "units": 9}]})

    refused, unread = flask("record", "handouts", "-", said=handout), flask("record", "handouts", "-", said='{"place": 5}')

    assert refused.exit_code == 1
    assert refused.stderr == "There is not enough on the shelf. You asked for 9 of naloxone-nyxoid, and 0 can be taken (expired or blocked: 0). Take fewer, or count the shelf.\n"
    assert unread.exit_code == 1
    assert "occurred_on" in unread.stderr


def test_a_lot_is_blocked_released_and_given_another_expiry(flask, alma, tmp_path):
    alma.receive(units=10, expires_on="2027-01-31")
    file = tmp_path / "lots.csv"
    file.write_text("product;lot;expires_on\nnaloxone-nyxoid;A1;2029-01-31\n", encoding="utf-8-sig")

    blocked = flask("quarantine", "naloxone-nyxoid", "A1", "--reason", "sales_stop", "--document", "DMP 7")
    twice = flask("quarantine", "naloxone-nyxoid", "A1", "--reason", "sales_stop")
    refused = alma.hand_out(1, on=TODAY)
    released = flask("release", "naloxone-nyxoid", "A1", "--reason", "notice_lifted")
    redated = flask("redate", str(file), "--document", "DMP 8", "--authority", "DMP")

    assert [one.exit_code for one in (blocked, twice, released, redated)] == [0, 1, 0, 0]
    assert "quarantine there already" in twice.stderr
    assert refused.json["code"] == "not-enough-stock"
    assert redated.stdout == "redate naloxone-nyxoid A1: 2027-01-31 to 2029-01-31, everywhere\n"
    assert alma.hand_out(1, on=TODAY).status_code == 201


def test_a_month_is_said_to_be_entered(flask, alma, session):
    alma.receive(units=10)
    this_month = TODAY[:7]
    over = (date.fromisoformat(f"{this_month}-01") + timedelta(days=31)).replace(day=1)

    said, again = (flask("entered", "osl-depot", "2026-10") for _ in range(2))
    early, nowhere, no_month = flask("entered", "osl-depot", this_month), flask("entered", "nowhere", "2026-10"), flask("entered", "osl-depot", "2026-13")

    assert [one.exit_code for one in (said, again, early, nowhere, no_month)] == [0, 0, 1, 1, 2]
    assert said.stdout == again.stdout == "osl-depot 2026-10 entered, up to posting 1\n"
    assert f"from {over} on" in early.stderr
    assert [(str(one.month), one.posting) for one in session.scalars(select(MonthReport))] == [("2026-10-01", 1)]


def test_a_sheet_and_labels_are_written_as_files(flask, alma, tmp_path):
    alma.receive(units=10)

    sheet, labels = flask("sheet", "osl-depot", str(tmp_path / "sheet.pdf"), "--blind", "--language", "nn"), flask("labels", "osl-depot", str(tmp_path / "labels.pdf"))
    nowhere = flask("sheet", "nowhere", str(tmp_path / "none.pdf"))

    assert [one.exit_code for one in (sheet, labels, nowhere)] == [0, 0, 1]
    assert "Teljeliste" in pypdfium2.PdfDocument(tmp_path / "sheet.pdf")[0].get_textpage().get_text_range()
    assert not (tmp_path / "none.pdf").exists()
