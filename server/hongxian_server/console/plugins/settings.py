"""The settings of plugins: the forms of those that are the keeper's to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.collections.collection import Collection
from hongxian.errors import HongxianError, Invalid
from hongxian.kinds.column import Column
from hongxian.kinds.typed_input import WrongCell
from hongxian.kit.settings import Settings
from hongxian.text import Text
from hongxian.words.values import Values
from hongxian_server.console.formatting import reasons
from hongxian_server.current import current_hub
from hongxian_server.hub import Hub
from hongxian_server.tables.keeper_log import Act, note
from hongxian_web.flashes import tell
from hongxian_web.inputs import Input, input_of
from hongxian_web.navigation import Entry, in_menu

WAS = "was."
"""Before a field's name: what stood in its input when the page was drawn."""

bp = Blueprint("plugin_settings", __name__, url_prefix="/console/plugin-settings")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    if next(_keepers(current_hub()), None):
        yield Entry(_("Settings of plugins"), url_for("plugin_settings.index"), icon="tools")


@bp.get("")
def index() -> str:
    """Which there are."""
    return render_template("console/plugin_settings.html", found=list(_keepers(current_hub())))


@bp.route("/<name>", methods=["GET", "POST"])
def form(name: str) -> ResponseReturnValue:
    """One plugin's: what counts now, to be changed."""
    hub = current_hub()
    kind = next((each for each in _keepers(hub) if each.name == name), None)
    if kind is None:
        abort(404)
    error: HongxianError | None = None
    stands = _stands_in(hub, kind)
    if request.method == "POST":
        try:
            _save(hub, kind)
            return redirect(url_for("plugin_settings.form", name=name))
        except HongxianError as refused:
            error = refused
    typed = {**stands, **request.form} if error else stands
    by_field = error.facts["reasons"] if isinstance(error, Invalid) else {}
    page = render_template(
        "console/plugin_settings_form.html",
        kind=kind,
        was={f"{WAS}{each}": request.form.get(f"{WAS}{each}", stands[each]) for each in stands},
        inputs=[_input(each, typed, by_field) for each in _asked(kind)],
        problems=reasons(error) if error and not by_field.keys() <= kind.columns.keys() else (),
    )
    return page, error.status if error else 200


def _keepers(hub: Hub) -> Iterator[Collection]:
    for each in hub.collections.values():
        if issubclass(each.model, Settings) and each.writers == "hub":
            yield each


def _asked(kind: Collection) -> list[Column]:
    return [each for each in kind.columns.values() if each.asked_later]


def _stands_in(hub: Hub, kind: Collection) -> dict[str, str]:
    held = kind.model.now(hub)
    return {n.name: n.in_form(n.to_wire(getattr(held, n.name))) for n in _asked(kind)}


def _input(column: Column, typed: Mapping[str, str], by_field: Mapping[str, list[Text]]) -> Input:
    return input_of(column, typed.get(column.name, ""), by_field.get(column.name, ()))


def _save(hub: Hub, kind: Collection) -> None:
    """Write what was typed over what the page was drawn with; raises `Invalid`."""
    typed = {name: values[-1] for name, values in request.form.lists()}  # a box follows its shadow
    values: Values = {}
    wrong: dict[str, list[Text]] = {}
    for column in _asked(kind):
        text = typed.get(column.name, "").replace("\r\n", "\n")
        if text != typed.get(f"{WAS}{column.name}", ""):
            try:
                values[column.name] = column.typed(text)
            except WrongCell as error:
                wrong[column.name] = [error.why]
    if wrong:
        raise Invalid(collection=kind.name, reasons=wrong)
    if not values:
        tell(_("Nothing was changed."))
        return
    with hub.transaction():
        hub.create(kind.model, [values])
        note(hub, Act.SETTING, kind.title, *(kind.columns[name].label for name in values))
    tell(_("Saved."))
