"""The pages for phones, as the keeper sees them: where they are, what is missing, and which phones were let in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from secrets import token_urlsafe

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.codes import PHONES
from hongxian.collections.builtin import Phone, PhonePages
from hongxian.collections.local_time import local_today
from hongxian.errors import Refused
from hongxian.shapes.cells import Qr
from hongxian.shapes.facts import Facts
from hongxian.shapes.sheet import Sheet
from hongxian.text import Text
from hongxian_server.current import current_authority, current_hub
from hongxian_server.history.search import is_confidential
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.ops.network.reaching import refuse_out_of_reach
from hongxian_server.ops.phone_pages import SERVED, end_phone, pages_now, phones_in_use, publish
from hongxian_web import words
from hongxian_web.flashes import WRONG, tell
from hongxian_web.inputs import Input
from hongxian_web.languages import language
from hongxian_web.navigation import Entry, in_menu
from hongxian_web.paper.page import Bar, sheet

bp = Blueprint("phones", __name__, url_prefix="/console/phones")
SHOWN = 100
"""Phones that the page lists; a name finds the others."""
_SCAN = Text("手机扫一扫，打开社区的手机页", "Scan it to open the community's pages")
_ADDRESS = Text("网址", "Address")


@dataclass(frozen=True)
class Listed:
    """A phone as the page shows it."""

    id: str
    whose: str
    kind: str
    since: date
    used: date


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Phones"), url_for("phones.index"), icon="telephone")


@bp.get("")
def index() -> str:
    """How things stand, the form that changes it, and the phones."""
    return _page()


@bp.post("")
def save() -> ResponseReturnValue:
    """Open personal pages at an address or shut them, and say where the others are."""
    typed, served = request.form.get("address", ""), request.form.get("served", "")
    try:
        publish(current_hub(), typed, served)
    except Refused as error:
        return _page(typed, served, words.refused(error)), error.status
    tell(_("Saved. It counts from now on; laptops learn of it with their next sync."))
    return redirect(url_for("phones.index"))


@bp.post("/test")
def test() -> ResponseReturnValue:
    """Ask at the phones' address, as a phone would."""
    address = pages_now().address or abort(404)
    try:
        refuse_out_of_reach(current_hub(), address)
    except Refused as error:
        tell(words.refused(error), kind=WRONG)
    else:
        tell(_("This hub answers there, under a certificate that phones trust."))
    return redirect(url_for("phones.index"))


@bp.post("/end")
def end() -> ResponseReturnValue:
    """Let one phone come in no more."""
    if end_phone(current_hub(), request.form.get("phone", "")):
        tell(_("Ended: that phone comes in no more."))
    return redirect(url_for("phones.index"))


@bp.get("/paper")
def paper() -> ResponseReturnValue:
    """The phones' address to be hung up."""
    address = _address()
    body = Sheet(_SCAN, [Qr(address), Facts([(_ADDRESS, address)])])
    bar = Bar(
        url_for("phones.index"), url_for("web.static", filename="print.js"), token_urlsafe(16)
    )
    text = sheet(
        body,
        title=body.title,
        community=HubState.read().community,
        printed=local_today(current_hub()),
        language=language(),
        bar=bar,
    )
    return Response(text, headers={"Content-Security-Policy": bar.policy})


def _page(typed: str | None = None, served: str = "", wrong: str = "") -> str:
    hub, now, part = current_hub(), pages_now(), request.args.get("q", "").strip()
    phones = list(phones_in_use())
    named = [each for each in _listed(hub, phones) if part.lower() in each.whose.lower()]
    return render_template(
        "console/phones.html",
        for_anybody=f"{now.address}{PHONES}" if now.served == PhonePages.ONLY_THERE else _here(),
        now=now,
        is_open=now.address and now.served != PhonePages.NOWHERE,
        authority=bool(current_authority()),
        address=Input(
            "address",
            _("Address of the personal pages; empty: shut"),
            value=now.address if typed is None else typed,
            attributes={"placeholder": "https://hub.example.org", "translate": "no"},
            reasons=[wrong] if wrong else [],
        ),
        served=Input(
            "served",
            _("What anybody may see, and screens on walls"),
            "select",
            served or now.served,
            required=True,
            choices=[(value, words.shown(label)) for value, label in SERVED.items()],
        ),
        phones=named[:SHOWN],
        more=len(named) - SHOWN,
        people=len({(each.of, each.record) for each in phones}),
        count=len(phones),
        part=part,
    )


def _here() -> str:
    """Where the pages are at the address by which the keeper came."""
    return request.url_root.rstrip("/") + PHONES


def _address() -> str:
    """Which is to be hung up: that of the personal pages, or where the keeper is."""
    named = pages_now().address
    return f"{named}{PHONES}" if named else _here()


def _listed(hub: Hub, phones: list[Phone]) -> Iterator[Listed]:
    """Each with whose it is; of what is confidential, part of the id."""
    ids: dict[str, list[str]] = {}
    for each in phones:
        ids.setdefault(each.of, []).append(each.record)
    names = {
        of: {} if is_confidential(hub, of) else hub.names_of(of, these)
        for of, these in ids.items()
        if of in hub.collections
    }
    for each in phones:
        whose = names.get(each.of, {}).get(each.record) or each.record[-12:]
        kind = words.shown(hub.title_of(each.of))
        yield Listed(each.id, whose, kind, each.since, each.used)
