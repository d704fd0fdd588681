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
from functools import reduce
from itertools import islice
from operator import or_
from typing import Self

import orjson
from peewee import BigAutoField, BigIntegerField, BlobField, CharField, Model, TextField

from hongxian.engine.store import Store
from hongxian.model.record import RecordMetadata
from hongxian.storage.state import State
from hongxian.text import Text

MOST = 20_000
"""Entries that are kept, the newest."""
AT_ONCE = 100
"""So many more may stand there before the oldest leave."""
LONGEST = 200
"""Characters of each word of what an act was about."""
MOST_WORDS = 12
FAILED_AN_HOUR = 4
"""Refused log-ins of a kind that are noted: who guesses all day drives other acts out after 200 days, not sooner."""
_HOUR = 3_600_000
_SALT = 16


class Act(StrEnum):
    """What a keeper does, or what is done at the keeper's door: in English, and in Chinese."""

    zh: str

    def __new__(cls, en: str, zh: str) -> Self:
        """Kept by its English words."""
        made = str.__new__(cls, en)
        made._value_, made.zh = en, zh
        return made

    LOGGED_IN = "logged in", "登录"
    LOG_IN_REFUSED = "log-in refused", "登录被拒"
    LOGGED_OUT = "logged out", "退出"
    SESSION_ENDED = "session ended", "结束登录"
    PASSWORD = "password changed", "设定密码"
    SECOND_FACTOR_ON = "second factor on", "开启第二道验证"
    SECOND_FACTOR_OFF = "second factor off", "关闭第二道验证"
    RECOVERY_CODE = "recovery code used", "使用备用码"
    CODE_MADE = "code made", "发注册码"
    CODE_WITHDRAWN = "code withdrawn", "作废注册码"
    JOINED = "laptop joined", "电脑加入"
    TEAM_ADDED = "team added", "添加团队"
    TEAM_RENAMED = "team renamed", "团队改名"
    GRANTED = "let into a team", "加入团队"
    WITHDRAWN = "taken out of a team", "退出团队"
    LAPTOP_RENAMED = "laptop renamed", "电脑改名"
    CIRCLES_HANDED_OVER = "circles handed over", "移交知情圈"
    REVOKED = "laptop revoked", "停用电脑"
    RETIRED = "number retired", "收回旧编号"
    PIN_CODE = "PIN reset code made", "发 PIN 重设码"
    UNLOCKING_CODE = "code to unlock a laptop made", "发电脑解锁码"
    SEALED_OPENED = "sealed work opened", "打开封存的数据"
    SEALED_LET_IN = "sealed work let in", "收下封存的数据"
    SEALED_DROPPED = "sealed work dropped", "丢弃封存的数据"
    SHEET = "recovery sheet made", "做出恢复单"
    ENCRYPTED = "hub encrypted, or opened by other means", "加密主机，或改用别的办法打开"
    DECRYPTED = "hub no longer encrypted", "主机改为不加密"
    BACKUP = "backup made", "备份"
    DRILL = "backup opened to try it", "演练打开备份"
    BACKUP_FETCHED = "backup fetched", "下载备份"
    RESTORED = "restored", "恢复备份"
    SUCCEEDED = "another hub's place taken", "接替另一台主机"
    RECOVERY_BEGUN = "filled again from the laptops", "开始由各电脑补齐"
    RECOVERY_ENDED = "no longer filled again", "补齐结束"
    UNDONE = "undone", "撤回一台电脑写的"
    ERASED = "erased for good", "彻底删除"
    PERSON_FILE = "person's data given out", "提供本人信息"
    LET_PASS = "held work let pass", "同意等待的事"
    REFUSED = "held work refused", "不同意等待的事"
    AS_IT_STANDS = "disk's changes accepted", "以硬盘改动后的内容为准"
    BUNDLE = "bundle taken in", "收 U 盘文件"
    PLUGIN_ADDED = "plugin taken in", "收下插件"
    PLUGIN_RELEASED = "plugin sent out", "下发插件"
    PLUGIN_HELD = "plugin held back", "暂停下发插件"
    PLUGIN_WITHDRAWN = "plugin taken back", "撤回插件"
    PROGRAM_ADDED = "program taken in", "收下程序"
    PROGRAM_RELEASED = "program sent out", "下发程序"
    PROGRAM_HELD = "program held back", "暂停下发程序"
    PROGRAM_REMOVED = "program removed", "删去程序"
    SETTING = "setting changed", "修改设置"
    PHONE_PAGES = "phones' pages set", "设定手机页"
    PHONE_ENDED = "phone ended", "停用手机"
    FORGOTTEN = "log entry forgotten", "抹去一条日志的内容"

    @property
    def text(self) -> Text:
        """What people call it."""
        return Text(self.zh, self.value)


class Road(StrEnum):
    """By which way somebody acts."""

    CONSOLE = "console"
    COMMAND = "command"
    LAPTOP = "laptop"
    HUB = "hub"
    PHONE = "phone"


