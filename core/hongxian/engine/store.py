"""A store: one database with its collections, plugins and clock. The laptop and the hub are two.

`with store:` makes it the one that the models of this thread read and write.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import ClassVar, Self, TypeVar

import peewee
from playhouse.migrations import Runner

from hongxian.collections.builtin import SHARED
from hongxian.collections.collection import Collection
from hongxian.collections.read_once import collection_of
from hongxian.collections.references import Link, links_among
from hongxian.collections.rights import Writer
from hongxian.collections.table_names import ENGINE, Owner, names_with, stored_names
from hongxian.engine.upgrade import (
    FORMAT,
    KnownFields,
    are_current,
    is_marked,
    lacks_any,
    make_tables,
    migrations,
    upgrade_tables,
)
from hongxian.errors import AlreadyThere, StorageFailed, UnknownCollection
from hongxian.files import link_written
from hongxian.kit.exchanges.exchange import Exchanges, exchange
from hongxian.kit.exchanges.following import refuse_made_up
from hongxian.kit.rules.judging import Judge
from hongxian.kit.rules.standing import Watched
from hongxian.kit.rules.written import judge_transaction, judged
from hongxian.model.claim import Claim, Holder, Key
from hongxian.model.record import Record, present
from hongxian.model.row import Pending, RecordView, Row
from hongxian.model.stamp import Clock, Stamp, bounded, wall_clock
from hongxian.model.transaction_id import TransactionIds
from hongxian.plugins.failing.aside import code_mark
from hongxian.plugins.failing.errors import note_plugin_error
from hongxian.plugins.loading import Plugins
from hongxian.plugins.plugin import Plugin
from hongxian.storage.data_folder import DataFolder
from hongxian.storage.database import AnyDatabase
from hongxian.storage.failure import naming_failures
from hongxian.storage.state import ClockState, Setting, StoreState
from hongxian.text import Text
from hongxian.wire.digest import Digest
from hongxian.words.values import Value
from hongxian.writing import capture
from hongxian.writing.bounds import refuse_too_large
from hongxian.writing.capture import Capture, Transaction, Written
from hongxian.writing.deleting import settle_deletions
from hongxian.writing.new_scopes import scopes_of_new

PLUGINS = "plugins"
"""The folder in a data folder whose files are plugins."""
T = TypeVar("T")


class Store(DataFolder):
    """What the laptop's replica and the hub share. Subclasses say where a write goes."""

    kind: ClassVar[str]
    tables: ClassVar[tuple[type[peewee.Model], ...]] = ()
    machine: ClassVar[Text]  # what people call the one that it is on
    turn: AbstractContextManager[object] = nullcontext()
    """What a thread holds while it writes, until the plugins were told; a reader holds nothing."""

    def __init__(
        self,
        folder: Path,
        database: AnyDatabase,
        plugins: Plugins,
        now: Callable[[], int] = wall_clock,
    ) -> None:
        super().__init__(folder, database)
        self.plugins = plugins
        self.plugins.tell_plugin_errors(
            lambda plugin, error: note_plugin_error(
                folder, plugin.name, code_mark(plugin.origin), error, wall_clock()
            )
        )
        self.now, self.ids = bounded(now, self.machine), TransactionIds()
        self.collections: dict[str, Collection] = {}
        self.owners: dict[str, Plugin] = {}
        self.links: Mapping[str, Sequence[Link]] = {}  # the fields that refer to a collection
        self.judge = Judge(self, plugins, self.owners)
        self.exchanges = Exchanges(self, plugins, self.judge)
        self._names: dict[str, Owner] = {}
        self._thread = threading.local()

    # -- opening -----------------------------------------------------------------------------

    def prepare(self) -> None:
        """Make or upgrade the tables; raises `DatabaseTooNew` or `DatabaseTooOld`.

        Where nothing is to be made nothing is written: who only reads waits for no writer.
        """
        self.now()  # a wrong clock is told before anything is done
        with self, self._naming_storage_failures():
            self._check_format()
            own: list[type[peewee.Model]] = [Digest, Watched, *self.tables]
            there = self.database.relations()
            if lacks_any(there, own):
                with self.upkeep():
                    make_tables(self.database, own)
            known = KnownFields.read()
            self._names = stored_names(known.fields)
            self._add_collections(SHARED, None)
            for plugin, models in list(self.plugins.answers("hongxian_collections")):
                try:
                    self._add_collections(models or [], plugin)
                except Exception as error:
                    plugin.failed("hongxian_collections", error)
                    self.plugins.remove(plugin)
            self._upgrade_tables(there, known)
            self.links = links_among(self.collections.values())

    def _check_format(self) -> None:
        if Setting.table_exists() and self._marked(StoreState.read()):
            return
        with self.upkeep():
            self.database.create_tables([Setting])
            with StoreState.changing() as state:
                if not self._marked(state):
                    state.format, state.kind = FORMAT, self.kind

    def _marked(self, state: StoreState) -> bool:
        return is_marked(state, self.kind, self.folder, str(self.database.database))

    def _add_collections(self, models: Sequence[type[Record]], owner: Plugin | None) -> None:
        made = [collection_of(model, self.database) for model in models]
        self._names = names_with(self._names, made, ENGINE if owner is None else owner.name)
        self.collections |= {each.name: each for each in made}
        if owner is not None:
            self.owners |= {each.name: owner for each in made}

    def _upgrade_tables(self, there: Mapping[str, set[str]], known: KnownFields) -> None:
        """Bring every table to what its model says today, in one commit; `there` are the database's relations.

        A plugin whose tables cannot be brought there is left out, and says why; the others go on.
        """
        by_seq, owner_of, begun = self.kind == "hub", self.owners.get, False
        with ExitStack() as locked:
            for plugin in [None, *(each for each in self.plugins.all if each.loaded)]:
                own = [each for each in self.collections.values() if owner_of(each.name) is plugin]
                try:
                    scripts = self._migrations_of(plugin) if plugin else []
                    if not are_current(there, known, own, scripts, by_seq=by_seq):
                        if not begun:
                            locked.enter_context(self.upkeep())
                            there = self.database.relations()  # another process may have made some
                            known, begun = locked.enter_context(KnownFields.changing()), True
                        with self._naming_storage_failures(), self.database.atomic():
                            upgrade_tables(self.database, there, known, own, scripts, by_seq=by_seq)
                except StorageFailed:  # is no fault of the plugin's
                    raise
                except Exception as error:
                    if plugin is None:
                        raise
                    plugin.failed("upgrade", error)
                    self.plugins.remove(plugin)
                    for collection in own:
                        del self.collections[collection.name]

    def _migrations_of(self, plugin: Plugin) -> list[Runner]:
        told = self.plugins.answers("hongxian_migrations", only=plugin)
        return [migrations(self.database, plugin.name, folder) for _, folder in told]

    def collection(self, name: str) -> Collection:
        """A collection by its name; raises `UnknownCollection` with those that exist."""
        try:
            return self.collections[name]
        except KeyError:
            raise UnknownCollection(name=name, known=self.collections) from None

    def title_of(self, name: str) -> Text | str:
        """What people call a collection; its name where its plugin is away."""
        return self.collections[name].title if name in self.collections else name

    # -- the present store -------------------------------------------------------------------

    def __enter__(self) -> Self:
        stack = self._thread.__dict__.setdefault("stack", [])
        opened = self.database.is_closed()
        token = present.set(self)
        try:
            if opened:
                with self._naming_storage_failures():
                    self.database.connect()
        except BaseException:
            present.reset(token)
            raise
        stack.append((token, opened))
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        token, opened = self._thread.stack.pop()
        if opened:
            self.database.close()
        present.reset(token)
        if isinstance(error, peewee.DatabaseError):
            with self._naming_storage_failures():
                raise error

    def kept_open(self) -> AbstractContextManager[None]:
        """Inside, connections stay open between one `with store:` and the next, of whatever threads."""
        return self.database.kept_open()

    # -- who writes --------------------------------------------------------------------------

    @property
    def person(self) -> str | None:
        """In whose name this thread writes, as the laptop calls them; None where nobody is named."""
        return getattr(self._thread, "person", None)

    @contextmanager
    def acting_as(self, name: str | None) -> Iterator[None]:
        """Let what this thread writes inside bear a person's name."""
        before, self._thread.person = self.person, name
        try:
            yield
        finally:
            self._thread.person = before

    # -- writing -----------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write records together, under one stamp; joins the transaction that is open already."""
        with self._writing(separate=False) as transaction:
            yield transaction

    @contextmanager
    def separately(self) -> Iterator[Transaction]:
        """Write many records in one commit, each as a transaction of its own (an import)."""
        with self._writing(separate=True) as transaction:
            yield transaction

    @contextmanager
    def _writing(self, separate: bool) -> Iterator[Transaction]:
        open_one: Transaction | None = getattr(self._thread, "transaction", None)
        if open_one is not None:
            yield open_one
            return
        with self.turn:
            with self.upkeep(), ClockState.changing() as state:
                transaction = Transaction(state.clock(self.now), self.ids, separate)
                self._thread.transaction = transaction
                try:
                    yield transaction
                    self.settle(transaction)
                finally:
                    self._thread.transaction = None
                state.last_stamp = transaction.clock.last
            self.was_written(transaction)

    def settle(self, transaction: Transaction) -> None:
        """Do what a transaction ends with: what follows from what it wrote, and what the rules say of all."""
        refuse_made_up(self.exchanges, transaction)
        exchange(self.exchanges, transaction.written)
        judge_transaction(self.judge, transaction)
        self.will_commit(transaction)
        judge_transaction(self.judge, transaction)  # what goes with what it deletes

    def open_transaction(self) -> Transaction:
        """The transaction that this thread writes in; only to be asked inside one."""
        return self._thread.transaction  # type: ignore[no-any-return]

    @contextmanager
    def upkeep(self) -> Iterator[None]:
        """A commit of the engine's own: nothing in it is a person's write, so no stamp is given."""
        with self.turn, self._naming_storage_failures(), self.database.atomic():
            self.database.take_write_lock()
            yield

    def _naming_storage_failures(self) -> AbstractContextManager[None]:
        return naming_failures(str(self.database.database))

    def clock(self) -> Clock:
        """The clock as this database last left it; a write keeps it again."""
        return ClockState.read().clock(self.now)

    @property
    def recovering(self) -> bool:
        """Whether the hub is being refilled from the laptops, as far as it is known here."""
        return StoreState.read().recovering

    def create(self, model: type[Record], rows: Sequence[Mapping[str, Value]]) -> list[str]:
        """Make records; returns their ids. Raises `Invalid` or `NotAllowed`; the rules are asked at the end."""
        return self._write(model, capture.new_changes, model.completed(rows))

    def edit(self, model: type[Record], edits: Mapping[str, Mapping[str, Value]]) -> list[str]:
        """Change fields of records: `{id: {field: value}}`; returns the ids that changed."""
        return self._write(model, capture.edit_changes, edits)

    def delete(self, model: type[Record], ids: Sequence[str]) -> list[str]:
        """Make records tombstones."""
        return self._write(model, capture.delete_changes, ids)

    def _write(self, model: type[Record], captured: Capture[T], what: T) -> list[str]:
        collection = self.collection(model._meta.collection)
        with self.transaction() as transaction:
            written = captured(self, collection, what, transaction)
            refuse_too_large(transaction, collection, written)
            transaction.add(collection.name, written.changes)
            with judged(self.judge, transaction, collection, written):
                try:
                    self.take(collection, written)
                    link_written(self.files, collection, written.changes)
                except peewee.IntegrityError as error:
                    raise AlreadyThere(what=f"{collection.name}: {error}") from error
                if transaction.separate:
                    self.will_commit(transaction)
        return [change.id for change in written.changes]

    def will_commit(self, transaction: Transaction) -> list[tuple[str, str]]:
        """Judge a transaction as a whole, and give what it deletes; raises `StillUsed`."""
        return settle_deletions(self, transaction)

    def plugin_failed(self, collection: Collection, what: str, error: Exception) -> bool:
        """Note an error of the plugin that brought a collection; false where the engine brought it."""
        if owner := self.owners.get(collection.name):
            owner.failed(what, error)
        return owner is not None

    # -- what a subclass says ----------------------------------------------------------------

    def view(self, collection: Collection, ids: Sequence[str]) -> Mapping[str, RecordView[Pending]]:
        """These records from all sides, by id; those that are not here are left out."""
        raise NotImplementedError

    def view_for_uses(
        self, collection: Collection, ids: Sequence[str], stamp: Stamp | None
    ) -> Mapping[str, RecordView[Pending]]:
        """The same as uses of quotas need it: of what is pending only what bears the stamp of the
        transaction that is open (None: its records have a stamp each); what it replaces is told by none."""
        return self.view(collection, ids)

    def take(self, collection: Collection, written: Written) -> None:
        """Put changes where a reader sees them, inside the transaction."""
        raise NotImplementedError

    def was_written(self, transaction: Transaction) -> None:
        """Tell the plugins, after the commit."""
        if self.plugins.implements(hook := "hongxian_record_was_stored"):
            with self:
                for name, changes in transaction.changes.items():
                    for change in changes:
                        self.plugins.tell(hook, store=self, collection=name, id=change.id)

    def still_holding(
        self, collection: Collection, claim: Claim, key: Key, held: Sequence[Holder]
    ) -> Sequence[Holder]:
        """Of those that hold a key in the table, those that hold it in truth."""
        return held

    def rights_held(self, collection: Collection, row: Row, name: str) -> int:
        """This store's rights to a record's quota; `row` is the record as it is seen."""
        return collection.quota(name).at_hub(row.values.get(name) or {})

    def wants(self, collection: Collection, id: str, name: str, amount: int) -> None:
        """Nothing: a laptop asks for what it lacks by a record (`quotas.ask`)."""

    def names_of(self, collection: str, ids: Iterable[str | None]) -> dict[str, str]:
        """What people call these records of a collection, of those that are here and have a name."""
        return self.collections[collection].names_of(ids) if collection in self.collections else {}

    def name_of(self, collection: str, id: str | None) -> str:
        """What people call one record of a collection; "" where it is not here or has no name."""
        return self.names_of(collection, [id]).get(id or "", "")

    def in_order(self, text: str) -> str:
        """What puts texts in the order of a Chinese directory on a laptop; where no pinyin is known, by characters."""
        return text.casefold()

    def scope_for(self, model: type[Record], values: Mapping[str, Value]) -> str:
        """The scope of a new record of these values."""
        [scope] = scopes_of_new(self, self.collection(model._meta.collection), [values])
        return str(scope)

    def default_scope(self, collection: Collection) -> str:
        """The scope of a new record whose writer named none; of one in a circle, of which team's."""
        raise NotImplementedError

    @property
    def heard_at(self) -> int | None:
        """When this store last had all that the hub had, in milliseconds since 1970; None before that."""
        raise NotImplementedError

    def writer(self) -> Writer:
        """In whose name this store writes; raises `NotJoined` on a laptop without a hub."""
        raise NotImplementedError
