"""A workbook's file: its parts, the sheets that are shown, the texts that cells share, and which formats are dates.

The file is what somebody sent. Each part goes through the parser piece by piece and only what is needed is kept, so
that work and memory are bounded by the sizes that are looked at first: `zipfile` unpacks no part further than its
directory says.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from hongxian.errors import FileRefused
from hongxian.text import Text

LARGEST_UNPACKED = 1 << 30
"""Bytes that a workbook may take once unpacked, and a CSV as it is."""
SMALL = 32 << 20
"""Bytes unpacked that are no burden, whatever they were packed to."""
MOST_TIGHTLY = 100
"""Times its own size that a larger one may unpack to: what people wrote packs to a tenth or so."""
LONGEST_TEXT = 1 << 17
"""Characters of one cell; Excel's own limit is a quarter of it."""
LONGEST_TAG = 1 << 20
"""Bytes, and of a text, which may take so many."""
MOST_TEXTS, MOST_CHARACTERS = 3_000_000, 64 << 20
"""That cells share, in all."""
MOST_PAGES = 100
"""Visible sheets that are looked at; those behind them are not read."""
MOST_ENTRIES = 100_000
"""Formats of cells, or parts and sheets: Excel allows 65,490 formats."""
CHUNK = 1 << 16
MOST_SAID = 200
"""Characters of what a library says, which may quote the file."""
BROKEN = (
    ExpatError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,  # a way of packing that zipfile does not know
    RuntimeError,  # a part that is locked by a password
    LookupError,
    ValueError,
    OverflowError,
    EOFError,
    OSError,
    StopIteration,
)
_CHINESE_DATES = {
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    **dict.fromkeys((30,), "m-d-yy"),
    **dict.fromkeys((31,), 'yyyy"年"m"月"d"日"'),
    **dict.fromkeys((32, 34, 55), 'h"时"mm"分"'),
    **dict.fromkeys((33, 35, 56), 'h"时"mm"分"ss"秒"'),
}
"""What a Chinese Excel shows under these numbers, which no file spells out."""
_ESCAPED = re.compile(r"_x(005F|00[01][0-9A-Fa-f]|FFF[EF])_")
Attributes = dict[str, str]


@dataclass
class Workbook:
    """What reading a sheet's rows needs to know."""

    archive: zipfile.ZipFile
    pages: dict[str, str]
    """The parts that hold the visible sheets, by their titles."""
    texts: list[str] = field(default_factory=list)
    dates: dict[int, bool] = field(default_factory=dict)
    """The formats of dates and times, and which of them tell how long something took."""
    epoch: datetime = WINDOWS_EPOCH


def opened(path: Path) -> Workbook:
    """A workbook, ready for its rows to be read; raises `FileRefused`."""
    try:
        archive = zipfile.ZipFile(path)
        refuse_too_large(path, archive)
        damaged = archive.testzip()
        if damaged:
            raise broken(path, damaged)
        return _Reader(path, archive).workbook()
    except BROKEN as error:
        raise broken(path, error) from error


def broken(path: Path, why: object) -> FileRefused:
    """It is no sound workbook."""
    return FileRefused(
        file=path.name,
        detail=Text(
            "不是完好的表格文件；请用 Excel 或 WPS 打开后另存（{why}）。",
            "Not a sound workbook; open it in Excel or WPS and save it anew ({why}).",
        ).format(why=str(why)[:MOST_SAID]),
    )


def too_much(path: Path, zh: str, en: str) -> FileRefused:
    """More of something than is read; each text says of what, and how much may be."""
    detail = Text(
        f"{zh}；请删去多余的，或分成几个文件。", f"{en}; delete what is too much, or split it."
    )
    return FileRefused(file=path.name, detail=detail)


def too_long(path: Path) -> FileRefused:
    """A cell holds a text that is longer than any may be."""
    return too_much(
        path,
        f"一格里的文字超过 {LONGEST_TEXT} 字",
        f"A cell of more than {LONGEST_TEXT} characters",
    )


def unescaped(text: str) -> str:
    """A text with the characters that XML cannot hold: `_x000D_` is a return, `_x005F_` the line of such a mark."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


@lru_cache(256)
def local(name: str) -> str:
    """A name of XML without its prefix, which each program chooses for itself."""
    return name.rpartition(":")[2]


def parse(
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Let handlers see a part of a workbook, piece by piece; names come with their prefixes."""
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _no_doctype  # and without one there are no entities
    since = (
        0  # bytes in which no tag began: the parser looks through all of a long one again and again
    )
    with archive.open(part) as file:
        while piece := file.read(CHUNK):
            since = 0 if b"<" in piece else since + CHUNK
            if since > LONGEST_TAG:
                raise too_long(Path(archive.filename or ""))
            parser.Parse(piece, False)
            yield
        parser.Parse(b"", True)


def _no_doctype(*_: object) -> None:
    raise ValueError("DOCTYPE")


