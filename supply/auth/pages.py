"""Sign in and out, and choose a language."""

from flask import Blueprint, Response, current_app, g, make_response, redirect, render_template, request, session
from sqlalchemy.orm import Session

from supply import clock
from supply.asking import cookie_name, find_person
from supply.auth import service
from supply.auth.errors import WrongNameOrPassword
from supply.db import in_one_transaction, reading
from supply.forms import Form
from supply.pages import LANGUAGES, YEAR, same_site
from supply.web import may, problem_of

pages = Blueprint("auth", __name__)
EMAIL_LENGTH_MAX = 254
PASSWORD_LENGTH_MAX = 1000  # hashing longer ones would only cost us time


@pages.get("/sign-in")
@may("anyone")
def sign_in() -> Response:
    """Ask for address and password."""
    next_path = same_site(request.args.get("next"))
    if find_person() is not None:
        return redirect(next_path, 303)  # type: ignore[return-value]  # werkzeug's response is Flask's here
    return make_response(render_template("auth/sign_in.html", form=Form(values={"next": next_path})))


@pages.post("/sign-in")
@may("anyone")
def open_session() -> Response:
    """Sign a person in, or say that address or password is wrong."""
    email, password = request.form.get("email", "").replace("\x00", "")[:EMAIL_LENGTH_MAX], request.form.get("password", "")[:PASSWORD_LENGTH_MAX]
    hours = current_app.extensions["settings"].session_hours
    before = request.cookies.get(cookie_name(), "")

    try:
        account = service.recognise(reading(), email=email, password=password)
    except WrongNameOrPassword as refusal:
        return _refused(refusal, email)
    own_language = account.language

    def work(database: Session) -> str:
        if before:
            service.sign_out(database, before)
        return service.open_session(database, account, now=clock.now(), hours=hours)

    token = in_one_transaction(work)
    session.clear()
    response = make_response(redirect(same_site(request.form.get("next")), 303))
    response.set_cookie(cookie_name(), token, max_age=hours * 3600, httponly=True, samesite="Lax", secure=request.is_secure, path="/")
    if "language" not in request.cookies:
        _remember_language(response, own_language)
    return response


@pages.post("/sign-out")
@may("anyone")
def sign_out() -> Response:
    """End the session, here and at once."""
    token = request.cookies.get(cookie_name(), "")
    person = find_person()

    def work(database: Session) -> None:
        service.sign_out(database, token)
        if person is not None:
            service.log(database, account_id=person.account_id, act="sign out", outcome="done", now=clock.now())

    if token:
        in_one_transaction(work)
    session.clear()
    response = make_response(redirect("/sign-in", 303))
    response.delete_cookie(cookie_name(), path="/", secure=request.is_secure, httponly=True, samesite="Lax")
    return response


@pages.post("/language")
@may("anyone")
def language() -> Response:
    """Read on in another language."""
    response = make_response(redirect(same_site(request.form.get("next")), 303))
    if (chosen := request.form.get("language", "")) in dict(LANGUAGES):
        _remember_language(response, chosen)
    return response


def _refused(refusal: WrongNameOrPassword, email: str) -> Response:
    in_one_transaction(lambda database: service.log(database, account_id=None, act="sign in", outcome="refused", now=clock.now(), subject=request.remote_addr))
    g.person = None
    problem = problem_of(refusal)
    form = Form(values={"email": email, "next": same_site(request.form.get("next"))}).refused({"email": [problem["detail"]]}, problem)
    return make_response(render_template("auth/sign_in.html", form=form), refusal.status)


def _remember_language(response: Response, chosen: str) -> None:
    response.set_cookie("language", chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure, path="/")
