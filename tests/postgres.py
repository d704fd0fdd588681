"""A private PostgreSQL for one test run: a socket in a temporary folder, no port, no password."""

import itertools
import os
import pwd
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

# Stops the server and clears its folder when standard input closes, which is also what happens
# when the test run is killed: no run leaves a server behind.
UNTIL_INPUT_CLOSES = """
folder=$1; shift
"$@" >"$folder/log" 2>&1 </dev/null & server=$!
cat
kill -QUIT $server; wait $server; cd /; rm -rf "$folder"
"""
NEW_CLUSTER = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
FASTER_THAN_SAFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
START_SECONDS = 60

_numbers = itertools.count(1)


@contextmanager
def private_cluster(programs: Path, settings: Sequence[str] = FASTER_THAN_SAFE) -> Iterator[str]:
    """Run a new cluster from the distribution's programs; yields the URL of its first database."""
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="hongxian-pg-"))
    if owner:
        os.chown(folder, owner["user"], owner["group"])
    data = folder / "data"
    initdb = [programs / "initdb", "--pgdata", data, *NEW_CLUSTER]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder, **owner)
    serve = [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses="]
    for setting in settings:
        serve += ["-c", setting]
    keeper = subprocess.Popen(
        ["sh", "-c", UNTIL_INPUT_CLOSES, "sh", folder, *serve],
        stdin=subprocess.PIPE,
        cwd=folder,
        start_new_session=True,  # Ctrl-C reaches pytest alone, which then closes the pipe
        **owner,
    )
    try:
        url = f"postgresql://postgres@/postgres?host={quote(str(folder), safe='')}"
        _wait_for(url, folder / "log")
        yield url
    finally:
        keeper.stdin.close()
        keeper.wait()


@contextmanager
def fresh_database(cluster_url: str) -> Iterator[str]:
    """Make an empty database in the cluster; dropped at the end, whoever is still connected."""
    name = f"fresh_{next(_numbers)}"
    _run(cluster_url, f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield cluster_url.replace("@/postgres?", f"@/{name}?")
    finally:
        _run(cluster_url, f"DROP DATABASE {name} WITH (FORCE)")


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


def _run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