def refuse_too_large(path: Path, archive: zipfile.ZipFile) -> None:
    """Raise `FileRefused` for one that unpacks to more than is read, before any of it is unpacked."""
    unpacked = sum(each.file_size for each in archive.infolist())
    allowed = min(LARGEST_UNPACKED, max(SMALL, MOST_TIGHTLY * path.stat().st_size))
    if unpacked > allowed:
        found, most = unpacked >> 20, allowed >> 20
        raise too_much(
            path,
            f"解开后有 {found} MB，这样大小的文件最多 {most} MB",
            f"Unpacks to {found} MB; a file of this size may to {most} MB",
        )
    for each in archive.infolist():
        if each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotImplementedError(f"{each.filename}: {each.compress_type}")


class _Done(Exception):
    """What was sought in a part is found."""


class _Reader:
    """Looks through the small parts of a workbook, and the texts that its cells share."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path, self.archive = path, archive

    def workbook(self) -> Workbook:
        tops = self._related("").values()
        main = next(part for part, type in tops if type.endswith("/officeDocument"))
        related = self._related(main)
        pages, epoch = self._pages(main, related)
        book = Workbook(self.archive, pages, epoch=epoch)
        for part, type in related.values():
            if type.endswith("/sharedStrings") and part in self.archive.NameToInfo:
                book.texts = self._texts(part)
            elif type.endswith("/styles"):
                book.dates = self._dates(part)
        return book

    def _parse(self, part: str, *handlers: Callable[..., None]) -> None:
        try:
            for _ in parse(self.archive, part, *handlers):
                pass
        except _Done:
            pass

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """The parts that one names, with their types, by its names for them."""
        folder, name = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(name: str, of: Attributes) -> None:
            if local(name) == "Relationship" and of.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, of["Target"]))
                found[of["Id"]] = target.lstrip("/"), of["Type"]
                self._refuse_many(len(found))

        self._parse(posixpath.join(folder, "_rels", f"{name}.rels"), start)
        return found

    def _pages(
        self, main: str, related: dict[str, tuple[str, str]]
    ) -> tuple[dict[str, str], datetime]:
        pages: dict[str, str] = {}
        epoch = WINDOWS_EPOCH

        def start(name: str, of: Attributes) -> None:
            nonlocal epoch
            if local(name) == "workbookPr" and of.get("date1904") in ("1", "true"):
                epoch = MAC_EPOCH
            if local(name) == "sheet" and of.get("state", "visible") == "visible":
                id = next(value for key, value in of.items() if local(key) == "id")
                part, type = related.get(id, ("", ""))
                if type.endswith("/worksheet") and part in self.archive.NameToInfo:
                    pages[of.get("name", "") or str(len(pages) + 1)] = part
                    if len(pages) == MOST_PAGES:
                        raise _Done

        self._parse(main, start)
        if not pages:
            raise broken(self.path, "no visible sheet")
        return pages, epoch

    def _texts(self, part: str) -> list[str]:
        texts: list[str] = []
        pieces: list[str] = []
        taking, sounds, characters, length = False, 0, 0, 0

        def start(name: str, of: Attributes) -> None:
            nonlocal taking, sounds
            name = local(name)
            taking = name == "t" and not sounds
            sounds += name == "rPh"  # how a Japanese word is read, beside it

        def text(piece: str) -> None:
            nonlocal length
            if taking:
                pieces.append(piece)
                length += len(piece)
                if length > LONGEST_TEXT:
                    raise too_long(self.path)

        def end(name: str) -> None:
            nonlocal taking, sounds, characters, length
            taking = False
            name = local(name)
            sounds -= name == "rPh"
            if name == "si":
                texts.append(unescaped("".join(pieces)))
                pieces.clear()
                characters, length = characters + length, 0
                if len(texts) > MOST_TEXTS or characters > MOST_CHARACTERS:
                    raise too_much(
                        self.path,
                        f"文字超过 {MOST_TEXTS} 段或 {MOST_CHARACTERS} 字",
                        f"More than {MOST_TEXTS} texts or {MOST_CHARACTERS} characters",
                    )

        self._parse(part, start, end, text)
        return texts

    def _dates(self, part: str) -> dict[int, bool]:
        codes: dict[int, str] = {**BUILTIN_FORMATS, **_CHINESE_DATES}
        formats: list[int] = []
        within = False

        def start(name: str, of: Attributes) -> None:
            nonlocal within
            name = local(name)
            if name == "numFmt":
                codes[int(of["numFmtId"])] = of["formatCode"]
                self._refuse_many(len(codes))
            elif name == "cellXfs":
                within = True
            elif name == "xf" and within:
                formats.append(int(of.get("numFmtId", 0)))
                self._refuse_many(len(formats))

        def end(name: str) -> None:
            if local(name) == "cellXfs":
                raise _Done

        self._parse(part, start, end)
        dates = {
            id: is_timedelta_format(code) for id, code in codes.items() if is_date_format(code)
        }
        return {style: dates[id] for style, id in enumerate(formats) if id in dates}

    def _refuse_many(self, count: int) -> None:
        if count > MOST_ENTRIES:
            raise too_much(
                self.path,
                f"格式、工作表等超过 {MOST_ENTRIES} 种",
                f"More than {MOST_ENTRIES} formats, or sheets",
            )
