"""QR codes, drawn into a page: nothing is fetched, and the code's text is read out in its place."""

from __future__ import annotations

import segno
from markupsafe import Markup

MODULE = 4
"""Pixels of one module: a telephone reads it from a screen at arm's length."""


def qr(text: str, label: str) -> Markup:
    """A QR code as safe SVG; `label` says to a screen reader what it is."""
    drawn = svg(text, scale=MODULE, border=4, light="#fff", svgclass="qr")
    return Markup('<span role="img" aria-label="{}">{}</span>').format(label, drawn)


def svg(text: str, scale: int, border: int, **style: str) -> Markup:
    """The drawing alone, in UTF-8: left alone, segno writes Chinese as Shift JIS, which many readers garble."""
    code = segno.make(text, error="m", micro=False, encoding="utf-8")
    drawn = code.svg_inline(scale=scale, border=border, lineclass=None, omitsize=True, **style)
    width, height = code.symbol_size(scale, border)  # beside its box: a style sheet makes it larger
    return Markup(drawn.replace("<svg ", f'<svg width="{width}" height="{height}" ', 1))
