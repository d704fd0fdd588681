"""Laptops for tests: real data folders with the plugins that are named, joined to no real hub."""

from pathlib import Path
from typing import Any

from hongxian.plugins import Plugins
from hongxian.setting import put_settings
from hongxian_client.replica import Replica

TEAM = {"team-1": "红马甲管家团"}


def open_laptop(
    folder: Path, *modules: Any, teams: dict[str, str] = TEAM, device: int = 5
) -> Replica:
    """A laptop of these teams (`{scope: name}`) with these plugins, as after `hongxian join`."""
    plugins = Plugins(installed=False)
    for module in modules:
        plugins.add(module)
    laptop = Replica.open(folder, plugins=plugins)
    with laptop, laptop.transaction():
        put_settings(token="token", device=device, laptop=f"laptop-{device}", teams=teams)
    return laptop


def problems_of(laptop: Replica) -> list[str]:
    """What its plugins did wrong so far."""
    return [error for plugin in laptop.plugins.all for error in plugin.errors]
