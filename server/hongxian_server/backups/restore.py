"""The way back to a backup: on the same machine, on another one, or for another hub in this one's place.

A hub that was put back begins a new life and says so.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlite

from hongxian.engine.store import PLUGINS
from hongxian.errors import AlreadyThere, FileRefused
from hongxian.plugins.loading import Plugins
from hongxian.security.key_file import FILE as KEY_FILE
from hongxian.security.key_file import KeyFile
from hongxian.security.keys import made_key, write_privately
from hongxian.storage.data_key import DataKey, Safe
from hongxian.storage.encrypting import change_key, encrypt_folder
from hongxian.storage.files import FILE as FILES
from hongxian.storage.postgres import Postgres
from hongxian.storage.privacy import make_private_folder
from hongxian.text import Text
from hongxian.words.logs import logger
from hongxian_server.backups.copying import copy_to_postgres
from hongxian_server.backups.rights import Rights
from hongxian_server.backups.sources import Asks, Source, settings_at, settings_of
from hongxian_server.folder import (
    CONFIG,
    CONTENTS,
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
from hongxian_server.hub import Hub, NotOverPostgres
from hongxian_server.hub_state import HubState, KeptIdentity
from hongxian_server.identity import IDENTITY, RETIRED, key_in, retired_in
from hongxian_server.sync.incarnation import start_epoch
from hongxian_server.tables.access import Code
from hongxian_server.tables.keeper_log import Act, note

log = logger(__name__)
IN_A_FILE = "sqlite"
"""Where a restored hub's database goes that is to lie in its folder."""
_WHERE = Text(
    "没有恢复：这台主机的数据在 PostgreSQL。请说明恢复到哪里：--database postgresql://…（一个空库），"
    "或 --database sqlite（放在文件夹里）",
    "was not restored: this hub's data is in PostgreSQL. Say where it goes: --database postgresql://… of an "
    "empty database, or --database sqlite for the folder",
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


def restore(
    folder: Path,
    source: Source,
    ask: Asks,
    database: str | None = None,
    data_key: DataKey | None = None,
) -> Hub:
    """Put what a source holds in the place of a hub, keeping that beside it; or in a new folder.

    `database` is the URL of an empty PostgreSQL database into which it goes, or `IN_A_FILE`; without, it goes where
    the hub's database is now. The hub begins a new epoch: laptops then offer what it lacks. Where its key is not in
    the folder, that comes out of the backup, by the sheet that is asked for. In a folder that is encrypted it lies
    under that one's `data_key`, else as it lay when the backup was made. Enrolment codes are void; what was
    taken away since from laptops stays so where the former database can be read, else the console asks for it.
    Raises `InUse` while it serves.
    """
    finish_restore(folder)
    was_in_postgres = (folder / CONFIG).exists() and bool(database_of(folder))
    if was_in_postgres and not (source.url or database):
        raise FileRefused(file=str(source), detail=_WHERE)
    ask = cache(ask)
    with _making(folder, source) as made:
        rights = Rights.there(folder, data_key)
        if was_in_postgres and not source.url:
            _part_from(str(database_of(folder)))
        key, retired = key_in(folder, Safe(data_key)), retired_in(folder)
        there = _kept_there(folder, data_key)
        known = {key.public if key else "", *retired, there.identity, *there.retired_identities}
        kept, brought = source.bring(made, ask, known - {""})
        data_key = _under_one_key(made, data_key, brought)
        if key is None:
            if not kept.sealed_identity:
                raise FileRefused(file=str(source), detail=_NO_SHEET)
            key = ask().open(kept.sealed_identity, kept.identity)
            write_privately(made / IDENTITY, Safe(data_key).closed(key.seed))
        if there.identity:  # it goes on as itself, and by its present sheet
            kept = there
        elif kept.identity != key.public:  # of one whose place it took
            kept = KeptIdentity(key.public, retired_identities=retired)
        _put_in_order(made, folder, source, kept, data_key, Act.RESTORED, rights, database)
    return Hub.open(folder, key=data_key)


def _part_from(url: str) -> None:
    """Have no process of another machine write any more in a hub's former database; raises `InUse` if one holds it.

    What a restore puts in its place would be another life, and the two would part the laptops between them.
    """
    from psycopg import Error

    try:
        Postgres(url).share(is_shared=False)
    except Error:  # it is gone: that is why
        log.warning("the former database is not told that its hub went on elsewhere")


def succeed(folder: Path, source: Source, ask: Asks, data_key: DataKey | None = None) -> Hub:
    """Make a new hub with all that another's backup holds, whose key was lost or stolen.

    Codes of that one are void. Raises `AlreadyThere` over a hub, `InUse` over a database that one serves.
    """
    if (folder / CONFIG).exists():
        raise AlreadyThere(
            what=Text("{folder} 里的社区主机", "a hub in {folder}").format(folder=folder)
        )
    with _making(folder, source) as made:
        kept, brought = source.bring(made, ask, ())
        key = key_in(folder, Safe(data_key))
        if key and key.public == kept.identity:
            raise FileRefused(file=str(source), detail=_HAS_KEY)
        retired = [*kept.retired_identities, *filter(None, [kept.identity])]
        data_key = _under_one_key(made, data_key, brought)
        key = key or made_key(made / IDENTITY, Safe(data_key))
        kept = KeptIdentity(key.public, retired_identities=retired)
        _put_in_order(made, folder, source, kept, data_key, Act.SUCCEEDED, None)
    log.info("took a hub's place retired=%d", len(retired))
    return Hub.open(folder, key=data_key)


def _under_one_key(made: Path, there: DataKey | None, brought: DataKey | None) -> DataKey | None:
    """Have what was brought lie under the folder's own key, where that has one; returns that under which it lies."""
    if there is None or (brought and brought.secret == there.secret):
        there = brought
    elif brought is None:
        encrypt_folder(made, there, CONTENTS)
    else:
        for path in filter(Path.exists, (made / DATABASE, made / FILES)):
            change_key(path, brought, there)
    return there


def _kept_there(folder: Path, data_key: DataKey | None) -> KeptIdentity:
    """Who the hub of a folder is; nobody where its database is the one that has to be replaced."""
    if not (folder / CONFIG).exists():
        return KeptIdentity()
    url = database_of(folder)
    try:
        return KeptIdentity.of(
            settings_at(url) if url else settings_of(folder / DATABASE, data_key)
        )
    except (FileRefused, sqlite.Error):
        return KeptIdentity()


@contextmanager
def _making(folder: Path, source: Source) -> Iterator[Path]:
    """A folder in which to make a hub, which takes the place of what is there at the end: all of it, or nothing."""
    make_private_folder(folder)
    with hold(folder), source.hold(own_name(folder)):
        try:
            yield new_restoring(folder)
            take_in_restored(folder)
        except BaseException:
            drop_restoring(folder)
            raise
    log.info("restored")


def _put_in_order(
    made: Path,
    folder: Path,
    source: Source,
    kept: KeptIdentity,
    data_key: DataKey | None,
    act: Act,
    rights: Rights | None,
    database: str | None = None,
) -> None:
    """Let what was brought be this hub, in a life of its own, without what was erased since."""
    if kept.retired_identities:
        write_privately(made / RETIRED, "\n".join(kept.retired_identities).encode())
    if (folder / ERASURES).exists():
        write_privately(made / ERASURES, (folder / ERASURES).read_bytes())
    plugins = folder / PLUGINS
    if any(plugins.glob("*")):  # those that are there stay: they may be newer
        shutil.rmtree(made / PLUGINS, ignore_errors=True)
    else:
        make_private_folder(made / PLUGINS)
        plugins = made / PLUGINS
    url = source.url
    if data_key and (url or database not in (None, IN_A_FILE)):
        raise NotOverPostgres()
    if database not in (None, IN_A_FILE):
        url = database
        copy_to_postgres(made / DATABASE, database, Plugins(plugins))
        for suffix in ("", "-wal", "-shm"):
            (made / f"{DATABASE}{suffix}").unlink(missing_ok=True)
    configure(made, url)
    if (folder / KEY_FILE).exists():  # by which it opens today, whatever opened it then
        (made / KEY_FILE).unlink(missing_ok=True)
    hub = Hub.open(made, key=data_key, plugins=Plugins(plugins))
    with hub:
        with hub.upkeep():
            with KeptIdentity.changing() as state:
                vars(state).update(vars(kept))
            Code.delete().execute()  # of those that it lets in nobody knows which were void since
            with HubState.changing() as known:
                known.put_back_at = hub.now() if rights is None else 0
            note(hub, act, str(source))
        start_epoch(hub)
        if rights is not None:
            rights.put_on(hub)
        erase_again(hub)
        hub.database.empty_log()
    held = KeyFile.read(made)
    if held is not None:
        held.begin_anew()  # what lies in the folder in clear has it as its key too
