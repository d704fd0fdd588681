"""The releases of plugins that the hub holds, and which laptops are to run each; their files lie on its shelf."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Self

import orjson
from peewee import BigIntegerField, CharField, Model, TextField

from hongxian.model.record import RecordMetadata
from hongxian.text import Text


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
    """Those that run it go back to the one before."""

    @property
    def text(self) -> Text:
        """What people call it."""
        return Text(self.zh, self.value)


class PluginRelease(Model):  # type: ignore[misc]
    """One release of one plugin."""

    sha256 = CharField(max_length=64, primary_key=True)
    name = CharField(max_length=40)
    version = CharField(max_length=30)
    publisher = CharField(max_length=64)
    size = BigIntegerField()
    added = BigIntegerField()
    """When it came, in milliseconds since 1970; later ones come after it."""
    stage = CharField(max_length=20, default=Stage.HELD)
    laptops = TextField(default="[]")
    """The ids of those that are to run it, where it goes to some."""

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_plugin_release"

    @property
    def goes_to(self) -> list[str]:
        """The ids of the laptops that were chosen for it."""
        return list(orjson.loads(self.laptops))

    def is_for(self, laptop: str, running: Iterable[str]) -> bool:
        """Whether a laptop may run it, which runs releases with these hashes."""
        match Stage(self.stage):
            case Stage.ALL:
                return True
            case Stage.SOME:
                return laptop in self.goes_to or self.sha256 in running
            case Stage.HELD:
                return self.sha256 in running
        return False


REPLACED = Text("已换新版", "replaced")
"""What people call a release that no laptop is given any more, for a later one goes to all."""


def is_replaced(one: PluginRelease, mine: Iterable[PluginRelease]) -> bool:
    """Whether a later one of a plugin's releases goes to all."""
    later = (each for each in mine if each.added > one.added and each.stage == Stage.ALL)
    return one.stage != Stage.WITHDRAWN and any(later)


def has_releases() -> bool:
    """Whether there are any; by hand, for each round asks."""
    sql = "SELECT 1 FROM hongxian_plugin_release LIMIT 1"
    return PluginRelease._meta.database.execute_sql(sql).fetchone() is not None


def plugin_releases() -> dict[str, list[PluginRelease]]:
    """All by their plugin's name, the oldest first."""
    found = PluginRelease.select().order_by(PluginRelease.name, PluginRelease.added)
    return {name: list(mine) for name, mine in groupby(found, attrgetter("name"))}
