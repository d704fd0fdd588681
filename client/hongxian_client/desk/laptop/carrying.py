"""What a stick carries, under way: a file of a sync written out or read in, or a new version, and what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hongxian.errors import FileRefused, HongxianError
from hongxian.storage.failure import storage_failure
from hongxian.text import Text
from hongxian_client.program.home import Home
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.bundle import bundle_in, bundle_out
from hongxian_client.sync.program import bring_program
from hongxian_client.sync.report import Report

PATIENCE_SECONDS = 2.0
"""So long a page waits for it; then it shows that it is under way."""
_NOT_CARRIED = Text("没有写成或读成（{error}）", "it was not written or read ({error})")


@dataclass
class Carrying:
    """One file, and what is known of it so far."""

    replica: Replica
    path: Path
    place: str
    """What people call the stick; "" for a file that the browser carries."""
    with_files: bool = False
    written: int | None = None
    """Of a file that went out, the changes that it carries."""
    report: Report | None = None
    """Of one that came in, what it brought."""
    version: str = ""
    """Of a program file that was taken in, the version that is in place now."""
    error: HongxianError | None = None
    _thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        """Whether it is under way."""
        return self._thread is not None and self._thread.is_alive()

    def write(self) -> None:
        """Write what is unsent to the file; waits a moment for its end."""
        self._begin(self._write)

    def read(self) -> None:
        """Take in what the hub wrote to the file; waits a moment for its end."""
        self._begin(self._read)

    def take_in(self, home: Home) -> None:
        """Put the version of a program file in place for the next start; waits a moment for its end."""
        self._begin(lambda: self._take_in(home))

    def _write(self) -> None:
        self.written = bundle_out(self.replica, self.path, with_files=self.with_files)

    def _read(self) -> None:
        self.report = bundle_in(self.replica, self.path)

    def _take_in(self, home: Home) -> None:
        self.version = bring_program(self.path, home)

    def _begin(self, work: Callable[[], None]) -> None:
        person = self.replica.person
        self._thread = threading.Thread(
            target=self._run, args=(work, person), name="hongxian-stick", daemon=True
        )
        self._thread.start()
        self._thread.join(PATIENCE_SECONDS)

    def _run(self, work: Callable[[], None], person: str | None) -> None:
        try:
            with self.replica.acting_as(person):
                work()
        except FileRefused as error:  # told by its own name: where it lay is no matter
            self.error = FileRefused(file=self.path.name, detail=error.facts["detail"])
        except HongxianError as error:
            self.error = error
        except OSError as error:  # the stick was pulled out, or is full
            told = _NOT_CARRIED.format(error=error.strerror or error)
            failure = storage_failure(error, self.path.name)
            self.error = failure or FileRefused(file=self.path.name, detail=told)
