"""Reports, needs and letters: what a unit hears is what its members consent to when it is printed."""

from datetime import date

import pytest
from openpyxl import Workbook

from hongxian.doubles import join_doubles
from hongxian.plugins.offering import NotOffered
from hongxian.records import Consent
from hongxian_plugins import mobilise, roster
from hongxian_plugins.mobilise import Answer, Call, Letter, Need, Presence, Report, Unit
from hongxian_plugins.mobilise.letters import days_of, quarter_before
from hongxian_plugins.roster import Contact, Membership, Person
from hongxian_testing.told import in_both, refusing
from mobilising import HOUR, NOON, TEAM, call, cover, person, post, presence, report, shift

pytestmark = [pytest.mark.plugins(mobilise, roster), pytest.mark.teams(TEAM)]
QUARTER = "2026-Q1"
HOSTILE = "<script>alert(1)</script>'\"&{x}%s"


@pytest.fixture
def spring(hongxian_clock):
    """A day in the quarter after the one that letters tell of."""
    hongxian_clock.set("2026-04-02 09:00")


@pytest.fixture
def one_oclock(hongxian_clock):
    """Before there is a hub, whose clock no laptop goes behind."""
    hongxian_clock.set("2026-03-01 13:00")


def consent(whose: str, *, given: bool = True) -> None:
    scope = Report.get(Report.person == whose).scope
    Consent.create(person=whose, kind="feedback", given=given, scope=scope)


def confirmed(laptop, whose: str, hours: int = 2) -> None:
    of = Call.get_or_none() or call()
    id = of if isinstance(of, str) else of.id
    presence(id, whose, NOON, NOON + hours * HOUR)
    laptop.do("mobilise.confirm", id)


def test_a_consent_that_is_withdrawn_on_one_laptop_leaves_no_line_in_the_letter_that_another_prints(
    spring, neighbourhood
):
    first, second = (neighbourhood.laptop(TEAM) for _ in range(2))
    with first:
        people = [person(f"示例·甲00{n}") for n in range(2)]
        for each in people:
            report(each, evaluation=f"示例评价{each[-4:]}")
            consent(each)
            confirmed(first, each)
    neighbourhood.meet()
    with second:
        second.do("mobilise.make_letter", Unit.get(), quarter=QUARTER)
        paper = second.print("mobilise.letter_paper", Letter.get().id)
        assert "示例·甲000" in paper
        assert "示例·甲001" in paper
    with first:
        first.do("roster.withdraw", people[0], kind="feedback")
    neighbourhood.meet()
    neighbourhood.tidy()
    neighbourhood.meet()
    with second:
        paper = second.print("mobilise.letter_paper", Letter.get().id)
        assert "示例·甲000" not in paper
        assert f"示例评价{people[0][-4:]}" not in paper
        assert "示例·甲001" in paper
        assert "2" in second.print("mobilise.card", Report.get(Report.person == people[0]).id)
        assert Report.get(Report.person == people[0]).evaluation is None, (
            "it was for the unit alone"
        )


def test_without_a_consent_a_unit_hears_nothing_and_the_service_counts_all_the_same(laptop, spring):
    who = person()
    report(who)
    confirmed(laptop, who)
    assert not laptop.view("mobilise.letters").rows
    assert not laptop.view("mobilise.hours_by_unit").rows
    laptop.do("mobilise.agree", Report.get())
    [[unit, people, hours, _]] = laptop.view("mobilise.letters").rows
    assert (unit, people, hours) == ("示例电力公司", 1, "2")
    assert [each.title.zh for each in laptop.due() if "反馈函" in each.title.zh]
    laptop.do("mobilise.make_letter", Unit.get(), quarter=QUARTER)
    assert not [each for each in laptop.due() if "反馈函" in each.title.zh]
    laptop.do("mobilise.withdraw", Report.get())
    assert "示例·甲001" not in laptop.print("mobilise.letter_paper", Letter.get().id)
    with refusing(NotOffered, match="withdraw"):
        laptop.do("mobilise.withdraw", Report.get())


def test_who_says_no_under_either_of_two_records_is_in_no_letter(laptop, spring):
    who, same = person(), person("示例甲001")
    report(who)
    consent(who)
    confirmed(laptop, who)
    join_doubles("roster.person", who, same)
    assert len(laptop.view("mobilise.letters").rows) == 1
    Consent.create(person=same, kind="feedback", given=False, scope=Report.get().scope)
    assert not laptop.view("mobilise.letters").rows


