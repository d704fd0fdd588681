"""The program files that the hub holds, and which laptops are to run each; the files lie in its folder."""

from __future__ import annotations

import orjson
from packaging.version import Version
from peewee import BigIntegerField, CharField, IntegerField, Model, TextField

from hongxian.model.record import RecordMetadata
from hongxian_server.tables.plugin_releases import Stage


class ProgramRelease(Model):  # type: ignore[misc]
    """One version of the program for one system."""

    sha256 = CharField(max_length=64, primary_key=True)
    version = CharField(max_length=30)
    system = CharField(max_length=20)
    protocol = IntegerField()
    publisher = CharField(max_length=64)
    size = BigIntegerField()
    added = BigIntegerField()
    """When it came, in milliseconds since 1970."""
    stage = CharField(max_length=20, default=Stage.HELD)
    laptops = TextField(default="[]")
    """The ids of those that are to run it, where it goes to some."""

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_program_release"

    @property
    def goes_to(self) -> list[str]:
        """The ids of the laptops that were chosen for it."""
        return list(orjson.loads(self.laptops))

    def is_for(self, laptop: str) -> bool:
        """Whether a laptop is to run it."""
        if self.stage == Stage.SOME:
            return laptop in self.goes_to
        return bool(self.stage == Stage.ALL)


def program_releases() -> list[ProgramRelease]:
    """All, the oldest version first."""
    found = ProgramRelease.select()
    return sorted(found, key=lambda each: (Version(each.version), each.system))
