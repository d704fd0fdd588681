"""Teams, enrolment and the laptops that come of it; what one may see, and its end."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

import orjson
from peewee import fn

from hongxian.collections.builtin import WHOLE_COMMUNITY, Device, Team
from hongxian.collections.directory import HUBS_NUMBER, is_name
from hongxian.errors import (
    AlreadyThere,
    CodeRefused,
    DeviceRevoked,
    Refused,
    UnknownTeam,
)
from hongxian.merges.changes import adding, removing
from hongxian.model.record import COMMUNITY, new_id
from hongxian.security.code import EnrolmentCode
from hongxian.security.pin_code import code_for, is_for_unlocking
from hongxian.text import Text
from hongxian.wire.signed import Asker
from hongxian.words.logs import logger
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.quota.transfer import take_rights_back
from hongxian_server.tables.access import (
    CODE_MINUTES,
    Access,
    Code,
    Incarnation,
    hash_of_secret,
    incarnation_if_known,
    incarnations,
    live_ones,
)
from hongxian_server.tables.deletions import forget_deletions
from hongxian_server.tables.keeper_log import Act, note
from hongxian_server.tables.membership import (
    ENDED,
    has_ended,
    note_memberships,
    scopes_held,
)

log = logger(__name__)
_NOT_A_TEAM = (COMMUNITY, WHOLE_COMMUNITY.zh, WHOLE_COMMUNITY.en)
"""Words by which a command line means everybody."""

_SHOWN_LETTERS = 2
"""Of a code that is pending; the six others of its secret are 30^6 guesses, ten of them a minute."""
_SCOPE = re.compile("t-[0-9a-f]{8}")


def add_team(hub: Hub, name: str, scope: str | None = None) -> str:
    """Make a team; returns its scope. Raises `AlreadyThere`, or `Refused` for what is no name.

    `scope` is the one that the team had on a hub that was lost: laptops hold its records by it.
    """
    with hub.transaction():
        name = _free_name(name)
        id = new_id()
        scope = scope or "t-" + id.replace("-", "")[-8:]
        if not _SCOPE.fullmatch(scope) or scope in teams():
            raise Refused(
                detail=Text("{scope} 不能作团队的范围", "{scope} cannot be a team's scope").format(
                    scope=scope
                )
            )
        Team.create(id=id, name=name, key=scope)
        note(hub, Act.TEAM_ADDED, name)
    return scope


def rename_team(hub: Hub, scope: str, name: str) -> str:
    """Give a team another name; returns it. Raises as `add_team` does, and `UnknownTeam`."""
    with hub.transaction():
        held = Team.get(Team.key == scope_of_team(scope))
        if name.strip() != held.name:
            Team.update(name=_free_name(name)).where(Team.id == held.id).execute()
            note(hub, Act.TEAM_RENAMED, held.name, name.strip())
    return name.strip()


def _free_name(name: str) -> str:
    name = name.strip()
    if not name.isprintable() or name in ("", *_NOT_A_TEAM):
        raise Refused(
            detail=Text("{name!r} 不能作团队名", "{name!r} cannot be a team's name").format(
                name=name
            )
        )
    if Team.select().where(Team.name == name).exists():
        raise AlreadyThere(what=Text("团队 {name}", "The team {name}").format(name=name))
    return name


def teams() -> dict[str, str]:
    """The names of all teams by scope."""
    sql = 'SELECT "key", name FROM hongxian_team WHERE NOT deleted ORDER BY id'
    return dict(Team._meta.database.execute_sql(sql).fetchall())


def scope_of_team(name: str) -> str:
    """A team's scope by its name or scope; raises `UnknownTeam`."""
    for scope, title in teams().items():
        if name in (scope, title):
            return scope
    raise UnknownTeam(name=name, known=list(teams().values()) or "-")


