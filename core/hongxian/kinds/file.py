"""Photos and scans: a record holds what a file is and its SHA-256; the bytes lie in `files.db` and go their own way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any, ClassVar, Self  # Any: peewee's and marshmallow's options

import orjson
import peewee
from marshmallow import ValidationError, fields, validate

from hongxian.kinds.column import Column, Widget
from hongxian.kinds.media import GROUPS, SUFFIXES
from hongxian.kinds.saying import Saying
from hongxian.merges.merge import Merge
from hongxian.text import NOTHING, Text
from hongxian.words.values import Cell, Value

MB = 2**20
"""Bytes of a megabyte, in which a field says how large its files may be."""
LARGEST = 64 * MB
"""Bytes of one file, whatever its field says."""
LONGEST_FILE_NAME = 80
"""Characters."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NO_FILE = Text(
    "应为一个文件；命令行写 字段=@路径，表格里不能填。",
    "Not a file: give FIELD=@PATH on the command line; a sheet cannot bring one.",
)
_SHOWN = Text("{name}（{size} KB）", "{name} ({size} KB)")


@dataclass(frozen=True)
class File:
    """What a record tells of a file."""

    sha256: str
    size: int
    """Bytes."""
    type: str
    """Its media type."""
    name: str
    """What its person called it."""


def packed_file(file: File) -> str:
    """As it travels: JSON with its names in order."""
    return orjson.dumps(asdict(file), option=orjson.OPT_SORT_KEYS).decode()


def file_in(value: Value) -> File | None:
    """The file that a travelling value names, if it is sound."""
    if not isinstance(value, str):
        return value if isinstance(value, File) else None
    try:
        found = File(**orjson.loads(value))
    except (orjson.JSONDecodeError, TypeError):
        return None
    is_typed = all(type(each) is str for each in (found.sha256, found.type, found.name))
    if not is_typed or type(found.size) is not int or packed_file(found) != value:
        return None
    is_sound = _SHA256.fullmatch(found.sha256) and found.type in SUFFIXES
    return found if is_sound and found.name == file_name(found.name, found.type) else None


def file_name(name: str, type: str) -> str:
    """A name as it may be kept: no folders, nothing unseen, and the ending of what it is."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    seen = "".join(each for each in last if each.isprintable()).strip(" .")
    suffix = SUFFIXES[type]
    stem = seen if PurePosixPath(seen).suffix.lower() not in _ENDINGS else PurePosixPath(seen).stem
    return (stem.strip(" .")[: LONGEST_FILE_NAME - len(suffix)].strip(" .") or "file") + suffix


_ENDINGS = frozenset({*SUFFIXES.values(), ".jpeg"})


@dataclass
class FileColumn(Column):
    """A `FileField`; it travels as the JSON text of a `File`."""

    kind_name: ClassVar[str] = "file"
    typed_as: ClassVar[Text] = Text("照片或扫描件：@路径", "a photo or scan: @PATH")
    usual_widget: ClassVar[Widget] = "file"
    is_sortable: ClassVar[bool] = False
    says_itself: ClassVar[bool] = True
    sheet_width: ClassVar[int] = 18

    types: tuple[str, ...] = ()
    """The media types that it may hold."""
    most: int = LARGEST
    """Bytes."""
    shrink: bool = True

    @classmethod
    def of(cls, field: peewee.Field, merge: Merge | None = None, **own: Any) -> Self:
        types = tuple(each for group in field.types for each in GROUPS[group])
        return super().of(field, merge, types=types, most=field.most, shrink=field.shrink, **own)

    def fits(self, value: Value) -> bool:
        """Whether a value is a file that this field may hold."""
        file = file_in(value)
        return file is not None and file.type in self.types and 0 < file.size <= self.most

    def all_sound(self, types: set[type], values: Sequence[Value]) -> bool:
        return types == {str} and all(map(self.fits, values))

    def rule(self, **options: Any) -> fields.Field[Any]:
        return fields.String(**options)

    def validators(self) -> Iterator[validate.Validator]:
        yield Saying(_Fits(self), _NO_FILE)

    def to_wire(self, value: Value) -> Value:
        return packed_file(value) if isinstance(value, File) else value

    def parse(self, cell: Cell) -> Value:
        return str(cell)  # a name in a sheet is what `differs` compares; no other is a file

    def _typed(self, text: str) -> Value:
        return self.from_cell(text)

    def in_form(self, value: Value) -> str:
        return value if isinstance(value, str) else ""

    def plain(self, value: Value) -> Value:
        file = file_in(value)
        return asdict(file) if file else value

    def text(self, plain: Value) -> str:
        file = plain if isinstance(plain, dict) else self.plain(plain)
        return str(file["name"] if isinstance(file, dict) else file)

    def said(self, plain: Value) -> Text:
        if not isinstance(plain, dict):
            return NOTHING if plain is None else Text.of(self.text(plain))
        return _SHOWN.format(name=plain["name"], size=-(-plain["size"] // 1024))

    def cell(self, value: Value) -> Cell | Text:
        return self.text(value)

    def differs(self, held: Value, value: Value) -> bool:
        file = file_in(held)
        return held != value and (file is None or file.name != value)


class _Fits(validate.Validator):
    def __init__(self, column: FileColumn) -> None:
        self.column = column

    def __call__(self, value: Value) -> Value:
        if not self.column.fits(value):
            raise ValidationError("no file of this field")
        return value


class FileField(peewee.TextField):  # type: ignore[misc]
    """A photo or a scan: `FileField(verbose_name=…, types=("image", "pdf"), most=10 * MB, shrink=True)`.

    Reads as a `File`, or None; takes what `attach` gives. An image is made smaller unless `shrink` is false, and what
    the camera noted in it (place, owner) goes.
    """

    kind = FileColumn

    def __init__(
        self,
        *,
        types: Sequence[str] = ("image", "pdf"),
        most: int = 10 * MB,
        shrink: bool = True,
        **options: Any,
    ) -> None:
        odd = set(types) - GROUPS.keys()
        if odd or not types or not 0 < most <= LARGEST:
            raise ValueError(
                f"types are of {[*GROUPS]}, most is at most {LARGEST} bytes: {odd or most}"
            )
        self.types, self.most, self.shrink = tuple(types), most, shrink
        super().__init__(**{"null": True, **options})

    def db_value(self, value: Value) -> Value:
        return packed_file(value) if isinstance(value, File) else value

    def python_value(self, value: Value) -> Value:
        return file_in(value)
