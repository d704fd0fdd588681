"""The laptop's store: every collection on disk, with what is unsent lying over what is agreed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Self

from filelock import FileLock

from hongxian.collections.collection import Collection
from hongxian.collections.rights import Writer
from hongxian.engine.store import PLUGINS, Store
from hongxian.errors import DatabaseGone, KeyLost, NotJoined, UnknownTeam
from hongxian.kit.exchanges.exchange import exchange_by_hand
from hongxian.model.claim import Claim, Holder, Key
from hongxian.model.record import COMMUNITY, KEEPER, table_of
from hongxian.model.row import MAKER, Row, merge_change
from hongxian.model.stamp import Stamp, wall_clock
from hongxian.plugins.loading import Plugins, opened_with_releases
from hongxian.security.key_file import finish_encrypting
from hongxian.security.keys import SigningKey, id_of, kept_key, made_key
from hongxian.storage.data_key import DataKey
from hongxian.storage.database import Sqlite
from hongxian.storage.ear import tell
from hongxian.storage.encrypting import Contents
from hongxian.storage.files import FILE as FILES
from hongxian.storage.privacy import FILE, make_private_folder
from hongxian.text import Text
from hongxian.wire.digest import Digest
from hongxian.wire.signed import Asker
from hongxian.words.incarnation import Incarnation
from hongxian.words.values import Value
from hongxian.writing.capture import Transaction, Written
from hongxian_client.replica import deeds
from hongxian_client.replica.cursors import Cursor
from hongxian_client.replica.deeds import Deed, DeedPart, Doing
from hongxian_client.replica.laptop_state import LaptopId, LaptopState
from hongxian_client.replica.todo import Todo, TodoKind, done, put_down, to_be_done
from hongxian_client.replica.unsent import outbox, quota_writes
from hongxian_client.replica.unsent.outbox import Entry
from hongxian_client.replica.unsent.quota_writes import views_for_uses
from hongxian_client.replica.unsent.rebase import (
    Base,
    View,
    begin_base,
    put_views,
    rebase_records,
    views_of,
)
from hongxian_client.replica.unsent.resending import is_corrected, send_again
from hongxian_client.search.index import TABLES, let_go_of_earlier
from hongxian_client.search.pinyin import IN_ORDER, in_order

DATABASE = "laptop.db"
KEY = "laptop.key"
SYNC_LOCK = "sync.lock"
CONTENTS = Contents(
    databases=(DATABASE, FILES),
    files=(KEY, "kept/*.json", "columns.json", "desk.handover"),
    passed=("uploads", "carried"),
)
"""What of a laptop's folder is encrypted."""
READ_AT_ONCE = 1_000
"""Records of which plugins are told at a time that a person looked at them."""
_WITHOUT_KEY = Text(
    "没有它，社区主机不认这台电脑。请从备份放回这个文件；没有备份的，先用 hongxian export 导出没送出的数据，"
    "再用新的注册码在空文件夹里加入。",
    "Without it the hub does not know this laptop. Put the file back from a backup; without one, "
    "export what was not sent (hongxian export), then join in an empty folder with a new code.",
)


_GONE = Text(
    "请确认数据所在的磁盘接好了、文件名没有改动，或从备份放回整个文件夹。找不回来的：没送出的数据只在那个文件里；"
    "送出过的社区主机上都有，请用新的注册码在空文件夹里加入。",
    "See that its disk is there and no name was changed, or put the whole folder back from a copy. "
    "Where it is lost: what was not sent was in that file alone; what was sent the hub has, so join "
    "in an empty folder with a new code.",
)


def refuse_gone(folder: Path) -> None:
    """Raise `DatabaseGone` for a laptop's folder whose database is missing; a new one would be empty."""
    if (folder / KEY).exists() and not (folder / DATABASE).exists():
        raise _gone(folder)


def _gone(folder: Path) -> DatabaseGone:
    return DatabaseGone(file=str(folder / DATABASE), advice=_GONE)


