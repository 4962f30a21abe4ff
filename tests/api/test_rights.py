"""Who may do what: every route with those who may and those who may not; what is not yours does not exist."""

import datetime as dt
import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, update

from supply import clock
from supply.auth import queries as accounts
from supply.auth import service as auth
from supply.auth.models import Account, Grant
from supply.auth.rules import Role
from supply.db import in_one_transaction
from supply.reference.models import Place
from tests.api.acts import KITS_AT, PLACE, PRODUCT, bodies, changed, paths_to, problem
from tests.api.order_acts import ORDER_ROUTES
from tests.api.recall_acts import RECALL_ROUTES
from tests.api.reorder_acts import REORDER_ROUTES
from tests.conftest import DAY, Caller

EVERYBODY = ("alma", "birk", "cato", "dina", "erik", "frida")
SEES_STOCK = {"alma": 200, "birk": 200, "cato": 200, "dina": 200, "erik": 200, "frida": 403}
SEES_OSLO = SEES_STOCK | {"dina": 404}
READS = {
    **{path: dict.fromkeys(EVERYBODY, 200) for path in ("/places", "/products", "/packs", "/kits", "/municipalities", "/estimates", "/indicators")},
    "/alerts": dict.fromkeys(EVERYBODY, 200),
    "/alerts/1": dict.fromkeys(EVERYBODY, 404),
    "/notices": dict.fromkeys(EVERYBODY, 200),
    "/stock": SEES_STOCK,
    "/lots": SEES_STOCK,
    f"/lots/{PRODUCT}/A1/events": SEES_STOCK,
    f"/lots/{PRODUCT}/NOBODYS/events": dict.fromkeys(EVERYBODY, 404) | {"frida": 403},
    "/verify": SEES_STOCK,
    f"/verify?place={PLACE}": SEES_OSLO,
    "/journals/osl-depot": SEES_OSLO,
    f"/journals/{PLACE}": SEES_OSLO,
    f"/journals/{PLACE}/1": SEES_OSLO,
    f"/journals/{PLACE}/99": dict.fromkeys(EVERYBODY, 404) | {"frida": 403},
    "/coverage": dict.fromkeys(EVERYBODY, 200),
    "/coverage?area=0301": dict.fromkeys(EVERYBODY, 200),  # of others the public edition: tried in test_public_edition
    "/coverage?area=4601": dict.fromkeys(EVERYBODY, 200),
    "/waste": SEES_STOCK,
    f"/waste?place={PLACE}": SEES_STOCK,
    "/use": SEES_STOCK,
    f"/use?place={PLACE}&by=week": SEES_STOCK,
    "/figures": SEES_STOCK,
    "/marks": SEES_STOCK,
    "/marks/1": dict.fromkeys(EVERYBODY, 404) | {"frida": 403},
    "/disposal-runs": SEES_STOCK,
    "/disposal-runs/D-nobodys-2026-0001": dict.fromkeys(EVERYBODY, 404) | {"frida": 403},
}
DISPOSAL_ACTS = ("disposal-runs", "disposal-runs/D-1/confirm", "disposal-runs/D-1/drop")
"""Who may do these is tried in test_disposal_runs, where there is something to do."""
MARK_ACTS = ("marks", "marks/1/end")
"""Who may do these is tried in test_use, where there is something to end."""
COVERAGE_ACTS = ("month-reports", "estimates")
"""Who may do these is tried in test_coverage."""
RECORDS_IN_OSLO = {"alma": 403, "birk": 201, "cato": 403, "dina": 404, "erik": 403, "frida": 403}
LOT_ACTS = {
    f"lots/{PRODUCT}/A1/quarantine": {"reason": "too_warm", "document": "N-1"},
    f"lots/{PRODUCT}/A1/release": {"reason": "examined", "document": "N-2"},
    f"lots/{PRODUCT}/A1/redate": {"expires_on": "2029-01-31", "document": "N-3", "authority": "DMP"},
    "lots/redatings": {"document": "N-4", "authority": "DMP", "lots": [{"product": PRODUCT, "lot": "A1", "expires_on": "2030-01-31"}]},
}
"""What is done to lots, in an order in which each can be done."""
OWN_ACTS = ("notices/1/read",)
"""What everybody does to what is their own, and to nothing else: another's is not there."""
RECORDS_BATCHES_IN_OSLO = RECORDS_IN_OSLO | {"alma": 422, "birk": 200, "dina": 422}


