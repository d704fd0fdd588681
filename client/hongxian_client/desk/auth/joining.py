"""Joining a community: the only page until the laptop has a hub."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.errors import CodeRefused, HongxianError
from hongxian_client.desk.auth.door import has_joined
from hongxian_client.desk.desk import current_desk
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.sync.enrol import NoHub, OtherHub, join
from hongxian_client.transport.address import NoAddress, hub_address
from hongxian_client.transport.link import NotTheHub
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.inputs import Input
from hongxian_web.navigation import first_page

_FIELD_OF = {
    NoAddress: "url",
    NoHub: "url",
    NotTheHub: "url",
    OtherHub: "code",
    CodeRefused: "code",
}

bp = Blueprint("joining", __name__)


@bp.get("/join")
def ask() -> ResponseReturnValue:
    """The form that asks for the hub's address and a code."""
    return redirect(first_page()) if has_joined() else _page({}, None)


@bp.post("/join")
def use_code() -> ResponseReturnValue:
    """Join the community of the hub that gave the code."""
    desk = current_desk()
    typed = {name: request.form.get(name, "").strip() for name in ("url", "code", "name")}
    try:
        said = join(desk.replica, hub_address(typed["url"]), typed["code"], typed["name"])
    except HongxianError as error:
        return _page(typed, error), error.status
    desk.was_joined()
    name = said.community
    tell(
        words.filled(_("Welcome to %(community)s. What others wrote is coming in."), community=name)
    )
    return redirect(first_page())


def _page(typed: dict[str, str], error: HongxianError | None) -> str:
    wrong = _FIELD_OF.get(type(error), "") if error is not None else ""
    reasons = {wrong: [words.refused(error)]} if error is not None else {}
    inputs = [
        Input("url", _("The hub's address"), help=_("Such as 192.168.1.10:8470"), required=True),
        Input("code", _("Enrolment code"), help=_("The hub's keeper gives it"), required=True),
        Input("name", _("Name of this laptop"), help=_("Others see it beside your changes")),
    ]
    for each in inputs:
        each.value = typed.get(each.name, "")
        each.reasons = reasons.get(each.name, ())
    return render_template(
        "desk/joining.html",
        inputs=inputs,
        problem=reasons.get("", [""])[0],
        kept=LaptopState.read().kept,
    )
