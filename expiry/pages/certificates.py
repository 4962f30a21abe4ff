"""The certificate of a disposal as a document."""

from flask import Response
from flask_babel import gettext

from expiry.errors.disposals import NotConfirmed
from expiry.pages.disposals import posting_of, run_here
from expiry.pages.frame import pages
from expiry.queries.disposals import RunRead
from inventory import words
from inventory.pages.frame import place_here, product_name
from inventory.pages.prints import PAGE_OF, pdf_response
from inventory.queries.journals import PostingRead
from supply.auth import queries as accounts
from supply.db import reading
from supply.pages import day_text, language_code, moment_text
from supply.reference.models import Place
from supply.web import may


@pages.get("/places/<place>/disposal-runs/<number>/certificate.pdf")
@may("see stock")
def print_certificate(place: str, number: str) -> Response:
    """Give the certificate of what was destroyed; refuses a disposal that is not confirmed."""
    from expiry.pdf import disposals as pdf  # with what draws it takes a quarter of a second, which the start need not wait for

    here = place_here(place)
    run = run_here(here, number)
    posting = posting_of(here, run)
    if posting is None:
        raise NotConfirmed(number=run.number, state=run.state)
    printed = pdf.CertificatePrinted(
        heading=gettext("Certificate of disposal"),
        number=run.number,
        warnings=_warnings(here, run, posting),
        facts=_facts(here, run),
        method=(gettext("How"), run.method) if run.method else None,
        rows=tuple(pdf.LotDestroyed(product=product_name(line.product), lot=line.lot, expires_on=day_text(line.expires_on), units=line.units) for line in run.lines if line.units),
        total=run.units,
        seal=((gettext("Journal"), gettext("%(place)s, number %(number)s", place=here.code, number=posting.number)), (gettext("Digest"), posting.digest)),
        has_witness=run.needs_witness,
        words=pdf.CertificateWords(
            product=gettext("Product"),
            lot=gettext("Lot"),
            expires_on=gettext("Expires"),
            units=gettext("Units"),
            total=gettext("All together"),
            day=gettext("Day"),
            prepared_by=gettext("Prepared by"),
            witness=gettext("Witness"),
        ),
    )
    return pdf_response(pdf.certificate_pdf(printed, language=language_code(), footer=str(PAGE_OF)), f"disposal-{run.number}")


def _facts(here: Place, run: RunRead) -> tuple[tuple[str, str], ...]:
    names = accounts.names_of(reading(), [run.prepared_by, run.ended_by or run.prepared_by])
    facts = [
        (gettext("Disposal"), run.number),
        (gettext("Place"), here.name),
        (gettext("Day"), day_text(run.occurred_on)),
        (gettext("Reason"), words.label(run.reason, "reason")),
        (gettext("Prepared by"), f"{names.get(run.prepared_by, '')} ({run.prepared_by}), {moment_text(run.prepared_at)}"),
    ]
    if run.needs_witness and run.ended_by is not None and run.ended_at is not None:
        facts.append((gettext("Witness"), f"{names.get(run.ended_by, '')} ({run.ended_by}), {moment_text(run.ended_at)}"))
    else:
        facts.append((gettext("Witness"), gettext("None: no product here asks for one.")))
    return tuple(facts)


def _warnings(here: Place, run: RunRead, posting: PostingRead) -> tuple[str, ...]:
    """Say what a reader must know before all else."""
    made_up = accounts.is_made_up(reading(), run.prepared_by_id)
    return (
        *([gettext("Made-up data: nothing of this was destroyed.")] if made_up else [gettext("Example place: this is no real certificate.")] if here.example else []),
        *([gettext("Corrected by number %(number)s: what stands here was not destroyed.", number=posting.corrected_by)] if posting.corrected_by is not None else []),
    )
