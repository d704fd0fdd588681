"""The drawings that stand beside words, by their names in `static/icons.svg`."""

from __future__ import annotations

import re
from pathlib import Path

PLAIN = "puzzle"
"""Of what names none, or one that there is not."""
_SPRITE = Path(__file__).parent / "static" / "icons.svg"
ICONS = frozenset(re.findall(r'<symbol id="([a-z0-9-]+)"', _SPRITE.read_text(encoding="utf-8")))
"""Names that a plugin may give as its `icon`."""


def known_icon(name: object) -> str:
    """The name of a drawing that there is: this one, or the plain one's."""
    return name if isinstance(name, str) and name in ICONS else PLAIN