@pytest.fixture
def somebody(app: Flask) -> Callable[..., Caller]:
    """Give somebody new with grants of their own: (role, place, municipality) each."""

    def make(name: str, *grants: auth.NewGrant, expires_on: dt.date | None = None) -> Caller:
        def work(session) -> str:
            account = auth.service_account(session, name, grants=grants, now=clock.now())
            return auth.add_key(session, account, now=clock.now(), expires_on=expires_on)

        return Caller(app.test_client(), in_one_transaction(work), name)

    return make


def in_municipality(number: str) -> auth.NewGrant:
    return auth.NewGrant(role=Role.MUNICIPALITY, municipality=number)


def test_the_tables_here_name_every_route_of_the_interface(app):
    rules = {rule.rule.removeprefix("/api/v1") for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    adapter = app.url_map.bind("")
    named = set()
    for path in READS:
        named.add(adapter.match("/api/v1" + path.partition("?")[0], "GET", return_rule=True)[0].rule.removeprefix("/api/v1"))
    for act, method in (*ORDER_ROUTES, *RECALL_ROUTES, *REORDER_ROUTES, ("alerts/1/acknowledge", "POST")):
        named.add(adapter.match(f"/api/v1/{act}", method, return_rule=True)[0].rule.removeprefix("/api/v1"))
    for act in (*bodies(), *LOT_ACTS, *DISPOSAL_ACTS, *COVERAGE_ACTS, *MARK_ACTS, *OWN_ACTS):
        named.add(adapter.match(f"/api/v1/{act}", "POST", return_rule=True)[0].rule.removeprefix("/api/v1"))

    assert rules - named == set(), "write a row for each of these"


def test_everybody_reads_what_they_may_and_nothing_else(stocked, caller, subtests):
    for path, expected in READS.items():
        for name, status in expected.items():
            with subtests.test(path=path, name=name):
                answer = caller(name).get(path)
                assert answer.status_code == status
                if status >= 400:
                    problem(answer, status, "forbidden" if status == 403 else None)


def test_nobody_does_anything_to_what_is_anothers_own(stocked, caller, rows, subtests):
    before = rows()

    for act in OWN_ACTS:
        for name in EVERYBODY:
            with subtests.test(act=act, name=name):
                problem(caller(name).post(f"/{act}", {}, key=f"not-theirs-{name}"), 404, "missing")
        with subtests.test(act=act, name="nobody"):
            problem(stocked.client.post(f"/api/v1/{act}", json={}, headers={"Idempotency-Key": "nobodys-key"}), 401, "not-signed-in")

    assert rows() == before


@pytest.mark.parametrize("act", bodies())
def test_only_those_who_may_record_an_act(stocked, caller, rows, subtests, act):
    before = rows()

    for name, status in (RECORDS_BATCHES_IN_OSLO if act == "postings/batch" else RECORDS_IN_OSLO).items():
        if name == "birk":
            continue
        with subtests.test(name=name):
            problem(caller(name).post(f"/{act}", bodies()[act]), status)
    with subtests.test(name="nobody"):
        answer = stocked.client.post(f"/api/v1/{act}", json=bodies()[act], headers={"Idempotency-Key": "nobodys-key"})
        problem(answer, 401, "not-signed-in")
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    assert rows() == before
    assert stocked.post(f"/{act}", bodies()[act]).status_code in {200, 201}


@pytest.fixture
def gro(somebody) -> Caller:
    """Gro has a depot role for the whole country."""
    return somebody("Gro", auth.NewGrant(role=Role.DEPOT))


def test_only_a_depot_role_for_the_whole_country_changes_a_lot_everywhere(stocked, caller, gro, rows, subtests):
    before = rows()

    for act, body in LOT_ACTS.items():
        for name in EVERYBODY:
            with subtests.test(act=act, name=name):
                problem(caller(name).post(f"/{act}", body), 403, "not-everywhere" if name == "alma" else "forbidden")
        with subtests.test(act=act, name="nobody"):
            problem(stocked.client.post(f"/api/v1/{act}", json=body, headers={"Idempotency-Key": "nobodys-key"}), 401, "not-signed-in")

    assert rows() == before
    assert [gro.post(f"/{act}", body).status_code for act, body in LOT_ACTS.items()] == [200] * 4


def test_a_depot_role_at_a_place_blocks_and_releases_there_and_nowhere_else(stocked, alma, somebody, rows, subtests):
    alma.receive(units=5)
    kari = somebody("Kari", auth.NewGrant(role=Role.DEPOT, place=PLACE))
    before = rows()

    for act in [*LOT_ACTS][:2]:
        body = LOT_ACTS[act]
        for who, place, status, code in ((alma, PLACE, 403, "not-your-place"), (alma, "bergen-servicepoint", 404, "missing"), (kari, "osl-depot", 404, "missing")):
            with subtests.test(act=act, who=who.name, place=place):
                problem(who.post(f"/{act}", body | {"place": place}), status, code)

    assert rows() == before
    for who, place in ((alma, "osl-depot"), (kari, PLACE)):
        answers = [who.post(f"/{act}", LOT_ACTS[act] | {"place": place}) for act in [*LOT_ACTS][:2]]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert [(event["kind"], event["place"]) for answer in answers for event in answer.json["events"]] == [("quarantine", place), ("release", place)]


def test_what_happened_to_a_lot_at_anothers_place_is_not_told(stocked, alma, dina, gro, cato):
    for place in (PLACE, "bergen-servicepoint"):
        gro.receive(place=place)
        gro.post(f"/lots/{PRODUCT}/A1/quarantine", {"place": place, "reason": "frozen"})
    gro.post(f"/lots/{PRODUCT}/A1/quarantine", {"reason": "sales_stop"})

    told = {who.name: [event["place"] for event in who.get(f"/lots/{PRODUCT}/A1/events").json["events"]] for who in (alma, stocked, dina, cato)}

    assert told == {"alma": [PLACE, None], "birk": [PLACE, None], "dina": ["bergen-servicepoint", None], "cato": [PLACE, "bergen-servicepoint", None]}


def test_a_depot_records_at_its_own_shelf_and_looks_at_those_it_serves(stocked, alma, birk):
    alma.receive(units=10)

    assert alma.on_hand(PLACE) == {"A1": 90}
    problem(alma.hand_out(1, place=PLACE), 403, "not-your-place")
    problem(birk.hand_out(1), 403, "not-your-place")
    assert birk.on_hand() == {"A1": 10}


def test_a_depot_for_the_whole_country_records_everywhere(stocked, gro):
    assert gro.hand_out(1, place=PLACE).status_code == 201
    assert gro.receive(place="bergen-servicepoint")["role"] == "depot"


def test_a_role_at_one_place_reaches_no_other(stocked, somebody, birk):
    birk.receive(place="oslo-outreach", lot="B1")
    hana = somebody("Hana", auth.NewGrant(role=Role.MUNICIPALITY, place="oslo-outreach"))

    assert hana.hand_out(1, place="oslo-outreach").status_code == 201
    problem(hana.hand_out(1, place=PLACE), 404, "missing")
    assert {row["place"] for row in hana.get("/stock").json} == {"oslo-outreach"}


def test_an_account_with_several_grants_has_them_all(stocked, somebody):
    ida = somebody("Ida", in_municipality("0301"), in_municipality("4601"), auth.NewGrant(role=Role.DEPOT, place="osl-depot"))

    assert ida.hand_out(1, place=PLACE).json["role"] == "municipality"
    assert ida.receive(place="bergen-servicepoint")["role"] == "municipality"
    assert ida.receive(place="osl-depot")["role"] == "depot"


def test_an_account_without_grants_may_nothing(somebody, subtests):
    nils = somebody("Nils")

    for path in READS:
        with subtests.test(path=path):
            problem(nils.get(path), 403, "forbidden")


def test_a_transfer_needs_the_right_at_both_ends(stocked, somebody):
    jon = somebody("Jon", auth.NewGrant(role=Role.MUNICIPALITY, place=PLACE))

    problem(jon.post("/transfers", bodies()["transfers"]), 404, "missing")
    problem(stocked.post("/transfers", bodies()["transfers"] | {"to": "osl-depot"}), 403, "not-your-place")


# What is not yours does not exist.


def test_what_is_not_yours_and_what_is_not_there_get_the_same_answer(stocked, alma, dina, rows, subtests):
    alma.receive(units=10)
    before = rows()

    def same(first, second, one, other):
        assert first.status_code == second.status_code
        assert first.text.replace(one, "HERE") == second.text.replace(other, "HERE")
        assert set(first.headers.keys()) == set(second.headers.keys())

    for act, body in bodies().items():
        for path in [*paths_to(body, "place"), *paths_to(body, "journal")]:
            with subtests.test(act=act):
                foreign, absent = (dina.post(f"/{act}", changed(body, path, code)) for code in (PLACE, "oslo-nowhere"))
                same(foreign, absent, PLACE, "oslo-nowhere")
                assert foreign.status_code == (422 if act == "postings/batch" else 404)
    for act in [*LOT_ACTS][:2]:
        with subtests.test(act=act):
            foreign, absent = (alma.post(f"/{act}", LOT_ACTS[act] | {"place": code}) for code in ("bergen-outreach", "bergen-nowhere"))
            same(foreign, absent, "bergen-outreach", "bergen-nowhere")
            problem(foreign, 404, "missing")
    with subtests.test(act="transfers", to="another's"):
        foreign, absent = (stocked.post("/transfers", bodies()["transfers"] | {"to": code}) for code in ("bergen-outreach", "bergen-nowhere"))
        same(foreign, absent, "bergen-outreach", "bergen-nowhere")
        problem(foreign, 404, "missing")
    for each in ("", "?each=true"):
        with subtests.test(act="postings/batch", each=each):
            entries = [{"postings": [{"kind": "correction", "key": f"entry-{code[:3]}{each[:3]}", "body": {"journal": code, "number": 1, "reason": "mistyped"}}]} for code in (PLACE, "nil-nowhere")]
            foreign, absent = (dina.post(f"/postings/batch{each}", body) for body in entries)
            same(foreign, absent, PLACE, "nil-nowhere") if not each else None
            assert [entry["status"] for entry in foreign.json.get("postings", [])] == [entry["status"] for entry in absent.json.get("postings", [])]
    for path in ("/journals/{}", "/journals/{}/1", "/journals/{}/99", "/journals/{}?after=WzFd", "/verify?place={}", "/stock?place={}", "/stock?place={}&on=2026-11-20"):
        with subtests.test(path=path):
            same(dina.get(path.format(PLACE)), dina.get(path.format("oslo-nowhere")), PLACE, "oslo-nowhere")

    after = rows()
    assert after.pop("request") == before.pop("request") + 2, "the two batches answered entry by entry"
    assert after == before


def test_nobody_lists_the_stock_of_another(stocked, alma, birk, dina, cato, subtests):
    alma.receive(units=10)
    dina.receive(units=10, place="bergen-servicepoint", lot="B1")
    expected = {
        "alma": {"osl-depot", PLACE, KITS_AT},
        "birk": {"osl-depot", PLACE, KITS_AT},
        "dina": {"bergen-servicepoint"},
        "cato": {"osl-depot", PLACE, KITS_AT, "bergen-servicepoint"},
    }

    for who in (alma, birk, dina, cato):
        for query in ({}, {"on": "2026-11-21"}, {"usable": "true"}, {"product": "naloxone-nyxoid"}, {"group": "naloxone"}):
            with subtests.test(who=who.name, **query):
                assert {row["place"] for row in who.get("/stock", **query).json} == expected[who.name]
        with subtests.test(who=who.name, municipality="0301"):
            assert {row["place"] for row in who.get("/stock", municipality="0301").json} == expected[who.name] - {"bergen-servicepoint"}


# The Directorate looks and touches nothing.


def test_the_directorate_changes_nothing_by_any_method_or_content_type(app, stocked, cato, rows, subtests):
    before = rows()
    tried = 0

    methods: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            methods.setdefault(rule.rule, set()).update(rule.methods)
    for rule, known in methods.items():
        path = re.sub(r"<int[^>]*>", "1", rule).replace("<place>", PLACE).replace("<product>", PRODUCT).replace("<lot:number>", "A1").replace("<number>", "0301-2026-0001")
        act = path.removeprefix("/api/v1/")
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            there = method in known
            for content_type in ("application/json", "application/x-www-form-urlencoded", "text/plain") if there else ("application/json",):
                for override in ({}, {"X-HTTP-Method-Override": "POST"}):
                    with subtests.test(path=path, method=method, content_type=content_type):
                        headers = {"Authorization": f"Bearer {cato.token}", "Idempotency-Key": f"auditor-{tried:08}"} | override
                        answer = cato.client.open(path, method=method, data=json.dumps((bodies() | LOT_ACTS).get(act, {})), content_type=content_type, headers=headers)
                        own = 404 if content_type == "application/json" else 415
                        problem(answer, (own if act in OWN_ACTS else 403) if there else 405)
                    tried += 1

    assert tried > 100
    assert rows() == before


# Rights are what they are now.


def test_a_key_is_nothing_from_the_moment_it_is_revoked(stocked, rows):
    in_one_transaction(lambda session: auth.revoke_keys(session, "key of birk", now=clock.now()))
    before = rows()

    problem(stocked.get("/stock"), 401, "not-signed-in")
    problem(stocked.hand_out(1, place=PLACE), 401, "not-signed-in")
    assert rows() == before


def test_a_key_holds_through_its_last_day(somebody):
    today = clock.today()
    last, over = somebody("Last", in_municipality("0301"), expires_on=today), somebody("Over", in_municipality("0301"), expires_on=today - dt.timedelta(days=1))

    assert last.get("/stock").status_code == 200
    problem(over.get("/stock"), 401, "not-signed-in")


def test_a_closed_account_is_out_at_once(stocked):
    in_one_transaction(lambda session: session.execute(update(Account).where(Account.name == "key of birk").values(active=False)))

    problem(stocked.get("/stock"), 401, "not-signed-in")


def test_a_changed_role_holds_from_the_next_request(stocked, app):
    def become(role: Role) -> None:
        def work(session) -> None:
            account = accounts.find_service(session, "key of birk")
            session.execute(delete(Grant).where(Grant.account_id == account.id))
            session.add(Grant(account_id=account.id, role=role.value, municipality="0301"))

        in_one_transaction(work)

    assert stocked.hand_out(1, place=PLACE).status_code == 201
    become(Role.APPROVER)
    assert stocked.get("/stock").status_code == 200
    problem(stocked.hand_out(1, place=PLACE), 403, "forbidden")
    become(Role.ADMIN)
    problem(stocked.get("/stock"), 403, "forbidden")
    become(Role.MUNICIPALITY)
    assert stocked.hand_out(1, place=PLACE).status_code == 201


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic {token}", "{token}", "Bearer {token}x", "Bearer x{token}", "Token {token}", "Bearer \xff\xfe", "Bearer {token} {token}"]
)
def test_what_is_no_key_of_ours_is_nobody(stocked, sent):
    headers = {"Authorization": sent.format(token=stocked.token)} if sent else {}

    problem(stocked.client.get("/api/v1/stock", headers=headers), 401, "not-signed-in")