def make_code(hub: Hub, team_names: Iterable[str], minutes: int = CODE_MINUTES) -> tuple[str, int]:
    """A one-time code for a laptop of these teams; returns it and when it expires (ms since 1970)."""
    code = EnrolmentCode.new(hub.identity.public)
    expires = hub.now() + minutes * 60_000
    with hub.transaction():
        scopes = sorted({scope_of_team(name) for name in team_names})
        Code.create(
            code_hash=hash_of_secret(code.secret),
            teams=orjson.dumps(scopes).decode(),
            ending=code.secret[-_SHOWN_LETTERS:],
            made=hub.now(),
            expires=expires,
        )
        note(hub, Act.CODE_MADE, *names_of(scopes).values())
    log.info("code made teams=%d minutes=%d", len(scopes), minutes)
    return str(code), expires


def pending_codes(hub: Hub) -> list[Code]:
    """The codes that would still be taken, those that end first at the top."""
    live = Code.select().where((Code.used == False) & (Code.expires >= hub.now()))  # noqa: E712
    return list(live.order_by(Code.expires))


def withdraw_codes(hub: Hub, code_hashes: Container[str]) -> None:
    """Let these pending codes work no more; a hash that is none does nothing."""
    with hub.upkeep():
        for held in pending_codes(hub):
            if held.code_hash in code_hashes:
                held.delete_instance()
                note(hub, Act.CODE_WITHDRAWN, *names_of(held.scopes()).values())
                log.info("code withdrawn")


def code_of_secret(hub: Hub, secret: str, laptop: str) -> Code:
    """A code by its secret, that no other laptop has used; raises `CodeRefused`."""
    held: Code | None = Code.get_or_none(Code.code_hash == hash_of_secret(secret))
    if held is None or (held.used and held.used_by != laptop) or held.expires < hub.now():
        raise CodeRefused()
    return held


def use_up(code: Code, laptop: str) -> None:
    """Let no other laptop in by it, inside the caller's commit."""
    Code.update(used=True, used_by=laptop).where(Code.code_hash == code.code_hash).execute()


def let_in(hub: Hub, asker: Asker, key: str, sealing: str, name: str, scopes: list[str]) -> int:
    """Let the laptop of these public keys in, inside the caller's commit; returns the number it is told."""
    Access.insert(laptop=asker.laptop, key=key, sealing=sealing, name=name).on_conflict(
        conflict_target=[Access.laptop], update={Access.sealing: sealing, Access.name: name}
    ).execute()
    _regroup(hub, asker.laptop, scopes)
    known = incarnation_if_known(asker.incarnation)  # of a hub whose place this one took
    number = int((known or _begin(hub, asker, name)).number)
    note(hub, Act.JOINED, number, name, *names_of(scopes).values())
    log.info("let in device=%d teams=%d", number, len(scopes))
    return number


def incarnation_of(hub: Hub, asker: Asker) -> Incarnation:
    """The incarnation in which a laptop that was let in asks; it begins where the hub knows none such.

    Then the laptop has left those before, of which a hub that was put back may not have heard: nobody
    waits for them.
    """
    known = incarnation_if_known(asker.incarnation)
    if known is not None:
        return known
    with hub.transaction():
        known = incarnation_if_known(asker.incarnation)  # another request may have been first
        if known is not None:
            return known
        away = Incarnation.epoch != HubState.read().epoch
        before = (Incarnation.laptop == asker.laptop) & away
        Incarnation.update(left_behind=True).where(before).execute()
        return _begin(hub, asker, Access.get_by_id(asker.laptop).name)


def _begin(hub: Hub, asker: Asker, name: str) -> Incarnation:
    number, id = _free_number(), int(asker.incarnation)
    begun = Incarnation.create(id=id, laptop=asker.laptop, number=number, began=hub.now())
    scopes = sorted(scopes_held(asker.laptop))
    Device.create(incarnation=id, number=number, laptop=asker.laptop, name=name, teams=scopes)
    log.info("incarnation began device=%d", number)
    return incarnation_if_known(begun.id) or begun


