"""Joining a community: the only page until the laptop has a hub."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.errors import CodeRefused, HongxianError
from hongxian_client.desk.auth.door import has_joined
from hongxian_client.desk.brought import brought_with, let_code_go
from hongxian_client.desk.desk import current_desk
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.sync.enrol import NoHub, NoHubHere, OtherHub, join
from hongxian_client.transport.address import NoAddress, hub_address
from hongxian_client.transport.discovery import Heard, hubs_here
from hongxian_client.transport.link import NotTheHub
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.inputs import Input
from hongxian_web.navigation import first_page

_FIELD_OF = {
    NoAddress: "url",
    NoHub: "url",
    NoHubHere: "url",
    NotTheHub: "url",
    OtherHub: "code",
    CodeRefused: "code",
}

_LOOK = "look"
"""In the page's address: look for hubs before it is drawn."""

bp = Blueprint("joining", __name__)


@bp.get("/join")
def ask() -> ResponseReturnValue:
    """The form that asks for a code, and for the hub where it is not found by that; without a script, once asked for,
    with the hubs that are here."""
    if has_joined():
        return redirect(first_page())
    brought = brought_with(current_desk().replica.folder)
    filled = {"url": brought.address, "code": brought.code}
    return _page(filled, None, hubs_here() if _LOOK in request.args else None)


@bp.get("/join/hubs")
def hubs() -> ResponseReturnValue:
    """Those that announce themselves in the network now, for the form that is open."""
    if has_joined():
        return redirect(first_page())
    return render_template("desk/hubs_here.html", hubs=hubs_here())


@bp.post("/join")
def use_code() -> ResponseReturnValue:
    """Join the community of the hub that gave the code."""
    desk = current_desk()
    typed = {name: request.form.get(name, "").strip() for name in ("url", "code", "name")}
    typed["url"] = typed["url"] or request.form.get("hub", "")
    try:
        url = hub_address(typed["url"]) if typed["url"] else None
        said = join(desk.replica, url, typed["code"], typed["name"])
    except HongxianError as error:
        return _page(typed, error), error.status
    let_code_go(desk.replica.folder)
    desk.was_joined()
    name = said.community
    tell(
        words.filled(_("Welcome to %(community)s. What others wrote is coming in."), community=name)
    )
    return redirect(first_page())


def _page(
    typed: dict[str, str], error: HongxianError | None, found: Sequence[Heard] | None = None
) -> str:
    wrong = _FIELD_OF.get(type(error), "") if error is not None else ""
    reasons = {wrong: [words.refused(error)]} if error is not None else {}
    code = Input("code", _("Enrolment code"), help=_("The hub's keeper gives it"), required=True)
    further = [
        Input(
            "url",
            _("The hub's address"),
            help=_("Only where the hub is not found: such as 192.168.1.10:8470"),
        ),
        Input("name", _("Name of this laptop"), help=_("Others see it beside your changes")),
    ]
    for each in (code, *further):
        each.value = typed.get(each.name, "")
        each.reasons = reasons.get(each.name, ())
    return render_template(
        "desk/joining.html",
        code=code,
        further=further,
        hubs=found,
        problem=reasons.get("", [""])[0],
        kept=LaptopState.read().kept,
        brought=brought_with(current_desk().replica.folder),
    )
