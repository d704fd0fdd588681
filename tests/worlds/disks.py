"""The disk of a simulated hub: its folder, and its database where that is elsewhere."""

import shutil
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

_copies = count(1)


@dataclass
class Disk:
    """Where the hub's database is, and how to copy it while no process has it open."""

    folder: Path
    url: str | None

    def save(self) -> "Disk":
        """A copy to come back to."""
        copy = Disk(self.folder.with_name(f"saved-hub-{next(_copies)}"), None)
        if self.url is None:
            shutil.copytree(self.folder, copy.folder, ignore=shutil.ignore_patterns("*.lock"))
        else:
            copy.url = self.url.replace(f"@/{self.name}?", f"@/{self.name}_{next(_copies)}?")
            self._run(f"CREATE DATABASE {copy.name} TEMPLATE {self.name}")
        return copy

    def load(self, copy: "Disk") -> None:
        """Put a saved copy in this one's place."""
        if self.url is None:
            shutil.rmtree(self.folder)
            shutil.copytree(copy.folder, self.folder)
        else:
            self._run(f"DROP DATABASE {self.name} WITH (FORCE)")
            self._run(f"CREATE DATABASE {self.name} TEMPLATE {copy.name}")

    def end_connections(self) -> None:
        """End whatever a process has open in PostgreSQL, as its restart does."""
        of_it = f"FROM pg_stat_activity WHERE datname = '{self.name}'"
        self._run(f"SELECT pg_terminate_backend(pid, 10000) {of_it}")

    def drop(self) -> None:
        """Let a copy in PostgreSQL go; a folder goes with its parent."""
        if self.url is not None:
            self._run(f"DROP DATABASE {self.name} WITH (FORCE)")

    @property
    def name(self) -> str:
        """The PostgreSQL database's name."""
        return (self.url or "").rpartition("@/")[2].partition("?")[0]

    def _run(self, statement: str) -> None:
        url = (self.url or "").replace(f"@/{self.name}?", "@/postgres?")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement)
