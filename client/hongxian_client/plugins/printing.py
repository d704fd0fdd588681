"""A sheet of paper, A4 or a slip of a roll: a self-contained HTML file that any browser prints."""

from __future__ import annotations

from datetime import date
from html import escape
from pathlib import Path

from hongxian import local_today
from hongxian.errors import FileRefused
from hongxian.plugins.offering import Offered
from hongxian.plugins.offers import Document, Offer, Paper
from hongxian.storage.failure import storage_failure
from hongxian.storage.whole_file import whole_file
from hongxian.text import Text
from hongxian_client.replica.laptop_state import LaptopState

SAMPLE = "示例"
"""With this begins the name of a community whose people are invented."""

_PAGES = """
@page {
  size: A4; margin: 16mm 16mm 20mm;
  @bottom-center { content: "第" counter(page) "页 共" counter(pages) "页"; font-size: 9pt; }
}
@media screen { body { max-width: 210mm; min-height: 297mm; margin: auto; padding: 16mm; } }
"""
_STYLE = """
* { box-sizing: border-box; }
body {
  margin: 0; color: #111; background: #fff;
  font: 11pt/1.6 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif;
}
body > header {
  display: flex; justify-content: space-between; gap: 8mm;
  padding-bottom: 1mm; margin-bottom: 5mm; border-bottom: 0.4mm solid #b3261e; font-size: 9pt;
}
table { width: 100%; border-collapse: collapse; }
th, td { border: 0.2mm solid #666; padding: 1mm 2mm; text-align: left; vertical-align: top; }
tr, figure { break-inside: avoid; }
h1, h2, h3 { break-after: avoid; line-height: 1.3; }
.hongxian-watermark {
  position: fixed; inset: 0; z-index: 1; pointer-events: none;
  display: flex; align-items: center; justify-content: center;
  font-size: 80pt; color: #000; opacity: 0.08; transform: rotate(-35deg); white-space: nowrap;
}
"""
_SLIP_STYLE = """
body { font-size: 10pt; line-height: 1.4; }
body > header { display: block; padding-bottom: 0.5mm; margin-bottom: 1.5mm; border-color: #111; font-size: 8pt; }
body > header span { display: block; }
table, th, td { border: 0; }
th, td { padding: 0.3mm 0; }
th { font-weight: 400; white-space: nowrap; padding-right: 2mm; }
h1 { font-size: 13pt; margin: 0 0 1mm; }
p { margin: 1mm 0; }
img, svg { max-width: 100%; }
.hongxian-watermark { font-size: 20pt; }
@media screen { body { margin: 4mm auto; box-shadow: 0 0 0 4mm #fff, 0 0 2mm 4mm #999; } }
"""
_ROLLS_MM: dict[Paper, int] = {"80mm": 72, "58mm": 48}
"""What a printer prints of a roll's width; the rest stays white."""


def _style(paper: Paper) -> str:
    """Of a slip the width alone is told: a roll has no pages, and its printer knows how long it is."""
    if paper == "A4":
        return _PAGES + _STYLE
    return f"{_STYLE}{_SLIP_STYLE}body {{ width: {_ROLLS_MM[paper]}mm; }}\n@page {{ margin: 2mm auto; }}\n"


NOTHING_OUTSIDE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
"""For browsers: whatever the plugin wrote, the sheet asks for nothing and runs nothing."""


_PRINTED = Text("打印日期", "Printed")
"""On paper what the desk adds stands in both languages."""


def sheet(
    body: str, *, title: Text | str, community: str, printed: date, paper: Paper = "A4"
) -> str:
    """The whole HTML document around a body."""
    mark = '<div class="hongxian-watermark" aria-hidden="true">示例数据</div>\n'
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{NOTHING_OUTSIDE}">\n'
        f"<title>{escape(Text.of(title).zh)}</title>\n<style>{_style(paper)}</style>\n</head>\n<body>\n"
        f"{mark if community.startswith(SAMPLE) else ''}"
        f"<header><span>{escape(community)}</span>"
        f"<span>{_PRINTED.zh} {_PRINTED.en} {printed.isoformat()}</span></header>\n"
        f"{body}\n</body>\n</html>\n"
    )


def sheet_of(offered: Offered[Offer], body: str) -> str:
    """What a plugin's document answered, on its paper."""
    offer, community = offered.offer, LaptopState.read().community
    paper = offer.paper if isinstance(offer, Document) else "A4"
    return sheet(body, title=offer.title, community=community, printed=local_today(), paper=paper)


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
