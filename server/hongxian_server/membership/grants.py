"""Grants: what a laptop was told of its teams, sealed by the hub, so that a hub that was put back learns of it.

A grant is the JSON of a laptop's id, its standing and the laptops whose access ended, a dot, and a MAC under
the hub's own key, which no backup takes away in clear: a hub without it asks its keeper.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import blake2b

import orjson

from hongxian.collections.builtin import Team
from hongxian.model.circle import team_of_circle
from hongxian.words.logs import logger
from hongxian_server.hub import Hub
from hongxian_server.membership.circles import show_member
from hongxian_server.membership.devices import end_access
from hongxian_server.tables.membership import (
    ENDED,
    ends_told,
    has_ended,
    join_standing,
    standing_of,
)

log = logger(__name__)
_MAC_BYTES = 16
Told = dict[str, tuple[int, str, str]]
"""By scope: the serial, below zero where the scope was taken away; and the id and name of the team."""


@dataclass(frozen=True)
class News:
    """What a grant tells that the hub had lost: of its laptop's teams, and whose access had ended, by serial."""

    scopes: Told
    ended: dict[str, int]


def grant_of(hub: Hub, laptop: str, told: str) -> str:
    """A laptop's grant as it is now; "" where that is what it was told."""
    said = said_of(laptop)
    return "" if told.startswith(f"{said}.") else f"{said}.{_mac(hub, said)}"


def news_in(hub: Hub, laptop: str, told: str) -> News | None:
    """What a grant tells that this hub does not know, or no more; None for nothing."""
    said, _, mac = told.rpartition(".")
    if not said or said == said_of(laptop):
        return None
    if not hmac.compare_digest(mac.encode(), _mac(hub, said).encode()):
        return None
    whose, standing, ended = orjson.loads(said)
    return lost_of(laptop, standing if whose == laptop else {}, ended)


def lost_of(laptop: str, told: Told, ended: dict[str, int]) -> News | None:
    """What is told of a laptop, and of whose access ended, that this hub does not know or no more; None for nothing."""
    held = standing_of(laptop)
    scopes: Told = {
        scope: (serial, id, name)
        for scope, (serial, id, name) in told.items()
        if abs(serial) > abs(held.get(scope, 0))
    }
    lost = {each: serial for each, serial in ended.items() if not has_ended(each)}
    return News(scopes, lost) if scopes or lost else None


def learn(hub: Hub, laptop: str, news: News) -> None:
    """Take in what a grant told, teams that were lost too, inside the caller's commit.

    What the ended ones held of quotas is still to be taken back.
    """
    join_standing(laptop, {scope: each[0] for scope, each in news.scopes.items()}, hub.now())
    there = {each.key for each in Team.select()}
    for scope, (serial, id, name) in news.scopes.items():
        if team_of_circle(scope):
            show_member(hub, scope, laptop, inside=serial > 0)
        elif serial > 0 and scope not in there:
            Team.create(id=id, name=name, key=scope)
    for ended, serial in news.ended.items():
        join_standing(ended, {ENDED: -serial}, hub.now())
        end_access(ended)
    log.info("learned of grants scopes=%d ended=%d", len(news.scopes), len(news.ended))


def said_of(laptop: str) -> str:
    """What a laptop's grant says, without its MAC."""
    standing = standing_of(laptop)
    sql = 'SELECT "key", id, name FROM hongxian_team WHERE NOT deleted'  # asked in every round
    teams = Team._meta.database.execute_sql(sql).fetchall() if standing else ()
    named = {key: (id, name) for key, id, name in teams}
    told = {scope: (n, *named.get(scope, ("", ""))) for scope, n in sorted(standing.items())}
    return orjson.dumps([laptop, told, ends_told()]).decode()


def _mac(hub: Hub, said: str) -> str:
    key = hub.identity.key.derive("grants")
    return blake2b(said.encode(), key=key, digest_size=_MAC_BYTES).hexdigest()
