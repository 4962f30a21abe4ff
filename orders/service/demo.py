"""A few made-up orders of Oslo, each in another state, entered as people would by the made-up accounts."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from orders.queries import lists
from orders.rules.asked import Approval, Arrived, ArrivedLine, NewOrder, Sending, Wanted, Why
from orders.service import approval, arrival, drafts, shipping
from orders.service.hand import By
from supply.auth.rules import Person
from supply.once import service as once
from supply.once.rules import digest_of
from supply.once.service import Answer, Asked
from supply.settings import Settings

PLACES = ("oslo-outreach", "oslo-servicepoint", "oslo-servicepoint-2")
WANTED = (Wanted(product="naloxone-nyxoid", packs=4), Wanted(product="syringe-1ml-29g", units=200))
WHY = "made up"


@dataclass(kw_only=True)
class Tale:
    """Who acts in it, and when; every act has its own key."""

    session: Session
    asks: Person
    decides: Person
    gives: Person
    now: datetime
    settings: Settings
    keys: Iterator[int] = field(default_factory=itertools.count)

    def tell(self) -> int:
        """Enter a draft, an order that waits, one that was refused, one to be sent, one under way, and one of which some is missing; gives how many."""
        bus, first, second = PLACES
        self._drafted(bus)
        self._submitted(first, emergency=True)
        approval.refuse(self.session, self._submitted(second), Why(reason=f"{WHY}: count first"), seen=None, by=self._by(self.decides))
        self._approved(bus)
        self._sent(first)
        self._arrived(second)
        return 6

    def _by(self, person: Person) -> By:
        return By(person=person, now=self.now, key=f"demo-orders-{next(self.keys):04}", settings=self.settings)

    def _drafted(self, place: str, *, emergency: bool = False) -> str:
        return drafts.draft(self.session, NewOrder(place=place, lines=WANTED, emergency=emergency, reason=WHY), by=self._by(self.asks)).number

    def _submitted(self, place: str, *, emergency: bool = False) -> str:
        return drafts.submit(self.session, self._drafted(place, emergency=emergency), seen=None, by=self._by(self.asks)).number

    def _approved(self, place: str) -> str:
        return approval.approve(self.session, self._submitted(place), Approval(reason=WHY), seen=None, by=self._by(self.decides)).number

    def _sent(self, place: str) -> str:
        number, by = self._approved(place), self._by(self.gives)
        shipping.ship(self.session, number, Sending(), seen=None, by=by)
        self._keep(by)
        return number

    def _arrived(self, place: str) -> None:
        number, by = self._sent(place), self._by(self.asks)
        found = lists.order(self.session, number, by=by.person)
        assert found is not None
        shipment = found.shipments[0]
        lines = [ArrivedLine(product=one.product, lot=one.lot, accepted=one.sent - 2 * (nth == 0), missing=2 * (nth == 0)) for nth, one in enumerate(shipment.lines)]
        arrival.receive(self.session, number, Arrived(shipment=shipment.number, lines=tuple(lines)), seen=None, by=by)
        self._keep(by)

    def _keep(self, by: By) -> None:
        """Keep that the act was asked for: a posting names the request it came from."""
        asked = Asked(account_id=by.person.account_id, key=by.key, digest=digest_of("demo", by.key))
        once.keep_answers(self.session, [(asked, Answer(status=201, body=b"{}"))], now=by.now)
