"""The mail server may be away, refuse, or be silent; whoever sends may be killed or be eight: every letter is sent, once."""

import os
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from aiosmtpd.smtp import AuthResult
from sqlalchemy import func, select

from supply import clock, mail
from supply.addresses import is_address
from supply.db import db, in_one_transaction
from supply.mail import Draft, Later, Sent, message_of
from supply.notices import jobs, service
from supply.notices.models import Letter, Notice, RefusingAddress, Told
from supply.notices.service import sending
from supply.notices.service.writing import House
from supply.reference import queries as reference
from supply.settings import ROOT
from tests.integration.at_once import all_at_once
from tests.integration.ordering import refused, submitted
from tests.notices.conftest import CRITICAL, ROUTINE, URGENT, rows

NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
STATE = (Letter.sent_at.is_not(None), Letter.ended_because, Letter.tries)


@pytest.fixture
def traveller():
    """Let time pass."""
    with time_machine.travel(NOON, tick=False) as found:
        yield found


def letters():
    """Give of each letter whether it is sent, why it ended, how often it was tried."""
    return [tuple(row) for row in rows(*STATE)]


def test_a_dead_mail_server_loses_nothing_and_what_it_missed_is_sent_once(traveller, post_house, box, queue, do):
    queue(what="survives")
    do("digest")

    post_house.close()
    assert "ConnectionRefusedError" in do("post")["problem"]
    traveller.shift(timedelta(minutes=2))
    post_house.open()
    box.rcpt["*"] = "451 4.3.0 come back later"
    do("post")
    traveller.shift(timedelta(minutes=3))
    box.rcpt.clear()
    box.data = "452 4.3.1 no room"
    do("post")
    traveller.shift(timedelta(minutes=5))
    box.data, box.silent = "250 OK", True
    assert "timed out" in do("post")["problem"]
    assert (box.taken, letters()) == ([], [(False, None, 4)])
    traveller.shift(timedelta(minutes=9))
    box.silent = False

    assert do("post") == {"sent": 1, "waiting": 0}
    do("post", "digest", "post")

    (letter,) = box.to("alma")
    assert "Once survives" in letter.get_body(("plain",)).get_content()
    assert letters() == [(True, None, 5)]


def test_one_who_is_put_off_keeps_nobody_else_waiting(traveller, box, queue, do):
    box.rcpt["birk@example.no"] = "451 4.7.1 greylisted"
    for place in ("osl-depot", "oslo-outreach", "bergen-servicepoint"):
        queue(at=place)

    do("digest", "post")
    assert sorted(address for address, _ in box.taken) == ["alma@example.no", "dina@example.no"]
    box.rcpt.clear()
    traveller.shift(timedelta(minutes=1))
    do("post", "post")

    assert len(box.to("birk")) == 1
    assert len(box.taken) == 3


def test_a_letter_is_tried_for_five_days_and_then_shown_and_may_be_tried_again(traveller, box, queue, do, reader):
    box.rcpt["*"] = "451 4.3.0 come back <later>"
    queue()
    do("digest")
    while clock.now() < NOON + timedelta(days=5):
        do("post")
        assert letters()[0][1] is None, clock.now()
        traveller.shift(timedelta(hours=2))

    do("post")
    traveller.shift(timedelta(hours=3))
    do("post")
    ((sent, ended, tries),) = letters()
    assert (sent, ended) == (False, "failed")
    assert 20 < tries < 60
    frida = reader("frida")
    page = frida.open("/addresses")
    assert "451 4.3.0 come back <later>" in page.text
    assert "Alma Depot" in page.text
    box.rcpt.clear()
    number = rows(Letter.id)[0][0]
    assert frida.follow(frida.send(page, f"/addresses/letters/{number}")).status == 200
    do("post", "post")

    assert len(box.to("alma")) == 1


# Addresses that refuse.


