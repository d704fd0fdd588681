"""Laptops: who has synced and what they had not sent; their teams; the end of one's access."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from hongxian_server.hub import Hub
from hongxian_server.intake.quotas import held_rights
from hongxian_server.people import devices
from hongxian_server.tables.access import Access
from hongxian_web import words
from hongxian_web.navigation import Entry, add_entry
from hongxian_web.telling import tell


def room(hub: Hub) -> Blueprint:
    """The list, a page for each laptop, and one that asks before a laptop is revoked."""
    laptops = Blueprint("laptops", __name__)
    add_entry(laptops, lambda: Entry(_("Laptops"), url_for("laptops.listed")))

    @laptops.get("/console/laptops")
    def listed() -> str:
        every = Access.select().order_by(Access.revoked, Access.retired, Access.number)
        rows = [(each, _teams_of(each), state_of(each)) for each in every]
        return render_template("console/laptops.html", rows=rows)

    @laptops.get("/console/laptops/<int:number>")
    def one(number: int) -> str:
        access = _access(number)
        theirs = _teams_of(access)
        others = {scope: name for scope, name in devices.teams().items() if scope not in theirs}
        return render_template(
            "console/laptop.html",
            access=access,
            teams=theirs,
            others=others,
            state=state_of(access),
        )

    @laptops.post("/console/laptops/<int:number>/teams")
    def regroup(number: int) -> Any:
        access = _access(number)
        if "grant" in request.form:
            devices.grant(hub, number, request.form["grant"])
            tell(_("%(name)s is let in; the team's data comes at its next sync.", name=access.name))
        else:
            devices.withdraw(hub, number, request.form.get("withdraw", ""))
            tell(_("%(name)s is taken out; the data leaves it at its next sync.", name=access.name))
        return redirect(url_for("laptops.one", number=number))

    @laptops.get("/console/laptops/<int:number>/revoke")
    def ask(number: int) -> str:
        access = _access(number)
        rights = [
            f"{words.title(collection)} · {words.label(column)}: "
            f"{amount} {words.part(column.unit)}".strip()
            for collection, column, amount in held_rights(hub, number)
        ]
        return render_template(
            "console/revoke.html", access=access, teams=_teams_of(access), rights=rights
        )

    @laptops.post("/console/laptops/<int:number>/revoke")
    def revoke(number: int) -> Any:
        access = _access(number)
        devices.revoke(hub, number)
        tell(_("The access of %(name)s has ended.", name=access.name))
        return redirect(url_for("laptops.listed"))

    return laptops


def state_of(access: Access) -> str:
    """A word for how things stand with a number."""
    if access.revoked:
        return _("revoked")
    return _("old number") if access.retired else _("in use")


def _access(number: int) -> Access:
    found: Access | None = Access.get_or_none(Access.number == number) if number < 2**31 else None
    if found is None:
        abort(404)
    return found


def _teams_of(access: Access) -> dict[str, str]:
    return devices.named_scopes(access)
