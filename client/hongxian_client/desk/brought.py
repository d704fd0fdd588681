"""What the kit that installed this laptop brought of its hub, for the page that joins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hongxian.releases.brought import FILE, Brought
from hongxian.security.keys import write_privately


def brought_with(folder: Path) -> Brought:
    """What a kit left beside this data folder; nothing where no kit made it."""
    return Brought.of(folder.parent / FILE)


def let_code_go(folder: Path) -> None:
    """Forget the kit's code, which is used up once the laptop has joined."""
    brought = brought_with(folder)
    if brought.code:
        write_privately(folder.parent / FILE, replace(brought, code="").as_bytes())
