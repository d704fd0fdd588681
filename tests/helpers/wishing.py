"""A plugin of one file with pages for phones: what a person sees of themselves and does, what anybody may."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from peewee import CharField

import hongxian_plugins.roster as roster
from cord import Cord, cord_to
from hongxian import FileField, Record, Reference, Refused, Text, Viewer, action, view
from hongxian.shapes import Facts, Stat, Stats, Table, Tag
from hongxian_client.replica.replica import Replica
from hongxian_plugins.roster.records import Person
from meeting import Meeting, meeting
from samples import plugin


class Wish(Record):
    """What somebody wishes for."""

    person = Reference("roster.person", verbose_name=Text("谁", "Who"), null=True)
    what = CharField(verbose_name=Text("什么", "What"), max_length=20)
    photo = FileField(verbose_name=Text("照片", "Photo"), null=True)

    class Meta:
        collection = "wishes.wish"
        title = Text("心愿", "Wishes")
        scope = "community"


def wishes() -> ModuleType:
    """The plugin."""
    made = plugin("wishes", Wish)

    @view(of="roster.person", title=Text("我的心愿", "My wishes"), audience=("self", "leader"))
    def mine(store: Any, person: Any) -> Table:
        found = list(Wish.select().where(Wish.person == person.id))
        return Table.listing(Wish, found, "what", note=Text("都在这里", "All of them"))

    @action(
        title=Text("许愿", "Wish"), audience="self", usual=True, icon="star-fill", asks=[Wish.what]
    )
    def wish(store: Any, what: str, viewer: Viewer) -> Text:
        if what == "月亮":
            raise Refused("摘不到月亮。", "Nobody reaches the moon.")
        if what == "最后一把伞" and Wish.select().where(Wish.what == what).exists():
            raise Refused("伞已经给人了。", "The umbrella is taken.")
        Wish.create(person=viewer.person, what=what)
        return Text("记下了：{what}", "Noted: {what}").format(what=what)

    @action(title=Text("随手拍", "Show us"), audience="public", asks=[Wish.what, Wish.photo])
    def show_us(store: Any, what: str, photo: Any) -> Text:
        Wish.create(what=what, photo=photo)
        return Text("收到了", "We have it")

    @view(of=Wish, title=Text("记着什么", "What is noted"), audience="self")
    def noted(store: Any, one: Any) -> Facts:
        return Facts([(Wish.what.verbose_name, one.what)], [Tag(Text("在等", "Waits"), "wait")])

    @action(of=Wish, title=Text("不要了", "Not any more"), audience="self", icon="x")
    def drop(store: Any, one: Any) -> Text:
        one.delete_instance()
        return Text("划掉了", "Crossed out")

    @view(title=Text("多少心愿", "How many"), audience="public", card=True)
    def count(store: Any) -> Stats:
        return Stats([Stat(Text("心愿", "Wishes"), Wish.select().count())])

    for each in (mine, wish, show_us, noted, drop, count):
        vars(made)[each.__name__] = each
    return made


@contextmanager
def wished(folder: Path) -> Iterator[Meeting]:
    """A hub with that plugin, and a team."""
    with meeting(folder, roster, wishes()) as found:
        found.team("示例队")
        yield found


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Meeting]:
    with wished(tmp_path) as found:
        yield found


@pytest.fixture
def cord(there: Meeting) -> Iterator[Cord]:
    with cord_to(there.address) as found:
        yield found


def person_of(there: Meeting, name: str) -> tuple[Replica, Person]:
    """A person whom a laptop's leader has written down, and that laptop, which has heard of the phones' pages."""
    laptop = there.laptops[0] if there.laptops else there.laptop("示例队")
    there.sync(laptop)
    with laptop:
        person = Person.create(name=name)
    there.sync(laptop)
    return laptop, person


def wishes_at(there: Meeting) -> list[str]:
    """What the hub has of them."""
    with there.hub:
        return sorted(each.what for each in Wish.select())