def _free_number() -> int:
    """One that nobody has, as far as this hub knows: it may have lost some, and nothing is decided by it."""
    given = (fn.MAX(Incarnation.number), fn.MAX(Device.number))
    held = (Incarnation.select(given[0]).scalar(), Device.select(given[1]).scalar())
    return max(HUBS_NUMBER, *(each or 0 for each in held)) + 1


def refuse_if_revoked(laptop: str) -> None:
    """Raise `DeviceRevoked` for a laptop whose access has ended: it does not come in anew."""
    if has_ended(laptop):
        raise DeviceRevoked()


def numbered(number: int) -> Incarnation:
    """The incarnation that bears a number, by which people tell a laptop; raises `Refused`."""
    found: Incarnation | None = incarnations().where(Incarnation.number == number).get_or_none()
    if found is None:
        known = [each.number for each in incarnations().order_by(Incarnation.number)]
        raise Refused(
            detail=Text(
                "没有 {number} 号电脑，现有：{known}", "no device {number}; there are: {known}"
            ).format(number=number, known=known or Text("无", "none"))
        )
    return found


_NAMED_ALIKE = Text(
    "有 {count} 台电脑叫“{name}”，请用编号：{known}",
    "{count} laptops are called {name}; tell which by its number: {known}",
)
_NOT_NAMED = Text(
    "没有叫“{name}”的电脑，现有：{known}", "no laptop is called {name}; there are: {known}"
)
_NUMBER_AND_NAME = Text("{number} 号 {name}", "{number} {name}")


def called(word: str) -> Incarnation:
    """The incarnation in use that bears a number or, where it is no number, a name; raises `Refused`."""
    if word.isascii() and word.isdecimal():
        return numbered(int(word[:9]))
    live: list[Incarnation] = list(live_ones())
    found = [each for each in live if each.name == word]
    if len(found) == 1:
        return found[0]
    known = [_NUMBER_AND_NAME.format(number=each.number, name=each.name) for each in found or live]
    told = _NAMED_ALIKE if found else _NOT_NAMED
    raise Refused(
        detail=told.format(count=len(found), name=word, known=known or Text("无", "none"))
    )


def named_scopes(laptop: str) -> dict[str, str]:
    """The names of a laptop's teams by scope."""
    return names_of(sorted(scopes_held(laptop)))


def names_of(scopes: Iterable[str]) -> dict[str, str]:
    """Teams' names by their scopes."""
    known = teams()
    return {scope: known[scope] for scope in scopes if scope in known}


def revoke(hub: Hub, number: int) -> bool:
    """End a laptop's access, told by any number that it has had; False where it had ended before.

    Its key opens nothing any more, under whatever number; its data leaves it at its next contact.
    """
    with hub.transaction():
        device = numbered(number)
        if not has_ended(device.laptop):
            note_memberships(device.laptop, [ENDED], hub.now(), granted=False)
        ended = end_access(device.laptop)
        if ended:
            note(hub, Act.REVOKED, number, device.name)
    take_rights_back(hub)
    log.info("revoked device=%d", number)
    return ended


def end_access(laptop: str) -> bool:
    """Let a laptop in no more, inside the caller's commit; False where it was not let in before."""
    live = (Access.laptop == laptop) & (Access.revoked == False)  # noqa: E712
    ended = Access.update(revoked=True).where(live).execute()
    theirs = (Device.laptop == laptop) & (Device.revoked == False)  # noqa: E712
    Device.update(revoked=True).where(theirs).execute()
    forget_deletions(laptop)
    return bool(ended)


