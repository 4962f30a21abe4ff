"""What tells of a person is kept out: a note with a national identity number is refused, and the number is not repeated."""

import pytest

from tests.api.acts import PLACE, bodies, changed, names, problem

NUMBERS = {
    "birth number": "01017050040",
    "D-number": "41017050034",
    "H-number": "01417050023",
    "synthetic, month and eighty": "01817050006",
    "synthetic, month and sixty-five": "01667050150",
    "synthetic D-number": "41817050180",
}


@pytest.mark.parametrize("kind", NUMBERS)
def test_a_national_identity_number_in_a_note_is_refused_and_not_repeated(stocked, rows, subtests, kind):
    number = NUMBERS[kind]
    before = rows()

    for act, body in bodies().items():
        path = ("postings", 0, "body", "note") if act == "postings/batch" else ("note",)
        for note in (number, f"gitt til {number}.", f"{number[:6]} {number[6:]}", f"a\n{number[:6]}-{number[6:]}\nb"):
            with subtests.test(act=act, note=note):
                answer = stocked.post(f"/{act}", changed(body, path, note))
                assert names(problem(answer, 422, "values-are-wrong"), path)
                assert number not in answer.text.replace(" ", "").replace("-", "")

    assert rows() == before


def test_eleven_digits_that_are_no_identity_number_may_stand_in_a_note(stocked):
    answer = stocked.post("/handouts", bodies()["handouts"] | {"note": "følgeseddel 01017050041, palle 21118890344"})

    assert answer.status_code == 201
    assert stocked.get(f"/journals/{PLACE}/{answer.json['number']}").status_code == 200


def test_a_note_may_have_lines_and_any_letters(stocked):
    answer = stocked.post("/handouts", bodies()["handouts"] | {"note": "linje 1\n\tlinje 2: Đđ Ŋŋ Šš 🧃"})

    assert answer.status_code == 201


def test_an_answer_holds_no_name_and_no_note(stocked):
    answer = stocked.post("/handouts", bodies()["handouts"] | {"note": "bare for oss"})

    assert "bare for oss" not in answer.text
    assert "Birk" not in answer.text
    assert answer.json["recorded_by"].startswith("S")
