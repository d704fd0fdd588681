"""A record's form: drawn from its collection, read back as what its person changed, no more.

Each input carries, unseen, what stood in it when the page was drawn. Only what differs is written:
a page that was open while a sync came in does not put the old values back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _

from hongxian.collections.collection import Collection
from hongxian.collections.rights import may_write
from hongxian.errors import HongxianError, Invalid, OnlyMovesForward, UnknownTeam
from hongxian.kinds.column import Column
from hongxian.kit.settings import Settings
from hongxian.model.record import COMMUNITY, KEEPER
from hongxian.model.row import DELETED, SCOPE, UNWRITTEN, Row
from hongxian.text import Text
from hongxian.words.values import Value, Values
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.formatting import team_title, titles_of
from hongxian_client.plugins.offers import entry_for
from hongxian_client.replica.replica import Replica
from hongxian_client.text.assignments import Assignment, values_of
from hongxian_web import words
from hongxian_web.inputs import Input, input_of

WAS = "was."
"""Before a field's name: what stood in its input when the page was drawn."""
TEAM = "scope"


def standing_settings(replica: Replica, collection: Collection) -> Row | None:
    """Of settings, what counts now, to be written over by another version; None for all else."""
    if not issubclass(collection.model, Settings):
        return None
    held = collection.model.now(replica)
    values = {n: each.to_wire(getattr(held, n)) for n, each in collection.columns.items()}
    values |= {SCOPE: COMMUNITY, DELETED: False}
    return Row("", UNWRITTEN, values, maker=replica.writer().laptop)


def columns_asked(replica: Replica, collection: Collection, row: Row | None) -> list[Column]:
    """The fields that a form asks for; an amount that is kept in rights, or counted, has its own way."""
    writer = replica.writer()
    return [
        column
        for column in collection.shown.values()
        if not column.read_only
        and (column.asked_at_first if row is None else column.asked_later)
        and (
            may_write(collection, row, column.name, writer)
            or (row is None and collection.writers_of(column.name) != "hub")
        )
    ]


def stands_in(replica: Replica, collection: Collection, row: Row | None) -> dict[str, str]:
    """The text of each input as it is drawn first: what is stored, or the defaults."""
    found = {}
    for column in columns_asked(replica, collection, row):
        stored = row.values.get(column.name) if row else collection.default_of(column.name)
        found[column.name] = _as_text(replica, column, stored)
    return found


def _as_text(replica: Replica, column: Column, stored: Value) -> str:
    text = column.in_form(stored)
    if column.reference is not None and text:
        return titles_of(replica, column.reference, [text]).get(text, text)
    return text


def inputs_of(
    replica: Replica,
    collection: Collection,
    row: Row | None,
    typed: Mapping[str, str],
    error: HongxianError | None = None,
) -> list[Input]:
    """The inputs of the form, with what is typed so far and why it was refused."""
    reasons = reasons_of(error)
    inputs = [_team_input(replica, collection, typed, reasons)] if row is None else []
    for column in columns_asked(replica, collection, row):
        each = input_of(column, typed.get(column.name, ""), reasons.get(column.name, ()))
        picked = typed.get(f"{column.name}.id") or (
            str(row.values.get(column.name) or "") if row and not error else ""
        )
        each = as_reference(replica, column, each, picked)
        each.help = each.help or words.shown(column.hint)
        inputs.append(each)
    return [each for each in inputs if each is not None]


def as_reference(replica: Replica, column: Column, given: Input, picked: str) -> Input:
    """The input of a reference: it offers records by name, with the one that is picked by its name."""
    if column.reference is None or column.choices:
        return given
    if column.reference not in replica.collections:
        given.widget = "text"
        return given
    given.look_up = url_for("records.pick", name=column.reference)
    given.add = adding_to(replica, replica.collections[column.reference])
    title = titles_of(replica, column.reference, [picked]).get(picked)
    if title is not None:
        given.picked, given.value = picked, title
    return given


def new_of(collection: Collection) -> str:
    """Where a new record of a collection is made: in a plugin's own form, or in that of its fields."""
    own = entry_for(current_desk().replica, collection)
    if own is not None:
        return url_for("offers.do", name=own.name)
    return url_for("records.new", name=collection.name)


