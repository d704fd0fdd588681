"""Venues that were entered twice: suggested by name and address, laid side by side, joined without a loss."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, islice

from hongxian import Reference, Store, Text, action
from hongxian.doubles import Doubles, Twice, join_doubles, joining
from hongxian.entries import Alike
from hongxian_plugins.circle.records import VENUE, Venue
from hongxian_plugins.circle.told import Apart, apart_id

_SAME_BOTH = Text("同名同地址", "One name and one address")
_SAME_NAME = Text("同名", "Same name")
_SAME_ADDRESS = Text("同地址", "Same address")
_TWO = Text("不是同一家", "Two venues")
_MOST = 200


def folded(text: str) -> str:
    """Without what people type differently: widths, blanks, dots and dashes, case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def _keys(venue: Venue) -> tuple[str, str]:
    return folded(venue.name), folded(venue.address)


def _is_apart(one: str, other: str, apart: set[str]) -> bool:
    return apart_id(one, other) in apart


def who_else(store: Store, venue: Venue) -> Iterator[Alike]:
    """Others of one name or one address, that are neither joined nor said to be another venue."""
    mine, (name, address) = Doubles(VENUE).group(venue.id), _keys(venue)
    apart = {id for (id,) in Apart.select(Apart.id).tuples()}
    for each in Venue.select().order_by(Venue.id):
        if each.id in mine or any(_is_apart(id, each.id, apart) for id in mine):
            continue
        same_name, same_address = folded(each.name) == name, folded(each.address) == address
        if same_name or same_address:
            both = same_name and same_address
            why = _SAME_BOTH if both else _SAME_NAME if same_name else _SAME_ADDRESS
            yield Alike(why, each.name, Venue, each.id, each.address)


def surely_twice(store: Store) -> Iterator[Twice]:
    """Pairs of one address of which one name is, or is a part of, the other."""
    doubles, apart = Doubles(VENUE), {id for (id,) in Apart.select(Apart.id).tuples()}
    by_address: dict[str, dict[str, Venue]] = defaultdict(dict)
    for each in Venue.select(Venue.id, Venue.name, Venue.address).order_by(Venue.id):
        if doubles.first(each.id) == each.id:
            by_address[folded(each.address)][each.id] = each
    yield from islice(_pairs(by_address, apart), _MOST)


def _pairs(by_address: dict[str, dict[str, Venue]], apart: set[str]) -> Iterator[Twice]:
    for found in by_address.values():
        for one, other in combinations(found.values(), 2):
            names = sorted(map(folded, (one.name, other.name)), key=len)
            if names[0] in names[1] and not _is_apart(one.id, other.id, apart):
                yield Twice(one.id, other.id, other.name, _SAME_BOTH)


@joining(
    of=Venue,
    title=Text("合并重复", "Join doubles"),
    same=Text("是同一家", "The same venue"),
    apart="circle.keep_apart",
    alike=who_else,
    waits=surely_twice,
)
def join(store: Store, venue: Venue, other: str, take: frozenset[str]) -> Text:
    """Say that two records are of one venue."""
    join_doubles(VENUE, venue.id, other, take)
    return Text(
        "{name} 合并了：两条都还在，特别时间、来话和走过的分钟一起算。",
        "{name} is joined: both records stay, other hours, reports and walks count together.",
    ).format(name=venue.name)


@action(
    of=Venue,
    title=_TWO,
    asks={"other": Reference(VENUE, verbose_name=Text("另一家", "The other"))},
    menu=False,
)
def keep_apart(store: Store, venue: Venue, other: str) -> Text:
    """Say that two records are of two venues."""
    id = apart_id(venue.id, other)
    if not Apart.select().where(Apart.id == id).exists():
        Apart.create(id=id, one=venue, other=other)
    return Text("记下了：是两家。", "Noted: two venues.")
