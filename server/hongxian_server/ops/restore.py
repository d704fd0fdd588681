"""The way back to a backup: on the same machine, on another one, or for another hub in this one's place.

A hub that was put back begins a new life and says so.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path

import peewee
from sqlcipher3 import dbapi2 as sqlite

from hongxian.errors import AlreadyThere, FileRefused
from hongxian.logs import logger
from hongxian.plugins.loading import Plugins
from hongxian.security.keys import made_key, write_privately
from hongxian.security.sheet import RecoverySheet
from hongxian.storage import postgres
from hongxian.storage.postgres import Postgres
from hongxian.storage.privacy import make_private_file, make_private_folder
from hongxian.storage.state import StoreState
from hongxian.store import PLUGINS
from hongxian.text import Text
from hongxian.upgrade import refuse_other_format
from hongxian_server.folder import (
    CONFIG,
    DATABASE,
    configure,
    database_of,
    drop_restoring,
    finish_restore,
    hold,
    new_restoring,
    own_name,
    take_in_restored,
)
from hongxian_server.history.erasing import FILE as ERASURES
from hongxian_server.history.erasing import erase_again
from hongxian_server.hub import Hub
from hongxian_server.hub_state import KeptIdentity
from hongxian_server.identity import IDENTITY, RETIRED, key_in
from hongxian_server.ops.backup import HOW_POSTGRES
from hongxian_server.sync.incarnation import start_epoch
from hongxian_server.tables.access import Code

log = logger(__name__)
Source = Path | str
"""A backup's file, or the URL of a PostgreSQL database that was put back by other means."""
Asks = Callable[[], RecoverySheet]
"""Asks for the recovery sheet; raises `SheetRefused`."""
_SETTINGS = "SELECT name, value FROM hongxian_setting"
_SIZE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
_OTHER_HUB = Text(
    "是另一台主机的备份；请在空文件夹里恢复它（--data）",
    "is a backup of another hub; restore it in an empty folder (--data)",
)
_NO_SHEET = Text(
    "里没有主机的密钥：做备份时还没有恢复单。请放回原来的 identity.key，或用 hongxian hub init --succeed 另立主机",
    "holds no key of its hub: there was no recovery sheet yet. Put the former identity.key into the "
    "folder, or let another hub take its place: hongxian hub init --succeed",
)
_HAS_KEY = Text(
    "的密钥就在这个文件夹里，不必另立主机；请用 hongxian hub restore",
    "is of the hub whose key lies in this folder, which goes on: use hongxian hub restore",
)


def restore(folder: Path, source: Source, ask: Asks) -> Hub:
    """Put a backup in the place of a hub's database, keeping the old one beside it; or in a new folder.

    The hub begins a new epoch: laptops then offer what it lacks. Where its key is not in the folder,
    that comes out of the backup, by the sheet that is asked for. Raises `InUse` while it serves.
    """
    finish_restore(folder)
    kept = _kept_in(source)
    if (folder / CONFIG).exists():
        if bool(database_of(folder)) == isinstance(source, Path):
            raise FileRefused(file=shown(source), detail=HOW_POSTGRES)
        kept = _followed(kept, _kept_there(folder))
    make_private_folder(folder)
    with hold(folder), _hold(source, folder):
        key = key_in(folder)
        if key is None:
            if not kept.sealed_identity:
                raise FileRefused(file=shown(source), detail=_NO_SHEET)
            key = ask().open(kept.sealed_identity, kept.identity)
        elif kept.identity not in ("", key.public):
            raise FileRefused(file=shown(source), detail=_OTHER_HUB)
        with _restoring(folder, source) as made:
            _let_be(made, kept)
            if key_in(folder) is None:
                write_privately(made / IDENTITY, key.seed)
    return Hub.open(folder)


def succeed(folder: Path, source: Source) -> Hub:
    """Make a new hub with all that is in the backup of another, whose key was lost or stolen.

    Codes of that one are void. Raises `AlreadyThere` over a hub, `InUse` over a database that one serves.
    """
    kept = _kept_in(source)
    if (folder / CONFIG).exists():
        raise AlreadyThere(
            what=Text("{folder} 里的社区主机", "a hub in {folder}").format(folder=folder)
        )
    make_private_folder(folder)
    with hold(folder), _hold(source, folder):
        key = key_in(folder)
        if key and key.public == kept.identity:
            raise FileRefused(file=shown(source), detail=_HAS_KEY)
        retired = [*kept.retired_identities, *filter(None, [kept.identity])]
        with _restoring(folder, source) as made:
            key = key or made_key(made / IDENTITY)
            _let_be(made, KeptIdentity(key.public, "", retired))
            Code.delete().execute()
    log.info("took a hub's place retired=%d", len(retired))
    return Hub.open(folder)