@dataclass(frozen=True)
class Actor:
    """Who acts: a session's number, a user of the hub's machine or a laptop's name; and the network address."""

    road: Road
    name: str = ""
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
    def said(self) -> Text:
        """What was done; of an act that a later release knows, its name."""
        known = {str(act): act.text for act in Act}
        return known.get(self.act) or Text.of(self.act)

    @property
    def who(self) -> Text:
        """Who did it, without the address."""
        told = _WHO if self.name else _NOBODY
        return told[Road(self.road)].format(name=self.name)

    @property
    def words(self) -> list[Text | str] | None:
        """What the act was about; None once it is forgotten."""
        if self.about is None:
            return None
        return [
            Text(**each) if isinstance(each, dict) else each for each in orjson.loads(self.about)
        ]

    def own_hash(self, previous: str) -> str:
        """The hash that chains this entry to the one before."""
        facts = (previous, self.at, self.act, self.road, self.name, self.address, self.leaf)
        return hashlib.sha256(orjson.dumps(facts)).hexdigest()

    def is_whole(self) -> bool:
        """Whether what it was about is what was noted, or forgotten."""
        return self.about is None or self.leaf == _leaf(bytes(self.salt), self.about)


_WHO = {
    Road.CONSOLE: Text("管理页 第 {name} 次登录", "console, log-in {name}"),
    Road.COMMAND: Text("命令行 {name}", "command, {name}"),
    Road.LAPTOP: Text("电脑 {name}", "laptop {name}"),
    Road.PHONE: Text("手机 {name}", "phone {name}"),
}
_NOBODY = {
    Road.CONSOLE: Text("没有登录", "not logged in"),
    Road.COMMAND: Text("命令行", "command line"),
    Road.LAPTOP: Text("电脑", "laptop"),
    Road.PHONE: Text("本人的手机", "their own phone"),
    Road.HUB: Text("主机自己", "the hub itself"),
}


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


def last_act() -> int:
    """The number of the newest entry; 0 where there is none. By hand, for it is asked often."""
    sql = "SELECT max(number) FROM hongxian_keeper_log"
    return int(KeeperEntry._meta.database.execute_sql(sql).fetchone()[0] or 0)


def note(hub: Store, act: Act, *about: Text | str | int) -> None:
    """Note an act, in the caller's commit where one is open.

    What it was `about` is told in a few words: data, or texts of the program; no record's contents.
    """
    actor = _acting.get() or _user()
    text, salt = _text_of(about), os.urandom(_SALT)
    entry = KeeperEntry(
        at=hub.now(),
        act=act,
        road=actor.road,
        name=_legible(actor.name),
        address=_legible(actor.address)[:80],
        about=text,
        salt=salt,
        leaf=_leaf(salt, text),
    )
    with hub.upkeep(), KeeperLogState.changing() as state:
        entry.hash = state.keeper_log_head = entry.own_hash(state.keeper_log_head)
        entry.save(force_insert=True)
        if entry.number % AT_ONCE == 0:
            _let_the_oldest_go(state)


def note_refused_log_in(hub: Store, why: Text) -> None:
    """Note that somebody was not let in, as long as it is not one of many for the same reason."""
    lately = (KeeperEntry.act == Act.LOG_IN_REFUSED) & (KeeperEntry.at > hub.now() - _HOUR)
    alike = lately & (KeeperEntry.about == _text_of([why]))
    if KeeperEntry.select().where(alike).count() < FAILED_AN_HOUR:
        note(hub, Act.LOG_IN_REFUSED, why)


def forget(hub: Store, entries: Iterable[KeeperEntry]) -> None:
    """Let go of what these acts were about; that they were done, by whom and when, stays."""
    with hub.upkeep():
        for each in entries:
            gone = KeeperEntry.update(about=None, salt=None)
            gone.where(KeeperEntry.number == each.number).execute()
            note(hub, Act.FORGOTTEN, each.number)


def entries(part: str = "", before: int | None = None, most: int = 50) -> list[KeeperEntry]:
    """The newest first, below a number; those that bear a part of a text in either language, if one is given."""
    found = KeeperEntry.select().order_by(KeeperEntry.number.desc()).limit(most)
    if before is not None:
        found = found.where(KeeperEntry.number < before)
    if part:
        acts = [act for act in Act if part.lower() in act.value or part in act.zh]
        texts = (KeeperEntry.name, KeeperEntry.address, KeeperEntry.about)
        found = found.where(
            reduce(or_, (text.contains(part) for text in texts), KeeperEntry.act.in_(acts))
        )
    return list(found)


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
    last = KeeperEntry.select().order_by(KeeperEntry.number.desc()).offset(MOST).first()
    if last is not None:
        state.keeper_log_before = last.hash
        KeeperEntry.delete().where(KeeperEntry.number <= last.number).execute()


def _text_of(about: Iterable[Text | str | int]) -> str:
    words = (each if isinstance(each, Text) else _legible(str(each)) for each in about)
    return orjson.dumps([*islice(words, MOST_WORDS)]).decode()


def _legible(said: str) -> str:
    """What can be read of it: a turned or hidden letter misleads who reads a log."""
    return "".join(filter(str.isprintable, said[:LONGEST]))


def _leaf(salt: bytes, about: str) -> str:
    return hashlib.sha256(salt + about.encode()).hexdigest()


def _user() -> Actor:
    """Who runs this command; with `sudo`, who asked for it too."""
    try:
        user = getpass.getuser()
    except (ImportError, KeyError, OSError):  # a container may run it as a user without a name
        user = ""
    asked = os.environ.get("SUDO_USER")
    return Actor(Road.COMMAND, f"{asked} ({user})" if asked else user)
