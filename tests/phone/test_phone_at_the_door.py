"""A volunteer at the door: the screen there shows a code, their phone scans it, and they are signed in."""

from pathlib import Path

from playwright.sync_api import Browser, expect

import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian import local_now
from hongxian.plugins.offering import carry_out, find_offer
from hongxian.plugins.offers import View
from hongxian.plugins.viewer import DISPLAY
from hongxian_plugins.roster import Membership, Person
from hongxian_plugins.service import Activity, Attendance
from meeting import meeting
from phones import code_for, let_in, phone, publish_at, scan


def test_what_the_screen_at_the_door_shows_signs_a_phone_in(
    chromium: Browser, tmp_path: Path
) -> None:
    with meeting(tmp_path, roster, service) as there:
        there.team("示例队")
        address, laptop = publish_at(there), there.laptop("示例队")
        there.sync(laptop)
        with laptop:
            person = Person.create(name="示例·甲001")
            Membership.create(person=person)
            Activity.create(title="学习室值班", day=local_now(laptop).date())
        there.sync(laptop)
        with laptop:
            shown = find_offer(laptop, View, "service.door_code", DISPLAY)
            [facts] = carry_out(laptop, shown, None, {}, DISPLAY).shapes
            [(_, code)] = facts.facts
        with phone(chromium, address) as context:
            let_in(context, code_for(laptop, person), "示例·甲001").close()
            tab = scan(context, code.text)
            tab.get_by_role("button", name="Sign in or out").click()
            expect(tab.get_by_text("Scan it again as you leave")).to_be_visible()
            expect(tab.locator(".panel", has_text="学习室值班")).to_contain_text("There")
        there.sync(laptop)
        with laptop:
            assert [each.person for each in Attendance.select()] == [person.id]