def test_an_address_that_refuses_is_shown_to_the_administrator_and_written_to_no_more(traveller, box, queue, do, reader):
    box.rcpt["alma@example.no"] = "550 5.1.1 no such <user> here"
    queue(what="first")
    do("digest", "post")
    assert letters() == [(False, "refused", 1)]
    box.rcpt.clear()
    traveller.shift(timedelta(days=1))
    queue(CRITICAL, what="second")
    do("letters", "digest", "post")

    assert box.to("alma") == []
    assert "alma@example.no" in reader("frida").open("/addresses").text
    assert "550 5.1.1 no such <user> here" in reader("frida").open("/addresses").text
    inbox = reader("alma").open("/notices")
    assert "Once first" in inbox.text
    assert "Now second" in inbox.text
    assert "Mail to alma@example.no was refused" in reader("alma").open("/me/notices").text


def test_a_cleared_address_is_sent_what_was_refused_and_what_comes(traveller, box, queue, do, reader):
    box.rcpt["alma@example.no"] = "550 5.1.1 no such user here"
    queue(what="first")
    do("digest", "post")
    box.rcpt.clear()
    frida = reader("frida")

    assert frida.follow(frida.send(frida.open("/addresses"), "/addresses/clear")).status == 200
    do("post", "post")

    (letter,) = box.to("alma")
    assert "Once first" in letter.get_body(("plain",)).get_content()
    assert rows(RefusingAddress.address) == []


def test_another_address_of_the_same_person_is_sent_what_the_first_refused(traveller, box, queue, do, change):
    box.rcpt["alma@example.no"] = "553 5.1.3 moved"
    queue()
    do("digest", "post")
    change("alma", email="alma.new@example.no")

    do("post", "post")

    assert [address for address, _ in box.taken] == ["alma.new@example.no"]
    assert rows(Letter.sent_to) == [("alma.new@example.no",)]


# Who sends.


def test_no_transaction_is_open_while_the_mail_server_is_talked_to(traveller, box, queue, do, monkeypatch):
    seen = []
    send = mail.PostOffice.send

    def look(self, draft):
        seen.append(db.session().in_transaction())
        return send(self, draft)

    monkeypatch.setattr(mail.PostOffice, "send", look)
    queue()

    do("digest", "post")

    assert seen == [False]


def test_eight_who_send_at_once_send_each_letter_once(app, box, queue, do, run_of):
    for place in ("osl-depot", "oslo-outreach", "bergen-servicepoint"):
        for nth in range(3):
            queue(CRITICAL, at=place, what=f"{place} {nth}")
            do("letters")
    many = len(letters())

    def work():
        with app.app_context():
            return jobs.post(run_of("post"))["sent"]

    sent = all_at_once(*[work] * 8)

    assert sum(sent) == many == len(box.taken) == 18
    assert set(Counter(message["Message-ID"] for _, message in box.taken).values()) == {1}
    assert set(letters()) == {(True, None, 1)}


@pytest.mark.parametrize("write", ["tell", "write_letters", "write_digests"])
def test_eight_who_write_at_once_write_each_letter_once(app, queue, run_of, write):
    for nth in range(5):
        for place in ("osl-depot", "oslo-outreach", "bergen-servicepoint"):
            queue(URGENT, at=place, what=f"urgent {nth}")
            queue(ROUTINE, at=place, what=f"routine {nth}")

    def work():
        with app.app_context():
            getattr(jobs, write)(run_of("letters"))

    with time_machine.travel(NOON + timedelta(days=30)):
        all_at_once(*[work] * 8)

    told = rows(Told.account_id, Told.notice_id)
    assert len(set(told)) == len(told) == 2 * 30, "thirty notices, each told to a person and a service of theirs"
    assert rows(func.count(Notice.id).filter(Notice.spread_at.is_(None)))[0][0] == 0
    assert len(rows(Letter.id)) == {"tell": 0, "write_letters": 3, "write_digests": 3}[write]


