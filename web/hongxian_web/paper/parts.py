"""A `Sheet` as HTML, in one language: its parts one below the other, all of it escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from functools import partial

from markupsafe import Markup

from hongxian.days import day_on_paper
from hongxian.shapes.cells import Qr, plain_cell
from hongxian.shapes.facts import Facts
from hongxian.shapes.sheet import Big, Part, Section, Sheet, Signed
from hongxian.shapes.table import Table
from hongxian.text import ZH, Language, Text, pieces, shown
from hongxian_web.qr import svg

BLANK = "＿" * 8
_LINE = BLANK * 5
_DATED = Text("＿＿＿＿年＿＿月＿＿日", "Date ＿＿＿＿＿＿")
_SIGNS = Text("{who}（签名）：", "{who} (signature): ")
_NONE = Text("（无）", "(none)")
_FREE_LINES = 5
"""For a pen, where a table that has room for one has no rows."""
_SEAL = Text("{who}（盖章）", "{who} (seal)")
_TICKED, _TO_TICK = "☑", "☐"
_WIDE = Markup(
    "<style>@page { size: A4 landscape; } @media screen { body { max-width: 297mm; min-height: 210mm; } }</style>"
)

_ROOMY = Markup("<style>td { height: 8.4mm; vertical-align: middle; }</style>")
_LARGE = Markup(
    "<style>body { font-size: 16pt; line-height: 1.4; } .note { font-size: 13pt; } h2 { font-size: 18pt; }</style>"
)


def html_of(sheet: Sheet, language: Language) -> str:
    """The body of the page that prints it."""
    title = Markup('<h1 class="title">{}</h1>').format(shown(sheet.title, language))
    parts = [_part(each, language, roomy=sheet.roomy) for each in sheet.parts]
    said = _begun(sheet.note, language)
    note = _paragraph(said, language, "note") if said else ""
    style = [_WIDE] * sheet.wide + [_ROOMY] * sheet.roomy + [_LARGE] * sheet.large
    return str(Markup("\n").join([*style, title, *parts, note]))


def _begun(note: Text | str, language: Language) -> str:
    """A note as a sentence begins; data, as a record's code, stays as it is."""
    first, said = next(pieces(note, language), None), shown(note, language)
    return said if first is None or first.is_data else said[:1].upper() + said[1:]


def _part(part: Part, language: Language, *, roomy: bool) -> Markup:
    match part:
        case Table():
            return _table(part, language, roomy=roomy)
        case Facts():
            return _facts(part, language)
        case Section():
            return _section(part, language)
        case Signed():
            return _signed(part, language)
        case Big():
            return Markup('<p class="big">{}</p>').format(_on_paper(part.said, language))
        case Qr():
            return Markup('<p class="qr">{}</p>').format(svg(part.text, scale=3, border=2))
        case list():
            told = [_on_paper(each, language) for each in part]
            return _paragraph(" · ".join(filter(None, told)), language)
    return _paragraph(part, language)


def _paragraph(said: Text | str, language: Language, kind: str = "") -> Markup:
    lines = shown(said, language).splitlines()
    text = Markup("<br>").join(Markup("{}").format(each) for each in lines)
    return Markup('<p class="{}">{}</p>').format(kind, text)


def _table(table: Table, language: Language, *, roomy: bool) -> Markup:
    cell = partial(_cell, language=language)
    head = _row("th", (shown(each, language) for each in table.headers))
    body = Markup("").join(_row("td", map(cell, each)) for each in table.rows)
    body = body or _nothing(table, language, roomy=roomy)
    drawn = Markup("<table><thead>{}</thead><tbody>{}</tbody></table>").format(head, body)
    return drawn + _paragraph(table.note, language, "note") if table.note else drawn


def _nothing(table: Table, language: Language, *, roomy: bool) -> Markup:
    """Lines for a pen where the sheet has room for one; else a word, so that nobody takes it for cut."""
    if roomy:
        return _row("td", [""] * len(table.headers)) * _FREE_LINES
    return Markup('<tr><td colspan="{}">{}</td></tr>').format(
        len(table.headers), _NONE.in_(language)
    )


def _row(kind: str, cells: Iterable[object]) -> Markup:
    drawn = (Markup(f"<{kind}>{{}}</{kind}>").format(each) for each in cells)
    return Markup("<tr>{}</tr>").format(Markup("").join(drawn))


def _facts(facts: Facts, language: Language) -> Markup:
    line = Markup("<tr><th>{}</th><td>{}</td></tr>")
    rows = [
        line.format(shown(label, language), _cell(cell, language) or BLANK)
        for label, cell in facts.facts
    ]
    return Markup('<table class="facts">{}</table>').format(Markup("").join(rows))


def _section(section: Section, language: Language) -> Markup:
    text = shown(section.text, language).splitlines() or [_LINE] * section.lines
    paragraphs = Markup("").join(Markup("<p>{}</p>").format(each) for each in text)
    return Markup("<h2>{}</h2>{}").format(shown(section.title, language), paragraphs)


def _signed(signed: Signed, language: Language) -> Markup:
    line = Markup('<p class="signature">{}<span>{}　{}</span></p>')
    dated = _DATED.in_(language)
    drawn = Markup("").join(
        line.format(_SIGNS.format(who=each).in_(language), BLANK, dated) for each in signed.who
    )
    if not signed.seal:
        return drawn
    seal = _SEAL.format(who=signed.seal).in_(language)
    return drawn + Markup('<p class="seal">{}</p><p class="seal">{}</p>').format(seal, dated)


def _cell(cell: object, language: Language) -> Markup | str:
    if isinstance(cell, Qr):
        return svg(cell.text, scale=3, border=2)
    if isinstance(cell, Sequence) and not isinstance(cell, str):
        return Markup("<br>").join(_cell(each, language) for each in cell)
    return _on_paper(plain_cell(cell), language)


def _on_paper(value: object, language: Language) -> str:
    """A value as it stands on paper."""
    match value:
        case bool():
            return _TICKED if value else _TO_TICK
        case datetime():
            return f"{_on_paper(value.date(), language)} {value:%H:%M}"
        case date():
            return (
                day_on_paper(value) if language == ZH else f"{value.day} {value:%B %Y} ({value:%a})"
            )
        case time():
            return f"{value:%H:%M}"
        case set() | frozenset():
            return shown(sorted(value), language)
    return shown(value, language)