def adding_to(replica: Replica, collection: Collection) -> tuple[str, str] | None:
    """Where what a reference does not find is made new, and the word for it; None where this laptop may not."""
    if not may_write(collection, None, "", replica.writer()):
        return None
    return new_of(collection), _("New: %(kind)s", kind=words.shown(collection.title))


def drawn_with(inputs: Sequence[Input], form: Mapping[str, str]) -> dict[str, str]:
    """What the inputs of a form were drawn with at first, by the unseen input that says it."""
    drawn = {WAS + each.name: each.value for each in inputs}
    drawn |= {f"{WAS}{each.name}.id": each.picked for each in inputs if each.widget == "reference"}
    return {name: form.get(name, value) for name, value in drawn.items()}


def _team_input(
    replica: Replica,
    collection: Collection,
    typed: Mapping[str, str],
    reasons: Mapping[str, Sequence[Text]],
) -> Input | None:
    scopes = scopes_offered(replica, collection)
    if len(scopes) < 2:
        return None
    titles = [(scope, team_title(scope, replica.teams())) for scope in scopes]
    own = list(replica.teams())
    value = typed.get(TEAM, own[0] if len(own) == 1 else "")
    why = [words.marked(each) for each in reasons.get(TEAM, ())]
    return Input(TEAM, _("Team"), "select", value, required=True, choices=titles, reasons=why)


def scopes_offered(replica: Replica, collection: Collection) -> list[str]:
    """Whose a new record may be."""
    if collection.scope_kind == COMMUNITY:
        return [COMMUNITY]
    if collection.within or collection.scope_kind == KEEPER:
        return []  # its circle is that of what it belongs to
    return [*replica.teams(), *([COMMUNITY] if collection.scope_kind == "any" else [])]


def reasons_of(error: HongxianError | None) -> dict[str, list[Text]]:
    """Why each field was refused; under "" what concerns no single one."""
    if error is None:
        return {}
    if isinstance(error, Invalid):
        return {name: list(why) for name, why in error.facts["reasons"].items()}
    if isinstance(error, OnlyMovesForward):
        return {error.facts["field"]: [error.text]}
    return {TEAM if isinstance(error, UnknownTeam) else "": [error.text]}


def problems_of(error: HongxianError | None, inputs: Sequence[Input]) -> list[str]:
    """What was refused and stands beside no input, in the language of the page."""
    names = {each.name for each in inputs}
    beside_none = {n: why for n, why in reasons_of(error).items() if n not in names}
    if error is not None and set(beside_none) <= {""}:
        return [words.refused(error)] if beside_none else []
    return [words.marked(each) for why in beside_none.values() for each in why]


# -- what was typed ------------------------------------------------------------------------------


def typed_values(
    replica: Replica, collection: Collection, row: Row | None, form: Mapping[str, str]
) -> Values:
    """The values to write: of a new record what is filled in, of another what was changed.

    Raises `Invalid` with every field that is no value.
    """
    given: list[Assignment] = []
    emptied: Values = {}
    for column in columns_asked(replica, collection, row):
        if column.name not in form:
            continue
        text, was = _typed(column, form), form.get(WAS + column.name, "")
        if row is not None and _is_untouched(column, form):
            continue
        if not text and not column.null and column.nothing is None:
            if row is None and column.default is not None:
                continue
            if column.default == "":
                emptied[column.name] = ""
                continue
        for sign, changed in column.assignments(was if row is not None else "", text):
            given.append(Assignment(column.name, sign, changed))
    values = {**values_of(replica, collection, given), **emptied}
    if row is None and form.get(TEAM):
        values[SCOPE] = form[TEAM]
    return values


def _typed(column: Column, form: Mapping[str, str]) -> str:
    """What stands in an input; of a reference the id that was picked, unless typed over."""
    text = form[column.name].replace("\r\n", "\n")
    picked = form.get(f"{column.name}.id", "")
    return picked if column.reference is not None and text and picked else text


def _is_untouched(column: Column, form: Mapping[str, str]) -> bool:
    """Whether an input holds what it was drawn with."""
    parts = [column.name, *([f"{column.name}.id"] if column.reference is not None else [])]
    return all(
        form.get(part, "").replace("\r\n", "\n") == form.get(WAS + part, "").replace("\r\n", "\n")
        for part in parts
    )
