"""`flask reference load`: all or nothing, every bad row named, twice is once; and what the real files say."""

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from supply.db import Base, db
from supply.reference import queries, rules
from supply.reference.files import FILES
from supply.reference.models import KitPart, Membership, Municipality, Pack, Place, Product
from supply.settings import ROOT
from tests.conftest import DAY

REAL = ROOT / "config" / "reference"
TABLES = [file.table.name for file in FILES]


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the real files, to be changed."""
    return Path(shutil.copytree(REAL, tmp_path / "reference"))


@pytest.fixture
def load(app):
    """Run the command on a folder; gives what it said, and whether it succeeded."""

    def run(folder: Path, *options: str):
        result = app.test_cli_runner().invoke(args=["reference", "load", str(folder), *options])
        db.session.rollback()
        return result

    return run


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Give all rows of the reference tables."""
    db.session.rollback()
    return {name: sorted((tuple(row) for row in db.session.execute(select(Base.metadata.tables[name]))), key=repr) for name in TABLES}


def edit(folder: Path, name: str, change) -> None:
    """Change a file's text."""
    path = folder / name
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def add(folder: Path, name: str, values: dict[str, str]) -> int:
    """Put a row at the end of a file; gives its line."""
    path = folder / name
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, header).writerow(values)
    return len(path.read_text(encoding="utf-8").splitlines())


NEW_PLACE = {
    "code": "new-place",
    "name": "Nytt sted",
    "kind": "service_point",
    "municipality": "0301",
    "owner": "0301",
    "served_by": "osl-depot",
    "opened_on": "2026-01-01",
    "example": "true",
    "source": "a test",
}
NEW_PACK = {"gtin": "07038010000010", "product": "naloxone-nyxoid", "units": "10", "level": "case", "source": "a test"}


def test_loading_what_is_there_changes_nothing(load):
    before = everything()

    said = load(REAL)

    assert said.exit_code == 0
    assert all("0 new, 0 changed, 0 " in line for line in said.output.splitlines())
    assert everything() == before


def test_what_is_new_changed_and_gone_is_said(load, folder):
    add(folder, "places.csv", NEW_PLACE)
    edit(folder, "places.csv", lambda text: text.replace("Utdelingssted Drammen (eksempel)", "Utdelingssted Drammen sentrum"))
    edit(folder, "estimates.csv", lambda text: "\n".join(text.splitlines()[:-1]) + "\n")

    said = load(folder)

    assert said.exit_code == 0, said.output
    assert "places.csv: 1 new, 1 changed, 0 kept though gone" in said.output
    assert "estimates.csv: 0 new, 0 changed, 1 gone" in said.output
    new = db.session.scalar(select(Place).where(Place.code == "new-place"))
    depot = db.session.scalar(select(Place).where(Place.code == "osl-depot"))
    assert (new.name, new.served_by_id) == ("Nytt sted", depot.id)
    assert db.session.scalar(select(Place.name).where(Place.code == "drammen-servicepoint")) == "Utdelingssted Drammen sentrum"


def test_loading_twice_is_loading_once(load, folder):
    add(folder, "places.csv", NEW_PLACE)
    add(folder, "packs.csv", NEW_PACK)
    load(folder)
    before = everything()

    said = load(folder)

    assert all("0 new, 0 changed, 0 " in line for line in said.output.splitlines())
    assert everything() == before


def test_a_place_that_changes_name_and_depot_is_one_change(load, folder):
    edit(folder, "places.csv", lambda text: text.replace("Utdelingssted Drammen (eksempel),service_point,3301,3301,bus-depot", "Drammen,service_point,3301,3301,osl-depot"))

    said = load(folder)

    assert "places.csv: 0 new, 1 changed" in said.output
    assert "places.csv: 0 new, 0 changed" in load(folder).output


def test_a_dry_run_says_the_same_and_changes_nothing(load, folder):
    add(folder, "places.csv", NEW_PLACE)
    before = everything()

    said = load(folder, "--dry-run")

    assert said.exit_code == 0
    assert said.output.startswith("Dry run: nothing was changed.\n")
    assert "places.csv: 1 new" in said.output
    assert everything() == before


