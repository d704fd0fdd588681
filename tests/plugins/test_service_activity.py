"""An activity from its form to its end: what stands in the form, and what ends it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from desks import desk_of, entered
from hongxian import local_today
from hongxian.records import COMMUNITY, local_minute
from hongxian_plugins import roster, service
from hongxian_plugins.roster import Person
from hongxian_plugins.service import Activity, Attendance
from hongxian_testing import Desk, Laptop

pytestmark = pytest.mark.plugins(roster, service)
END = "活动已办完"


def held(laptop: Laptop, *, scope: str = "team-1", confirmed_by: str | None = None) -> str:
    """An activity of today to which somebody came and from which they left."""
    now = local_minute(laptop.store)
    activity = Activity.create(title="值班", scope=scope).id
    Attendance.create(
        activity=activity,
        person=Person.create(name="示例·甲001", scope=COMMUNITY).id,
        signed_in=now - timedelta(hours=1),
        signed_out=now,
        confirmed_by=confirmed_by,
        scope="team-1",
    )
    return activity


def test_a_new_activity_is_todays_and_of_the_laptops_one_team_unless_another_is_chosen(
    laptop: Laptop, desk: Desk
) -> None:
    def chosen(html: str) -> list[str]:
        return re.findall(r'name="scope" value="([^"]+)" checked', html)

    form = desk.open("/c/service.activity/new")
    assert chosen(form.html) == [*laptop.store.writer().teams]
    assert f'value="{local_today(laptop.store).isoformat()}"' in form.html
    assert chosen(form.press("保存", title="", scope="community").html) == ["community"]


def test_once_all_hours_are_confirmed_one_press_ends_the_activity(
    laptop: Laptop, desk: Desk
) -> None:
    activity = held(laptop)
    page = desk.open(f"/view/service.sign_in/{activity}")
    assert END not in page.buttons
    page = page.press("全部确认 1").press("全部确认")
    page.press(END)
    assert Activity.get_by_id(activity).state == "confirmed"
    assert END not in desk.open(f"/view/service.sign_in/{activity}").buttons


def test_an_activity_of_the_whole_community_is_not_ended_by_one_team(
    laptop: Laptop, desk: Desk
) -> None:
    activity = held(laptop, scope=COMMUNITY, confirmed_by="示例·队长")
    assert END not in desk.open(f"/view/service.sign_in/{activity}").buttons
    assert END not in desk.open(f"/c/service.activity/{activity}").text


def test_a_press_below_a_sheet_that_a_script_drew_anew_comes_back_to_its_page(
    laptop: Laptop,
) -> None:
    activity = held(laptop, confirmed_by="示例·队长")
    browser, path = entered(desk_of(laptop.store)), f"/view/service.sign_in/{activity}"
    part = browser.post(
        f"/grid/service.sign_in/{activity}",
        data={"all": "signed_in", "back": path},
        headers={"HX-Request": "true"},
    ).text
    [form] = re.findall(r'<form[^>]*action="/do/service\.end/.*?</form>', part, re.S)
    assert f'name="back" value="{path}"' in form
