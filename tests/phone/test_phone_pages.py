"""A person's phone comes in by a code, stays theirs, and shows what plugins offer to the one it is about."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from peewee import CharField
from playwright.sync_api import Browser, expect

import hongxian_plugins.roster as roster
from hongxian import Record, Reference, Refused, Text, Viewer, action, view
from hongxian.collections.builtin import Phone
from hongxian.shapes import Stat, Stats, Table
from hongxian_plugins.roster.records import Person
from meeting import Meeting, meeting
from phones import agree, code_for, let_in, phone, publish_at, scan
from samples import plugin


class Wish(Record):
    """What somebody wishes for."""

    person = Reference("roster.person", verbose_name=Text("谁", "Who"))
    what = CharField(verbose_name=Text("什么", "What"), max_length=20)

    class Meta:
        collection = "wishes.wish"
        title = Text("心愿", "Wishes")
        scope = "community"


def wishes() -> ModuleType:
    """A plugin of one file: what a person sees of themselves, and does."""
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
        Wish.create(person=viewer.person, what=what)
        return Text("记下了：{what}", "Noted: {what}").format(what=what)

    @view(title=Text("多少心愿", "How many"), audience="public", card=True)
    def count(store: Any) -> Stats:
        return Stats([Stat(Text("心愿", "Wishes"), Wish.select().count())])

    for each in (mine, wish, count):
        vars(made)[each.__name__] = each
    return made


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, roster, wishes()) as found:
        found.team("示例队")
        yield found


def person_of(there: Meeting, name: str) -> tuple[Any, Person]:
    """A person whom a laptop's leader has written down, and that laptop, which has heard of the phones' pages."""
    laptop = there.laptop("示例队")
    there.sync(laptop)
    with laptop:
        person = Person.create(name=name)
    there.sync(laptop)
    return laptop, person


def test_a_phone_is_let_in_by_a_scanned_code_and_does_what_its_person_may(
    chromium: Browser, there: Meeting
) -> None:
    address = publish_at(there)
    laptop, person = person_of(there, "示例·甲001")
    with phone(chromium, address) as context:
        tab = let_in(context, code_for(laptop, person), "示例·甲001")
        tab.get_by_role("link", name="Wish", exact=True).click()
        tab.get_by_label("What").fill("一把伞")
        tab.get_by_role("button", name="Wish").click()
        expect(tab.get_by_text("Noted: 一把伞")).to_be_visible()
        expect(tab.locator(".panel", has_text="My wishes")).to_contain_text("一把伞")
    there.sync(laptop)
    with laptop:
        assert [each.what for each in Wish.select()] == ["一把伞"]
        assert Phone.get().record == person.id


def test_a_code_lets_one_phone_in_and_no_second(chromium: Browser, there: Meeting) -> None:
    address = publish_at(there)
    laptop, person = person_of(there, "示例·甲001")
    code = code_for(laptop, person)
    with phone(chromium, address) as one, phone(chromium, address) as other:
        let_in(one, code, "示例·甲001")
        tab = scan(other, code)
        agree(tab)
        expect(tab.get_by_text("this code was used")).to_be_visible()
        expect(tab.locator(".who")).to_have_count(0)
