"""What an import did or would do, with the first rows of each outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal

from hongxian.text import Text
from hongxian.words.values import JsonObject
from hongxian_client.sheets.draft import Draft

ROWS_SEEN = 200
"""Rows of each outcome that a person is shown."""
Outcome = Literal["new", "changed", "unchanged", "double", "wrong"]
PROBLEMS_KEPT = 50
"""Wrong rows that the report names itself; all are in the returned file."""


@dataclass
class ImportReport:
    """What an import did, or in a dry run would do; rows by outcome add up to `rows_total`."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    double: int = 0
    """Likely here already, and left out until a person says what they are."""
    wrong: int = 0
    rows_total: int = 0
    error_file: Path | None = None
    dry_run: bool = False
    problems: list[JsonObject] = field(default_factory=list)
    """`{"row": number in the file, "reasons": {field: [sentence]}}` of the first wrong and double rows."""
    left_out: list[tuple[int, Text]] = field(default_factory=list)
    """Rows that are none, by number and why: hidden ones, totals, those that are not wanted."""
    deed: str = ""
    """What it is called among what was done here, to be undone as a whole."""
    page: str = ""
    header: int = 0
    """The number of the header's row."""
    columns: dict[str, str] = field(default_factory=dict)
    """The header text of each field that is read."""
    places: dict[str, int] = field(default_factory=dict)
    """The place of each of these columns, from 0."""
    passed: list[str] = field(default_factory=list)
    """Columns that are passed over: their letters and texts."""
    alike: list[str] = field(default_factory=list)
    """Pages with such a header too, which are not read."""
    seen: dict[Outcome, list[Draft]] = field(default_factory=dict)
    """The first rows of each outcome, as they will be."""

    def as_json(self) -> JsonObject:
        """For `--json`."""
        told: JsonObject = {
            each.name: getattr(self, each.name) for each in fields(self) if each.name != "seen"
        }
        return {**told, "error_file": str(self.error_file) if self.error_file else None}

    def keep(self, outcome: Outcome, drafts: Sequence[Draft]) -> None:
        """Count some rows, and keep the first for a person to see."""
        setattr(self, outcome, getattr(self, outcome) + len(drafts))
        seen = self.seen.setdefault(outcome, [])
        seen += drafts[: ROWS_SEEN - len(seen)]
