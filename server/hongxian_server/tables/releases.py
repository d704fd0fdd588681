"""What the hub holds for laptops, releases of plugins and program files, and which laptops are to run each.

The files themselves lie on its shelf, and in its folder of programs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import ClassVar, Self

import orjson
from packaging.version import Version
from peewee import BigIntegerField, CharField, IntegerField, Model, TextField

from hongxian.model.record import RecordMetadata
from hongxian.text import Text
from hongxian_server.tables.keeper_log import Act


class Stage(StrEnum):
    """How far a release goes."""

    zh: str

    def __new__(cls, en: str, zh: str = "") -> Self:
        """Kept by its English word."""
        made = str.__new__(cls, en)
        made._value_, made.zh = en, zh
        return made

    HELD = "held", "暂不下发"
    """To no further laptop; those that run it go on."""
    SOME = "some", "先给几台"
    ALL = "all", "下发全部"
    WITHDRAWN = "withdrawn", "已撤回"
    """Those that run it go back to the one before; of plugins alone, for a program goes only forwards."""

    @property
    def text(self) -> Text:
        """What people call it."""
        return Text(self.zh, self.value)


class HubRelease(Model):  # type: ignore[misc]
    """One release of whatever laptops fetch, by the hash of its file."""

    sha256 = CharField(max_length=64, primary_key=True)
    version = CharField(max_length=30)
    publisher = CharField(max_length=64)
    size = BigIntegerField()
    added = BigIntegerField()
    """When it came, in milliseconds since 1970."""
    stage = CharField(max_length=20, default=Stage.HELD)
    laptops = TextField(default="[]")
    """The ids of those that are to run it, where it goes to some."""

    ADDED: ClassVar[Act]
    SENT_OUT: ClassVar[Act]
    HELD_BACK: ClassVar[Act]
    """What the keeper's log calls each deed."""
    COMMAND: ClassVar[str]
    """What decides about it."""

    class Meta:
        model_metadata_class = RecordMetadata

    @property
    def which(self) -> dict[str, str]:
        """What tells it from others, for people and programs."""
        raise NotImplementedError

    @property
    def called(self) -> str:
        """What refusals and the keeper's log call it."""
        raise NotImplementedError

    @property
    def goes_to(self) -> list[str]:
        """The ids of the laptops that were chosen for it."""
        return list(orjson.loads(self.laptops))

    def is_for(self, laptop: str, running: Collection[str] = ()) -> bool:
        """Whether a laptop may run it, which runs releases with these hashes."""
        match Stage(self.stage):
            case Stage.ALL:
                return True
            case Stage.SOME:
                return laptop in self.goes_to or self.sha256 in running
            case Stage.HELD:
                return self.sha256 in running
        return False


class PluginRelease(HubRelease):
    """One release of one plugin; later ones were added after it."""

    name = CharField(max_length=40)

    ADDED, SENT_OUT, HELD_BACK = Act.PLUGIN_ADDED, Act.PLUGIN_RELEASED, Act.PLUGIN_HELD
    COMMAND = "hongxian hub plugin"

    class Meta:
        table_name = "hongxian_plugin_release"

    @property
    def which(self) -> dict[str, str]:
        """The plugin, and which of its releases."""
        return {"name": self.name, "version": self.version}

    @property
    def called(self) -> str:
        """As its file is called."""
        return f"{self.name}-{self.version}"


class ProgramRelease(HubRelease):
    """One version of Hongxian itself for one system."""

    system = CharField(max_length=20)
    protocol = IntegerField()

    ADDED, SENT_OUT, HELD_BACK = Act.PROGRAM_ADDED, Act.PROGRAM_RELEASED, Act.PROGRAM_HELD
    COMMAND = "hongxian hub programs"

    class Meta:
        table_name = "hongxian_program_release"

    @property
    def which(self) -> dict[str, str]:
        """The version, and the system that it runs on."""
        return {"version": self.version, "system": self.system}

    @property
    def called(self) -> str:
        """On whatever system: a keeper decides about all of them at once."""
        return f"hongxian-{self.version}"


REPLACED = Text("已换新版", "replaced")
"""What people call a release that no laptop is given any more, for a later one goes to all."""


def is_replaced(one: PluginRelease, mine: Iterable[PluginRelease]) -> bool:
    """Whether a later one of a plugin's releases goes to all."""
    later = (each for each in mine if each.added > one.added and each.stage == Stage.ALL)
    return one.stage != Stage.WITHDRAWN and any(later)


def has_releases() -> bool:
    """Whether there are any of plugins; by hand, for each round asks."""
    sql = "SELECT 1 FROM hongxian_plugin_release LIMIT 1"
    return PluginRelease._meta.database.execute_sql(sql).fetchone() is not None


def plugin_releases() -> dict[str, list[PluginRelease]]:
    """All by their plugin's name, the oldest first."""
    found = PluginRelease.select().order_by(PluginRelease.name, PluginRelease.added)
    return {name: list(mine) for name, mine in groupby(found, attrgetter("name"))}


def program_releases() -> list[ProgramRelease]:
    """All, the oldest version first."""
    found = ProgramRelease.select()
    return sorted(found, key=lambda each: (Version(each.version), each.system))
