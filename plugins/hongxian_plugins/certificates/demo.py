"""Invented certificates, stars, trainings and awards, for people who served in the demonstration.

The same for the same seed and day. Whoever has hours was made by others before; without them only the rules are.
"""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta
from zlib import crc32

from hongxian import Store, local_today
from hongxian.contracts import Hours, given
from hongxian.errors import HongxianError
from hongxian.records import Values, new_id
from hongxian_plugins.certificates.honours import Award, Objection, Star, Training
from hongxian_plugins.certificates.issuing import issue, revoke, title_of
from hongxian_plugins.certificates.lines import draw_lines, lines_of
from hongxian_plugins.certificates.papers import Certificate
from hongxian_plugins.certificates.settings import CertificateRules

ISSUER = "示例社区居民委员会"
STATES = ("issued", "issued", "issued", "issued", "revoked", "checking", "checking", "asked")
"""Of a team's certificates."""
_TRAININGS = (("急救初级班", "心肺复苏、包扎", 180), ("志愿服务基础", "礼仪、安全、保密", 120))
_AWARDS = ("年度优秀志愿者", "防汛先进个人")
_LOOKED_BACK = timedelta(days=90)


def fill(store: Store, seed: int) -> None:
    """The rules, unless somebody wrote them, and for each team of this laptop what its people have."""
    if not CertificateRules.now(store).issuer:
        CertificateRules.change(
            issuer=ISSUER,
            letters="SL",
            responsible="示例·主任",
            contact="100 0000 2026",
            awards_low="示例县级",
            awards_middle="示例市级",
            awards_high="示例省级",
        )
    for scope in sorted(store.writer().teams):
        if Certificate.select().where(Certificate.scope == scope).exists():
            continue
        people = _served(store, scope)
        if people:
            chance = random.Random(seed ^ crc32(scope.encode()))
            _make_certificates(store, scope, people)
            _make_honours(store, chance, scope, people)


def _served(store: Store, scope: str) -> list[str]:
    """Who has hours in a team, in the order in which they were entered."""
    if "roster.membership" not in store.collections:
        return []
    since = local_today(store) - _LOOKED_BACK
    served = {each.person for _, each in given(store, Hours, since=since)}
    members = store.collection("roster.membership").model
    query = members.select(members.person).where(members.scope == scope).order_by(members.id)
    return [person for (person,) in query.tuples() if person in served]


def _make_certificates(store: Store, scope: str, people: list[str]) -> None:
    today = local_today(store)
    since = today - _LOOKED_BACK
    for person, state in zip(people, STATES, strict=False):
        with store.transaction():
            certificate = Certificate.create(
                scope=scope,
                person=person,
                since=since,
                until=today,
                form="149" if state == "checking" else "67",
                published_on=today - timedelta(days=3) if state == "checking" else None,
                state="asked" if state == "asked" else "checking",
                title=title_of(store, person, since, today),
            )
            if state != "asked":
                draw_lines(store, certificate)
        if state in ("issued", "revoked") and lines_of(certificate):
            with suppress(HongxianError):  # a laptop without a key signs nothing
                _issue(store, certificate)
                if state == "revoked":
                    _revoke(store, certificate)


def _issue(store: Store, certificate: Certificate) -> None:
    with store.transaction():
        told: Values = {"handler": "示例·经办人", "responsible": certificate.responsible}
        issue(store, certificate, **told, contact=certificate.contact, seal=True)
        certificate.save()
        store.edit(Certificate, {certificate.id: {"state": "issued"}})


def _revoke(store: Store, certificate: Certificate) -> None:
    with store.transaction():
        revoke(store, certificate)
        why = "示例：姓名写错，已另开"
        store.edit(Certificate, {certificate.id: {"state": "revoked", "why": why}})


def _make_honours(store: Store, chance: random.Random, scope: str, people: list[str]) -> None:
    today = local_today(store)
    rows = [
        {
            "id": new_id(),
            "scope": scope,
            "person": person,
            "giver": "示例街道",
            "name": f"示例·{name}",
            "content": content,
            "minutes": minutes,
            "day": today - timedelta(days=chance.randint(10, 300)),
        }
        for person in chance.sample(people, min(len(people), 12))
        for name, content, minutes in _TRAININGS[: chance.randint(1, 2)]
    ]
    with store.transaction():
        store.create(Training, rows)
        for name, person in zip(_AWARDS, people, strict=False):
            Award.create(
                scope=scope,
                person=person,
                name=f"示例·{name}",
                giver="示例街道",
                day=today - timedelta(days=chance.randint(10, 300)),
            )
        for person in people[:1]:
            Objection.create(
                scope=scope,
                person=person,
                what="示例：有一次值班少记半小时",
                raised_on=today - timedelta(days=2),
            )
        for level, person in enumerate(people[:3], 1):
            _star(store, person, level)


def _star(store: Store, person: str, level: int) -> None:
    rules = CertificateRules.now(store)
    if Star.select().where(Star.person == person).exists():
        return
    Star.create(
        person=person,
        level=level,
        minutes=rules.hours_for(level) * 60,
        state="awarded",
        quality="示例：评价好",
        awarded_by=rules.awarded_by(level),
        awarded_on=local_today(store),
    )
