"""The pages: what is mine, what I may do, what everybody may see."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from hongxian.errors import HongxianError
from hongxian.plugins.offers import Action, View
from hongxian.shapes.cells import Go, Link, name_of
from hongxian.shapes.shown import Beside, Shown, chosen_by
from hongxian.text import Text
from hongxian_server.current import current_hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership.pace import OFTEN, refuse_haste
from hongxian_server.phone.door import people_here, refuse_signed_out, who, who_sends, whose
from hongxian_server.phone.drawing import address_of, drawn, record_address
from hongxian_server.phone.form import Form
from hongxian_server.phone.mine import found, of_record, record_of
from hongxian_server.phone.once import ONCE, STAYS, Answer, done_once, is_name
from hongxian_server.phone.publishing import is_personal
from hongxian_server.phone.scanning import CODE
from hongxian_server.phone.standing import (
    all_lines,
    beginning,
    buttons,
    cards,
    is_asked_about,
    lines,
    showing,
    way,
    ways_on,
)
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.navigation import ours

_OUTBOX = "Hongxian-Outbox"
"""The header of what the phone's own outbox sends: it is answered for a script."""

bp = Blueprint("phone", __name__)


@bp.get("/")
def home() -> ResponseReturnValue:
    """What is mine, drawn, and what I may do; for who is not known, what everybody may."""
    mine = cards()
    return render_template(
        "phone/home.html",
        title=who().name or HubState.read().community,
        acts=ways_on(buttons()),
        cards=[(way(each), drawn(beginning(each, told))) for each, told in showing(mine)],
        ways=list(map(way, lines(mine))),
        is_known=bool(people_here()),
        is_personal=is_personal(),
    )


@bp.get("/all")
def all_() -> str:
    """Everything that is offered here, and may be begun here."""
    return render_template("phone/all.html", title=_("All"), ways=list(map(way, all_lines())))


@bp.get("/view/<name>")
@bp.get("/view/<name>/<id>")
def view(name: str, id: str = "") -> ResponseReturnValue:
    """One view, once what it asks for is filled in."""
    form = Form(found(View, name, id))
    shown: Shown | None = None
    if not form.lacks:
        shown = _tried(form)
    if shown is not None:
        form.chosen = chosen_by(shown)
    return _page(form, shown), form.status


@bp.route("/do/<name>", methods=["GET", "POST"])
@bp.route("/do/<name>/<id>", methods=["GET", "POST"])
def do(name: str, id: str = "") -> ResponseReturnValue:
    """The form of an action, and what it does: once, however often it is sent."""
    form = Form(found(Action, name, id))
    if request.method == "GET":
        if CODE in form.given:  # of which the page tells: codes are not to be tried out
            refuse_haste(current_hub(), whose())
        return _page(form)
    sent = request.form.get(ONCE, "")
    if not is_name(sent):
        return _page(form), 400
    refuse_haste(current_hub(), _sender(form))
    try:
        answer = done_once(current_hub(), sent, who_sends(), lambda: _done(form))
    except HongxianError as error:
        form.refuse(error)
        return _page(form), form.status
    told = Text(*answer["told"])
    if (
        _OUTBOX in request.headers
    ):  # its page says so: a late answer is not to write the session of another
        return {"to": answer["to"], "told": words.shown(told)}
    tell(words.marked(told))
    return redirect(answer["to"])


@bp.get("/of/<collection>/<id>")
def of(collection: str, id: str) -> ResponseReturnValue:
    """All that is offered of one record: what is shown of it, and what may be done."""
    hub, record = current_hub(), record_of(collection, id)
    views = list(of_record(View, record)) if record is not None else []
    if record is None or not views:
        refuse_signed_out()
        raise NotFound
    parts = list(showing(views))
    named = [part.title for _, part in parts if isinstance(part, Beside) and part.title]
    called = hub.name_of(collection, id) or next(iter(named), hub.title_of(collection))
    return render_template(
        "phone/record.html",
        title=words.shown(called),
        parts=[(way(each), drawn(part)) for each, part in parts],
        acts=ways_on(each for each in of_record(Action, record) if each.offered.offer.menu),
    )


def _sender(form: Form) -> str:
    offer = form.offered.offer
    is_often = isinstance(offer, Action) and offer.often and people_here()
    return f"{OFTEN}{whose()}" if is_often else whose()


def _done(form: Form) -> Answer:
    told = form.carry_out()
    here = ours(request.form.get(STAYS, ""))
    onward = here or url_for("phone.home")
    if isinstance(told, Go):
        onward = address_of(told) or onward
    elif isinstance(told, Link):
        onward = record_address(name_of(told.of), told.id) or onward
    title = getattr(told, "title", told)
    said = Text.of(title) if isinstance(title, Text | str) else _DONE
    return {"to": onward, "told": [said.zh, said.en]}


_DONE = Text("办好了。", "Done.")


def _tried(form: Form) -> Shown | None:
    if is_asked_about(form.offered):
        # What is found by what is typed is not to be tried out.
        refuse_haste(current_hub(), whose())
    try:
        shown: Shown = form.carry_out()
    except HongxianError as error:
        form.refuse(error)
        return None
    return shown


def _page(form: Form, shown: Shown | None = None) -> str:
    offer, kind = form.offered.offer, type(form.offered.offer)
    named = shown.title if isinstance(shown, Beside) else ""
    return render_template(
        "phone/offer.html",
        title=words.shown(named or offer.title),
        method="post" if issubclass(kind, Action) else "get",
        button=words.shown(offer.title) if issubclass(kind, Action) else _("Show"),
        inputs=form.inputs,
        drawings=form.drawings,
        given=form.given,
        said=words.marked(said) if (said := form.said) else "",
        error=form.why_refused,
        is_begun_elsewhere=bool(form.misses),
        things=form.things,
        once=form.name,
        once_name=ONCE,
        shown=drawn(shown) if shown is not None else "",
        folded=shown is not None and not form.error and not form.reasons,
        icon=offer.icon,
    )


@bp.app_template_global()
def people_on_this_phone() -> list[tuple[str, str]]:
    """Each person's phone with their name, who asks first."""
    return [(each.phone.id, each.viewer.name) for each in people_here()]


@bp.app_template_global()
def is_signed_out() -> bool:
    """Whether nobody is let in now: a script may know a key all the same."""
    return not people_here() and is_personal() and request.blueprint != "shell"
