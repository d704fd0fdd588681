"""A private PostgreSQL for one test run, and a pgbouncer before it: sockets in temporary folders, no password."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from system_packages import SYSTEM_PATH

# Stops the server and clears its folder when standard input closes, which is also what happens
# when the test run is killed: no run leaves a server behind.
UNTIL_INPUT_CLOSES = """
end=$1 folder=$2; shift 2
"$@" >"$folder/log" 2>&1 </dev/null & server=$!
cat
kill -$end $server; wait $server; cd /; rm -rf "$folder"
"""
NEW_CLUSTER = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
FOLLOWS = ("--write-recovery-conf", "--checkpoint=fast", "--no-sync")
FASTER_THAN_SAFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
BOUNCER = ("[pgbouncer]", "pool_mode = transaction", "auth_type = any", "listen_port = 6432")
"""Names its socket alone: where no address is given, it listens on no network."""
START_SECONDS = 60

_numbers = itertools.count(1)


@contextmanager
def private_cluster(
    programs: Path, settings: Sequence[str] = FASTER_THAN_SAFE, standby_of: str | None = None
) -> Iterator[str]:
    """Run a new cluster, or one that follows another; yields the URL of its first database."""
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="hongxian-pg-"))
    if owner:
        os.chown(folder, owner["user"], owner["group"])
    data = folder / "data"
    make = [programs / "initdb", *NEW_CLUSTER]
    if standby_of is not None:
        make = [programs / "pg_basebackup", *FOLLOWS, "--dbname", standby_of]
    make += ["--pgdata", data]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd=folder, **owner)
    serve = [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses="]
    for setting in settings:
        serve += ["-c", setting]
    with running(serve, "QUIT", folder, owner):
        url = f"postgresql://postgres@/postgres?host={quote(str(folder), safe='')}"
        _wait_for(url, folder / "log")
        yield url


@contextmanager
def bounced(url: str, settings: Sequence[str] = ()) -> Iterator[str]:
    """The URL of the same database through a pgbouncer that gives each transaction whatever session is free."""
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="hongxian-pgbouncer-"))
    there = conninfo_to_dict(url)["host"]
    lines = [f"[databases]\n* = host={there} user=postgres", *BOUNCER, *settings]
    (folder / "ini").write_text("\n".join([*lines, f"unix_socket_dir = {folder}"]))
    if owner:
        os.chown(folder, owner["user"], owner["group"])
    pgbouncer = shutil.which("pgbouncer", path=SYSTEM_PATH)
    with running([pgbouncer, folder / "ini"], "TERM", folder, owner):
        through = url.replace(quote(there, safe=""), quote(str(folder), safe="")) + "&port=6432"
        _wait_for(through, folder / "log")
        yield through


@contextmanager
def running(command: Sequence[str | Path], end: str, folder: Path, owner: dict) -> Iterator[None]:
    """A server in its folder, which goes with it; `end` is the signal by which it ends at once."""
    keeper = subprocess.Popen(
        ["sh", "-c", UNTIL_INPUT_CLOSES, "sh", end, folder, *command],
        stdin=subprocess.PIPE,
        cwd=folder,
        start_new_session=True,  # Ctrl-C reaches pytest alone, which then closes the pipe
        **owner,
    )
    try:
        yield
    finally:
        keeper.stdin.close()
        keeper.wait()


@contextmanager
def fresh_database(cluster_url: str) -> Iterator[str]:
    """Make an empty database in the cluster; dropped at the end, whoever is still connected."""
    name = f"fresh_{next(_numbers)}"
    run(cluster_url, f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield cluster_url.replace("@/postgres?", f"@/{name}?")
    finally:
        run(cluster_url, f"DROP DATABASE {name} WITH (FORCE)")


def _owner() -> dict:
    """Whom PostgreSQL runs as: it refuses root, so root hands it to another user."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _wait_for(url: str, log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            return psycopg.connect(url).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > give_up:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from error
            time.sleep(0.05)


def run(url: str, statement: str) -> None:
    """One statement, committed."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
