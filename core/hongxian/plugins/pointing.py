"""What a shape points at: offers by name, and what they are given, before somebody presses what leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from hongxian.errors import BadPlugin
from hongxian.plugins.offers import Offer
from hongxian.plugins.steps import Step
from hongxian.shapes.board import Board
from hongxian.shapes.cells import Button, Go, Print
from hongxian.shapes.grid import Grid
from hongxian.text import Text
from hongxian.words.nearest import nearest

_NONE = Text(
    "{shape} 指到的 {name} 没有；名字最近的：{nearest}",
    "a {shape} leads to {name}, which is not there; the nearest names: {nearest}",
)
_NOT_ASKED = Text(
    "{shape} 给 {name} 填 {odd}，而它不问；它问的是：{asks}",
    "a {shape} gives {name} {odd}, for which it does not ask; it asks for {asks}",
)
_NOTHING = Text("无", "nothing")


@dataclass(frozen=True)
class Pointer:
    """What a press leads to: a kind of offer, one by its name or one of several, and the names of what it is given."""

    shape: str
    kind: str
    names: tuple[str, ...]
    given: frozenset[str] = frozenset()


def pointers_in(shown: object) -> Iterator[Pointer]:
    """All that a shape, or a cell of one, leads to."""
    if isinstance(shown, str | Text | type):
        return
    if isinstance(shown, Button):
        given = frozenset(shown.values) | frozenset(filter(None, [shown.counts]))
        yield Pointer("Button", "Action", (shown.action,), given)
    elif isinstance(shown, Go):
        yield Pointer("Go", "View", (shown.view,), frozenset(shown.values))
    elif isinstance(shown, Print):
        yield Pointer("Print", "Document", (shown.document,))
    elif isinstance(shown, list | tuple):
        for each in shown:
            yield from pointers_in(each)
    elif is_dataclass(shown):
        yield from _named_by(shown)
        for each in fields(shown):
            yield from pointers_in(getattr(shown, each.name))


def _named_by(shape: object) -> Iterator[Pointer]:
    """What a shape names itself."""
    if isinstance(shape, Board):
        heads = (*shape.rows, *shape.columns)
        given = frozenset(shape.given).union(*(each.values for each in heads))
        yield Pointer("Board", "Action", (shape.book, shape.move), given)
    elif isinstance(shape, Grid):
        yield Pointer("Grid", "Action", (shape.action,))


def wrong_pointers(shown: object, known: Mapping[str, Mapping[str, Offer]]) -> Iterator[BadPlugin]:
    """What of a shape leads nowhere, or gives what is not asked for.

    `known` are offers by plugin, and by kind and name. Of a plugin that is not here nobody knows what it offers.
    """
    for each in dict.fromkeys(pointers_in(shown)):
        asked = list[Offer | None]()
        for name in filter(None, each.names):
            offers = known.get(name.partition(".")[0])
            asked.append(offers.get(f"{each.kind} {name}") if offers else None)
            if offers is not None and asked[-1] is None:
                alike = (other.removeprefix(f"{each.kind} ") for other in offers)
                near = nearest(name, (other for other in alike if " " not in other))
                yield BadPlugin(detail=_NONE.format(shape=each.shape, name=name, nearest=near))
        if asked and all(map(_asks_ever_the_same, asked)):
            asks = sorted({name for offer in asked if offer for name in offer.asks})
            if odd := sorted(each.given - set(asks)):
                told = {"shape": each.shape, "odd": odd, "asks": asks or _NOTHING}
                names = list(filter(None, each.names))
                yield BadPlugin(detail=_NOT_ASKED.format(**told, name=names))


def _asks_ever_the_same(offer: Offer | None) -> bool:
    return offer is not None and offer.asked is None and not isinstance(offer, Step)
