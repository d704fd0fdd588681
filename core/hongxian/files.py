"""Files of records: bytes become a file that a record can name, and a record that is written has its file's bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson

from hongxian.collections.builtin import Conflict
from hongxian.collections.collection import Collection
from hongxian.collections.store_protocol import present_store
from hongxian.errors import Refused
from hongxian.kinds.column import Column
from hongxian.kinds.file import MB, File, FileColumn, FileField, file_in, file_name
from hongxian.kinds.media import HEAD_BYTES, JPEG, SUFFIXES, is_image, type_of
from hongxian.kit.photo import shrunk
from hongxian.model.record import Record
from hongxian.model.row import Change, Row
from hongxian.storage.files import Files, Link
from hongxian.text import Text
from hongxian.words.values import Values

__all__ = [
    "MB",
    "File",
    "attach",
    "content_of",
]


class FileTooLarge(Refused):
    """A file of more bytes than its field takes."""

    message = Text(
        "“{name}”有 {size} MB，这里最多 {most} MB。请换一张小的。",
        "{name!r} is {size} MB; the limit here is {most} MB. Choose a smaller one.",
    )


class OtherType(Refused):
    """A file of another type than its field takes, told by its bytes and not by its name."""

    message = Text(
        "“{name}”不是{known}文件。手机拍的 HEIC 照片请在手机设置里改为“兼容性最佳”（JPEG）再拍。",
        "{name!r} is not one of {known}. If a phone makes HEIC photos, set it to “most "
        "compatible” (JPEG).",
    )


def attach(field: FileField | FileColumn, content: bytes, name: str) -> File:
    """Keep bytes as a file of a field, which a record of this store may then name.

    Raises `FileTooLarge`, `OtherType`, `NotAPhoto`.
    """
    column = field if isinstance(field, FileColumn) else FileColumn.of(field)
    store = present_store()
    if len(content) > column.most:
        size, most = (f"{each / MB:.1f}" for each in (len(content), column.most))
        raise FileTooLarge(name=name, size=size, most=most)
    type = type_of(content[:HEAD_BYTES])
    if type not in column.types:
        known = " ".join(SUFFIXES[each].removeprefix(".").upper() for each in column.types)
        raise OtherType(name=name, known=known)
    if is_image(type) and column.shrink:
        content, type = shrunk(content, name), JPEG
    sha256 = store.files.put(content, store.now())
    return File(sha256, len(content), type, file_name(name, type))


def content_of(record: Record, field: str) -> bytes | None:
    """The bytes of a file that a record names; None where it names none, or they are not here (yet)."""
    file: File | None = getattr(record, field)
    name = record._meta.collection or ""
    return present_store().files.content(Link(name, record.id, file.sha256)) if file else None


def is_file(file: File, first: bytes) -> bool:
    """Whether bytes that begin so are what a record says of them."""
    return type_of(first[:HEAD_BYTES]) == file.type


def has_files(columns: Mapping[str, Column]) -> bool:
    """Whether records of these fields may name files."""
    return bool(_file_fields(columns))


def files_of(columns: Mapping[str, Column], values: Values) -> dict[str, File]:
    """The files that a record's values name, by their hashes."""
    found = (file_in(values.get(name)) for name in _file_fields(columns))
    return {each.sha256: each for each in found if each}


def files_in_conflict(collection: Collection, conflict: Conflict) -> dict[str, File]:
    """The files that either side of a conflict names, of a field or of a group of them."""
    found: dict[str, File] = {}
    for side in map(orjson.loads, (conflict.kept, conflict.lost)):
        is_group = conflict.field in collection.groups
        found |= files_of(collection.columns, side if is_group else {conflict.field: side})
    return found


def named_in(collection: Collection, row: Row) -> dict[str, File]:
    """The files that a record names, and those that conflicts about it do: a person may choose them still."""
    found = files_of(collection.columns, row.values)
    same = (Conflict.collection == collection.name) & (Conflict.record == row.id)
    for each in Conflict.select().where(same):
        found |= files_in_conflict(collection, each)
    return found


def link_written(files: Files, collection: Collection, changes: Iterable[Change]) -> None:
    """Give each record that was written here the bytes that it names, before its transaction ends.

    What names bytes that are not here, such as a value of before, has them when the hub gives them.
    """
    names = _file_fields(collection.columns)
    for change in changes if names else ():
        for sha256 in files_of(collection.columns, change.values):
            if files.size_of(sha256) is not None:
                link = Link(collection.name, change.id, sha256)
                if not files.is_linked(link):
                    files.link(link)


def _file_fields(columns: Mapping[str, Column]) -> list[str]:
    return [name for name, each in columns.items() if isinstance(each, FileColumn)]
