"""What leaves the house: the report that is the same for ever, the export a stranger recomputes, open data in which small numbers stay hidden, lists in others' forms."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date

import pytest

from inventory.service import checks
from supply import clock
from supply.coverage import service
from supply.coverage.cli.group import OPERATOR
from supply.coverage.report import issue, lists
from supply.coverage.rules import windows
from supply.coverage.rules.asked import Asked, NewEstimate
from supply.db import db, in_one_snapshot, in_one_transaction
from tests.integration.publishing import hand_out_all, publish

BUS, CLINIC, SPRAY, SYRINGE = "oslo-outreach", "oslo-servicepoint", "naloxone-nyxoid", "syringe-1ml-29g"
DAY, TODAY = "2026-10-05", date(2026, 11, 20)
OCTOBER = Asked(window=windows.window(date(2026, 10, 1), date(2026, 10, 31)))
FROM_TO = ("--from", "2026-10-01", "--to", "2026-10-31")


@pytest.fixture
def ledger(app):
    return app.extensions["coverage_ledger"]


@pytest.fixture
def stocked(ada):
    """Two places with sprays and syringes, some of which are handed out; in Bergen a kit."""
    for place in (BUS, CLINIC):
        ada.receive(SPRAY, 500, place=place, lot="N1", expires_on="2031-01-31", on="2026-09-01")
        ada.receive(SYRINGE, 5000, place=place, lot="S1", expires_on="2031-01-31", on="2026-09-01")
    ada.hand_out(20, SPRAY, place=BUS, on=DAY, occasion="refill_used")
    ada.hand_out(700, SYRINGE, place=BUS, on=DAY)
    ada.hand_out(300, SYRINGE, place=CLINIC, on="2026-09-15")
    ada.receive("kit-full", 50, place="bergen-servicepoint", lot="K1", expires_on="2031-01-31", on="2026-09-01")
    ada.hand_out(40, "kit-full", place="bergen-servicepoint", on=DAY)
    assert ada.post("/returns", {"place": BUS, "occurred_on": DAY, "reason": "unused", "lines": [], "used": [{"product": SYRINGE, "units": 90}]}).status_code == 201
    return ada


@pytest.fixture
def run(app):
    """Run a command of coverage; gives what it said."""

    def type_in(*words):
        result = app.test_cli_runner().invoke(args=["coverage", *map(str, words)])
        db.session.remove()
        assert result.exit_code == 0, result.output
        return result.output

    return type_in


def take_checkpoint():
    number = in_one_transaction(lambda session: checks.take_checkpoint(session, now=clock.now()))
    db.session.remove()
    return number


def reports(ledger, checkpoint):
    asked = replace(OCTOBER, checkpoint=checkpoint)
    found = in_one_snapshot(lambda session: issue.material(session, asked, by=OPERATOR, ledger=ledger, today=TODAY))
    db.session.remove()
    return {(ending, language): issue.written(found, ending, language=language) for ending in issue.ENDINGS for language in ("nb", "en")}


def recompute(folder):
    """Run the script that came with an export, away from the service: gives how it ended and what it said."""
    ended = subprocess.run([sys.executable, "-I", "-S", str(folder / "recompute.py"), str(folder)], cwd=folder.parent, capture_output=True, text=True, check=False, timeout=120)
    return ended.returncode, ended.stdout + ended.stderr


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_a_report_as_of_a_checkpoint_is_the_same_bytes_for_ever(stocked, ledger, person):
    then = take_checkpoint()
    before = reports(ledger, then)

    stocked.hand_out(9, SPRAY, place=BUS, on=DAY)
    stocked.hand_out(400, SYRINGE, place=CLINIC, on="2026-10-06")
    by = person("frida")
    new = NewEstimate(area="0301", year=2025, kind="pwid", low=1000, point=1500, high=2500, method="local study", source="Oslo kommune", confidence="high")
    in_one_transaction(lambda session: service.enter_estimate(session, new, by=by, now=clock.now()))
    db.session.remove()
    now = take_checkpoint()

    assert reports(ledger, then) == before
    assert not any(content == before[form] for form, content in reports(ledger, now).items())


def test_the_command_writes_a_report_by_the_ending_of_its_file(stocked, run, tmp_path):
    number = take_checkpoint()

    for ending, beginning in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", "\ufeffarea".encode()), ("json", b"{")):
        said = run("report", *FROM_TO, "--area", "03", "--as-of", number, "--out", tmp_path / f"r.{ending}")
        assert f"as of checkpoint {number}" in said
        assert (tmp_path / f"r.{ending}").read_bytes().startswith(beginning)


def test_a_report_without_a_checkpoint_takes_one(stocked, run, tmp_path):
    first, second = (run("report", *FROM_TO, "--area", "03", "--out", tmp_path / name) for name in ("a.csv", "b.csv"))

    assert (first.split()[-1], second.split()[-1]) == ("1.", "2.")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_a_stranger_recomputes_every_figure_of_an_export(stocked, run, tmp_path):
    run("export", *FROM_TO, "--out", tmp_path / "export")

    status, said = recompute(tmp_path / "export")

    count = len(rows((tmp_path / "export" / "figures.csv").read_bytes()))
    assert (status, said.split(",")[0]) == (0, f"In order: {count} figures recomputed")
    assert count > 3000


def test_a_year_with_published_totals_is_recomputed_too(stocked, run, tmp_path):
    run("export", "--from", "2019-01-01", "--to", "2019-12-31", "--out", tmp_path / "export")

    status, said = recompute(tmp_path / "export")

    assert status == 0, said
    assert any(row["origin"] == "published" for row in rows((tmp_path / "export" / "figures.csv").read_bytes()))


def test_whatever_is_changed_in_an_export_is_found(stocked, run, tmp_path, subtests):
    run("export", *FROM_TO, "--out", tmp_path / "export")
    changes = {
        "counted.csv": (f"{BUS};2026-10-01;{SYRINGE};syringe;to_people;unknown;700", f"{BUS};2026-10-01;{SYRINGE};syringe;to_people;unknown;701", "is told as"),
        "figures.csv": (";;low;", ";;high;", "level is told as high"),
        "reference.json": ('"point":8500', '"point":8600', "not the one the edition was made with"),
        "reporting.csv": (f"{BUS};2026-10-01;1;0", f"{BUS};2026-10-01;0;0", "FAILED"),
    }

    for name, (old, new, told) in changes.items():
        with subtests.test(file=name):
            path = tmp_path / "export" / name
            whole = path.read_text(encoding="utf-8-sig")
            assert old in whole
            path.write_text(whole.replace(old, new, 1), encoding="utf-8")
            status, said = recompute(tmp_path / "export")
            path.write_text(whole, encoding="utf-8")
            assert status == 1
            assert told in said


def test_the_export_as_a_zip_is_the_same_bytes_as_of_the_same_checkpoint(stocked, run, tmp_path):
    number = take_checkpoint()
    run("export", *FROM_TO, "--as-of", number, "--out", tmp_path / "a.zip")

    stocked.hand_out(9, SPRAY, place=BUS, on=DAY)
    run("export", *FROM_TO, "--as-of", number, "--out", tmp_path / "b.zip")

    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_open_data_shows_what_the_public_edition_shows_and_nothing_else(app, gro, dina, run, tmp_path):
    hand_out_all(gro)
    publish(app)
    run("pack", "--quarter", "2026Q3", "--language", "en", "--out", tmp_path / "a.zip")

    files = zipfile.ZipFile(tmp_path / "a.zip")
    cells = {(row["area"], row["period"]): row for row in rows(files.read("handed_out.csv")) if row["counted"] == "naloxone"}
    figures = {row["area"]: row for row in rows(files.read("figures.csv")) if (row["indicator"], row["origin"]) == ("naloxone_per_100000", "ledger")}

    assert sorted(files.namelist()) == ["SHA256SUMS", "dictionary.csv", "figures.csv", "handed_out.csv", "method.txt", "reported.csv"]
    assert (cells["3222", "2026-07"]["units"], cells["3222", "2026-07"]["hidden"]) == ("", "1")
    assert (cells["NO", "2026-Q3"]["units"], cells["NO", "2026-Q3"]["hidden"]) == ("280", "0")
    told = dina.get("/coverage", from_="2026-07-01", to="2026-09-30", within="municipalities", indicator="naloxone_per_100000").json["figures"]
    for figure in told:
        if figure["numerator"]["origin"] == "ledger" and figure["area"] != "4601":  # her own she sees whole
            units = figure["numerator"]["units"]
            assert figures[figure["area"]]["numerator"] == ("" if units is None else str(int(units))), figure["area"]


def test_open_data_has_sums_a_dictionary_for_every_column_and_never_changes(app, gro, run, tmp_path):
    hand_out_all(gro)
    publish(app)
    run("pack", "--quarter", "2026-Q3", "--out", tmp_path / "a.zip")
    assert gro.hand_out(5, SPRAY, place="asker-servicepoint", on="2026-09-25", lot="A1").status_code == 201
    publish(app)
    run("pack", "--quarter", "2026Q3", "--out", tmp_path / "b.zip")

    files = zipfile.ZipFile(tmp_path / "a.zip")
    files.extractall(tmp_path / "pack")
    summed = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=tmp_path / "pack", check=False)
    told = {(row["file"], row["column"]) for row in rows(files.read("dictionary.csv"))}

    assert summed.returncode == 0
    for name in ("handed_out.csv", "figures.csv", "reported.csv"):
        head = files.read(name).decode("utf-8-sig").splitlines()[0].split(";")
        assert {(name, column) for column in head} <= told
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_quarter_that_is_not_public_is_refused(app):
    result = app.test_cli_runner().invoke(args=["coverage", "pack", "--quarter", "2026Q3", "--out", "never.zip"])
    db.session.remove()

    assert result.exit_code == 1
    assert "The quarter is not public yet." in result.output


def listed(ledger, name, ending="csv"):
    content = in_one_snapshot(lambda session: lists.written(session, name, ending, OCTOBER, by=OPERATOR, ledger=ledger, today=TODAY))
    db.session.remove()
    return content


def test_the_european_table_has_outlets_by_region_in_thousands(stocked, ledger):
    take_checkpoint()

    found = {(row["Region code"], row["Type of outlet"]): row for row in rows(listed(ledger, "st10"))}

    bus = found["03", "Outreach or mobile unit"]
    assert (bus["Number of sites"], bus["Sites that reported"], bus["Syringes given out (thousands)"], bus["Used syringes returned (thousands)"]) == ("1", "1", "0.7", "0.09")
    silent = found["11", "Specialised agency, fixed site"]
    assert (silent["Sites that reported"], silent["Coverage of sites reporting (%)"], silent["Syringes given out (thousands)"]) == ("0", "0.0", "")
    whole = found["NO", "Specialised agency, fixed site"]
    assert float(whole["Syringes given out (thousands)"]) == 0.04
    assert "pharmacies sell is not counted" in whole["Comment"]


def test_the_worlds_indicator_has_the_country_its_providers_and_counties(stocked, ledger):
    take_checkpoint()

    found = rows(listed(ledger, "unaids"))

    assert (found[0]["level"], found[0]["provider"], found[0]["numerator"], found[0]["denominator"], found[0]["denominator_year"]) == ("national", "all", "740", "8500", "2019")
    assert float(found[0]["value"]) == pytest.approx(740 * 12 / 8500)
    providers = {row["provider"]: row["numerator"] for row in found if row["level"] == "national"}
    assert providers["Public services"] == "740"
    oslo = next(row for row in found if row["area_code"] == "03")
    assert (oslo["level"], oslo["numerator"]) == ("subnational", "700")
    assert oslo["denominator_method"].startswith("allocated by the model blended")
    assert next(row for row in found if row["area_code"] == "11")["numerator"] == ""


def test_data_values_are_as_dhis2_takes_them(stocked, ledger):
    """A data value has dataElement, period, orgUnit and value, all text, and no other than the documented members (DHIS2 developer guide, data value sets)."""
    take_checkpoint()

    found = json.loads(listed(ledger, "dhis2", "json"))

    assert set(found) <= {"dataSet", "completeDate", "period", "orgUnit", "attributeOptionCombo", "dataValues"}
    documented = {"dataElement", "period", "orgUnit", "categoryOptionCombo", "attributeOptionCombo", "value", "comment", "storedBy", "followup"}
    for value in found["dataValues"]:
        assert {"dataElement", "period", "orgUnit", "value"} <= set(value) <= documented
        assert all(isinstance(text, str) for text in value.values())
        assert value["period"] == "202610"
        assert int(value["value"]) >= 0
    told = {(value["orgUnit"], value["dataElement"]): value["value"] for value in found["dataValues"]}
    assert len(told) == len(found["dataValues"])
    assert told["NO-0301", "FORSYN_SYRINGES_HANDED_OUT"] == "700"
    assert told["NO-4601", "FORSYN_SYRINGES_HANDED_OUT"] == "40"
    assert not any(unit == "NO-1103" for unit, _ in told), "nothing is reported there, which is not nought"
