"""A plugin's documents on paper: what it answered as a page that any browser prints, and as a file."""

from __future__ import annotations

from pathlib import Path

from hongxian.collections.local_time import local_today
from hongxian.errors import FileRefused
from hongxian.plugins.offering import Offered
from hongxian.plugins.offers import Document, Offer
from hongxian.shapes.sheet import Sheet
from hongxian.storage.failure import storage_failure
from hongxian.storage.whole_file import whole_file
from hongxian.text import Language, Text
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_web.paper.page import Bar, sheet


def sheet_of(
    offered: Offered[Offer], body: Sheet | str, language: Language, bar: Bar | None = None
) -> str:
    """What a plugin's document answered, on its paper, as a reader of this language reads it."""
    offer, community = offered.offer, LaptopState.read().community
    return sheet(
        body,
        title=offer.title,
        community=community,
        printed=local_today(),
        paper=offer.paper if isinstance(offer, Document) else "A4",
        language=language,
        bar=bar,
    )


def refuse_to_overwrite(path: Path) -> None:
    """Raise `FileRefused` where something is already."""
    if path.exists():
        detail = Text(
            "已经存在，要覆盖请加 --force。", "It is there already; --force overwrites it."
        )
        raise FileRefused(file=str(path), detail=detail)


def write_sheet(text: str, path: Path) -> None:
    """Write the file; it takes its place when all of it is on disk."""
    try:
        with whole_file(path) as file:
            file.write(text.encode(errors="xmlcharrefreplace"))
    except OSError as error:
        if storage_failure(error):  # which tells the cause better
            raise
        detail = Text(
            f"写不到这里（{error.strerror}）。", f"Cannot be written there ({error.strerror})."
        )
        raise FileRefused(file=str(path), detail=detail) from error