@pytest.mark.parametrize(
    ("day", "quarter", "first", "last"),
    [
        ((2026, 1, 1), "2025-Q4", (2025, 10, 1), (2025, 12, 31)),
        ((2026, 6, 30), "2026-Q1", (2026, 1, 1), (2026, 3, 31)),
        ((2026, 12, 31), "2026-Q3", (2026, 7, 1), (2026, 9, 30)),
    ],
)
def test_a_letter_tells_of_the_quarter_that_is_over(day, quarter, first, last):
    assert quarter_before(date(*day)) == quarter
    assert days_of(quarter) == (date(*first), date(*last))


def test_a_report_is_entered_with_the_person_the_unit_and_the_consent(laptop):
    laptop.do(
        "mobilise.report_in",
        name="示例·新来 100 0000 0001",
        unit_name="示例学校",
        branch="示例支部",
        can="理发",
        feedback=True,
    )
    entered = Report.get()
    assert Person.get_by_id(entered.person).name == "示例·新来"
    assert Membership.select().where(Membership.person == entered.person).count() == 1
    assert Contact.get().phone == "10000000001"
    assert Unit.get().branch == "示例支部"
    assert Consent.get().kind == "feedback"


def test_two_laptops_that_enter_one_unit_make_one(neighbourhood):
    both = [neighbourhood.laptop(TEAM) for _ in range(2)]
    for n, laptop in enumerate(both):
        with laptop:
            laptop.do("mobilise.report_in", name=f"示例·新{n}", unit_name="示例学校")
    neighbourhood.meet()
    for laptop in both:
        with laptop:
            assert Unit.select().count() == 1
            assert Report.select().count() == 2


def test_a_workbook_of_members_is_one_import(laptop, tmp_path):
    book, heads = Workbook(), ["姓名", "单位", "支部", "电话", "特长", "时间"]
    rows = [
        ["示例·甲001", "示例学校", "示例支部", "100 0000 0001", "理发、急救", "周六"],
        ["示例·乙002", "示例学校", "示例支部", "", "", ""],
    ]
    for row in (heads, *rows):
        book.active.append(row)
    book.save(file := tmp_path / "reports.xlsx")
    told = laptop.bring_in("mobilise.report", file)
    assert (told.new, told.wrong) == (2, 0)
    assert {each.can for each in Report.select()} == {frozenset({"理发", "急救"}), frozenset()}
    assert Contact.get().phone == "10000000001"
    assert [(each.name, each.branch) for each in Unit.select()] == [("示例学校", "示例支部")]


def test_a_need_is_claimed_by_one_press_from_the_roll_by_whom_it_fits(laptop, hongxian_clock):
    hongxian_clock.set("2026-03-01 09:00")
    need = Need.create(title="周末理发", people=1, day=date(2026, 3, 7)).id
    report(person(), can={"理发"})
    report(person("示例·乙002"), can={"驾驶"})
    rows = laptop.view("mobilise.roll").rows
    fitting = [row[-1] for row in rows if row[-1]]
    assert [[each.title for each in cell] for cell in fitting] == [["周末理发"]]
    laptop.do("mobilise.claim", fitting[0][0].id, need=need)
    assert Report.get(Report.id == fitting[0][0].id).state == "claimed"
    assert not [row[-1] for row in laptop.view("mobilise.roll").rows if row[-1]]


def test_who_is_silent_is_telephoned_after_half_an_hour(laptop, hongxian_clock):
    hongxian_clock.set("2026-03-01 13:00")
    who, other = person(), person("示例·乙002")
    Contact.create(person=who, phone="10000000001")
    for each in (who, other):
        report(each)
    of = call(state="draft")
    laptop.do("mobilise.publish", of)
    states = [row[2].tone for row in laptop.view("mobilise.answers").shapes[0].rows]
    assert states == ["plan", "plan"]
    hongxian_clock.wait(minutes=31)
    laptop.do("mobilise.answer", of, person=other, say="yes")
    rows = laptop.view("mobilise.answers").shapes[0].rows
    assert [row[2].tone for row in rows] == ["stop", "done"]
    assert rows[0][1].text == "10000000001"
    assert "1 人没答复" in " ".join(each.title.zh for each in laptop.due())
    chat = laptop.view("mobilise.chat").text.zh
    assert "需20人 已应1 到岗0 缺20" in chat
    assert "示例·乙002" not in chat


