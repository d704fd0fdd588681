"""A hub that is stopped, copied and put back, with laptops joined to it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from peewee import CharField, IntegerField

from hongxian import QuotaField, Record
from hongxian.records import COMMUNITY, Task
from hongxian.text import Text
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.sync.incarnation import start_epoch
from hongxian_testing.laptop import with_only
from listening import served
from meeting import Meeting
from samples import PEOPLE, SAMPLE, plugin


class Place(Record):
    """Places, each for one."""

    slot = IntegerField(verbose_name="号")

    class Meta:
        collection = "once.place"
        scope = COMMUNITY
        claims = [("slot",)]


class Shelf(Record):
    """Shelves."""

    name = CharField(max_length=20)
    stock = QuotaField(verbose_name=Text("库存", "Stock"), unit="件")

    class Meta:
        collection = "once.shelf"
        scope = COMMUNITY


MODULES = (SAMPLE, PEOPLE, plugin("once", Place, Shelf))


class Town(Meeting):
    """A meeting whose hub is stopped, copied and put back."""

    def __init__(self, folder: Path, modules: tuple[ModuleType, ...] = MODULES) -> None:
        hub = Hub.init(folder / "hub", "示例社区", plugins=with_only(modules))
        super().__init__(folder, modules, hub, "")
        self.team("east")

    @contextmanager
    def serving(self, *, new_life: bool = False) -> Iterator[None]:
        """The hub in a process of its own, at another address than before."""
        self.hub = Hub.open(self.folder / "hub", plugins=with_only(self.modules))
        if new_life:
            with self.hub:
                start_epoch(self.hub)
        with served(self.hub) as self.address:
            for laptop in self.laptops:
                with laptop, laptop.upkeep(), LaptopState.changing() as state:
                    state.hub_url = self.address
            yield

    def save(self) -> None:
        shutil.copytree(self.folder / "hub", self.folder / "saved")

    def load(self) -> None:
        shutil.rmtree(self.folder / "hub")
        shutil.copytree(self.folder / "saved", self.folder / "hub")

    def rejoin(self, laptop: Replica) -> None:
        """Join again a laptop that the hub has forgotten."""
        with self.hub:
            code, _ = devices.make_code(self.hub, ["east"])
        with laptop:
            join(laptop, self.address, code)

    def tasks(self) -> list[str]:
        with self.hub:
            return [f"{each.text.zh} {each.text.en}" for each in Task.select()]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)
