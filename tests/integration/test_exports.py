"""The ledger leaves as a file, and a script that knows nothing of the service proves it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from inventory import standalone
from supply.db import db
from supply.settings import ROOT


@pytest.fixture
def command(app: Flask):
    def run(*words: object):
        result = app.test_cli_runner().invoke(args=["inventory", *map(str, words)])
        db.session.rollback()
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


@pytest.fixture
def exported(alma, command, tmp_path: Path) -> Path:
    """An export of a ledger with a note, a tally and a correction, and the checkpoint beside it."""
    alma.receive(units=100)
    alma.post(
        "/handouts", {"place": "osl-depot", "occurred_on": "2026-11-20", "note": "Åpent hus ☃", "lines": [{"product": "naloxone-nyxoid", "units": 2}], "unmet": [{"product": "cooker", "units": 3}]}
    )
    alma.post("/corrections", {"journal": "osl-depot", "number": 2, "reason": "mistyped"})
    command("checkpoint", "--out", tmp_path / "checkpoint.json")
    alma.receive(units=5)
    command("export", tmp_path / "ledger.jsonl")
    return tmp_path / "ledger.jsonl"


def test_an_export_is_verified_without_the_service(exported: Path):
    words = [sys.executable, "-I", "-S", str(ROOT / "inventory" / "standalone.py"), str(exported), "--checkpoint", str(exported.parent / "checkpoint.json")]

    said = subprocess.run(words, capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("In order: 1 journals, 4 postings, 4 moves, 1 notes;")
    assert "Checkpoints met: 1 in the export, 1 kept elsewhere." in said.stdout


def test_counts_and_kits_leave_with_the_export_and_are_verified_without_the_service(alma, command, tmp_path: Path):
    act = {"place": "osl-depot", "occurred_on": "2026-11-20"}
    parts = [{"product": part, "units": 9} | ({} if part == "cooker" else {"lot": "P1", "expires_on": "2028-01-31"}) for part in ("syringe-1ml-29g", "cooker", "swab", "acid", "filter")]
    alma.post("/receipts", act | {"lines": parts})
    lot = alma.post("/assemblies", act | {"kit": "kit-full", "units": 4}).json["moves"][-1]["lot"]["number"]
    alma.post("/unpackings", act | {"kit": "kit-full", "lot": lot, "units": 1})
    alma.post("/counts", act | {"lines": [{"product": "acid", "lot": "P1", "units": 5}, {"product": "swab", "lot": "P1", "units": 6, "reason": "stolen"}]})
    command("export", tmp_path / "ledger.jsonl")

    said = subprocess.run([sys.executable, "-I", "-S", str(ROOT / "inventory" / "standalone.py"), str(tmp_path / "ledger.jsonl")], capture_output=True, text=True, check=False)

    last = json.loads((tmp_path / "ledger.jsonl").read_text(encoding="utf-8").splitlines()[-1])["sealed"]
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("In order: 1 journals, 4 postings, 18 moves, 0 notes;")
    assert last["lines"] == [["acid", "P1", "2028-01-31", "osl-depot", "lost", 1, None, None], ["acid", "P1", 6, 5], ["swab", "P1", 6, 6]]


def test_any_changed_byte_of_a_posting_is_found(exported: Path, tmp_path: Path):
    content = exported.read_bytes()
    start = content.index(b"\n") + 1
    forged = tmp_path / "forged.jsonl"
    unnoticed = []

    for place in range(start, len(content), 7):
        forged.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        if standalone.main([str(forged)]) == 0:
            unnoticed.append(content[place - 20 : place + 20])

    assert unnoticed == []


def test_a_posting_left_out_is_found(exported: Path, tmp_path: Path, capsys):
    lines = exported.read_text(encoding="utf-8").splitlines(keepends=True)

    for gone, said in ((2, "number 2 is missing"), (4, "holds 3 postings")):
        (tmp_path / "short.jsonl").write_text("".join(lines[:gone] + lines[gone + 1 :]), encoding="utf-8")
        assert standalone.main([str(tmp_path / "short.jsonl")]) == 1
        assert said in capsys.readouterr().err


def test_a_ledger_sealed_anew_is_found_by_the_checkpoint_that_was_kept(exported: Path, tmp_path: Path, capsys):
    header, *postings = (json.loads(line) for line in exported.read_text(encoding="utf-8").splitlines())
    postings[0]["sealed"]["lines"][0][5] = 90
    previous = standalone.NOTHING
    for posting in postings:
        posting["sealed"]["previous"] = previous
        previous = posting["digest"] = standalone.seal(posting["sealed"])
    header["journals"]["osl-depot"]["digest"] = previous
    header["checkpoints"] = []
    forged = tmp_path / "forged.jsonl"
    forged.write_text("".join(json.dumps(line) + "\n" for line in (header, *postings)), encoding="utf-8")

    assert standalone.main([str(forged)]) == 0
    assert standalone.main([str(forged), "--checkpoint", str(exported.parent / "checkpoint.json")]) == 1
    assert "osl-depot number 3 has another seal than it had" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "\n", "[]\n", '{"format": "other"}\n', "{}\n{}\n", "\x00"])
def test_what_is_no_export_is_refused_with_a_sentence(content: str, tmp_path: Path, capsys):
    (tmp_path / "odd.jsonl").write_text(content, encoding="utf-8")

    assert standalone.main([str(tmp_path / "odd.jsonl")]) == 1
    assert capsys.readouterr().err.startswith("FAILED: line 1")
