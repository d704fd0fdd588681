"""What people call those who write: the directory of laptops that travels. Nothing is decided by it."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from hongxian.collections.builtin import Device
from hongxian.text import Text, joined
from hongxian.words.incarnation import is_hubs, low_bits_of

HUBS_NUMBER = 1
HUBS_NAME = Text("社区主机", "hub")
NAME_LENGTH = 80
"""Characters of a laptop's name, at most."""
Called = tuple[int, Text | str]
"""The number, 0 where there is none to tell, and the name."""


class Directory:
    """Numbers and names of incarnations, as they are now."""

    def __init__(self) -> None:
        self.called: dict[int, Called] = {
            each.incarnation: (each.number, each.name) for each in Device.select()
        }

    def of(self, incarnation: int) -> Called:
        """What an incarnation is called."""
        if is_hubs(incarnation):
            return HUBS_NUMBER, HUBS_NAME
        return self.called.get(incarnation) or (0, _UNKNOWN)

    def who_wrote(self, stamp: int) -> Called:
        """Who wrote under a stamp, which tells it in part: rarely two that it may be are named."""
        if low_bits_of(stamp) == 0:
            return HUBS_NUMBER, HUBS_NAME
        found = sorted(self._by_low_bits[low_bits_of(stamp)])
        if len(found) == 1:
            return found[0]
        return 0, joined([name for _, name in found], _OR) if found else _UNKNOWN

    @cached_property
    def _by_low_bits(self) -> dict[int, list[Called]]:
        found: dict[int, list[Called]] = defaultdict(list)
        for incarnation, called in self.called.items():
            found[low_bits_of(incarnation)].append(called)
        return found


_OR = Text("或", " or ")
_UNKNOWN = Text("未知电脑", "unknown laptop")


def is_name(name: str) -> bool:
    """Whether a laptop may be called so: what one can read, on one line."""
    return bool(name) and name == name.strip() and name.isprintable() and len(name) <= NAME_LENGTH


def name_of_laptop(laptop: str) -> str:
    """What a laptop is called; "" where the hub has not told of it yet."""
    told: str = Device._meta.database.kept((name_of_laptop, laptop), lambda: _name_of(laptop))
    return told


def _name_of(laptop: str) -> str:
    found = Device.get_or_none(Device.laptop == laptop) if laptop else None
    return str(found.name) if found else ""


def teams_of(laptop: str) -> frozenset[str]:
    """The teams of a laptop."""
    found = Device.get_or_none(Device.laptop == laptop)
    return found.teams if found else frozenset()
