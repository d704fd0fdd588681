"""Pages of a plugin's own, where no shape does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hongxian.text import Text


@dataclass(frozen=True)
class Pages:
    """Pages of a plugin's own: a `flask.Blueprint`, which the desk puts under `/p/PLUGIN/`."""

    title: Text | str
    blueprint: Any  # Any: this package does not know Flask
