"""The pages: what is mine, what I may do, what everybody may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from hongxian.errors import HongxianError
from hongxian.plugins.offering import Offered
from hongxian.plugins.offers import Action, Offer, View
from hongxian.plugins.steps import Step
from hongxian.shapes.cards import Cards
from hongxian.shapes.cells import Go, Link, name_of
from hongxian.shapes.shown import Beside, Shown, chosen_by
from hongxian.shapes.table import Table
from hongxian.text import Text
from hongxian_server.current import current_hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership.pace import OFTEN, refuse_haste
from hongxian_server.phone.door import people_here, refuse_signed_out, who, who_sends, whose
from hongxian_server.phone.drawing import address_of, drawn, record_address
from hongxian_server.phone.form import Form, begins_by_hand, refused
from hongxian_server.phone.mine import Mine, found, of_me, of_record, record_of
from hongxian_server.phone.once import ONCE, STAYS, Answer, done_once, is_name
from hongxian_server.phone.publishing import is_personal
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.navigation import ours

MOST_TABS = 3
"""At the foot, beside one's own page and all the others."""
CARD_LINES = 4
"""Of a list on the first page."""
_OUTBOX = "Hongxian-Outbox"
"""The header of what the phone's own outbox sends: it is answered for a script."""

bp = Blueprint("phone", __name__)


@dataclass(frozen=True)
class Way:
    """One line that leads to an offer."""

    title: str
    url: str
    icon: str
    is_here: bool = False
    is_first: bool = False
    """Whether it is what is most likely wanted."""


@bp.get("/")
def home() -> ResponseReturnValue:
    """What is mine, drawn, and what I may do; for who is not known, what everybody may."""
    cards = [(each, shown) for each, shown in _cards()]
    return render_template(
        "phone/home.html",
        title=who().name or HubState.read().community,
        acts=_ways_on([each for each in of_me(Action) if _is_act(each)]),
        cards=[(_way(each), drawn(_beginning(each, shown))) for each, shown in cards],
        ways=[each for each in _ways() if each not in _usual()],
        is_known=bool(people_here()),
        is_personal=is_personal(),
    )


@bp.get("/all")
def all_() -> str:
    """Everything that is offered here, and may be begun here."""
    return render_template("phone/all.html", title=_("All"), ways=list(_ways(with_acts=True)))


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
    parts = list(_shown(views))
    named = [shown.title for _, shown in parts if isinstance(shown, Beside) and shown.title]
    called = hub.name_of(collection, id) or next(iter(named), hub.title_of(collection))
    return render_template(
        "phone/record.html",
        title=words.shown(called),
        parts=[(_way(each), drawn(shown)) for each, shown in parts],
        acts=_ways_on([each for each in of_record(Action, record) if _is_shown(each)]),
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
    if _is_asked_about(form.offered):
        # What is found by what is typed is not to be tried out.
        refuse_haste(current_hub(), whose())
    try:
        shown: Shown = form.carry_out()
    except HongxianError as error:
        form.refuse(error)
        return None
    return shown


def _is_asked_about(offered: Offered[Offer]) -> bool:
    return any(each.required for each in offered.columns.values())


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
        error=refused(form.error),
        once=form.name,
        once_name=ONCE,
        shown=drawn(shown) if shown is not None else "",
        folded=shown is not None and not form.error and not form.reasons,
        icon=offer.icon,
    )


# -- what leads where ----------------------------------------------------------------------------


def _cards() -> Iterator[tuple[Mine, Shown]]:
    """What is drawn on one's own page: what is of me, and what says that it is for a first page."""
    mine = [each for each in of_me(View) if each.record is not None]
    cards = [each for each in of_me(View) if each.record is None and _is_card(each)]
    yield from _shown([*mine, *cards])


