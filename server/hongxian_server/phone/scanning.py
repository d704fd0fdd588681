"""One door for all codes: who scans one is led to what it is for."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hongxian.codes import QrRefused, code_in
from hongxian.plugins.offering import Offered, offers
from hongxian.plugins.offers import Action, Offer, View
from hongxian.text import Text
from hongxian_server.current import current_hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership.pace import refuse_haste
from hongxian_server.ops.phone_pages import ENDED_DAYS
from hongxian_server.phone.door import people_here, who, whose
from hongxian_server.phone.phones import invited
from hongxian_server.phone.publishing import is_personal
from hongxian_web.navigation import with_query

CODE = "code"
"""What an offer asks for that is opened by a code."""
LONGEST = 400
"""Characters of what is scanned."""
_NOTHING = Text(
    "这个码在这里没有用处。是给本人的码，请先用自己的手机扫队长给的码进来。",
    "This code opens nothing here. If it is for you, first scan the leader's code with your own phone.",
)

bp = Blueprint("scanning", __name__)


@bp.post("/scan")
def scan() -> ResponseReturnValue:
    """Where a code leads: `{"to": address}`, or for one that lets a phone in whom, and what they are asked first.

    Raises `QrRefused` for one that leads nowhere.
    """
    refuse_haste(current_hub(), whose())
    code = code_in(request.form.get(CODE, ""))[:LONGEST]
    if (offered := _opened_by(code)) is not None:
        endpoint = "phone.do" if isinstance(offered.offer, Action) else "phone.view"
        return {"to": with_query(url_for(endpoint, name=offered.name), {CODE: code})}
    try:
        person = invited(current_hub(), code) if is_personal() else None
    except QrRefused:
        if people_here():
            raise
        person = None
    if person is None:
        raise QrRefused(detail=_NOTHING)
    hub = current_hub()
    name = hub.name_of(str(person._meta.collection), person.id)
    asks = render_template(
        "phone/welcome.html", name=name, community=HubState.read().community, days=ENDED_DAYS
    )
    return {"invited": name, "asks": asks}


def _opened_by(code: str) -> Offered[Offer] | None:
    """What a code is for, of what is offered to whoever scans it."""
    hub = current_hub()
    for kind in (Action, View):
        for each in offers(hub, kind, who()).values():
            if not each.collection and CODE in each.columns and each.offer.scans(hub, code):
                return each
    return None
