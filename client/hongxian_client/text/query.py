"""Finding a record by what a person gives: its id, the end or beginning of it, or its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hongxian.collections.collection import Collection
from hongxian.doubles import Doubles
from hongxian.errors import RecordUnknown, UnknownField
from hongxian.kinds.text import TextColumn
from hongxian.model.row import SCOPE, Row
from hongxian.terminal.commands import WrongCommandLine
from hongxian.text import Text
from hongxian.words.values import Value, Values
from hongxian_client.replica.replica import Replica
from hongxian_client.search.look import Look
from hongxian_client.search.pinyin import IN_ORDER
from hongxian_client.text.assignments import Assignment, is_team, values_of
from hongxian_client.text.names import ids_by_name

SHORTEST = 4
"""Letters of an id that may stand for it."""
_AT_ONCE = 1_000
"""Rows of a slice."""


def find_row(collection: Collection, given: str, *, deleted: bool = False) -> Row:
    """The one record that an id, the end or beginning of one, or a name means.

    Raises `RecordUnknown`, also for a deleted record unless `deleted` ones are wanted.
    """
    wanted = given.strip().lower()
    exact = collection.rows("id = ?", (wanted,))
    found = exact or (_like(collection, wanted) if len(wanted) >= SHORTEST else [])
    found = [row for row in found if deleted or not row.deleted]
    found = found or _bearers(collection, given.strip())
    if len(found) > 1:
        raise WrongCommandLine(
            detail=Text(
                "“{given}”可能指多条记录：{known}", "{given!r} may mean several records: {known}"
            ).format(given=given, known=[row.id for row in found[:5]])
        )
    if not found:
        raise RecordUnknown(id=given, collection=collection.name)
    return found[0]


def _like(collection: Collection, part: str) -> list[Row]:
    if not all(letter in "0123456789abcdef-" for letter in part):
        return []
    return collection.rows("(id LIKE ? OR id LIKE ?) ORDER BY id LIMIT 6", (f"%{part}", f"{part}%"))


def _bearers(collection: Collection, name: str) -> list[Row]:
    ids = ids_by_name(collection, [name])[name]
    return [row for _, row in sorted(collection.rows_by_id(ids).items())]


def select_rows(
    replica: Replica,
    collection: Collection,
    where: Sequence[Assignment],
    *,
    sort: str = "",
    limit: int | None = None,
    offset: int = 0,
    search: str | Look = "",
) -> list[Row]:
    """Live records for which all of `where` is so, in the order of `sort` or the collection's own.

    That is the order of their making, unless its plugin says otherwise. `search` are words that
    their texts hold, or the initials of their pinyin.
    """
    order = sort or collection.order
    is_short = limit is not None and order.removeprefix("-") in ("", "id")
    sql, parameters, states = _conditions(replica, collection, where, search, one_by_one=is_short)
    condition = f"{sql} ORDER BY {_order(collection, order)}"
    if limit is not None and not states:
        condition += f" LIMIT {int(limit)} OFFSET {int(offset)}"
        offset = 0
    found = collection.rows(condition, parameters)
    rows = [row for row in found if _holds(collection, row, states)]
    return rows[offset:][:limit]


def slices_of_all(
    replica: Replica, collection: Collection, where: Sequence[Assignment], *, sort: str = ""
) -> Iterator[list[Row]]:
    """All such records in the same order, some at a time: however many there are, few are held at once."""
    with replica.database.snapshot():
        sql, parameters, states = _conditions(replica, collection, where, "")
        order = _order(collection, sort or collection.order)
        found = f'SELECT id FROM "{collection.table}" WHERE {sql} ORDER BY {order}'
        ids = [id for (id,) in collection.database.execute_sql(found, parameters).fetchall()]
        for place in range(0, len(ids), _AT_ONCE):
            rows = collection.rows_by_id(ids[place : place + _AT_ONCE])
            in_order = (rows[id] for id in ids[place : place + _AT_ONCE])
            yield [row for row in in_order if _holds(collection, row, states)]


def _holds(collection: Collection, row: Row, states: Values) -> bool:
    """Whether a row answers what SQL was not asked."""
    columns, values = collection.columns, row.values
    return all(columns[name].holds(values.get(name), value) for name, value in states.items())


def count_rows(
    replica: Replica,
    collection: Collection,
    where: Sequence[Assignment],
    *,
    search: str = "",
    by: str = "",
) -> dict[Value, int] | None:
    """How many records there are for each value of the field `by`, or in all, under None.

    None where only reading each record would tell: a filter on a tally, a set or an amount.
    """
    sql, parameters, states = _conditions(replica, collection, where, search)
    if states:
        return None
    column, quoted = collection.columns.get(by), _quoted(collection, by) if by else "NULL"
    told = column.sql(quoted) if column is not None else quoted
    source = f'SELECT {told}, count(*) FROM "{collection.table}" WHERE {sql} GROUP BY 1'
    return dict(collection.database.execute_sql(source, parameters).fetchall())


def _conditions(
    replica: Replica,
    collection: Collection,
    where: Sequence[Assignment],
    search: str | Look,
    *,
    one_by_one: bool = False,
) -> tuple[str, list[Value], Values]:
    """What SQL finds them by, with its parameters, and what each that it finds is still to be asked."""
    values = values_of(replica, collection, where)
    sql: list[str] = ["NOT deleted"]
    parameters: list[Value] = []
    states: Values = {}
    for name, value in values.items():
        column = collection.columns.get(name)
        if column is not None and column.merge.keeps_both:
            states[name] = value
        elif value is None:
            sql.append(f"{_quoted(collection, name)} IS NULL")
        elif column is not None and column.reference and column.names_record(value):
            same = Doubles(column.reference).group(value)
            found, ids = replica.database.among(_quoted(collection, name), same)
            sql.append(found)
            parameters += ids
        else:
            quoted = _quoted(collection, name)
            sql.append(f"{column.sql(quoted) if column is not None else quoted} = ?")
            parameters.append(value)
    if isinstance(search, Look) or search.strip():
        look = search if isinstance(search, Look) else Look(replica, search)
        found, words = look.condition(collection, one_by_one=one_by_one)
        sql.append(found)
        parameters += words
    return " AND ".join(sql), parameters, states


def _order(collection: Collection, sort: str) -> str:
    name = sort.removeprefix("-")
    if not name or name == "id":
        return "id DESC" if sort.startswith("-") else "id"
    if name not in collection.columns and not is_team(collection, name):
        known = list(collection.columns)
        raise UnknownField(collection=collection.name, name=name, known=known)
    by = _quoted(collection, name)
    if isinstance(collection.columns.get(name), TextColumn):
        by = f"{IN_ORDER}({by})"
    return f"{by} {'DESC' if sort.startswith('-') else 'ASC'}, id"


def _quoted(collection: Collection, name: str) -> str:
    return collection.quoted(SCOPE if is_team(collection, name) else name)
