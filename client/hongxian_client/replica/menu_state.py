"""What a laptop keeps of its menu."""

from __future__ import annotations

from dataclasses import dataclass, field

from hongxian.storage.state import State


@dataclass
class MenuState(State):
    """Which plugins are out of this laptop's menu."""

    plugins_out_of_menu: list[str] = field(default_factory=list)
