"""A laptop for the tests of plugins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from hongxian.incarnation import incarnation_of
from hongxian.plugins.loading import Plugins
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica

TEAM = {"team-1": "红马甲管家团"}


def open_laptop(
    folder: Path, *modules: ModuleType, teams: Mapping[str, str] = TEAM, number: int = 5
) -> Replica:
    """A laptop of these teams (`{scope: name}`) with these plugins, as after `hongxian join`.

    It has a real data folder, and no hub answers it. `with open_laptop(…) as laptop:` makes it the
    one that models read and write.
    """
    plugins = Plugins(installed=False)
    for module in modules:
        plugins.add(module)
    laptop = Replica.open(folder, plugins=plugins)
    with laptop, laptop.upkeep(), LaptopState.changing() as state:
        state.hub_key, state.number, state.laptop = "joined", number, f"laptop-{number}"
        state.incarnation = incarnation_of(state.laptop, "")
        state.teams = dict(teams)
    return laptop
