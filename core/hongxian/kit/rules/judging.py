"""Asking a plugin's rules about what a transaction makes of a record; who asks is a laptop or the hub."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from hongxian.collections.builtin import Alias, Consent
from hongxian.collections.collection import Collection
from hongxian.collections.needs import lacking
from hongxian.collections.rights import Writer
from hongxian.collections.store_protocol import PresentStore
from hongxian.errors import BadPlugin, Invalid, Refused
from hongxian.kit.rules.own import Asked, OwnRule, own_rule_of
from hongxian.kit.rules.rule import Mark, Rule, Rules
from hongxian.kit.rules.stays import refuse_what_lasts
from hongxian.kit.seen import Looked, Lying, Seen, nothing_else_read, scopes_of
from hongxian.kit.typed import Reader
from hongxian.model.record import Record
from hongxian.model.row import DELETED, WRITTEN_BY, Row
from hongxian.model.stamp import milliseconds_of
from hongxian.plugins.loading import FAILURES, Plugins
from hongxian.plugins.plugin import Plugin
from hongxian.text import Text
from hongxian.words.values import Values

_WRITTEN_BY_PLUGINS = frozenset(each._meta.collection for each in (Consent, Alias))
"""Of the engine's own collections those of which a rule may ask."""
_BROKE = Text.of("{plugin}: {error}")
_INCOMPLETE = Text(
    "插件 {plugin} 没有装完整，它的规则读不到，先不能存：{error}",
    "The plugin {plugin} did not load whole and its rules cannot be read, so nothing of it is stored: "
    "{error}",
)


@dataclass(frozen=True)
class Step:
    """What a transaction makes of one record."""

    collection: str
    record: Record
    values: Values
    """Of the record, as they travel."""
    before: Record | None
    """None where it makes it."""
    changed: frozenset[str] | None
    """The fields that become another; None where all are to be looked at."""


@dataclass(frozen=True)
class Finding:
    """What a rule said of a record that stays: a mark, or that it is right."""

    rule: Rule
    record: Record
    is_new: bool
    mark: Mark | None
    looked: frozenset[Looked] = field(default=frozenset())


