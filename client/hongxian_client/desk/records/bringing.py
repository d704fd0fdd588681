"""A sheet on its way in: read and tried in the background, seen by a person, then written."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from hongxian.errors import FileRefused, HongxianError
from hongxian.text import Language
from hongxian_client.replica.deeds import offer
from hongxian_client.replica.replica import Replica
from hongxian_client.sheets.choices import Choices
from hongxian_client.sheets.entering import beyond_of, entering_of
from hongxian_client.sheets.header import Columns, known_headers, top_of, understood
from hongxian_client.sheets.importing import import_file
from hongxian_client.sheets.reading.line import Line
from hongxian_client.sheets.report import ImportReport

PATIENCE_SECONDS = 2.0
"""So long a page waits for it; then it shows how far it is."""


@dataclass
class Bringing:
    """One sheet that was uploaded, and what is known of it so far."""

    replica: Replica
    collection: str
    path: Path
    file: str
    """What its sender calls it."""
    scope: str | None
    language: Language
    choices: Choices = field(default_factory=Choices)
    report: ImportReport | None = None
    error: HongxianError | None = None
    rows: int = 0
    """That it has been through."""
    returned: Path | None = None
    """The rows that were wrong, with the reasons."""
    top: list[Line] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    _thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        """Whether it is under way."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def is_done(self) -> bool:
        """Whether it was written, not only tried."""
        return self.report is not None and not self.report.dry_run

    @cached_property
    def beyond(self) -> Columns:
        """The columns that a plugin's form for a new one knows beside the collection's own."""
        return beyond_of(entering_of(self.replica, self.replica.collection(self.collection)))

    @property
    def header(self) -> int:
        """The number of the row that is the header, or looks most like one."""
        if self.choices.header or self.report:
            return self.choices.header or (self.report.header if self.report else 0)
        known = known_headers(self.replica.collection(self.collection), self.beyond)
        best = max(self.top, key=lambda line: understood(line, known), default=None)
        return best.number if best else 0

    def begin(self, *, dry_run: bool) -> None:
        """Go through it in the background, as the person of this thread; waits a moment for its end."""
        self.report, self.error, self.rows = None, None, 0
        self._thread = threading.Thread(
            target=self._run,
            args=(dry_run, self.replica.person),
            name="hongxian-import",
            daemon=True,
        )
        self._thread.start()
        self._thread.join(PATIENCE_SECONDS)

    def _run(self, dry_run: bool, person: str | None) -> None:
        with self.replica.acting_as(person):
            try:
                with suppress(FileRefused):
                    self.pages, self.top = top_of(self.path, self.choices)
                report = import_file(
                    self.replica,
                    self.collection,
                    self.path,
                    dry_run=dry_run,
                    scope=self.scope,
                    choices=self.choices,
                    language=self.language,
                    progress=self._count,
                )
            except HongxianError as error:
                self.error = error
                if isinstance(error, FileRefused):  # told by the name that its sender knows
                    self.error = type(error)(**{**error.facts, "file": self.file})
                return
        if report.error_file:
            self.returned = self.path.with_name(
                f"{self.path.stem}-errors{report.error_file.suffix}"
            )
            report.error_file.replace(self.returned)
        if not self.choices.page:
            self.choices.page = report.page
            self.pages, self.top = top_of(self.path, self.choices)
        self.report = report
        if not dry_run:
            with self.replica, self.replica.upkeep():
                offer(report.deed)
            self.replica.on_write()

    def _count(self, rows: int) -> None:
        self.rows = rows
