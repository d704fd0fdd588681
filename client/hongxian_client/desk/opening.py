"""Opening the desk: a page in the data folder, which its owner alone can read, leads a browser in.

What a browser is told to open stands in the list of processes, for every account to read: so that is
the path of this page, and the code, good once, stands in it. The page is gone once it was used.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path

from hongxian.security.code import LONGEST_CODE, drawn, grouped, only_letters
from hongxian.security.keys import write_privately
from hongxian.storage.privacy import make_private_folder

FOLDER = "opening"
SECONDS = 600
"""For which a code is good."""
CODE_LETTERS = 10
"""30^10 codes: nobody guesses one in its ten minutes, however many are tried."""
PATH = "open"
"""Where the desk passes a browser on that comes from the page, below its own address."""
_CODE = "?code="
_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={way}"><title>{words}</title></head>
<body><p><a href="{way}">{words}</a></p></body></html>
"""


@dataclass(frozen=True)
class Opening:
    """One way in, for one browser."""

    page: Path
    code: str
    """What the page brings; a person types it where a browser may not read the page."""


def make_opening(folder: Path, address: str, words: str) -> Opening:
    """A new one into the desk of a data folder, which is at this address.

    `words` are those of a link, for a browser that does not follow by itself.
    """
    made = folder / FOLDER
    make_private_folder(made)
    close_openings(folder, SECONDS)
    code = grouped(drawn(CODE_LETTERS))
    page = made / f"{secrets.token_hex(8)}.html"
    text = _PAGE.format(way=escape(f"{address}{PATH}{_CODE}{code}"), words=escape(words))
    write_privately(page, text.encode())
    return Opening(page, code)


def way_into(folder: Path, address: str) -> str:
    """The address by which a browser that is let in already comes into the desk at this one, once."""
    return f"{address}{PATH}{_CODE}{make_opening(folder, address, '').code}"


def uses_opening(folder: Path, typed: str) -> bool:
    """Whether somebody brought the code of an opening, which is closed by that."""
    letters = only_letters(typed[:LONGEST_CODE])
    return any(_is_closed(page) for page, code in _open_ones(folder) if _is_same(code, letters))


def close_openings(folder: Path, seconds: int = 0) -> None:
    """Let go of those that are so old."""
    for page in (folder / FOLDER).glob("*.html"):
        with suppress(FileNotFoundError):
            if _age(page) >= seconds:
                page.unlink()


def _open_ones(folder: Path) -> Iterator[tuple[Path, str]]:
    for page in (folder / FOLDER).glob("*.html"):
        with suppress(FileNotFoundError):  # another browser was first
            if _age(page) < SECONDS:
                text = page.read_text("utf-8")
                yield page, only_letters(text.partition(_CODE)[2].partition('"')[0])


def _age(page: Path) -> float:
    """In seconds; by either side, for a clock that is set back must not make it last."""
    return abs(time.time() - page.stat().st_mtime)


def _is_same(code: str, letters: str) -> bool:
    return hmac.compare_digest(code.encode(), letters.encode())


def _is_closed(page: Path) -> bool:
    """Whether it was this call that closed it: of two that bring one code, one comes in."""
    try:
        page.unlink()
    except FileNotFoundError:
        return False
    return True