class Judge:
    """Asks the rules of a store's plugins."""

    def __init__(self, store: PresentStore, plugins: Plugins, owners: Mapping[str, Plugin]) -> None:
        """`owners` are the plugins that brought the collections, by these."""
        self.store, self.rules = store, Rules(plugins)
        self._plugins, self._owners = plugins, owners
        self.at_hub = store.kind == "hub"
        self._readers: dict[str, Reader] = {}

    def is_watched(self, collection: str) -> bool:
        """Whether rules look at a collection: a plugin brought it or writes there, or the engine asks."""
        is_plugins = collection in self._owners or collection in _WRITTEN_BY_PLUGINS
        return is_plugins or self._own_rule(collection) is not None

    def judges(self, collection: str) -> bool:
        """Whether anything is asked about a collection's records: a rule, what their state needs, what lasts."""
        of_itself = _asks_of_itself(self.store.collection(collection))
        is_asked = self.rules.of(collection) or self._own_rule(collection)
        return of_itself or bool(is_asked) or self._is_incomplete(collection)

    def judges_any(self, written: Iterable[str]) -> bool:
        """Whether anything is asked about any records, or about those of these collections."""
        of_any = any(map(_asks_of_itself, self.store.collections.values()))
        return bool(self.rules) or of_any or any(map(self._own_rule, written))

    def _own_rule(self, collection: str) -> OwnRule | None:
        return own_rule_of(self.store.collection(collection).model)

    def _is_incomplete(self, collection: str) -> bool:
        owner = self._owners.get(collection)
        return owner is not None and owner.incomplete

    def reader(self, collection: str) -> Reader:
        """What makes records of a collection's rows; raises `UnknownCollection`."""
        reader = self._readers.get(collection)
        if reader is None or reader.collection is not self.store.collections.get(collection):
            reader = self._readers[collection] = Reader(self.store.collection(collection))
        return reader

    def made(self, record: Record, values: Values) -> Step:
        """What makes a record."""
        return Step(record._meta.collection, record, values, None, None)

    def step(
        self, collection: str, before: Row | None, after: Row, asked: Values | None = None
    ) -> Step:
        """What makes the one row of the other; what is deleted is shown with what it held.

        `asked` is what was to be written: a field counts as changed also where that lost.
        """
        reader, changed = self.reader(collection), None
        if before is not None and after.deleted and not before.deleted:
            after = replace(before, values={**before.values, DELETED: True})
        if before is not None and before.deleted == after.deleted:
            told = {**after.values, **(asked or {})}
            changed = frozenset(
                name
                for name in told.keys() | before.values.keys()
                if before.values.get(name) != told.get(name) and name != WRITTEN_BY
            )
        was = None if before is None else reader.of_row(before)
        return Step(collection, reader.of_row(after), after.values, was, changed)

    def findings(self, step: Step, stamp: int, lying: Lying, writer: Writer) -> list[Finding]:
        """What the rules say of a step that this writer takes under this stamp; raises `Refused`.

        Of a tombstone that is written on the hub is asked, which has its values.
        """
        record, before = step.record, step.before
        was_gone = before is not None and before.deleted
        if (record.deleted and (was_gone or before is None)) or (was_gone and not self.at_hub):
            return []
        if self._is_incomplete(step.collection):
            owner = self._owners[step.collection]
            raise Refused(_INCOMPLETE.format(plugin=owner.name, error=owner.errors[-1:]))
        collection = self.store.collection(step.collection)
        if not record.deleted and (reasons := lacking(collection, step.changed, step.values)):
            raise Invalid(collection=collection.name, reasons=reasons)
        self._ask_own(step, stamp, lying, writer)
        found = []
        refuse_what_lasts(collection, record, before, step.changed, self.store.collections)
        for plugin, rule in self.rules.of(step.collection):
            if rule.concerns(step.changed, gone=record.deleted):
                found += self.ask(plugin, rule, record, before, stamp, lying)
            elif record.deleted:
                found.append(Finding(rule, record, is_new=False, mark=None))
        return found

    def _ask_own(self, step: Step, stamp: int, lying: Lying, writer: Writer) -> None:
        own, record, before = self._own_rule(step.collection), step.record, step.before
        if own is None or writer.is_hub:
            return
        is_old = before is not None and record.deleted != before.deleted
        since = record.stamp if is_old else stamp
        now = self.store.now() if self.at_hub else milliseconds_of(stamp)
        seen = Seen(self.store, self.reader, stamp, scopes_of(record), lying)
        own(Asked(record, before, seen, writer, now - milliseconds_of(since)))

    def ask(
        self,
        plugin: Plugin,
        rule: Rule,
        record: Record,
        before: Record | None,
        stamp: int,
        lying: Lying,
    ) -> list[Finding]:
        """What one rule says, if it is asked here; raises `Refused`.

        A rule that breaks refuses what its own plugin brought, for it could not be judged.
        """
        if rule.hub_only and not self.at_hub:
            return []
        scopes = None if rule.hub_only else scopes_of(record)
        seen = Seen(self.store, self.reader, stamp, scopes, lying)
        try:
            with self._plugins.call(plugin, rule.name), nothing_else_read():
                said = rule.ask(record, before, seen)
            if said is not None and not isinstance(said, Mark):
                made = type(said).__name__
                raise BadPlugin(
                    detail=f"{rule.name} answered {made}; a rule answers a Mark or None"
                )
        except Refused:
            raise
        except FAILURES as error:
            plugin.failed(rule.name, error)
            if self._owners.get(rule.collection) is plugin:
                raise Refused(_BROKE.format(plugin=plugin.name, error=plugin.errors[-1])) from error
            return []
        return [Finding(rule, record, before is None, said, frozenset(seen.looked))]


def _asks_of_itself(collection: Collection) -> bool:
    """Whether a collection says something of its records that no rule says."""
    return bool(collection.states or collection.lasting)
