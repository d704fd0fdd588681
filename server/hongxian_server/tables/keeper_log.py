"""The keeper's log: what was done at the hub, who did it and from where; each entry chained to the one before.

Whatever road an act comes by, the function that does it notes it, once. No record's contents stand
in it. What an act was about may name somebody, so the chain covers a salted hash of that alone: it can
be forgotten, and the chain still holds.
"""

from __future__ import annotations

import getpass
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

import orjson
from peewee import BigAutoField, BigIntegerField, BlobField, CharField, Model, TextField

from hongxian.record import RecordMetadata
from hongxian.storage.state import State
from hongxian.store import Store

MOST = 20_000
"""Entries that are kept, the newest."""
AT_ONCE = 100
"""So many more may stand there before the oldest leave."""
LONGEST = 200
"""Characters of each word of what an act was about."""
FAILED_AN_HOUR = 4
"""Refused log-ins that are noted: who guesses all day drives other acts out after 200 days, not sooner."""
_HOUR = 3_600_000
_SALT = 16


class Act(StrEnum):
    """What a keeper does, or what is done at the keeper's door."""

    LOGGED_IN = "logged in"
    LOG_IN_REFUSED = "log-in refused"
    LOGGED_OUT = "logged out"
    SESSION_ENDED = "session ended"
    PASSWORD = "password changed"
    SECOND_FACTOR_ON = "second factor on"
    SECOND_FACTOR_OFF = "second factor off"
    RECOVERY_CODE = "recovery code used"
    CODE_MADE = "code made"
    CODE_WITHDRAWN = "code withdrawn"
    JOINED = "laptop joined"
    TEAM_ADDED = "team added"
    TEAM_RENAMED = "team renamed"
    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    RETIRED = "retired"
    PIN_CODE = "PIN reset code made"
    SEALED_OPENED = "sealed work opened"
    SHEET = "recovery sheet made"
    BACKUP = "backup made"
    BACKUP_FETCHED = "backup fetched"
    RESTORED = "restored"
    SUCCEEDED = "another hub's place taken"
    RECOVERY_BEGUN = "recovery begun"
    RECOVERY_ENDED = "recovery ended"
    UNDONE = "undone"
    ERASED = "erased"
    LET_PASS = "held let pass"
    REFUSED = "held refused"
    BUNDLE = "bundle taken in"
    SETTING = "setting changed"
    PLUGIN_HELD = "plugin release held"
    PLUGIN_GIVEN = "plugin release given out"
    FORGOTTEN = "log entry forgotten"


class Road(StrEnum):
    """By which way somebody acts."""

    CONSOLE = "console"
    COMMAND = "command line"
    LAPTOP = "laptop"


@dataclass(frozen=True)
class Actor:
    """Who acts: a session's number, a user of the hub's machine or a laptop's name; and the network address."""

    road: Road
    name: str
    address: str = ""


class KeeperEntry(Model):  # type: ignore[misc]
    """One act."""

    number = BigAutoField()
    at = BigIntegerField(index=True)
    act = CharField(max_length=40)
    road = CharField(max_length=20)
    name = CharField(max_length=LONGEST)
    address = CharField(max_length=80)
    about = TextField(null=True)
    """A JSON list of words; None once it is forgotten."""
    salt = BlobField(null=True)
    leaf = CharField(max_length=64)
    """The salted hash of what it was about."""
    hash = CharField(max_length=64)

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_keeper_log"

    @property
    def words(self) -> list[str] | None:
        """What the act was about; None once it is forgotten."""
        return None if self.about is None else list(orjson.loads(self.about))

    def own_hash(self, previous: str) -> str:
        """The hash that chains this entry to the one before."""
        facts = (previous, self.at, self.act, self.road, self.name, self.address, self.leaf)
        return hashlib.sha256(orjson.dumps(facts)).hexdigest()

    def is_whole(self) -> bool:
        """Whether what it was about is what was noted, or forgotten."""
        return self.about is None or self.leaf == _leaf(bytes(self.salt), self.about)


@dataclass
class KeeperLogState(State):
    """Between which hashes the chain lies."""

    keeper_log_before: str = ""
    """Of the entry before the oldest that is kept; "" where none has left."""
    keeper_log_head: str = ""
    """Of the newest."""


_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Let what is noted inside be this one's act; outside it is the user's who runs the command."""
    token = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(token)


def note(hub: Store, act: Act, *about: object) -> None:
    """Note an act, in the caller's commit where one is open; what it was about in a few words, without contents."""
    actor = _acting.get() or _user()
    text = orjson.dumps([str(each)[:LONGEST] for each in about]).decode()
    salt = os.urandom(_SALT)
    entry = KeeperEntry(
        at=hub.now(),
        act=act,
        road=actor.road,
        name=actor.name[:LONGEST],
        address=actor.address[:80],
        about=text,
        salt=salt,
        leaf=_leaf(salt, text),
    )
    with hub.upkeep(), KeeperLogState.changing() as state:
        entry.hash = state.keeper_log_head = entry.own_hash(state.keeper_log_head)
        entry.save(force_insert=True)
        _let_the_oldest_go(state)


def note_refused_log_in(hub: Store, why: str) -> None:
    """Note that somebody was not let in, as long as it is not one of many."""
    lately = (KeeperEntry.act == Act.LOG_IN_REFUSED) & (KeeperEntry.at > hub.now() - _HOUR)
    with hub.upkeep():
        if KeeperEntry.select().where(lately).count() < FAILED_AN_HOUR:
            note(hub, Act.LOG_IN_REFUSED, why)


def forget(hub: Store, entries: Iterable[KeeperEntry]) -> None:
    """Let go of what these acts were about; that they were done, by whom and when, stays."""
    with hub.upkeep():
        for each in entries:
            gone = KeeperEntry.update(about=None, salt=None)
            gone.where(KeeperEntry.number == each.number).execute()
            note(hub, Act.FORGOTTEN, each.number)


def first_broken_entry() -> int | None:
    """The number of the first entry that is not as it was noted, or follows on another; None if all is sound.

    The number after the last where entries are missing there.
    """
    state = KeeperLogState.read()
    previous, number = state.keeper_log_before, 0
    for each in KeeperEntry.select().order_by(KeeperEntry.number).iterator():
        number = int(each.number)
        if each.hash != each.own_hash(previous) or not each.is_whole():
            return number
        previous = each.hash
    return None if previous == state.keeper_log_head else number + 1


def _let_the_oldest_go(state: KeeperLogState) -> None:
    newest_first = KeeperEntry.select().order_by(KeeperEntry.number.desc())
    if KeeperEntry.select().count() > MOST + AT_ONCE:
        last = newest_first.offset(MOST).first()
        state.keeper_log_before = last.hash
        KeeperEntry.delete().where(KeeperEntry.number <= last.number).execute()


def _leaf(salt: bytes, about: str) -> str:
    return hashlib.sha256(salt + about.encode()).hexdigest()


def _user() -> Actor:
    """Who runs this command; with `sudo`, who asked for it too."""
    user, asked = getpass.getuser(), os.environ.get("SUDO_USER")
    return Actor(Road.COMMAND, f"{asked} ({user})" if asked else user)
