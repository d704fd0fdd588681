"""A sheet of paper, A4 or a slip of a roll: a self-contained HTML document that any browser prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape

from hongxian.plugins.offers import Paper
from hongxian.shapes.sheet import Sheet
from hongxian.text import EN, ZH, Language, Text, shown
from hongxian_web.paper.parts import html_of

SAMPLE = "示例"
"""With this begins the name of a community whose people are invented."""

_PAGES = """
@page {
  size: A4; margin: 16mm 16mm 20mm;
  @bottom-center { content: PAGE_OF; font-size: 9pt; }
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
.bar { display: flex; gap: 3mm; padding: 2mm 0; font-size: 12pt; }
.bar a, .bar button {
  padding: 2mm 5mm; border: 0.3mm solid #857a72; border-radius: 1.5mm;
  background: #fff; color: #111; font: inherit; text-decoration: none; cursor: pointer;
}
.bar button { border-color: #b3261e; background: #b3261e; color: #fff; }
.bar [hidden] { display: none; }
@media print { .bar { display: none; } }
table { width: 100%; border-collapse: collapse; }
th, td { border: 0.2mm solid #666; padding: 1mm 2mm; text-align: left; vertical-align: top; }
tr, figure { break-inside: avoid; }
td > svg { display: block; }
h1, h2, h3 { break-after: avoid; line-height: 1.3; }
h2 { font-size: 12pt; margin: 3mm 0 1mm; }
p { margin: 2mm 0; }
table + table, table + p, p + table { margin-top: 3mm; }
.title { text-align: center; font-size: 18pt; }
.facts th { width: 32mm; font-weight: 400; white-space: nowrap; }
.note { font-size: 9.5pt; }
.note, .signature { break-before: avoid; }
.big { text-align: center; font-size: 54pt; line-height: 1.1; margin: 3mm 0; }
.qr { text-align: center; }
.signature { display: flex; flex-wrap: wrap; justify-content: space-between; break-inside: avoid; margin-top: 5mm; }
.signature span, .seal { white-space: nowrap; }
.seal { text-align: right; margin-right: 20mm; break-before: avoid; }
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
.title, p { text-align: center; }
.facts th { width: auto; }
img, svg { max-width: 100%; }
.hongxian-watermark { font-size: 20pt; }
@media screen { body { margin: 4mm auto; box-shadow: 0 0 0 4mm #fff, 0 0 2mm 4mm #999; } }
"""
_LANG: Mapping[Language, str] = {ZH: "zh-CN", EN: "en-GB"}
_ROLLS_MM: dict[Paper, int] = {"80mm": 72, "58mm": 48}
"""What a printer prints of a roll's width; the rest stays white."""


def _style(paper: Paper, language: Language) -> str:
    """Of a slip the width alone is told: a roll has no pages, and its printer knows how long it is."""
    if paper == "A4":
        return _PAGES.replace("PAGE_OF", _PAGE_OF[language]) + _STYLE
    return f"{_STYLE}{_SLIP_STYLE}body {{ width: {_ROLLS_MM[paper]}mm; }}\n@page {{ margin: 2mm auto; }}\n"


NOTHING_OUTSIDE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
"""For browsers: whatever the plugin wrote, the sheet asks for nothing and runs nothing."""


@dataclass(frozen=True)
class Bar:
    """What stands above a sheet on a screen and not on paper: the way back, and a press that prints.

    The one script that may run is the desk's own, by a word that no plugin knows.
    """

    back: str
    script: str
    nonce: str

    @property
    def policy(self) -> str:
        """What the page may load."""
        return f"{NOTHING_OUTSIDE}; script-src 'nonce-{self.nonce}'"

    def drawn(self, language: Language) -> str:
        """Its HTML."""
        return (
            f'<nav class="bar"><a href="{escape(self.back)}">{_BACK.in_(language)}</a> '
            f'<button type="button" hidden>{_PRINT.in_(language)}</button></nav>\n'
            f'<script nonce="{self.nonce}" src="{escape(self.script)}"></script>\n'
        )


_BACK, _PRINT = Text("返回", "Back"), Text("打印", "Print")
_PRINTED = Text("打印日期 {day}", "Printed {day}")
_PAGE_OF: Mapping[Language, str] = {
    ZH: '"第" counter(page) "页 共" counter(pages) "页"',
    EN: '"Page " counter(page) " of " counter(pages)',
}


def sheet(
    body: Sheet | str,
    *,
    title: Text | str,
    community: str,
    printed: date,
    paper: Paper = "A4",
    language: Language = ZH,
    bar: Bar | None = None,
) -> str:
    """The whole HTML document around a body; one that is HTML already is a prescribed form, in Chinese."""
    above = bar.drawn(language) if bar else ""
    if isinstance(body, Sheet):
        title, body = body.title, html_of(body, language)
    else:
        language = ZH
    mark = '<div class="hongxian-watermark" aria-hidden="true">示例数据</div>\n'
    return (
        f'<!DOCTYPE html>\n<html lang="{_LANG[language]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{bar.policy if bar else NOTHING_OUTSIDE}">\n'
        f"<title>{escape(shown(title, language))}</title>\n<style>{_style(paper, language)}</style>\n</head>\n<body>\n"
        f"{above}"
        f"{mark if community.startswith(SAMPLE) else ''}"
        f"<header><span>{escape(community)}</span>"
        f"<span>{_PRINTED.format(day=printed.isoformat()).in_(language)}</span></header>\n"
        f"{body}\n</body>\n</html>\n"
    )