def test_places_and_products_that_are_gone_are_kept(load, folder):
    edit(folder, "places.csv", lambda text: "\n".join(line for line in text.splitlines() if not line.startswith("lier-servicepoint,")) + "\n")
    edit(folder, "products.csv", lambda text: "\n".join(line for line in text.splitlines() if not line.startswith("foil,")) + "\n")

    said = load(folder)

    assert "places.csv: 0 new, 0 changed, 1 kept though gone" in said.output
    assert "products.csv: 0 new, 0 changed, 1 kept though gone" in said.output
    assert db.session.scalar(select(func.count()).select_from(Place).where(Place.code == "lier-servicepoint")) == 1
    assert db.session.scalar(select(func.count()).select_from(Product).where(Product.code == "foil")) == 1


def test_the_virtual_places_are_left_alone(load, folder):
    edit(folder, "places.csv", lambda text: text.splitlines()[0] + "\n" + "\n".join(line for line in text.splitlines()[1:] if ",depot," in line) + "\n")

    assert load(folder).exit_code == 0
    assert db.session.scalar(select(func.count()).select_from(Place).where(Place.kind == "virtual")) == 6


BAD_ROWS = [
    ("places.csv", NEW_PLACE | {"kind": "palace"}, "kind is none of depot, pharmacy"),
    ("places.csv", NEW_PLACE | {"kind": "virtual"}, "kind is none of depot, pharmacy"),
    ("places.csv", NEW_PLACE | {"code": "people"}, "code is the service's own"),
    ("places.csv", NEW_PLACE | {"code": ""}, "code is empty"),
    ("places.csv", NEW_PLACE | {"code": "osl-depot"}, "code stands twice"),
    ("places.csv", NEW_PLACE | {"code": "x" * 61}, "code is longer than 60 characters"),
    ("places.csv", NEW_PLACE | {"served_by": "nowhere"}, "served_by nowhere: no such code"),
    ("places.csv", NEW_PLACE | {"opened_on": "2026-02-30"}, "opened_on is not a day that exists"),
    ("places.csv", NEW_PLACE | {"opened_on": "20260101"}, "opened_on is not a day that exists"),
    ("places.csv", NEW_PLACE | {"opened_on": "2026-W01-1"}, "opened_on is not a day that exists"),
    ("places.csv", NEW_PLACE | {"example": "yes"}, "example is neither true nor false"),
    ("places.csv", NEW_PLACE | {"source": ""}, "source is empty"),
    ("places.csv", NEW_PLACE | {"name": "a\tb"}, "name holds a control character"),
    ("packs.csv", NEW_PACK | {"gtin": "07038010000011"}, "gtin has a wrong check digit"),
    ("packs.csv", NEW_PACK | {"gtin": "7038010000010"}, "gtin is not 14 digits"),
    ("packs.csv", NEW_PACK | {"product": "no-such"}, "product no-such: no such code"),
    ("packs.csv", NEW_PACK | {"units": "0"}, "units is not at least 1"),
    ("packs.csv", NEW_PACK | {"units": "-1"}, "units is not a whole number"),
    ("packs.csv", NEW_PACK | {"units": "1.0"}, "units is not a whole number"),
    ("packs.csv", NEW_PACK | {"units": "1 000"}, "units is not a whole number"),
    ("packs.csv", NEW_PACK | {"units": "99999999999"}, "units is too large"),
    ("kits.csv", {"kit": "kit-full", "version": "2", "part": "no-such", "units": "1", "from": "2026-01-01", "source": "a test"}, "part no-such: no such code"),
    ("kits.csv", {"kit": "kit-full", "version": "2", "part": "kit-full", "units": "1", "from": "2026-01-01", "source": "a test"}, "part kit-full: is a kit itself; name its parts"),
    ("points.csv", {"number": "9999", "latitude": "nan", "longitude": "1", "east_km": "1", "north_km": "1", "source": "a test"}, "latitude is not a decimal number"),
    ("points.csv", {"number": "9999", "latitude": "59,9", "longitude": "1", "east_km": "1", "north_km": "1", "source": "a test"}, "latitude is not a decimal number"),
    ("points.csv", {"number": "9999", "latitude": "1_0", "longitude": "1e3", "east_km": "inf", "north_km": "1", "source": "a test"}, "east_km is not a decimal number"),
    ("memberships.csv", {"municipality": "0301", "programme": "knitting", "from": "2026-01-01", "source": "a test"}, "programme is none of"),
    ("municipality_changes.csv", {"date": "2026-01-01", "old": "0301", "new": "0302", "kind": "vanish", "source": "a test"}, "kind is none of"),
]


