"""Bar charts as small SVG files, readable on white and on dark pages alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from pathlib import Path

WIDTH, LABEL, BAR, GAP, TOP = 720, 190, 18, 8, 44
OURS, OTHERS = "#c8102e", "#8a8f98"

Bar = tuple[str, float, str]
"""A label, a positive value, and the value in words."""


def bars(path: Path, title: str, values: Sequence[Bar], ours: str = "Hongxian") -> None:
    """One bar for each value, on a scale where each step to the right is ten times as much."""
    height = TOP + len(values) * (BAR + GAP) + GAP
    low = 10 ** math.floor(math.log10(min(value for _, value, _ in values)) - 0.2)
    high = max(value for _, value, _ in values) * 1.1
    room = WIDTH - LABEL - 110
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="13"><title>{escape(title)}</title>',
        f'<rect width="{WIDTH}" height="{height}" rx="6" fill="#fff"/>',
        f'<text x="14" y="26" font-size="15" fill="#111">{escape(title)}</text>',
    ]
    for place, (label, value, words) in enumerate(values):
        y = TOP + place * (BAR + GAP)
        length = max(room * math.log(value / low) / math.log(high / low), 2)
        colour = OURS if label.startswith(ours) else OTHERS
        lines += [
            f'<text x="{LABEL - 8}" y="{y + 14}" text-anchor="end" fill="#111">{escape(label)}</text>',
            f'<rect x="{LABEL}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{colour}"/>',
            f'<text x="{LABEL + length + 6:.1f}" y="{y + 14}" fill="#111">{escape(words)}</text>',
        ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*lines, "</svg>"]) + "\n", "utf-8")
