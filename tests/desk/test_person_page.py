"""A record's page: what is likely to be done first, who it is, and what matters of what refers to it."""

import re
from datetime import timedelta

import pytest

import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian import local_now, local_today
from hongxian.doubles import join_doubles
from hongxian.errors import Invalid
from hongxian_plugins.roster import Care, Contact, Membership, Person
from hongxian_plugins.service.records import Activity, Attendance
from hongxian_testing import Desk
from samples import plugin

LOOKS: list[tuple[str, str, str]] = []


def hear(store, collection: str, ids: list[str], how: str) -> None:
    LOOKS.extend((collection, id, how) for id in ids)


looking = plugin("looking", hongxian_records_were_read=hear)
pytestmark = pytest.mark.plugins(roster, service, looking)


def of(person: Person) -> str:
    return f"/c/roster.person/{person.id}"


def reached(**values) -> tuple[Person, Contact]:
    person = Person.create(name="示例·甲001", state="active", **values)
    Membership.create(person=person, role="leader")
    return person, Contact.create(person=person, phone="100 0000 0001", address="示例苑–6幢–402室")


def attendance(person: Person, day: int = 0, **values) -> Attendance:
    moment = local_now() - timedelta(days=day, hours=2)
    held = Activity.create(title="学习室值班", day=moment.date())
    return Attendance.create(
        activity=held, person=person, signed_in=moment, scope="team-1", **values
    )


def test_telephone_and_address_are_masked_until_somebody_looks_which_is_told(laptop, desk):
    LOOKS.clear()
    person, contact = reached()
    page = desk.open(of(person))
    assert "100****0001" in page.text
    assert "示例苑***" in page.text
    assert "402室" not in page.html
    assert contact.id not in {id for _, id, _ in LOOKS}
    shown = page.press("显示")
    assert "10000000001" in shown.text
    assert "402室" in shown.text
    assert ("roster.contact", contact.id, "show") in LOOKS


def test_who_serves_is_not_asked_to_pause(laptop, desk):
    person, _ = reached()
    page = desk.open(of(person))
    assert "下一步" not in page.text
    menu = page.html.partition('<details class="more"')[2].partition("</details>")[0]
    assert "暂停" in menu
    assert "离开" in menu
    assert page.html.count("btn-red") == 1
    page.press("暂停")
    assert Person.get_by_id(person.id).state == "dormant"


def test_what_is_next_is_proposed_while_there_is_something(laptop, desk):
    page = desk.open(of(Person.create(name="示例·甲001")))
    assert "下一步：本人已同意" in page.text
    assert page.html.count("btn-red") == 1


def test_a_skill_is_called_alike_on_the_form_and_on_the_pages(laptop):
    person, _ = reached(skills={"理发", "修自行车"})
    english = Desk(laptop, "en-GB")
    for page in (of(person), f"{of(person)}/edit", "/c/roster.person"):
        assert "Haircuts" in english.open(page).text, page
    assert "理发" not in english.open(of(person)).text
    assert "修自行车" in english.open(of(person)).text, "the person's own word"


def test_a_person_is_signed_in_from_their_page(laptop, desk):
    person, _ = reached()
    held = Activity.create(title="学习室值班", day=local_today())
    page = desk.open(of(person)).press("签到").press("办理")
    assert "示例·甲001已签到：学习室值班。" in page.text
    [made] = Attendance.select()
    assert (made.activity, made.person, made.signed_out) == (held.id, person.id, None)
    assert "在场" in page.text


def test_figures_stand_in_one_row_and_service_with_its_state(laptop, desk):
    person, _ = reached()
    attendance(person, signed_out=local_now(), confirmed_by="示例·队长")
    attendance(person, day=1, signed_out=local_now() - timedelta(days=1))
    page = desk.open(of(person))
    assert page.html.count('class="stats figures"') == 1
    for told in ("今年时长", "已确认", "待确认"):
        assert told in page.text
    assert "服务签到" not in page.text.partition("示例·甲001")[2], (
        "told by the plugin's view already"
    )


def test_what_has_no_name_is_called_by_what_it_is_of(laptop, desk):
    person, contact = reached()
    care = Care.create(person=person, note="花生过敏")
    made = attendance(person)
    names = {
        f"/c/service.attendance/{made.id}": "学习室值班 · 示例·甲001",
        f"/c/roster.contact/{contact.id}": "示例·甲001",
        f"/c/roster.care/{care.id}": "示例·甲001",
        f"/c/roster.membership/{Membership.get().id}": "示例·甲001 · 队长",
    }
    for path, name in names.items():
        title = desk.open(path).html.partition("<title>")[2]
        assert re.sub(r"^\(\d+\) ", "", title).startswith(name), title[:40]


def test_of_what_is_confidential_a_list_tells_no_more_than_that_it_is_there(laptop, desk):
    person, _ = reached()
    Care.create(person=person, note="花生过敏")
    page = desk.open(of(person))
    assert "健康与紧急联系人" in page.text
    assert "花生" not in page.html


def test_what_refers_to_a_record_is_listed_with_its_day_and_state(laptop):
    Activity.create(title="学习室值班", day=local_today(), kind="shift")
    held = Activity.get()
    person, _ = reached()
    attendance(person)
    Attendance.update(activity=held).execute()
    page = Desk(laptop, "en-GB").open(f"/c/service.activity/{held.id}")
    assert "Planned" in page.text
    assert "<h1>学习室值班" in page.html


def test_what_is_typed_over_a_proposed_activity_counts(laptop, desk):
    person, _ = reached()
    Activity.create(title="学习室值班", day=local_today())
    other = Activity.create(title="大篷车", day=local_today() - timedelta(days=1))
    page = desk.open(of(person)).press("签到")
    assert "没有" in page.press("办理", activity="没有这个活动").text
    page.press("办理", activity="大篷车")
    assert [each.activity for each in Attendance.select()] == [other.id]


def test_all_leads_to_the_list_of_this_person_alone_and_of_who_is_the_same(laptop, desk):
    person, _ = reached()
    double, other = Person.create(name="示例·甲001"), Person.create(name="示例·乙002")
    for each in (person, double, other):
        attendance(each, day=2)
    join_doubles("roster.person", person.id, double.id)
    page = desk.open(of(person)).press("全部")
    assert page.path == "/c/service.attendance"
    assert "示例·乙002" not in page.text.partition("服务签到")[2]
    assert page.html.count('name="id"') == 2, "one of the person's, one of the double's"


def test_of_a_birth_the_year_alone_is_kept_and_shown(laptop, desk):
    person, _ = reached(born=1968)
    assert "出生年份 1968" in desk.open(of(person)).text
    person.born = 19680301
    with pytest.raises(Invalid):
        person.save()
