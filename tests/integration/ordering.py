"""Orders as tests ask for them: who drafts, decides, sends and counts, each with the version they saw."""

from supply import clock

SPRAY, SYRINGE = "naloxone-nyxoid", "syringe-1ml-29g"
DEPOT, BUS = "osl-depot", "oslo-outreach"


def etag(order):
    return f'"{order["version"]}"'


def draft(who, lines=((SPRAY, 20),), *, place=BUS, **more):
    """Draft an order; gives it as it is answered."""
    answer = who.post("/orders", {"place": place, "lines": [{"product": product, "units": units} for product, units in lines], **more})
    assert answer.status_code == 201, answer.text
    return answer.json


def act(who, order, what, body=None, **headers):
    """Do something to an order as it was last seen; gives the answer."""
    return who.post(f"/orders/{order['number']}/{what}", body or {}, **({"If_Match": etag(order)} | headers))


def amended(who, order, body, **headers):
    """Change a draft as it was last seen; gives the answer."""
    who.acts += 1
    sent = {"Authorization": f"Bearer {who.token}", "Idempotency-Key": f"{who.name}-{who.acts:08}", "If-Match": etag(order)} | headers
    with who.client.application.app_context():
        return who.client.patch(f"/api/v1/orders/{order['number']}", json=body, headers=sent)


def done(who, order, what, body=None):
    """Do something to an order; gives the order as it now is."""
    answer = act(who, order, what, body)
    assert answer.status_code == 200, answer.text
    return answer.json


def submitted(birk, lines=((SPRAY, 20),), **more):
    return done(birk, draft(birk, lines, **more), "submit")


def approved(birk, erik, lines=((SPRAY, 20),), body=None, **more):
    return done(erik, submitted(birk, lines, **more), "approve", body)


def shipped(birk, erik, alma, lines=((SPRAY, 20),), **more):
    return done(alma, approved(birk, erik, lines, **more), "ship")


def line(order, product=SPRAY):
    return next(one for one in order["lines"] if one["product"] == product)


def counted(order, **lots):
    """Give a count of the last shipment: of each lot what is said, else all of it accepted."""
    sent = {}
    for parcel in order["shipments"][-1]["lines"]:
        lot = parcel["lot"]
        sent[lot["product"], lot["number"]] = sent.get((lot["product"], lot["number"]), 0) + parcel["sent"]
    lines = [{"product": product, "lot": lot, "accepted": units} | lots.get(lot.replace("-", "_"), {}) for (product, lot), units in sent.items()]
    return {"shipment": order["shipments"][-1]["number"], "lines": lines}


def refused(answer, code, status=409):
    assert (answer.status_code, answer.json.get("code")) == (status, code), answer.text
    return answer.json


def stocked(alma, *, units=100, lot="A1", expires_on="2031-01-31", product=SPRAY):
    alma.receive(product, units, lot=lot, expires_on=expires_on, on=clock.today().isoformat())
