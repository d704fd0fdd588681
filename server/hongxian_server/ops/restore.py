"""The way back to a backup: on the same machine, on another one, or for another hub in this one's place.

A hub that was put back begins a new life and says so.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import peewee
from sqlcipher3 import dbapi2 as sqlite

from hongxian.errors import AlreadyThere, FileRefused
from hongxian.logs import logger
from hongxian.security.keys import write_privately
from hongxian.security.sheet import RecoverySheet
from hongxian.stamp import wall_clock
from hongxian.storage.database import Postgres
from hongxian.storage.privacy import make_private_file, make_private_folder
from hongxian.storage.state import StoreState
from hongxian.store import PLUGINS
from hongxian.text import Text
from hongxian.upgrade import refuse_other_format
from hongxian_server.history.erasing import erase_again
from hongxian_server.hub import CONFIG, DATABASE, Hub, configure, hold
from hongxian_server.hub_state import KeptIdentity
from hongxian_server.identity import IDENTITY, RETIRED, Identity, key_in
from hongxian_server.ops.backup import HOW_POSTGRES, to_disk
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
    kept = _kept_in(source)
    if (folder / CONFIG).exists():
        hub = Hub.open(folder)
        if hub.database.postgres == isinstance(source, Path):
            raise FileRefused(file=shown(source), detail=HOW_POSTGRES)
        with hub:
            kept = _followed(kept, KeptIdentity.read())
        hub.database.close()
    make_private_folder(folder)
    with hold(folder), _hold(source):
        if key_in(folder) is None:
            if not kept.sealed_identity:
                raise FileRefused(file=shown(source), detail=_NO_SHEET)
            key = ask().open(kept.sealed_identity, kept.identity)
            write_privately(folder / IDENTITY, key.seed)
        elif kept.identity not in ("", Identity.of(folder).public):
            raise FileRefused(file=shown(source), detail=_OTHER_HUB)
        return _brought_in(folder, source, kept)


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
    with hold(folder), _hold(source):
        identity = Identity.make(folder)
        if identity.public == kept.identity:
            raise FileRefused(file=shown(source), detail=_HAS_KEY)
        retired = [*kept.retired_identities, *filter(None, [kept.identity])]
        hub = _brought_in(folder, source, KeptIdentity(identity.public, "", retired))
    with hub, hub.upkeep():
        Code.delete().execute()
    log.info("took a hub's place retired=%d", len(retired))
    return hub


def _hold(source: Source) -> AbstractContextManager[object]:
    """Hold a database in its place, in which a hub may work still; a backup's file nobody does."""
    return nullcontext() if isinstance(source, Path) else Postgres(source).hold()


def shown(source: Source) -> str:
    """What was named, without a password."""
    if isinstance(source, Path):
        return str(source)
    told = urlsplit(source)
    return f"{told.scheme}://{told.hostname or ''}{told.path}"


def _followed(kept: KeptIdentity, present: KeptIdentity) -> KeptIdentity:
    """Who the hub of a folder is once a backup of it is there, or of one whose place it took."""
    is_ours = kept.identity in ("", present.identity, *present.retired_identities)
    return present if is_ours else kept


def _brought_in(folder: Path, source: Source, kept: KeptIdentity) -> Hub:
    """The hub of a folder, with the database that is its own from now on."""
    make_private_folder(folder / PLUGINS)
    if isinstance(source, Path):
        _put_in(folder, source)
    if kept.retired_identities:
        write_privately(folder / RETIRED, "\n".join(kept.retired_identities).encode())
    configure(folder, None if isinstance(source, Path) else source)
    restored = Hub.open(folder)
    with restored:
        with restored.upkeep(), KeptIdentity.changing() as state:
            vars(state).update(vars(kept))
        start_epoch(restored)
        erase_again(restored)
    return restored


def _put_in(folder: Path, path: Path) -> None:
    """Copy a backup into a folder; the database there is moved aside once that is whole and on the disk."""
    database = folder / DATABASE
    copy, aside = folder / f"{DATABASE}.part", f"before-restore-{wall_clock()}-{DATABASE}"
    try:
        make_private_file(copy)
        shutil.copyfile(path, copy)
        to_disk(copy)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    for suffix in ("", "-wal", "-shm"):
        old = database.with_name(DATABASE + suffix)
        if old.exists():
            old.replace(database.with_name(aside + suffix))
    copy.replace(database)
    log.info("restored bytes=%d", path.stat().st_size)


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
        connection = sqlite.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        with closing(connection):
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            (size,) = connection.execute(_SIZE).fetchone()  # SQLite reads a cut page as zeros
            sound = sound and size == path.stat().st_size
            texts = dict(connection.execute(_SETTINGS))
    except sqlite.Error as error:
        raise _no_backup(path, str(error)) from None
    if not sound:
        raise _no_backup(path, "damaged")
    return texts


def _no_backup(source: Source, why: str) -> FileRefused:
    return FileRefused(
        file=shown(source),
        detail=Text(
            "不是社区主机的完整备份（{why}），请用 hongxian hub backup 做的另一个文件",
            "no whole backup of a hub ({why}); use another file that hongxian hub backup made",
        ).format(why=why),
    )
