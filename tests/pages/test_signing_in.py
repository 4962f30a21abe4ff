"""Who comes in, and where the door leads."""

import pytest


def test_whoever_is_not_signed_in_is_led_to_the_door_and_back_again(reader):
    nobody = reader(None)

    answer = nobody.get("/places/osl-depot")
    page = nobody.send(nobody.open(answer.headers["Location"]), "/sign-in", email="alma@example.no", password="et-langt-passord")

    assert answer.status_code == 302
    assert page.location == "/places/osl-depot"


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(reader):
    nobody = reader(None)

    wrong = nobody.send(nobody.open("/sign-in"), "/sign-in", email="alma@example.no", password="feil")
    unknown = nobody.send(nobody.open("/sign-in"), "/sign-in", email="nobody@example.no", password="feil")

    assert wrong.status == unknown.status == 403
    assert wrong.wrong == unknown.wrong
    assert "email" in wrong.wrong


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "/\tevil"])
def test_the_door_never_leads_to_another_host(reader, elsewhere):
    nobody = reader(None)

    page = nobody.send(nobody.open("/sign-in"), "/sign-in", email="alma@example.no", password="et-langt-passord", next=elsewhere)

    assert page.location == "/"


def test_signing_out_ends_the_session_at_once_also_for_a_copied_cookie(reader):
    alma = reader()
    copied = alma.client.get_cookie("forsyn_session").value

    alma.send(alma.open("/"), "/sign-out")
    alma.client.set_cookie("forsyn_session", copied)

    assert alma.get("/").status_code == 302


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(reader):
    nobody = reader(None)
    form = nobody.open("/sign-in").form("/sign-in")

    answer = nobody.client.post("/sign-in", data=form | {"email": "alma@example.no", "password": "et-langt-passord"})

    cookie = next(text for text in answer.headers.getlist("Set-Cookie") if text.startswith("forsyn_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_form_without_its_token_records_nothing(reader):
    alma = reader()
    form = alma.open("/places/osl-depot/handouts/new").form("/places/osl-depot/handouts/new")

    answer = alma.client.post("/places/osl-depot/handouts/new", data=form | {"csrf_token": "", "unmet-0-product": "foil", "unmet-0-units": "1", "do": "unmet"})

    assert answer.status_code == 400
    assert "Nothing has been recorded here yet." in alma.open("/places/osl-depot/journal").text


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_language_that_was_chosen_is_the_pages_language(reader, language):
    alma = reader(language="en" if language != "en" else "nb")

    page = alma.follow(alma.send(alma.open("/"), "/language", language=language))

    assert f'<html lang="{language}"' in page.html
