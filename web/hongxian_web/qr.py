"""A QR code within a page: a drawing that a telephone reads, with no image to fetch."""

from __future__ import annotations

import segno
from markupsafe import Markup

_QUIET = 4
"""Modules of white all around, as the standard asks for."""


def drawing(text: str, label: str) -> Markup:
    """The code of a text as inline SVG; `label` says beneath it, and to screen readers, what it is.

    Raises `segno.DataOverflowError` for what no code can hold: some 2,900 bytes.
    """
    # UTF-8 throughout: left alone, segno writes Chinese as Shift JIS, which many readers garble.
    svg = segno.make(text, micro=False, encoding="utf-8").svg_inline(
        omitsize=True, border=_QUIET, light="#fff", svgclass=None, lineclass=None
    )
    return Markup(
        '<figure class="qr"><div role="img" aria-label="{}">{}</div><figcaption>{}</figcaption>'
        "</figure>"
    ).format(label, Markup(svg), label)
