"""Photos and scans that a form has or sends, as values of its fields."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from werkzeug.datastructures import FileStorage

from hongxian.errors import Invalid, Refused
from hongxian.files import attach
from hongxian.kinds.column import Column
from hongxian.kinds.file import FileColumn, packed_file
from hongxian.text import Text

KEPT, CLEAR = "kept", "clear"
"""Behind a field's name and a dot: the file that the form has already, and that it is to be emptied."""


def kept_files(columns: Mapping[str, Column], typed: Mapping[str, str]) -> dict[str, str]:
    """The files that a form has from before, as values of their fields; "" for one that was taken away."""
    return {
        name: "" if f"{name}.{CLEAR}" in typed else typed[f"{name}.{KEPT}"]
        for name in _file_fields(columns)
        if f"{name}.{KEPT}" in typed
    }


def sent_files(
    asker: str, columns: Mapping[str, Column], sent: Mapping[str, FileStorage]
) -> dict[str, str]:
    """The files that were sent, as values of their fields; raises `Invalid` with all that cannot be taken."""
    found: dict[str, str] = {}
    reasons: dict[str, list[Text]] = {}
    for name, column in _file_fields(columns).items():
        file = sent.get(name)
        if file is not None and file.filename:
            try:
                with closing(file):
                    content = file.stream.read(column.most + 1)
                found[name] = packed_file(attach(column, content, file.filename))
            except Refused as error:
                reasons[name] = [error.text]
    if reasons:
        raise Invalid(collection=asker, reasons=reasons)
    return found


def _file_fields(columns: Mapping[str, Column]) -> dict[str, FileColumn]:
    return {name: each for name, each in columns.items() if isinstance(each, FileColumn)}
