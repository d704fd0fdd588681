"""The hub: one community's store, opened in a data folder, that takes in what itself writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Self

from hongxian.collections.collection import Collection
from hongxian.engine.store import PLUGINS
from hongxian.errors import AlreadyThere, DatabaseGone, FileRefused, Refused
from hongxian.model.record import new_id
from hongxian.model.row import Key
from hongxian.model.stamp import wall_clock
from hongxian.plugins.loading import Plugins, opened_with_releases
from hongxian.security.key_file import finish_encrypting
from hongxian.storage.data_key import DataKey, Safe
from hongxian.storage.database import Sqlite
from hongxian.storage.postgres import Postgres
from hongxian.storage.privacy import make_private_file, make_private_folder
from hongxian.text import Text
from hongxian.words.incarnation import new_hub_incarnation
from hongxian.writing.capture import Transaction, Written
from hongxian_server.folder import (
    CONFIG,
    CONTENTS,
    DATABASE,
    configure,
    database_of,
    drop_restoring,
    finish_restore,
    held,
    own_name,
)
from hongxian_server.hub_state import HubState, KeptIdentity
from hongxian_server.identity import IDENTITY, Identity
from hongxian_server.intake.apply import Intake
from hongxian_server.intake.dangling import see_to_dangling
from hongxian_server.intake.doubles import tell_doubles
from hongxian_server.intake.validate import Reading
from hongxian_server.quota.own import Wanted, deal_for_own, own_uses
from hongxian_server.quota.usage import Owed, Use, Want
from hongxian_server.store import HubStore
from hongxian_server.tables import journal
from hongxian_server.tables.access import Access, Code, Incarnation
from hongxian_server.tables.damaged import Damaged
from hongxian_server.tables.deletions import Deletion
from hongxian_server.tables.endings import Ending
from hongxian_server.tables.held_offers import HeldOffer
from hongxian_server.tables.keeper_log import KeeperEntry
from hongxian_server.tables.membership import Membership
from hongxian_server.tables.phone_sends import PhoneSend
from hongxian_server.tables.releases import PluginRelease, ProgramRelease
from hongxian_server.tables.scope_exits import ScopeExit
from hongxian_server.tables.sessions import Session
from hongxian_server.tables.taken import Taken
from hongxian_server.tables.tries import Try

_GONE = Text(
    "请确认数据所在的磁盘接好了、文件名没有改动；找不回来的，用备份恢复：hongxian hub restore 文件。"
    "没有备份，各电脑里还有数据：在空文件夹里另建一台（见操作手册“主机丢失又无备份”）",
    "See that its disk is there and no name was changed; where it is lost, restore a backup: "
    "hongxian hub restore FILE. Without one the laptops still hold the data: make a hub in an empty "
    "folder (“Everything lost” in the manual on operations)",
)
_NO_HUB = Text(
    "这里没有社区主机。用 Debian 安装包装的，前面加 sudo；文件夹不对的，用 --data 写对；"
    "或新建一个：hongxian hub init --community 名称",
    "holds no hub. Of a hub from the Debian package: put sudo in front; else check --data, or make "
    "one: hongxian hub init --community NAME",
)
_NO_CONFIG = Text(
    '不见了，而这里有过一台社区主机。请放回它；原来不用 PostgreSQL 的，写上 {"database": null} 即可',
    'is gone, and there was a hub here. Put it back; where it had no PostgreSQL, write {"database": null}',
)


class NotOverPostgres(Refused):
    """A hub that is to be encrypted here, and whose data is in PostgreSQL."""

    message = Text(
        "数据在 PostgreSQL 的主机，这里不能加密：请让系统加密数据库那台机器的磁盘（LUKS、BitLocker）。"
        "加密的主机要搬到 PostgreSQL，先 hongxian hub decrypt，再做一份备份。",
        "A hub over PostgreSQL cannot be encrypted here: encrypt the disk of the database server with its system's "
        "means (LUKS, BitLocker). To move an encrypted hub to PostgreSQL: hongxian hub decrypt, then make a backup.",
    )


class Hub(HubStore):
    """One community's hub, in a data folder, over SQLite or PostgreSQL."""

    is_shared = False
    """Whether this process serves it beside others."""

    tables = (
        Access,
        Incarnation,
        Code,
        Membership,
        HeldOffer,
        Damaged,
        Deletion,
        Ending,
        KeeperEntry,
        PluginRelease,
        ProgramRelease,
        ScopeExit,
        Session,
        Taken,
        PhoneSend,
        Try,
        journal.Block,
        Use,
        Owed,
        Want,
    )

    @classmethod
    def init(
        cls,
        folder: Path,
        community: str,
        *,
        database_url: str | None = None,
        key: DataKey | None = None,
        plugins: Plugins | None = None,
        now: Callable[[], int] = wall_clock,
    ) -> Self:
        """Make a new hub in a data folder, encrypted under `key` if told one; raises `AlreadyThere` over an old one.

        It is one once its configuration lies there, at the end: one whose making was cut short is made to its end.
        """
        make_private_folder(folder)
        make_private_folder(folder / PLUGINS)
        if (folder / CONFIG).exists():
            raise AlreadyThere(
                what=Text("{folder} 里的社区主机", "a hub in {folder}").format(folder=folder)
            )
        key = finish_encrypting(folder, key, CONTENTS)
        identity = Identity.make(folder, Safe(key))
        hub = cls._at(folder, database_url, key, plugins, now)
        hub.prepare()
        with hub, hub.upkeep(), HubState.changing() as state, KeptIdentity.changing() as kept:
            if state.epoch and (state.seq or kept.identity != identity.public):
                raise AlreadyThere(
                    what=Text("{database} 里的社区", "a community in {database}").format(
                        database=hub.database.database
                    )
                )
            state.community, state.epoch = community, new_id()
            state.incarnation, kept.identity = new_hub_incarnation(), identity.public
        configure(folder, database_url)
        return hub

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        key: DataKey | None = None,
        plugins: Plugins | None = None,
        now: Callable[[], int] = wall_clock,
    ) -> Self:
        """Open the hub of a data folder; raises `DatabaseGone` where no hub is in its database any more.

        One that is encrypted opens by its `key` alone; raises `Locked`.
        """
        finish_restore(folder)
        if not (folder / CONFIG).exists():
            had_hub = any((folder / name).exists() for name in (DATABASE, IDENTITY))
            file, detail = (folder / CONFIG, _NO_CONFIG) if had_hub else (folder, _NO_HUB)
            raise FileRefused(file=str(file), detail=detail)
        if not database_of(folder) and not (folder / DATABASE).exists():
            raise DatabaseGone(file=str(folder / DATABASE), advice=_GONE)
        make_private_file(folder / CONFIG)
        key = finish_encrypting(folder, key, CONTENTS)
        if plugins is not None:
            return cls._opened(folder, key, plugins, now)
        return opened_with_releases(
            folder / PLUGINS, lambda plugins: cls._opened(folder, key, plugins, now)
        )

    @classmethod
    def _opened(
        cls, folder: Path, key: DataKey | None, plugins: Plugins, now: Callable[[], int]
    ) -> Self:
        hub = cls._at(folder, database_of(folder), key, plugins, now)
        with hub:
            if not HubState.is_kept():
                raise DatabaseGone(file=str(hub.database.database), advice=_GONE)
        hub.prepare()
        return hub

    @classmethod
    def _at(
        cls,
        folder: Path,
        url: str | None,
        key: DataKey | None,
        plugins: Plugins | None,
        now: Callable[[], int],
    ) -> Self:
        """The hub of a data folder, before its database was looked into; raises `NotOverPostgres`."""
        make_private_folder(folder)
        if url and key:
            raise NotOverPostgres()
        database = Postgres(url) if url else Sqlite(folder / DATABASE, key)
        return cls(folder, database, plugins or Plugins(folder / PLUGINS), now)

    def prepare(self) -> None:
        with self:  # one connection for both
            super().prepare()
            tell_doubles(self)

    @property
    def heard_at(self) -> int:
        """This moment: whatever reached the hub is here."""
        return self.now()

    @cached_property
    def identity(self) -> Identity:
        """Who it is; raises `KeyLost` where its key is gone, or is another than its database knows."""
        with self:
            return Identity.of(self.folder, KeptIdentity.read().identity, self.safe)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the data folder and the database for as long as the hub serves; raises `InUse`.

        Where the database is shared, beside other processes of the same hub.
        """
        with self:
            self.is_shared = self.database.is_shared
        with (
            held(self.folder, is_shared=self.is_shared),
            self.database.hold(own_name(self.folder)),
        ):
            drop_restoring(self.folder)
            yield

    @contextmanager
    def _writing(self, separate: bool) -> Iterator[Transaction]:
        if getattr(self._thread, "transaction", None) is not None:
            with super()._writing(separate) as transaction:
                yield transaction
            return
        wanted: Wanted = {}
        self._thread.wanted, used = wanted, []
        try:
            with super()._writing(separate) as transaction:
                yield transaction
            used = own_uses(self, transaction)
        except Refused:
            if wanted:
                deal_for_own(self, [], wanted)
            raise
        if used or wanted:
            deal_for_own(self, used, wanted)

    def will_commit(self, transaction: Transaction) -> list[Key]:
        gone = super().will_commit(transaction)
        see_to_dangling(self, gone)
        return gone

    def take(self, collection: Collection, written: Written) -> None:
        transaction: Transaction = self._thread.transaction
        reading = Reading(self, self.writer())
        intake = Intake(self, reading, lambda _collection, _row: True, transaction.clock)
        intake.write(collection, written.changes)