def test_who_is_killed_between_taking_a_letter_up_and_sending_it_leaves_it_to_the_next(home, house, post_house, box, queue, do):
    with time_machine.travel((clock.now() - timedelta(days=1)).replace(hour=11), tick=False):
        queue(CRITICAL)
        do("letters")
    expected = rows(Letter.message_id)
    reached = threading.Event()
    box.silent, answer = True, box.handle_RCPT

    async def tell_and_wait(*args):
        reached.set()
        return await answer(*args)

    box.handle_RCPT = tell_and_wait
    told = {
        "DATABASE_URL": home.url,
        "SECRET_KEY": "a key for tests alone, of 32 bytes or more",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(post_house.port),
        "MAIL_FROM": house.mail_from,
        "BASE_URL": house.base_url,
    }
    environ = os.environ | {f"FORSYN_{name}": value for name, value in told.items()}
    sender = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "once", "post"], cwd=ROOT, env=environ, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        assert reached.wait(60)
    finally:
        os.killpg(sender.pid, signal.SIGKILL)
        sender.wait(timeout=10)
    box.silent = False
    assert box.taken == []
    assert Counter(letters()) == {(False, None, 0): len(expected) - 1, (False, None, 1): 1}
    time.sleep(0.1)

    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        do("post", "post")

    assert sorted(message["Message-ID"] for _, message in box.taken) == sorted(message_id for (message_id,) in expected)
    assert sorted(letters()) == sorted([*[(True, None, 1)] * (len(expected) - 1), (True, None, 2)])


def test_who_comes_back_after_the_lease_changes_nothing_of_what_the_next_did(app, traveller, house, queue, do):
    queue(CRITICAL, at="oslo-outreach")
    do("letters")
    found = House(kinds=app.extensions["notice_kinds"], settings=house)
    slow = in_one_transaction(lambda session: sending.claim(session, house=found, now=clock.now()))
    traveller.shift(timedelta(minutes=16))
    while (claimed := in_one_transaction(lambda session: sending.claim(session, house=found, now=clock.now()))) is not None:
        in_one_transaction(lambda session, claimed=claimed: sending.settle(session, claimed, Sent(), now=clock.now()))

    in_one_transaction(lambda session: sending.settle(session, slow, Later(answer="too late", away=True), now=clock.now()))

    assert {row[0] for row in letters()} == {True}
    assert {row[0] for row in rows(Letter.problem)} == {None}


def test_without_a_mail_server_letters_wait_and_the_page_says_so(app, traveller, house, box, queue, do, monkeypatch, reader):
    monkeypatch.setitem(app.extensions, "settings", replace(house, smtp_host=""))
    queue()

    assert do("digest", "post") == {"waiting": 1}
    assert "No mail server is set" in reader("frida").open("/addresses").text
    assert "This service has no mail server" in reader("alma").open("/me/notices").text
    monkeypatch.setitem(app.extensions, "settings", house)
    traveller.shift(timedelta(days=2))
    do("post")

    assert len(box.to("alma")) == 1


def test_a_letter_that_nobody_could_send_for_a_month_is_not_sent_any_more(app, traveller, box, queue, do):
    queue()
    do("digest")
    traveller.shift(timedelta(days=31))

    do("post")

    assert box.taken == []
    assert letters() == [(False, "failed", 0)]


@pytest.mark.filterwarnings("ignore:Session.login_data is deprecated", "ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize(("password", "sent"), [("right", 1), ("wrong", 0)])
def test_a_mail_server_that_asks_who_it_is_is_told(app, traveller, house, post_house, box, queue, do, monkeypatch, password, sent):
    post_house.close()

    def known(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"forsyn", b"right"), handled=False)

    post_house.open(auth_required=True, auth_require_tls=False, authenticator=known)
    monkeypatch.setitem(app.extensions, "settings", replace(house, smtp_user="forsyn", smtp_password=password))
    queue()

    facts = do("digest", "post")

    assert (len(box.taken), facts["waiting"]) == (sent, 1 - sent), facts
    assert "wrong" not in str(facts)


