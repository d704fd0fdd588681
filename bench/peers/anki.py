"""Anki's sync server and its collection: a Rust engine with SQLite at both ends.

A record is a note of ten fields, with the one card that Anki makes of it. Both laptops share the
note type by one full sync first; what is measured are normal syncs, as of an ordinary day.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from bench.agent import free_port, obey, say
from bench.rows import FIELDS, read_lines

NAMES = ("id", "scope", *FIELDS)
CHUNK = 5_000
USER, PASSWORD = "bench", "bench"


def serve(folder: Path) -> None:
    """Become Anki's server."""
    port = free_port()
    folder.mkdir()
    say(url=f"http://127.0.0.1:{port}/")
    settings = {
        "SYNC_USER1": f"{USER}:{PASSWORD}",
        "SYNC_HOST": "127.0.0.1",
        "SYNC_PORT": str(port),
        "SYNC_BASE": str(folder),
        "RUST_LOG": "anki=error",
    }
    os.execve(sys.executable, [sys.executable, "-m", "anki.syncserver"], {**os.environ, **settings})


class Laptop:
    """One collection."""

    def __init__(self, folder: Path, place: int, told: dict[str, Any]) -> None:
        from anki.collection import Collection

        self.path = str(folder / "collection.anki2")
        self.collection = Collection(self.path)
        self.auth = self.collection.sync_login(USER, PASSWORD, told["url"])
        if not self.collection.models.id_for_name("Attendance"):
            self._begin(first=place == 0)

    def _begin(self, first: bool) -> None:
        """The first laptop makes the note type and uploads all; others download it."""
        if first:
            self._make_note_type()
        self.collection.close_for_full_sync()
        self.collection.full_upload_or_download(auth=self.auth, server_usn=None, upload=first)
        self.collection.reopen(after_full_sync=True)

    def _make_note_type(self) -> None:
        models = self.collection.models
        model = models.new("Attendance")
        for name in NAMES:
            models.add_field(model, models.new_field(name))
        template = models.new_template("Card")
        template["qfmt"], template["afmt"] = "{{id}}", "{{notes}}"
        models.add_template(model, template)
        models.add_dict(model)

    def write(self, rows: str) -> None:
        """One note for each row."""
        from anki.collection import AddNoteRequest
        from anki.decks import DeckId

        model = self.collection.models.id_for_name("Attendance")
        requests = []
        for row in read_lines(rows):
            note = self.collection.new_note(model)
            note.fields = [_text({**row, "scope": "t-0123abcd"}[name]) for name in NAMES]
            requests.append(AddNoteRequest(note=note, deck_id=DeckId(1)))
            if len(requests) == CHUNK:
                self.collection.add_notes(requests)
                requests = []
        self.collection.add_notes(requests)

    def edit(self, edits: str) -> None:
        """New values in notes that are here."""
        rows = self.collection.db.execute("SELECT flds, id FROM notes")
        numbers = {fields[:36]: number for fields, number in rows}
        notes = []
        for edit in read_lines(edits):
            note = self.collection.get_note(numbers[edit["id"]])
            for name, value in edit["set"].items():
                note.fields[NAMES.index(name)] = _text(value)
            notes.append(note)
        self.collection.update_notes(notes)

    def sync(self) -> None:
        """One normal sync."""
        told = self.collection.sync_collection(self.auth, False)
        if told.required > 1:
            raise RuntimeError(f"a full sync was asked for: {told}")

    push = pull = sync

    def count(self) -> dict[str, Any]:
        """How many notes are here."""
        return {"count": self.collection.note_count()}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["hub", folder]:
            serve(Path(folder))
        case ["laptop", folder, place, told]:
            obey(Laptop(Path(folder), int(place), json.loads(told)))
