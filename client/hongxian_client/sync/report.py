"""What a sync did, for whoever started it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hongxian.text import Text
from hongxian_client.sync.news import Known
from hongxian_client.sync.reconcile import Pair


@dataclass
class Report:
    """What a sync did."""

    requests: int = 0
    sent: int = 0
    received: int = 0
    refused: int = 0
    waiting: int = 0
    """Of those refused the ones that wait for a person since an earlier sync."""
    notes: list[Text] = field(default_factory=list)
    plugins: list[str] = field(default_factory=list)
    """Those that are otherwise from the next start on: another release has come, or none is wanted any more."""
    differs: list[Pair] = field(default_factory=list)
    """Scopes and collections whose digests differed at the end, before they were mended."""
    files_sent: int = 0
    files_received: int = 0
    files_left: bool = False
    """Whether files can go still, by a further sync at once: records go between."""
    program_left: bool = False
    """The same of a version of the program."""
    known: Known | None = None
    """How things stood at its end; None where only another round can tell."""

    @property
    def moved(self) -> bool:
        """Whether anything went, came, or was decided."""
        is_news_refused = self.refused != self.waiting
        return bool(
            self.sent or self.received or is_news_refused or self.files_received or self.notes
        )

    def with_further(self, next: Report) -> Report:
        """What this sync and the one after it did."""
        return replace(
            next,
            requests=self.requests + next.requests,
            sent=self.sent + next.sent,
            received=self.received + next.received,
            waiting=self.waiting,
            notes=self.notes + next.notes,
            differs=self.differs + next.differs,
            files_sent=self.files_sent + next.files_sent,
            files_received=self.files_received + next.files_received,
        )
