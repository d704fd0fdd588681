"""Who is not on a grid yet: found by a name, pinyin or the last four of a telephone, and added, ticked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hongxian.collections.collection import Collection
from hongxian.doubles import Doubles
from hongxian.errors import Refused
from hongxian.kinds.phone import PhoneColumn
from hongxian.model.row import Row
from hongxian.shapes.cells import name_of
from hongxian.shapes.grid import Add, Grid
from hongxian.text import Text
from hongxian.words.folding import folded
from hongxian_client.plugins.grids import TICKED, Typed, save_grid
from hongxian_client.replica.replica import Replica
from hongxian_client.text.query import select_rows

OFFERED = 6
MOST_NAMES, LONGEST_NAME = 200, 40
_BETWEEN = re.compile(r"[\n,，、;；\t]+")
_NUMBER = re.compile(r"^[ \t　]*(?:[(（]?\d{1,3}[.．、):：）]|[@＠•\-*])[ \t　]*", re.MULTILINE)
"""What stands before a name: 1. or （1） or @."""
_LAST_DIGITS = re.compile(r"\d{3,}")


class NotFoundToAdd(Refused):
    """Nobody from a list was found here to be added."""

    message = Text("没有选人，什么也没有记。", "Nobody was chosen, so nothing was written.")


@dataclass(frozen=True)
class Listed:
    """One name of a list, and who may be meant."""

    name: str
    found: Sequence[tuple[str, str]]
    """`(id, what they are called)`."""
    is_sure: bool


def find_to_add(replica: Replica, add: Add, text: str) -> list[tuple[str, str]]:
    """The records that may be meant: `(id, what each is called)`, doubles as one."""
    kind = replica.collection(name_of(add.of))
    rows = {row.id: row for row in select_rows(replica, kind, [], search=text, limit=OFFERED)}
    if _LAST_DIGITS.fullmatch(text.strip()):
        ids = list(_by_telephone(replica, kind, text))
        rows |= kind.rows_by_id(ids)
    doubles, found = Doubles(kind.name), dict[str, str]()
    for row in rows.values():
        if not row.deleted:
            found.setdefault(doubles.first(row.id), _called(kind, row))
    return list(found.items())[:OFFERED]


def _by_telephone(replica: Replica, kind: Collection, digits: str) -> Iterator[str]:
    """Whom records with a telephone refer to, of those telephones that hold these digits."""
    for other in replica.collections.values():
        phones = [each for each in other.columns.values() if isinstance(each, PhoneColumn)]
        refers = [each for each in other.columns.values() if each.reference == kind.name]
        if phones and refers:
            for row in select_rows(replica, other, [], search=digits, limit=OFFERED):
                yield from [str(id) for each in refers if (id := row.values.get(each.name))]


def names_in(text: str) -> list[str]:
    """The names of a list as people write one into a chat, each once."""
    parts = (_NUMBER.sub("", each).strip() for each in _BETWEEN.split(_NUMBER.sub("", text)))
    return list(dict.fromkeys(each[:LONGEST_NAME] for each in parts if each))[:MOST_NAMES]


def look_up(replica: Replica, add: Add, text: str) -> list[Listed]:
    """Each name of a list with who may be meant; sure where one alone is called exactly so."""
    listed = []
    for name in names_in(text):
        found = find_to_add(replica, add, name)
        exact = [each for each in found if folded(each[1]) == folded(name)]
        listed.append(Listed(name, exact[:1] if len(exact) == 1 else found, len(exact) == 1))
    return listed


def add_to_grid(replica: Replica, grid: Grid, ids: Iterable[str], new: Iterable[str] = ()) -> int:
    """Tick these in, and make who is `new` by name, in one transaction; returns how many were ticked.

    Whoever is ticked already stays as they are. Raises `NotFoundToAdd`, and what refuses a record.
    """
    add = grid.add
    assert add is not None
    with replica.transaction():
        made = [add.new(each) for each in new] if add.new else []
        known = {each.called: each for each in grid.rows}
        wanted = list(dict.fromkeys([*_real(replica, add, ids), *made]))
        if not wanted:
            raise NotFoundToAdd
        there = [each for each in wanted if each in known]
        ticked = {each: {add.tick: Typed("", TICKED)} for each in there}
        count = len(save_grid(replica, grid, ticked)) if there else 0
        tick = next(each.tick for each in grid.columns if each.field == add.tick)
        rows = [
            {**add.given, add.field: each, add.tick: tick} for each in wanted if each not in known
        ]
        if rows:
            replica.create(replica.collection(name_of(grid.of)).model, rows)
    return count + len(rows)


def _real(replica: Replica, add: Add, ids: Iterable[str]) -> list[str]:
    """Of what an address says that it was found, what is here."""
    asked = list(dict.fromkeys(ids))[:MOST_NAMES]
    rows = replica.collection(name_of(add.of)).rows_by_id(asked)
    return [each for each in asked if each in rows and not rows[each].deleted]


def _called(kind: Collection, row: Row) -> str:
    return kind.called(row.values) or row.id
