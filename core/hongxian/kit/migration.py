"""Migrations: a later release changes records that are there, and what earlier releases send after it.

The hub alone runs them, by writing records as anybody does: so laptops and sticks learn of it by the
ordinary road, of whatever release they are. It goes on by seq, in slices, and again over whatever came
since; what is as it should be is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from hongxian.collections.collection import Collection
from hongxian.errors import BadPlugin, HongxianError
from hongxian.kit.by_seq import next_rows
from hongxian.kit.duties import DutyStore
from hongxian.kit.typed import Reader
from hongxian.model.record import Record
from hongxian.model.row import Row
from hongxian.plugins.marks import Marked, mark, parenthesised
from hongxian.plugins.plugin import Plugin
from hongxian.storage.state import State
from hongxian.text import Text
from hongxian.words.logs import logger
from hongxian.words.values import Value

_KIND = "migration"
AT_ONCE = 500
"""Records looked at and written by one commit: others write in between."""
_RESTLESS = Text(
    "{function} 第二次还要改同一条记录；改好的记录应原样留下",
    "{function} would change a record a second time; what it has changed it must leave as it is",
)
log = logger(__name__)
Changes = dict[str, Value]


@dataclass(frozen=True)
class Migration:
    """A function that puts a record of an earlier release into the form that this one wants."""

    put_right: Callable[[Record], object]
    of: type[Record]

    @property
    def name(self) -> str:
        """By which the hub remembers how far it has come."""
        return f"{self.of._meta.collection}.{getattr(self.put_right, '__name__', _KIND)}"


@dataclass
class MigrationState(State):
    """How far each migration has come."""

    migrated: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By its name the plugin's version that ran it, and up to which seq it looked at."""


class MigratingStore(DutyStore, Protocol):
    """What migrations ask of the hub."""

    def edit(self, model: type[Record], edits: Mapping[str, Mapping[str, Value]]) -> list[str]:
        """Change fields of records in one transaction."""


@parenthesised
def migration(*, of: type[Record]) -> Callable[[Marked], Marked]:
    """Mark `def phone_is_whole(loan)` as what puts a record of an earlier release right, by setting its fields.

    The hub calls it for each live record once, after each new version of the plugin again, and for whatever
    is written later, within the hour; what it sets is written as the hub's own change. What it has put
    right it must leave as it is: where a second call would change more, nothing is written and the plugin
    is told of it.
    """

    def decorate(put_right: Marked) -> Marked:
        return mark(_KIND, Migration(put_right, of))(put_right)

    return decorate


def migrate(store: MigratingStore, newest: int) -> int:
    """Run every plugin's migrations over what they have not seen; returns how many records changed.

    `newest` is the hub's newest seq: what comes later, and what the migrations write themselves, is for the
    next time. Not while the hub is being filled again.
    """
    if store.recovering:
        return 0
    changed = 0
    for plugin in store.plugins.all:
        for each in plugin.marked(_KIND) if plugin.loaded else ():
            changed += _run(store, plugin, each, newest)
    return changed


def _run(store: MigratingStore, plugin: Plugin, one: Migration, newest: int) -> int:
    version, seen = MigrationState.read().migrated.get(one.name, ("", 0))
    done, changed = (seen if version == plugin.version else 0), 0
    collection = store.collection(str(one.of._meta.collection))
    while done < newest:
        rows, done = next_rows(collection, done, newest, AT_ONCE)
        edits = dict(_changes(store, plugin, one, collection, rows))
        changed += _write(store, plugin, one, edits)
        with store.upkeep(), MigrationState.changing() as state:
            state.migrated = {**state.migrated, one.name: (plugin.version, done)}
    if changed:
        log.info("migrated %s records=%d", one.name, changed)
    return changed


def _changes(
    store: MigratingStore, plugin: Plugin, one: Migration, collection: Collection, rows: list[Row]
) -> Iterator[tuple[str, Changes]]:
    """What is to be changed of these records; one over which the function breaks is noted and left as it is."""
    reader = Reader(collection)
    for row in rows:
        if row.deleted:
            continue
        try:
            with store.plugins.call(plugin, one.put_right.__name__):
                record = reader.of_row(row)
                before = dict(record.__data__)
                one.put_right(record)
                after = dict(record.__data__)
                one.put_right(record)
            if record.__data__ != after:
                raise BadPlugin(detail=_RESTLESS.format(function=one.put_right.__name__))
            known = collection.columns.keys()
            found = {
                name: value
                for name, value in after.items()
                if name in known and before.get(name) != value
            }
        except Exception as error:
            plugin.failed(one.put_right.__name__, error)
            continue
        if found:
            yield row.id, found


def _write(
    store: MigratingStore, plugin: Plugin, one: Migration, edits: Mapping[str, Changes]
) -> int:
    """All of them by one transaction; where that is refused each by its own, and those refused are noted."""
    if not edits:
        return 0
    try:
        return len(store.edit(one.of, edits))
    except HongxianError as error:
        if len(edits) == 1:
            plugin.failed(one.put_right.__name__, error)
            return 0
        return sum(_write(store, plugin, one, {id: changes}) for id, changes in edits.items())