def test_two_laptops_note_one_answer_as_one_and_the_later_word_stands(
    one_oclock, neighbourhood, hongxian_clock
):
    first, second = (neighbourhood.laptop(TEAM) for _ in range(2))
    with first:
        who, of = person(), call()
    neighbourhood.meet()
    for laptop, say in ((first, "yes"), (second, "no")):
        with laptop:
            laptop.do("mobilise.answer", of, person=who, say=say)
        hongxian_clock.wait(minutes=1)
    neighbourhood.meet()
    with first:
        assert [each.say for each in Answer.select()] == ["no"]


def test_empty_posts_long_stays_and_unconfirmed_times_stand_on_today_until_they_are_settled(
    laptop, hongxian_clock
):
    hongxian_clock.set("2026-03-01 12:30")
    who, of = person(), call()
    at, when = post(of), shift(of)
    assert "缺人：堤上 1" in " ".join(each.title.zh for each in laptop.due())
    laptop.do("mobilise.put", person=who, post=at, shift=when)
    assert not laptop.due()
    hongxian_clock.set("2026-03-01 14:00")
    laptop.do("mobilise.take_post", Presence.get().id)
    assert not laptop.due()
    hongxian_clock.wait(hours=4)
    [relieve] = laptop.due()
    assert relieve.day == NOON + 4 * HOUR
    laptop.do("mobilise.release_all", of)
    laptop.do("mobilise.lift", of)
    assert "待确认" in " ".join(each.title.zh for each in laptop.due())
    laptop.do("mobilise.confirm", of)
    assert not laptop.due()


def test_posts_and_shifts_of_a_call_are_planned_by_one_form(laptop):
    of = call()
    laptop.do("mobilise.plan", of, posts="堤上 3、物资点 2，瞭望", count=2)
    board = laptop.view("mobilise.posts", call=of).shapes[0]
    assert [each.title for each in board.columns] == ["堤上", "物资点", "瞭望"]
    assert [each.title for each in board.rows] == ["14:00", "18:00"]
    assert board.missing[0, 0] == 3
    at, when = board.columns[0].values["post"], board.rows[0].values["shift"]
    laptop.do("mobilise.put", person=person(), post=at, shift=when)
    assert laptop.view("mobilise.posts", call=of).shapes[0].missing[0, 0] == 2
    laptop.do("mobilise.take_post", Presence.get())
    laptop.do("mobilise.release", Presence.get())
    assert laptop.view("mobilise.posts", call=of).shapes[0].missing[0, 0] == 3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sheet_is_printed_and_hostile_text_does_nothing(laptop, spring, language):
    who = person(HOSTILE)
    Contact.create(person=who, phone="10000000001")
    id = report(who, HOSTILE, wants=HOSTILE, opinion=HOSTILE, evaluation=HOSTILE, can={HOSTILE})
    consent(who)
    of = call(title=HOSTILE, place=HOSTILE)
    laptop.do("mobilise.came", of, person=who, post=post(of, HOSTILE), shift=shift(of))
    laptop.do("mobilise.release", Presence.get().id)
    laptop.do("mobilise.confirm", of)
    Need.create(title=HOSTILE, day=date(2026, 5, 1), hour=HOSTILE)
    laptop.do("mobilise.make_letter", Unit.get(), quarter="2026-Q2")
    letter = Letter.get().id
    for name, record in (
        ("report_slip", id),
        ("card", id),
        ("need_list", None),
        ("letter_paper", letter),
        ("roll_call", of),
    ):
        paper = laptop.print(f"mobilise.{name}", record, language=language)
        assert "<script>alert" not in paper, name
        assert "&lt;script&gt;" in paper, name
    for name in ("posts", "answers", "roll", "letters", "hours_by_unit", "ending", "chat"):
        laptop.view(f"mobilise.{name}")


def test_every_field_has_a_label_and_a_help_in_both_languages(laptop):
    for name, collection in laptop.store.collections.items():
        if name.startswith("mobilise.") and not name.endswith("_book"):
            for column in collection.columns.values():
                assert in_both(column.label), (name, column.name)
                assert in_both(column.help), (name, column.name)


def test_cover_and_training_that_end_stand_on_today_and_in_a_list(laptop, hongxian_clock):
    hongxian_clock.set("2026-03-20 09:00")
    cover(person(), days=30)
    [due] = laptop.due()
    assert "示例·甲001 的保险到期" in due.title.zh
    assert len(laptop.view("mobilise.ending").rows) == 1