class Replica(Store):
    """One laptop's data folder."""

    kind = "laptop"
    machine = Text("这台电脑", "this laptop")
    tables = (Entry, Base, Cursor, *TABLES, Todo, Deed, DeedPart)
    asker: Asker
    """As whom the sync under way asks, from another thread: it may go on as another incarnation."""
    on_write: Callable[[], None]
    """Called after each write of this process; tells the process that stays open, where nobody sets another."""
    sync_lock: FileLock
    """Whoever syncs holds it, whatever process that is; made once, which costs more than to take it."""

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        key: DataKey | None = None,
        plugins: Plugins | None = None,
        now: Callable[[], int] = wall_clock,
    ) -> Self:
        """Open the data folder, making it at the first time; raises `DatabaseGone` where it had a database.

        One that is encrypted opens by its `key` alone; raises `Locked`.
        """
        refuse_gone(folder)
        make_private_folder(folder)
        key = finish_encrypting(folder, key, CONTENTS)
        if plugins is not None:
            return cls._opened(folder, key, plugins, now)
        make_private_folder(folder / PLUGINS)
        return opened_with_releases(
            folder / PLUGINS, lambda plugins: cls._opened(folder, key, plugins, now)
        )

    @classmethod
    def _opened(
        cls, folder: Path, key: DataKey | None, plugins: Plugins, now: Callable[[], int]
    ) -> Self:
        database = Sqlite(folder / DATABASE, key)
        database.register_function(in_order, IN_ORDER, 1)
        replica = cls(folder, database, plugins, now)
        with replica:
            if (folder / KEY).exists() and not LaptopState.is_kept():
                raise _gone(folder)
        replica.on_write = partial(tell, folder)
        replica.sync_lock = FileLock(folder / SYNC_LOCK, mode=FILE)
        replica.prepare()
        return replica

    def prepare(self) -> None:
        with self:  # one connection for both
            super().prepare()
            let_go_of_earlier(self)
            self._rebase_what_is_back()

    # -- who and where -----------------------------------------------------------------------

    def key(self) -> SigningKey:
        """This laptop's own, with which it joined; raises `KeyLost`."""
        path = self.folder / KEY
        key = kept_key(path, _WITHOUT_KEY, self.safe)
        if key is None or id_of(key.public) != LaptopId.read().laptop:
            raise KeyLost(file=str(path), advice=_WITHOUT_KEY)
        return key

    def new_key(self) -> SigningKey:
        """A key of its own, with which it joins; one with which it had joined opens nothing any more."""
        path, safe = self.folder / KEY, self.safe
        tried = None if LaptopId.read().laptop else kept_key(path, _WITHOUT_KEY, safe)
        return tried or made_key(path, safe)

    def writer(self) -> Writer:
        """This laptop as one that wants to write; raises `NotJoined` before it has a hub."""
        state = LaptopState.read()
        if not state.laptop:
            raise NotJoined()
        teams, incarnation = frozenset(state.teams), Incarnation(state.incarnation)
        return Writer(incarnation, state.laptop, teams, state.number, circles=state.circles)

    @property
    def heard_at(self) -> int | None:
        """When a sync was last complete, to the minute, in milliseconds since 1970."""
        return LaptopState.read().last_sync

    def in_order(self, text: str) -> str:
        return str(in_order(text))

    def teams(self) -> dict[str, str]:
        """The names of this laptop's teams by their scope."""
        return LaptopState.read().teams

    def team(self, name: str) -> str:
        """The scope of a team given by its name or scope; raises `UnknownTeam`."""
        teams = self.teams()
        for scope, title in teams.items():
            if name in (scope, title):
                return scope
        raise UnknownTeam(name=name, known=list(teams.values()) or "-")

    def default_scope(self, collection: Collection) -> str:
        if collection.scope_kind == COMMUNITY:
            return COMMUNITY
        if collection.scope_kind == KEEPER:
            return KEEPER
        teams = self.writer().teams
        if len(teams) != 1:
            raise UnknownTeam(name="?", known=list(self.teams().values()) or "-")
        return next(iter(teams))

    def still_holding(
        self, collection: Collection, claim: Claim, key: Key, held: Sequence[Holder]
    ) -> list[Holder]:
        """A record whose claim was bumped holds no key, unless what is agreed of it holds this one."""
        views = self.view(collection, [each.id for each in held])
        return [each for each in held if _holds(claim, key, views[each.id])]

    def rights_held(self, collection: Collection, row: Row, name: str) -> int:
        return quota_writes.rights_held(collection, row.id, name, self.writer().incarnation)

    def held_tables(self) -> dict[str, str]:
        """The tables of all collections with anything here, also of those whose plugin is missing."""
        held = Digest.select(Digest.collection).union(Entry.select(Entry.collection)).tuples()
        names = {*self.collections, *(name for (name,) in held)}
        there = set(self.database.get_tables())
        return {name: table_of(name) for name in sorted(names) if table_of(name) in there}

    # -- what was done of late ---------------------------------------------------------------

    @property
    def doing(self) -> Doing:
        """The deed that is under way in this thread; only to be asked inside one."""
        under_way: Doing = self._thread.doing
        return under_way

    @contextmanager
    def one_deed(self, *, kept: bool = True) -> Iterator[Doing]:
        """Let all that this thread writes inside be one deed, undone as a whole; joins the one that is open.

        Of what is not `kept` nothing is known later.
        """
        before: Doing | None = getattr(self._thread, "doing", None)
        doing = before if before and kept else Doing(kept=kept)
        self._thread.doing = doing
        try:
            yield doing
        finally:
            self._thread.doing = before

    @contextmanager
    def _writing(self, separate: bool) -> Iterator[Transaction]:
        with self.one_deed(), super()._writing(separate) as transaction:
            yield transaction

    # -- seeing and writing ------------------------------------------------------------------

    def view(self, collection: Collection, ids: Sequence[str]) -> dict[str, View]:
        return views_of(collection, ids)

    def view_for_uses(
        self, collection: Collection, ids: Sequence[str], stamp: Stamp | None
    ) -> dict[str, View]:
        return views_for_uses(collection, ids, stamp)

    def take(self, collection: Collection, written: Written) -> None:
        deeds.keep(self.database, self.doing, self.now(), self.person, collection, written)
        new = [change for change in written.changes if change.whole]
        if new:
            names = ["id", "stamp", MAKER, *new[0].values]
            columns: list[list[Value]] = [
                [change.id for change in new],
                [change.stamp for change in new],
                [LaptopId.read().laptop] * len(new),
            ]
            columns += [[change.values[name] for change in new] for name in new[0].values]
            collection.insert_columns(names, columns)
        edits = [change for change in written.changes if not change.whole]
        untouched = [view.base for view in written.views.values() if not view.pending]
        begin_base(collection.name, [base for base in untouched if base])
        for change in edits:
            view = written.views[change.id]
            if not (view.base and view.base.deleted):
                merge_change(view.local, change, collection.rule_of)
        put_views(collection, written.views.values())
        further = new + [
            change
            for change in edits
            if not outbox.join(written.views[change.id].pending, change, collection.rule_of)
        ]
        open_one = self.open_transaction()
        outbox.append(
            self.database, collection.name, [(change, open_one.id()) for change in further]
        )
        for change in edits:
            view = written.views[change.id]
            if view.refused and is_corrected(collection, change, view.pending):
                self.send_again([(collection.name, change.id)], change.stamp)

    def send_again(self, records: Iterable[tuple[str, str]], stamp: int) -> None:
        """Put refused transactions into the outbox anew, as one under `stamp`; see `amending`."""
        id = outbox.id_under(self.database, stamp) or self.ids.draw()
        owner = self.open_transaction().owner
        send_again(self.collections, records, stamp, id, owner)

    def rebase_by_name(self, records: Mapping[str, Sequence[str]]) -> None:
        """Show records anew by their collections' names: later, where a plugin is missing now."""
        for name, ids in records.items():
            collection = self.collections.get(name)
            if collection is None:
                put_down(Todo(kind=TodoKind.REBASE, collection=name, record=id) for id in ids)
            else:
                rebase_records(collection, ids)

    def _rebase_what_is_back(self) -> None:
        waits = to_be_done(TodoKind.REBASE)
        back = [each for each in waits if each.collection in self.collections]
        if back:
            records: dict[str, list[str]] = {}
            for each in back:
                records.setdefault(each.collection, []).append(each.record)
            with self.upkeep():
                self.rebase_by_name(records)
                done(back)

    def was_written(self, transaction: Transaction) -> None:
        super().was_written(transaction)
        if self.exchanges.givers():
            with self:
                exchange_by_hand(self.exchanges, transaction.written)
        if transaction.changes:
            self.on_write()

    def was_read(self, collection: Collection, ids: Iterable[str], how: str) -> None:
        """Tell the plugins that a person looked at records; to be called after the answer."""
        hook, read = "hongxian_records_were_read", list(ids)
        if not (read and self.plugins.implements(hook)):
            return
        owner = self.owners.get(collection.name)
        keeps_log = owner is not None and self.plugins.implements(hook, by=owner)
        # What the collection's own plugin writes of many readings goes to disk by one commit.
        # Nobody did it on purpose: it is no deed, to be told or undone.
        with self, self.one_deed(kept=False), self.separately() if keeps_log else nullcontext():
            for at in range(0, len(read), READ_AT_ONCE):
                some = read[at : at + READ_AT_ONCE]
                self.plugins.tell(hook, store=self, collection=collection.name, ids=some, how=how)


def _holds(claim: Claim, key: Key, view: View) -> bool:
    base = view.base is not None and claim.key_of(view.base.values) == key
    return base or not view.refused
