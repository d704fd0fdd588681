"""The hub: one community's store, opened in a data folder, that takes in what itself writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Self

import orjson
from filelock import FileLock, Timeout

from hongxian.capture import Transaction, Written
from hongxian.collection import Collection
from hongxian.errors import AlreadyThere, FileRefused, InUse
from hongxian.incarnation import new_hub_incarnation
from hongxian.plugins.loading import Plugins
from hongxian.record import new_id
from hongxian.stamp import wall_clock
from hongxian.storage.database import Postgres, Sqlite
from hongxian.storage.privacy import FILE, make_private_file, make_private_folder, private
from hongxian.store import PLUGINS
from hongxian.text import Text
from hongxian_server.hub_state import HubState, KeptIdentity
from hongxian_server.identity import Identity
from hongxian_server.intake.apply import Intake
from hongxian_server.intake.validate import Reading
from hongxian_server.quota.usage import Owed, Use
from hongxian_server.store import HubStore
from hongxian_server.tables import journal
from hongxian_server.tables.access import Access, Code, Incarnation
from hongxian_server.tables.damaged import Damaged
from hongxian_server.tables.deletions import Deletion
from hongxian_server.tables.held_offers import HeldOffer
from hongxian_server.tables.keeper_log import KeeperEntry
from hongxian_server.tables.membership import Membership
from hongxian_server.tables.scope_exits import ScopeExit
from hongxian_server.tables.sessions import Session
from hongxian_server.tables.taken import Taken

DATABASE = "hub.db"
CONFIG = "hub.json"
LOCK = "hub.lock"


def configure(folder: Path, database_url: str | None) -> None:
    """Make a data folder a hub's, whose database is there, or in the folder."""
    with open(folder / CONFIG, "wb", opener=private) as file:
        file.write(orjson.dumps({"database": database_url}))


def _database_of(path: Path) -> str | None:
    """The URL of a hub's PostgreSQL database, None for SQLite; raises `FileRefused`."""
    try:
        url = orjson.loads(path.read_bytes())["database"]
    except (ValueError, KeyError, TypeError):
        raise FileRefused(
            file=str(path),
            detail=Text(
                '内容坏了；应为 {"database": null}，用 PostgreSQL 的写上它的网址',
                'is damaged; it should be {"database": null}, or the URL of its PostgreSQL database',
            ),
        ) from None
    return str(url) if url else None


def hold(folder: Path) -> FileLock:
    """Hold a data folder against every other process; raises `InUse`."""
    lock = FileLock(folder / LOCK, mode=FILE)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise InUse(folder=str(folder)) from None
    return lock


class Hub(HubStore):
    """One community's hub, in a data folder, over SQLite or PostgreSQL."""

    tables = (
        Access,
        Incarnation,
        Code,
        Membership,
        HeldOffer,
        Damaged,
        Deletion,
        KeeperEntry,
        ScopeExit,
        Session,
        Taken,
        journal.Block,
        Use,
        Owed,
    )

    @classmethod
    def init(
        cls,
        folder: Path,
        community: str,
        *,
        database_url: str | None = None,
        plugins: Plugins | None = None,
        now: Callable[[], int] = wall_clock,
    ) -> Self:
        """Make a new hub in a data folder; raises `AlreadyThere` over an old one."""
        make_private_folder(folder)
        make_private_folder(folder / PLUGINS)
        if (folder / CONFIG).exists():
            raise AlreadyThere(
                what=Text("{folder} 里的社区主机", "a hub in {folder}").format(folder=folder)
            )
        identity = Identity.make(folder)
        configure(folder, database_url)
        try:
            hub = cls.open(folder, plugins=plugins, now=now)
            with hub, hub.upkeep(), HubState.changing() as state:
                if state.epoch:
                    raise AlreadyThere(
                        what=Text("{database} 里的社区", "a community in {database}").format(
                            database=hub.database.database
                        )
                    )
                state.community, state.epoch = community, new_id()
                state.incarnation = new_hub_incarnation()
                with KeptIdentity.changing() as kept:
                    kept.identity = identity.public
        except BaseException:
            (folder / CONFIG).unlink()
            raise
        return hub

    @classmethod
    def open(
        cls, folder: Path, *, plugins: Plugins | None = None, now: Callable[[], int] = wall_clock
    ) -> Self:
        """Open the hub of a data folder."""
        if not (folder / CONFIG).exists():
            raise FileRefused(
                file=str(folder),
                detail=Text(
                    "这里没有社区主机，请检查 --data，或新建一个：hongxian hub init --community NAME",
                    "holds no hub; check --data, or make one: hongxian hub init --community NAME",
                ),
            )
        make_private_folder(folder)
        make_private_file(folder / CONFIG)
        url = _database_of(folder / CONFIG)
        database = Postgres(url) if url else Sqlite(folder / DATABASE)
        hub = cls(folder, database, plugins or Plugins(folder / PLUGINS), now)
        hub.prepare()
        return hub

    @cached_property
    def identity(self) -> Identity:
        """Who it is; raises `KeyLost` where its key is gone, or is another than its database knows."""
        with self:
            return Identity.of(self.folder, KeptIdentity.read().identity)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the data folder and the database for as long as the hub serves; raises `InUse`."""
        with hold(self.folder), self.database.hold():
            yield

    def take(self, collection: Collection, written: Written) -> None:
        transaction: Transaction = self._thread.transaction
        reading = Reading(self, self.writer())
        intake = Intake(self, reading, lambda _collection, _row: True, transaction.clock)
        intake.write(collection, written.changes)
