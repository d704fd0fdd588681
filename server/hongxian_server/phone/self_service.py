"""What everybody may do about themselves: who is on this phone, a copy of one's data, what one consented to."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.collections.builtin import Consent
from hongxian.collections.consents import consents_asked
from hongxian.doubles import group
from hongxian.engine.person_file import NOT_SEEN, fields_told
from hongxian.plugins.viewer import PERSON
from hongxian.shapes.facts import Facts
from hongxian_server.current import current_hub
from hongxian_server.membership.pace import refuse_haste
from hongxian_server.ops.person import give_person_data, give_person_file
from hongxian_server.phone.door import Here, people_here, to_the_door, whose
from hongxian_server.phone.drawing import drawn
from hongxian_server.tables.keeper_log import Actor, Road, acting
from hongxian_web import words
from hongxian_web.flashes import tell

bp = Blueprint("self_service", __name__, url_prefix="/me")


@bp.get("")
def show() -> ResponseReturnValue:
    """The page of it."""
    here = next(iter(people_here()), None)
    if here is None:
        return to_the_door()
    return render_template(
        "phone/me.html",
        title=_("This phone and I"),
        phones=[(each.phone.id, each.viewer.name, each.phone.since) for each in people_here()],
        consents=[(kind, words.shown(asks)) for kind, asks in _given(here).items()],
    )


@bp.get("/data")
def data() -> str:
    """All that the hub has of one, but for what is confidential, to be read: a mini-program opens no file."""
    here, hub = _person(), current_hub()
    with acting(Actor(Road.PHONE)):
        found = give_person_data(hub, here.viewer.of, here.viewer.person or "")
    parts = [
        (
            words.shown(each.collection.title),
            [Facts(list(fields_told(hub, each.collection, row))) for row in each.rows],
            words.shown(NOT_SEEN.format(n=each.unseen)) if each.unseen else "",
        )
        for each in found
    ]
    return render_template("phone/data.html", title=_("My data"), parts=parts, drawn=drawn)


@bp.get("/data.zip")
def data_file() -> ResponseReturnValue:
    """The same as a file (个人信息保护法 45)."""
    here = _person()
    refuse_haste(current_hub(), whose())
    with (
        tempfile.TemporaryDirectory(dir=current_hub().passing) as folder,
        acting(Actor(Road.PHONE)),
    ):
        path = Path(folder) / "data.zip"
        give_person_file(current_hub(), here.viewer.of, here.viewer.person or "", path)
        file = path.open("rb")
    name = f"{date.today():%Y%m%d}.zip"
    return send_file(file, mimetype="application/zip", as_attachment=True, download_name=name)


@bp.post("/withdraw")
def withdraw() -> ResponseReturnValue:
    """Take back a consent: what is kept by it goes (个人信息保护法 15)."""
    here, kind = _person(), request.form.get("kind", "")
    if kind in _given(here):
        Consent.create(person=here.viewer.person, kind=kind, given=False, scope="community")
        tell(
            _(
                "Withdrawn. What was kept by it goes from the hub now, and from each laptop as it syncs."
            )
        )
    return redirect(url_for("self_service.show"))


def _person() -> Here:
    here = next(iter(people_here()), None)
    if here is None or here.viewer.of != PERSON:
        abort(404)
    return here


def _given(here: Here) -> dict[str, object]:
    """What one has consented to, and not taken back since, by its kind."""
    if here.viewer.of != PERSON:
        return {}
    theirs = Consent.person.in_(sorted(group(PERSON, here.viewer.person or "")))
    last = {each.kind: each.given for each in Consent.select().where(theirs).order_by(Consent.id)}
    return {kind: asks for kind, asks in consents_asked().items() if last.get(kind)}