def _hold(source: Source, folder: Path) -> AbstractContextManager[object]:
    """Hold a database in its place, in which a hub may work still; a backup's file nobody does."""
    return nullcontext() if isinstance(source, Path) else Postgres(source).hold(own_name(folder))


def shown(source: Source) -> str:
    """What was named, without a password."""
    return str(source) if isinstance(source, Path) else postgres.shown(source)


def _followed(kept: KeptIdentity, present: KeptIdentity) -> KeptIdentity:
    """Who the hub of a folder is once a backup of it is there, or of one whose place it took."""
    is_ours = kept.identity in ("", present.identity, *present.retired_identities)
    return present if is_ours else kept


def _kept_there(folder: Path) -> KeptIdentity:
    """Who the hub of a folder is; nobody where its database is the one that has to be replaced."""
    url = database_of(folder)
    try:
        texts = _settings_at(url) if url else _settings_of(folder / DATABASE)
    except (FileRefused, sqlite.Error):
        return KeptIdentity()
    return KeptIdentity.of(texts)


@contextmanager
def _restoring(folder: Path, source: Source) -> Iterator[Path]:
    """Make the hub whole beside what is there, whose place it takes at the end: all of it, or nothing.

    Inside, who it is is written into the folder that is yielded, and into its database.
    """
    made = new_restoring(folder)
    try:
        if isinstance(source, Path):
            make_private_file(made / DATABASE)
            shutil.copyfile(source, made / DATABASE)
        if (folder / ERASURES).exists():
            shutil.copyfile(folder / ERASURES, made / ERASURES)
        configure(made, None if isinstance(source, Path) else source)
        plugins = Plugins(folder / PLUGINS) if (folder / PLUGINS).exists() else None
        hub = Hub.open(made, plugins=plugins)
        with hub:
            with hub.upkeep():
                yield made
            start_epoch(hub)
            erase_again(hub)
            hub.database.empty_log()
        take_in_restored(folder)
    except BaseException:
        drop_restoring(folder)
        raise
    log.info("restored")


def _let_be(made: Path, kept: KeptIdentity) -> None:
    """Write down who a hub is that is being made."""
    with KeptIdentity.changing() as state:
        vars(state).update(vars(kept))
    if kept.retired_identities:
        write_privately(made / RETIRED, "\n".join(kept.retired_identities).encode())


def _kept_in(source: Source) -> KeptIdentity:
    """Whose database it is, which is looked through first; raises `FileRefused`, and as opening does."""
    texts = _settings_of_file(source) if isinstance(source, Path) else _settings_at(source)
    state = StoreState.of(texts)
    if state.kind != Hub.kind:
        raise _no_backup(source, f"kind: {state.kind}")
    refuse_other_format(shown(source), state.format)
    return KeptIdentity.of(texts)


def _settings_at(url: str) -> dict[str, str]:
    database = Postgres(url)
    try:
        with database.connection_context():
            return dict(database.execute_sql(_SETTINGS).fetchall())
    except peewee.DatabaseError as error:
        raise _no_backup(url, str(error).strip()) from None


def _settings_of_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        raise FileRefused(
            file=str(path),
            detail=Text("这里没有文件，请检查路径", "there is no such file; check its path"),
        )
    try:
        with closing(_reading(path)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            (size,) = connection.execute(_SIZE).fetchone()  # SQLite reads a cut page as zeros
        texts = _settings_of(path)
    except sqlite.Error as error:
        raise _no_backup(path, str(error)) from None
    if not sound or size != path.stat().st_size:
        raise _no_backup(path, "damaged")
    return texts


def _settings_of(path: Path) -> dict[str, str]:
    with closing(_reading(path)) as connection:
        return dict(connection.execute(_SETTINGS))


def _reading(path: Path) -> sqlite.Connection:
    return sqlite.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _no_backup(source: Source, why: str) -> FileRefused:
    return FileRefused(
        file=shown(source),
        detail=Text(
            "不是社区主机的完整备份（{why}），请用 hongxian hub backup 做的另一个文件",
            "no whole backup of a hub ({why}); use another file that hongxian hub backup made",
        ).format(why=why),
    )
