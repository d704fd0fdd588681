"""Another name for this laptop, by its own people: it goes to the hub with the next round, and everybody sees it."""

from __future__ import annotations

from hongxian.collections.directory import is_name, name_of_laptop
from hongxian.errors import Refused
from hongxian.text import Text
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica

_NO_NAME = Text(
    "“{name}”不能作电脑名：写一行字，80 个以内",
    "“{name}” cannot be a laptop's name: one line, 80 characters at most",
)


def want_name(replica: Replica, name: str) -> None:
    """Ask the hub to call this laptop so; raises `Refused`."""
    name = name.strip()
    if not is_name(name):
        raise Refused(detail=_NO_NAME.format(name=name[:80]))
    with replica.upkeep(), LaptopState.changing() as state:
        state.name_wanted = "" if name == name_of_laptop(state.laptop) else name
    replica.on_write()


def note_name(state: LaptopState) -> None:
    """Want no more what the directory tells already."""
    if state.name_wanted and state.name_wanted == name_of_laptop(state.laptop):
        state.name_wanted = ""
