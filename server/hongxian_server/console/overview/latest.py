"""What happened last: what laptops brought, and what was done at the hub."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from hongxian.collections.local_time import local_moment
from hongxian.words.incarnation import is_hubs
from hongxian_server.console.formatting import clock, days_since
from hongxian_server.hub import Hub
from hongxian_server.tables.access import incarnations
from hongxian_server.tables.journal import Block
from hongxian_server.tables.keeper_log import Act, entries
from hongxian_web import words

MOST = 6
"""Lines."""
_LOOKED = 60
"""Blocks that are looked at for them: a laptop that syncs all day is one line."""

_AT_THE_DOOR = (Act.LOGGED_IN, Act.LOGGED_OUT, Act.SESSION_ENDED)


@dataclass
class _Brought:
    """What one laptop brought without another in between."""

    incarnation: int
    at: int
    count: int


def latest(hub: Hub) -> list[tuple[str, str | Markup]]:
    """When and what, the newest first."""
    found = sorted([*_from_laptops(), *_done_here()], key=lambda each: -each[0])[:MOST]
    return [(_when(hub, at), said) for at, said in found]


def _when(hub: Hub, at: int) -> str:
    is_today = days_since(hub.now(), at) == 0
    return f"{local_moment(at):%H:%M}" if is_today else clock(hub.now(), at)


def _from_laptops() -> Iterator[tuple[int, Markup]]:
    called = {each.id: each.name for each in incarnations()}
    for each in _brought():
        said = _("%(name)s sent %(n)s")
        yield (
            each.at,
            words.filled(said, name=called.get(each.incarnation, "—"), n=str(each.count)),
        )


def _brought() -> list[_Brought]:
    told: list[_Brought] = []
    columns = (Block.incarnation, Block.at, Block.first_seq, Block.last_seq)
    newest = Block.select(*columns).order_by(Block.number.desc()).limit(_LOOKED)
    for block in newest:
        if is_hubs(block.incarnation):
            continue
        count = block.last_seq - block.first_seq + 1
        if told and told[-1].incarnation == block.incarnation:
            told[-1].count += count
        else:
            told.append(_Brought(block.incarnation, block.at, count))
    return told


def _done_here() -> Iterator[tuple[int, Markup]]:
    for each in entries(most=_LOOKED):
        if each.act in _AT_THE_DOOR:
            continue
        about = Markup(" ").join(words.marked(word) for word in (each.words or ())[:1])
        yield each.at, Markup("{} {}").format(words.marked(each.said), about)