def test_every_bad_row_is_named_by_file_and_line_and_nothing_is_loaded(load, folder, subtests):
    add(folder, "places.csv", NEW_PLACE | {"code": "a-good-one"})
    lines = [(name, add(folder, name, values), why) for name, values, why in BAD_ROWS]
    before = everything()

    said = load(folder)

    assert said.exit_code == 1
    assert "Nothing was changed." in said.output
    assert "Traceback" not in said.output
    for name, line, why in lines:
        with subtests.test(name=name, why=why):
            assert f"{name}, line {line}: {why}" in said.output
    assert everything() == before


def test_a_row_after_a_bad_or_blank_one_is_named_by_its_own_line(load, folder):
    edit(folder, "packs.csv", lambda text: text + "\n\n")
    add(folder, "packs.csv", NEW_PACK | {"units": "none"})
    line = add(folder, "packs.csv", NEW_PACK | {"product": "no-such"})

    said = load(folder)

    assert f"packs.csv, line {line}: product no-such" in said.output
    assert f"packs.csv, line {line - 1}: units" in said.output


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda path: path.unlink(), "packs.csv, line 1: the file is missing"),
        (lambda path: path.write_bytes("gtin,product,units,level,item_number,source\næ".encode("latin-1")), "packs.csv, line 1: the file is not UTF-8"),
        (lambda path: path.write_text(""), "packs.csv, line 1: gtin is missing"),
        (lambda path: path.write_text("gtin,product,units,level,source\n"), "packs.csv, line 1: item_number is missing"),
        (lambda path: path.write_text("gtin,product,units,level,item_number,source,colour\n"), "packs.csv, line 1: colour is not known"),
        (lambda path: path.write_text("gtin,product,units,units,level,item_number,source\n"), "packs.csv, line 1: units stands twice"),
        (lambda path: path.write_text("gtin;product;units;level;item_number;source\n"), "packs.csv, line 1: gtin is missing"),
        (lambda path: path.write_text("gtin,product,units,level,item_number,source\n1,2,3\n"), "packs.csv, line 2: it has 3 values, and there are 6 columns"),
        (lambda path: path.write_text("gtin,product,units,level,item_number,source\n1,2,3,4,5,6,7\n"), "packs.csv, line 2: it has 7 values, and there are 6 columns"),
        (lambda path: path.write_text('gtin,product,units,level,item_number,source\n"07038010000010,naloxone-nyxoid\n'), "packs.csv, line 2: unexpected end of data"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(load, folder, change, why):
    change(folder / "packs.csv")
    before = everything()

    said = load(folder)

    assert said.exit_code == 1
    assert why in said.output
    assert everything() == before


def test_a_folder_that_is_not_there_is_refused(load, tmp_path):
    assert load(tmp_path / "nowhere").exit_code == 2


# The real files.


def test_norway_has_357_municipalities_and_15_counties(session):
    is_open = (Municipality.valid_from <= DAY.isoformat()) & (Municipality.valid_to.is_(None) | (Municipality.valid_to > DAY))
    rows = session.execute(select(Municipality.number, Municipality.county).where(is_open)).all()

    assert len(rows) == len({number for number, _ in rows}) == 357
    assert len({county for _, county in rows}) == 15


def test_the_network_has_36_members_two_of_them_unconfirmed(session):
    members = session.execute(select(Membership.municipality, Membership.confidence).where(Membership.programme == "network", Membership.ends_on.is_(None))).all()

    assert len({municipality for municipality, _ in members}) == 36
    assert Counter(confidence == "unconfirmed" for _, confidence in members)[True] == 2


def test_a_pack_of_nasal_spray_has_two_units(session):
    assert dict(session.execute(select(Product.code, Pack.units).join(Pack, Pack.product_id == Product.id)).all()) == {"naloxone-nyxoid": 2, "naloxone-ventizolve": 2}


def test_a_full_kit_has_its_five_parts(session):
    parts = session.execute(select(Product.code, KitPart.units).join(KitPart, KitPart.part_id == Product.id)).all()

    assert sorted(parts) == [("acid", 1), ("cooker", 1), ("filter", 1), ("swab", 1), ("syringe-1ml-29g", 1)]


def test_every_county_of_2024_has_one_depot(session):
    is_open = (Municipality.valid_from <= DAY.isoformat()) & (Municipality.valid_to.is_(None) | (Municipality.valid_to > DAY))
    depots = session.execute(select(Municipality.county, Place.code).join(Place, Place.municipality == Municipality.number).where(Place.kind == "depot", is_open)).all()
    counties = set(session.scalars(select(Municipality.county).where(is_open)))

    assert Counter(county for county, _ in depots) == dict.fromkeys(counties, 1)


def test_every_municipality_of_the_network_has_somewhere_to_hand_out(session):
    became = rules.what_became(queries.changes(session), today=DAY)
    members = set(session.scalars(select(Membership.municipality).where(Membership.programme == "network", Membership.ends_on.is_(None))))
    points = set(session.scalars(select(Place.municipality).where(Place.kind == "service_point")))

    now = {became.get(number, number) for number in members}

    assert len(now) > 30
    assert now - points == {None}, "Ålesund was split, and nobody says which of the two it is now"


def test_every_place_but_a_depot_is_served_by_a_depot(session):
    depots = set(session.scalars(select(Place.id).where(Place.kind == "depot")))

    assert all(place.served_by_id in depots for place in session.scalars(select(Place).where(Place.kind.not_in(["depot", "virtual"]))))


def test_every_number_that_is_named_is_a_municipality_of_its_time(session):
    numbers = set(session.scalars(select(Municipality.number)))

    assert set(session.scalars(select(Place.municipality).where(Place.municipality.is_not(None)))) <= numbers
    assert set(session.scalars(select(Membership.municipality))) <= numbers


def test_every_row_has_a_source(session, subtests):
    for file in FILES:
        with subtests.test(file=file.name):
            rows = session.scalar(select(func.count()).select_from(file.table))
            assert rows > 0
            assert session.scalar(select(func.count()).select_from(file.table).where(func.coalesce(file.table.c.source, "") == "")) == (6 if file.name == "places.csv" else 0)


def test_what_is_made_up_is_marked_as_an_example(session):
    for place in session.scalars(select(Place).where(Place.kind != "virtual")):
        assert place.example
        assert "eksempel" in place.name
        assert place.email is None or place.email.endswith("@example.no")


def test_files_of_before_prices_and_witnesses_load_and_say_neither(load, folder):
    path = folder / "products.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [name for name in rows[0] if name not in {"unit_price_ore", "price_source", "witness_on_disposal"}], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)

    said = load(folder)

    assert "products.csv: 0 new, 2 changed" in said.output
    assert {(row.unit_price_ore, row.price_source, row.witness_on_disposal) for row in db.session.scalars(select(Product))} == {(None, None, False)}


def test_the_real_products_have_no_price_and_naloxone_asks_for_a_witness(app):
    products = list(db.session.scalars(select(Product)))

    assert {product.group for product in products if product.witness_on_disposal} == {"naloxone"}
    assert {(product.unit_price_ore, product.price_source) for product in products} == {(None, None)}


@pytest.mark.parametrize(
    ("ending", "column", "why"),
    [
        ("25000,,", "price_source", "is empty: a price has its source beside it, or there is neither"),
        (",a price list of 2026,", "unit_price_ore", "is empty: a price has its source beside it, or there is neither"),
        ("0,a price list of 2026,", "unit_price_ore", "is not at least 1"),
        ("250.00,a price list of 2026,", "unit_price_ore", "is not a whole number"),
        (",,yes", "witness_on_disposal", "is neither true nor false"),
    ],
)
def test_a_price_has_its_source_beside_it_and_is_whole_ore(load, folder, ending, column, why):
    edit(folder, "products.csv", lambda text: "\n".join(line.removesuffix(",,,false") + "," + ending if line.startswith("foil,") else line for line in text.splitlines()) + "\n")

    said = load(folder)

    assert said.exit_code == 1
    assert f"products.csv, line 17: {column} {why}" in said.output


def test_a_price_with_its_source_is_taken(load, folder):
    edit(folder, "products.csv", lambda text: "\n".join(line.removesuffix(",,,false") + ",250,a price list of 2026,true" if line.startswith("foil,") else line for line in text.splitlines()) + "\n")

    assert load(folder).exit_code == 0

    foil = db.session.scalar(select(Product).where(Product.code == "foil"))
    assert (foil.unit_price_ore, foil.price_source, foil.witness_on_disposal) == (250, "a price list of 2026", True)