def test_nothing_is_said_in_clear_to_a_mail_server_that_cannot_encrypt(app, traveller, house, box, queue, do, monkeypatch):
    monkeypatch.setitem(app.extensions, "settings", replace(house, smtp_starttls=True))
    queue()

    facts = do("digest", "post")

    assert (box.taken, facts["sent"], facts["waiting"]) == ([], 0, 1)
    assert "STARTTLS" in facts["problem"]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """Give the files of a certificate for 127.0.0.1, made just now, and of its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl on this machine to make a certificate with: mail over TLS is not tried")
    folder = tmp_path_factory.mktemp("certificate")
    files = folder / "certificate.pem", folder / "key.pem"
    asked = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2", "-out", str(files[0]), "-keyout", str(files[1])]
    subprocess.run([openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", *asked], check=True, capture_output=True)
    return files


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # whoever breaks off while a talk becomes secret leaves the server's half of it
@pytest.mark.parametrize("trusted", [True, False])
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_letter_is_sent_in_secret_to_a_mail_server_that_is_who_it_says_and_to_no_other(app, traveller, house, post_house, box, queue, do, monkeypatch, certificate, tls, trusted):
    secret = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    secret.load_cert_chain(*certificate)
    post_house.close()
    post_house.open(**({"ssl_context": secret} if tls == "implicit" else {"tls_context": secret, "require_starttls": True}))
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    monkeypatch.setitem(app.extensions, "settings", replace(house, smtp_tls=tls))
    queue()

    facts = do("digest", "post")

    assert (len(box.taken), facts["sent"], facts["waiting"]) == ((1, 1, 0) if trusted else (0, 0, 1)), facts
    assert trusted or "certificate" in facts["problem"].lower()


def test_a_dry_run_of_the_post_sends_nothing(app, traveller, box, queue, do, run_of):
    queue()
    do("digest")
    run = run_of("post")
    run.dry = True

    assert jobs.post(run) == {"waiting": 1}
    assert (box.taken, letters()) == ([], [(False, None, 0)])


# What is queued.


def test_what_is_undone_is_told_to_nobody(app, house, birk, do, box):
    class Fault(Exception):
        pass

    def work(session):
        service.queue(session, place_id=reference.get_place(session, "osl-depot").id, kind=CRITICAL.code, facts={"what": "x"}, now=clock.now())
        raise Fault

    with pytest.raises(Fault):
        in_one_transaction(work)
    order = submitted(birk)
    before = db.session.scalar(select(func.count()).select_from(Notice))
    refused(birk.post(f"/orders/{order['number']}/approve", {}, If_Match=f'"{order["version"]}"'), "not-your-order", 403)

    assert (before, len(rows(Notice.id))) == (1, 1)


@pytest.mark.parametrize(
    "address", ["a@example.no, b@example.no", "a@example.no\r\nBcc: b@example.no", "A <a@example.no>", "a@b@example.no", "a example@no", "", "a..b@example.no", "å@example.no", "@example.no", "a@"]
)
def test_what_is_no_single_address_is_refused(address):
    draft = Draft(to=address, subject="x", text="x", html="x", language="nb", message_id="<a@b>", made_at=NOON)

    assert not is_address(address)
    with pytest.raises(ValueError, match="single address"):
        message_of(draft, sender="Forsyn <forsyn@example.no>")


@pytest.mark.parametrize("subject", ["x\r\nBcc: b@example.no", "x\nBcc: b@example.no"])
def test_a_subject_that_would_be_two_headers_is_refused(subject):
    draft = Draft(to="a@example.no", subject=subject, text="x", html="x", language="nb", message_id="<a@b>", made_at=NOON)

    with pytest.raises(ValueError, match=r"line|header|newline|linefeed"):
        message_of(draft, sender="Forsyn <forsyn@example.no>")


def test_the_same_letter_is_the_same_bytes_but_for_the_boundary():
    draft = Draft(to="a@example.no", subject="Åse – snøhvit", text="Åse\n", html="<p>Åse</p>", language="nb", message_id="<a@b>", made_at=NOON)

    one, other = (message_of(draft, sender="Forsyn <forsyn@example.no>") for _ in range(2))

    assert one.items() == [(name, value) for name, value in other.items()]
    assert all(len(line) <= 998 for line in one.as_bytes().splitlines())
    assert one.as_bytes().isascii()