def _beginning(mine: Mine, shown: Shown) -> Shown:
    """What stands of it on the first page: all that is of me, of all else a few lines."""
    if mine.record is not None:
        return shown
    if isinstance(shown, Beside):
        first = _beginning(mine, shown.shapes[0])
        return replace(shown, shapes=[first], above=(), foot=(), presses=())  # type: ignore[list-item]
    if isinstance(shown, Table):
        return replace(shown, rows=shown.rows[:CARD_LINES], ids=shown.ids[:CARD_LINES])
    if isinstance(shown, Cards):
        return replace(shown, cards=shown.cards[:CARD_LINES], among=(), filters=())
    return shown


def _is_card(mine: Mine) -> bool:
    offer = mine.offered.offer
    return isinstance(offer, View) and offer.card and not _is_asked_about(mine.offered)


def _shown(wanted: Iterable[Mine]) -> Iterator[tuple[Mine, Shown]]:
    """Each that shows something; one that breaks is kept as its plugin's error, and the others are there."""
    for each in wanted:
        form = Form(each)
        try:
            shown = form.carry_out()
        except HongxianError:
            continue
        if not (isinstance(shown, Table) and not shown.rows and not shown.note):
            yield each, shown


def _is_shown(mine: Mine) -> bool:
    return mine.offered.offer.menu


def _is_act(mine: Mine) -> bool:
    """Whether it is a button on top of one's own page: what is done to oneself, and what says that it is a card."""
    offer = mine.offered.offer
    is_card = isinstance(offer, Action) and offer.card
    return _is_shown(mine) and (mine.record is not None or is_card)


def _ways(*, with_acts: bool = False) -> Iterator[Way]:
    """Lines to what needs no record; with what the first page has as a button, too."""
    for kind in (Action, View):
        for each in of_me(kind):
            is_act = kind is Action and not with_acts and _is_act(each)
            stands_above = _is_card(each) or is_act
            is_here = each.record is None and _is_shown(each) and not stands_above
            if is_here and begins_by_hand(each.offered):
                yield _way(each)


def _way(mine: Mine) -> Way:
    offer = mine.offered.offer
    endpoint = "phone.do" if isinstance(offer, Action) else "phone.view"
    url = url_for(endpoint, name=mine.offered.name, id=mine.id or None)
    here = request.root_path + request.path
    return Way(words.shown(offer.title), url, offer.icon or "puzzle", here == url)


def _ways_on(acts: Iterable[Mine]) -> list[Way]:
    """Buttons, of which the first is red unless it leads off the way that such records go, as what takes them back."""
    found = sorted(acts, key=_leads_off)
    ways = [_way(each) for each in found]
    if ways and not _leads_off(found[0]):
        ways[0] = replace(ways[0], is_first=True)
    return ways


def _leads_off(mine: Mine) -> bool:
    offer, record = mine.offered.offer, mine.record
    return isinstance(offer, Step) and record is not None and not offer.leads_on(record)


def _usual() -> list[Way]:
    found = (
        _way(each)
        for kind in (Action, View)
        for each in of_me(kind)
        if each.offered.offer.usual and each.record is None
    )
    return list(islice(found, MOST_TABS))


@bp.app_template_global()
def tabs() -> list[Way]:
    """At the foot of each page: my own, what is mostly come for, and all."""
    home = url_for("phone.home")
    here = request.root_path + request.path
    return [
        Way(_("Mine") if people_here() else _("Start"), home, "person", here == home),
        *_usual(),
        Way(_("All"), url_for("phone.all_"), "list", request.endpoint == "phone.all_"),
    ]


@bp.app_template_global()
def people_on_this_phone() -> list[tuple[str, str]]:
    """Each person's phone with their name, who asks first."""
    return [(each.phone.id, each.viewer.name) for each in people_here()]


@bp.app_template_global()
def is_signed_out() -> bool:
    """Whether nobody is let in now: a script may know a key all the same."""
    return not people_here() and is_personal() and request.blueprint != "shell"