def make_pin_code(hub: Hub, number: int, question: str) -> str:
    """The code for the question that a laptop's desk shows: for another PIN, or to unlock all that is on it.

    Raises `QuestionRefused`, or `DeviceRevoked` of a laptop whose access has ended.
    """
    laptop = numbered(number)
    refuse_if_revoked(laptop.laptop)
    code = code_for(question, hub.identity.shared_with(laptop.access.sealing))
    note(hub, Act.UNLOCKING_CODE if is_for_unlocking(question) else Act.PIN_CODE, laptop.name)
    return code


def rename(hub: Hub, number: int, name: str) -> str:
    """Give a laptop another name, under all its numbers; returns it. Raises `Refused`."""
    with hub.transaction():
        device, name = numbered(number), name.strip()
        if not is_name(name):
            raise Refused(detail=_NO_NAME.format(name=name))
        if name != device.name:
            _call(device.laptop, name)
            note(hub, Act.LAPTOP_RENAMED, number, device.name, name)
    return name


def call_itself(by: Incarnation, name: str) -> None:
    """Give a laptop the name that its own people want, inside the caller's commit; the journal tells of it.

    What is no name is passed over: a round is worth more.
    """
    if name != by.name and is_name(name):
        _call(by.laptop, name)


def _call(laptop: str, name: str) -> None:
    Device.update(name=name).where(Device.laptop == laptop).execute()
    Access.update(name=name).where(Access.laptop == laptop).execute()


_NO_NAME = Text("{name!r} 不能作电脑名", "{name!r} cannot be a laptop's name")


def retire(hub: Hub, number: int) -> None:
    """End one number of a laptop that goes on under another: it was put back, or copied.

    What the number held of quotas is dealt anew; a copy that uses it still goes on as another. Raises
    `Refused` for a laptop's only number, whose end is the laptop's: `revoke`.
    """
    with hub.transaction():
        ended = numbered(number)
        others = (Incarnation.laptop == ended.laptop) & (Incarnation.id != ended.id)
        if not live_ones().where(others).exists():
            raise Refused(detail=_ONLY_NUMBER.format(number=number))
        Incarnation.update(fenced=True).where(Incarnation.id == ended.id).execute()
        Device.update(revoked=True).where(Device.incarnation == ended.id).execute()
        note(hub, Act.RETIRED, number, ended.name)
    take_rights_back(hub)
    log.info("retired device=%d", number)


_ONLY_NUMBER = Text(
    "{number} 号是这台电脑唯一的编号；要停用这台电脑，请用 hongxian hub revoke {number}",
    "{number} is the laptop's only number; to end the laptop's access: hongxian hub revoke {number}",
)


def grant(hub: Hub, number: int, team: str) -> None:
    """Let a laptop into a team."""
    scope, device = scope_of_team(team), numbered(number)
    with hub.transaction():
        _regroup(hub, device.laptop, scopes_held(device.laptop) | {scope})
        note(hub, Act.GRANTED, number, device.name, teams()[scope])
    log.info("granted device=%d scope=%s", number, scope)


def withdraw(hub: Hub, number: int, team: str) -> None:
    """Take a laptop out of a team; the team's data leaves it at its next contact."""
    scope, device = scope_of_team(team), numbered(number)
    with hub.transaction():
        _regroup(hub, device.laptop, scopes_held(device.laptop) - {scope})
        note(hub, Act.WITHDRAWN, number, device.name, teams()[scope])
    take_rights_back(hub)
    log.info("withdrawn device=%d scope=%s", number, scope)


def _regroup(hub: Hub, laptop: str, scopes: Iterable[str]) -> None:
    """Let a laptop be of these teams and no others, inside the caller's commit; the directory follows."""
    held, wanted = scopes_held(laptop), frozenset(scopes)
    note_memberships(laptop, held - wanted, hub.now(), granted=False)
    note_memberships(laptop, wanted - held, hub.now(), granted=True)
    for each in Device.select().where(Device.laptop == laptop):
        for change in (removing(*each.teams - wanted), adding(*wanted - each.teams)):
            Device.update(teams=change).where(Device.id == each.id).execute()