def test_a_cookie_opens_no_api_and_a_key_no_page(stocked):
    token = in_one_transaction(lambda session: auth.open_session(session, accounts.find_account(session, "birk@example.no"), now=clock.now(), hours=1))
    stocked.client.set_cookie("forsyn_session", token)

    problem(stocked.client.get("/api/v1/stock"), 401, "not-signed-in")
    problem(stocked.client.get("/api/v1/stock", headers={"Authorization": f"Bearer {token}"}), 401, "not-signed-in")


# Municipalities that were merged, renumbered or split.


@pytest.mark.parametrize("number", ["0602", "0625", "0711", "3005", "3301"])
def test_a_merged_municipalitys_rights_are_its_successors(somebody, number):
    kari = somebody("Kari", in_municipality(number))

    kari.receive(units=10, place="drammen-servicepoint")

    assert kari.hand_out(1, place="drammen-servicepoint").status_code == 201
    assert kari.on_hand("drammen-servicepoint") == {"A1": 9}


def test_rights_in_the_successor_reach_what_is_still_owned_under_an_old_number(somebody):
    in_one_transaction(lambda session: session.execute(update(Place).where(Place.code == "drammen-servicepoint-2").values(owner="0625", municipality="0625")))
    kari = somebody("Kari", in_municipality("3301"))

    assert kari.receive(units=10, place="drammen-servicepoint-2")["journal"] == "drammen-servicepoint-2"


@pytest.mark.parametrize("number", ["1507", "1504", "1546"])
def test_a_split_municipalitys_rights_are_nobodys(somebody, number):
    liv = somebody("Liv", in_municipality(number))

    for place in ("alesund-servicepoint", "haram-servicepoint"):
        problem(liv.hand_out(1, place=place, on=DAY.isoformat()), 403, "forbidden")
    problem(liv.get("/stock"), 403, "forbidden")


def test_what_a_split_one_owned_is_neither_successors(somebody):
    in_one_transaction(lambda session: session.execute(update(Place).where(Place.code == "alesund-servicepoint").values(owner="1507", municipality="1507")))
    ola = somebody("Ola", in_municipality("1508"), in_municipality("1580"))

    problem(ola.get("/journals/alesund-servicepoint"), 404, "missing")
