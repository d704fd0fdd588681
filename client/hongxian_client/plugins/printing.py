"""A sheet of paper: a self-contained HTML file that any browser prints on A4."""

from __future__ import annotations

from datetime import date
from html import escape
from pathlib import Path

from hongxian.errors import FileRefused
from hongxian.storage.failure import storage_failure
from hongxian.storage.whole_file import whole_file
from hongxian.text import Text

SAMPLE = "示例"
"""With this begins the name of a community whose people are invented."""

_STYLE = """
@page {
  size: A4; margin: 16mm 16mm 20mm;
  @bottom-center { content: "第" counter(page) "页 共" counter(pages) "页"; font-size: 9pt; }
}
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
@media screen { body { max-width: 210mm; min-height: 297mm; margin: auto; padding: 16mm; } }
"""
NOTHING_OUTSIDE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
"""For browsers: whatever the plugin wrote, the sheet asks for nothing and runs nothing."""


_PRINTED = Text("打印日期", "Printed")
"""On paper what the desk adds stands in both languages."""


def sheet(body: str, *, title: Text | str, community: str, printed: date) -> str:
    """The whole HTML document around a body."""
    mark = '<div class="hongxian-watermark" aria-hidden="true">示例数据</div>\n'
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{NOTHING_OUTSIDE}">\n'
        f"<title>{escape(Text.of(title).zh)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{mark if community.startswith(SAMPLE) else ''}"
        f"<header><span>{escape(community)}</span>"
        f"<span>{_PRINTED.zh} {_PRINTED.en} {printed.isoformat()}</span></header>\n"
        f"{body}\n</body>\n</html>\n"
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
