"""The study room on paper, in the chat, out of a workbook, and as the demonstration shows it."""

from datetime import date
from pathlib import Path

import pytest

from hongxian import Text
from hongxian_plugins import study_room
from hongxian_plugins.study_room import (
    Accident,
    Adult,
    Card,
    Child,
    Consent,
    Day,
    Duty,
    Room,
    Visit,
)
from hongxian_plugins.study_room.children import CHILD
from hongxian_plugins.study_room.enrol import CONSENT
from hongxian_plugins.study_room.rooms import DAY
from places import DOCS
from study import EVENING, PLUGINS, SHUT, child, do, opened, person, room, visit_of

pytestmark = pytest.mark.plugins(*PLUGINS)
NASTY = "<script>alert('甲')</script>"


@pytest.fixture
def day(laptop) -> str:
    """An evening that is open, with one adult."""
    laptop.at(EVENING)
    room(seats=2)
    return opened(laptop, person())


def test_the_chat_has_numbers_and_nobodys_name(laptop, day):
    for n in (1, 2):
        do(laptop, "arrive", child(f"示例·童0{n}"))
    for each in Visit.select():
        do(laptop, "leave", each.id, how="seen", said_by="示例·丁001")
    laptop.at("2026-03-02 20:40")
    do(laptop, "close", day, **SHUT)
    said = laptop.view("study_room.chat").text
    assert said.zh == "【学习室值班】3月2日 到2人 离2人 关窗✓ 断电✓ 上锁✓ 20:40"
    assert "Windows shut ✓" in said.en


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_sheet_is_printed_and_what_was_typed_is_escaped(laptop, day, language):
    one = child(NASTY, guardian=NASTY, state="consented")
    do(laptop, "enrol", one)
    Adult.update(name=NASTY).execute()
    do(laptop, "arrive", one)
    do(laptop, "leave", visit_of(one).id, how="adult", out_to=NASTY)
    do(laptop, "new_accident", None, child=one, what=NASTY, done=NASTY)
    do(laptop, "close", day, **{**SHUT, "closed_by": NASTY[:40]}, handover=NASTY)
    do(laptop, "withdraw", Consent.get().id)
    Room.update(name=NASTY).execute()
    heads = {
        "rota_sheet": (Room.get().id, "值班表", "Rota"),
        "sign_sheet": (day, "签到签退表", "Sign-in sheet"),
        "consent_sheet": (one, "家长告知同意书", "Guardian's consent"),
        "check_sheet": (day, "值班检查表", "Checks of a day"),
        "month_sheet": (None, "学习室月报", "Study room: the month"),
        "accident_sheet": (Accident.get().id, "意外登记表", "Accident"),
        "receipt": (Consent.get().id, "撤回同意回执", "Receipt of a withdrawal"),
        "card_slip": (Card.get().id, "接送卡", "Card to fetch by"),
    }
    for name, (record, zh, en) in heads.items():
        html = laptop.print(f"study_room.{name}", record, language=language)
        assert (zh if language == "zh" else en.replace("'", "&#39;")) in html, name
        assert "<script" not in html, name
        if name not in ("month_sheet",):
            assert "&lt;script&gt;" in html, name


def test_a_list_of_children_is_one_import_with_who_fetches_them_and_their_consent(
    laptop, tmp_path: Path
):
    file = tmp_path / "孩子.csv"
    file.write_text(
        "姓名,年级,出生年月,监护人,电话,接送人,关系,独自离开,同意日期\n"
        "示例·童01,2,2018年5月,示例·甲001,10000000001,示例·乙002,祖母,否,2026-02-20\n"
        "示例·童02,4,2015/9,示例·甲002,10000000002,,,是,\n",
        "utf-8-sig",
    )
    report = laptop.bring_in("study_room.child", file)
    assert (report.new, report.wrong) == (2, 0)
    first, second = Child.select().order_by(Child.name)
    assert (first.state, first.born, second.state) == ("enrolled", date(2018, 5, 1), "applied")
    fetchers = {each.child: (each.name, each.relation) for each in Adult.select()}
    assert fetchers == {first.id: ("示例·乙002", "祖母"), second.id: ("示例·甲002", "监护人")}
    assert [each.date for each in Consent.select()] == [date(2026, 2, 20)]
    again = laptop.bring_in("study_room.child", file)
    assert (again.new, Child.select().count()) == (0, 2)


def test_the_manual_has_the_diagrams_and_what_people_read_is_in_both_languages(laptop):
    manual = (DOCS / "plugins" / "study_room.md").read_text("utf-8")
    for each in (DAY, CHILD):
        assert f"```mermaid\n{each.diagram('en')}\n```" in manual
    assert [each.name for each in CONSENT.states] == ["given", "withdrawn"]
    for model in study_room.hongxian_collections():
        for field in model._meta.sorted_fields:
            label = field.verbose_name
            if field.name not in model.__base__._meta.fields and label:
                assert isinstance(label, Text), (model, field.name)


def test_the_demonstration_is_an_evening_in_full_swing_and_invented(laptop):
    laptop.at("2026-03-02 17:00")
    laptop.store.plugins.tell("hongxian_demo_was_asked", store=laptop.store, seed=1)
    assert laptop.tasks == []
    assert {each.name[:3] for each in Child.select()} == {"示例·"}
    assert {each.phone[:3] for each in Child.select()} == {"100"}
    [today] = Day.select().where(Day.state == "open")
    cards = laptop.view("study_room.door", show="in").shapes[0].cards
    assert len(cards) == Visit.select().where(Visit.day == today.id).count() > 5
    assert Duty.select().where(Duty.day == today.id, Duty.came.is_null(False)).count() == 2
    made = Visit.select().count()
    laptop.store.plugins.tell("hongxian_demo_was_asked", store=laptop.store, seed=1)
    assert Visit.select().count() == made, "asked again it adds nothing"
