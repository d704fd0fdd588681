"""FIELD=VALUE as a person types it on a command line, as values of a collection's fields.

`people=+5` counts on and `people=12` sets the total; `skills=磨刀,剪刀` sets a set, `skills+=磨刀`
adds to it and `skills-=磨刀` takes from it; nothing after the sign empties the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hongxian.collections.builtin import WHOLE_COMMUNITY
from hongxian.collections.collection import Collection
from hongxian.errors import Invalid, Refused, UnknownField
from hongxian.files import attach
from hongxian.kinds.column import Column
from hongxian.kinds.file import FileColumn, packed_file
from hongxian.kinds.typed_input import Unresolved, WrongCell
from hongxian.model.record import COMMUNITY
from hongxian.model.row import SCOPE
from hongxian.terminal.commands import WrongCommandLine
from hongxian.text import Text
from hongxian.words.values import Values
from hongxian_client.replica.replica import Replica
from hongxian_client.text.names import ids_by_name

_ASSIGNMENT = re.compile(r"([^=]*?)([+-]?)=(.*)", re.DOTALL)
_TEAM = "team"
_WHOLE_COMMUNITY = (COMMUNITY, WHOLE_COMMUNITY.zh, WHOLE_COMMUNITY.en)
CANDIDATES_SHOWN = 5


@dataclass(frozen=True)
class Assignment:
    """One FIELD=VALUE; `sign` is "+" or "-" where it adds or takes away."""

    name: str
    sign: str
    text: str


def assignments(texts: Iterable[str], *, signs: bool = True) -> list[Assignment]:
    """Take words apart at their first `=`; raises `WrongCommandLine` for one that has none."""
    found = []
    for text in texts:
        parts = _ASSIGNMENT.fullmatch(text)
        if parts is None or not parts[1].strip() or (parts[2] and not signs):
            raise WrongCommandLine(
                detail=Text(
                    "“{text}”不是 字段=值，例如 name=张三。",
                    "{text!r} is not FIELD=VALUE, such as name=Lee.",
                ).format(text=text)
            )
        found.append(Assignment(parts[1].strip(), parts[2], parts[3]))
    return found


def values_of(replica: Replica, collection: Collection, given: Sequence[Assignment]) -> Values:
    """The values to write; raises `UnknownField`, or `Invalid` with every field that is wrong."""
    own = [each for each in given if not is_team(collection, each.name)]
    values = column_values(replica, collection.name, collection.shown, own, (_TEAM,))
    for each in given:
        if is_team(collection, each.name):
            values[SCOPE] = scope_of(replica, each.text)
    return values


def typed_values_of(
    replica: Replica, collection: Collection, given: Sequence[Assignment]
) -> Values:
    """The same of what a person writes: not what the plugin alone fills in."""
    values = values_of(replica, collection, given)
    reasons = {
        n: [READ_ONLY]
        for n in values
        if n in collection.columns and collection.columns[n].read_only
    }
    if reasons:
        raise Invalid(collection=collection.name, reasons=reasons)
    return values


READ_ONLY = Text("此栏由系统填写，不能改。", "Nobody types this field: it is filled in.")


def column_values(
    replica: Replica,
    asker: str,
    columns: Mapping[str, Column],
    given: Sequence[Assignment],
    also: Sequence[str] = (),
) -> Values:
    """The values of what `asker` asks for; raises as `values_of`. `also` may be given elsewhere."""
    for each in given:
        if each.name not in columns:
            known = [*columns, *also] or "-"
            raise UnknownField(collection=asker, name=each.name, known=known)
    values: Values = {}
    reasons: dict[str, list[Text]] = {}
    for each in given:
        column = columns[each.name]
        try:
            column.assign(values, each.sign, _meant(column, each.text))
            if isinstance(name := values[each.name], Unresolved):
                values[each.name] = _id_of(replica, column, name)
        except WrongCell as wrong:
            reasons.setdefault(each.name, []).append(wrong.why)
    if reasons:
        raise Invalid(collection=asker, reasons=reasons)
    return values


def _meant(column: Column, text: str) -> str:
    """What was typed; of a file's field that names a path, the file as a record names it. Raises `WrongCell`."""
    if not (isinstance(column, FileColumn) and text.startswith("@")):
        return text
    path = Path(text[1:]).expanduser()
    try:
        with path.open("rb") as file:
            return packed_file(attach(column, file.read(column.most + 1), path.name))
    except OSError as error:
        why = Text("{path} 读不了（{error}）。", "{path} cannot be read ({error}).")
        raise WrongCell(why.format(path=path, error=error.strerror or error)) from None
    except Refused as error:
        raise WrongCell(error.text) from None


def scope_of(replica: Replica, name: str) -> str:
    """A team's scope by its name, or the community's; raises `UnknownTeam`."""
    return COMMUNITY if name.casefold() in _WHOLE_COMMUNITY else replica.team(name)


def is_team(collection: Collection, name: str) -> bool:
    """Whether the name means whose record it is, not a field of the collection's own."""
    return name in (SCOPE, _TEAM) and name not in collection.columns


def _id_of(replica: Replica, column: Column, name: str) -> str:
    """The id of the one record that bears a name, or what stands for it where nothing does."""
    other = replica.collections.get(column.reference or "")
    ids = ids_by_name(other, [name])[name] if other else []
    if len(ids) == 1:
        return ids[0]
    if not ids and (told := column.unresolved(name)) is not None:
        return str(told)
    raise WrongCell(why_not_one(replica, column, name, ids))


def title_of(replica: Replica, column: Column) -> Text:
    """What people call the collection that a reference is to; its name, while its plugin is away."""
    other = replica.collections.get(column.reference or "")
    return other.title if other else Text.of(column.reference or "")


def why_not_one(replica: Replica, column: Column, name: str, ids: Sequence[str]) -> Text:
    """Why a name does not stand for one record: nobody bears it, or several do."""
    if not ids:
        return Text("“{of}”里没有“{name}”。", "There is no “{name}” in {of}.").format(
            of=title_of(replica, column), name=name
        )
    several = Text(
        "有 {count} 个“{name}”，请改填编号：{ids}。",
        "{count} records are named “{name}”; give the id of one: {ids}.",
    )
    return several.format(count=len(ids), name=name, ids=sorted(ids)[:CANDIDATES_SHOWN])
