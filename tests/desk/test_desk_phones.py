"""Somebody's phones on the desk: the code on paper, and a phone that is lost is ended by one press."""

import re
from pathlib import Path

from desks import CHINESE, desk_of, entered
from hongxian.collections.builtin import Phone
from hongxian.plugins.viewer import PERSON
from phones import publish_at
from wishing import person_of, wished

PRESS = re.compile(r'<form[^>]*action="(/do/roster\.end_phone_person/[^"]+)"(.*?)</form>', re.S)
HIDDEN = re.compile(r'name="([^"]+)"[^>]*value="([^"]*)"')


def test_the_code_is_printed_and_a_lost_phone_ended_where_the_phones_are_listed(
    tmp_path: Path,
) -> None:
    with wished(tmp_path) as there:
        publish_at(there)
        laptop, person = person_of(there, "示例·甲001")
        with there.hub:
            phone = Phone.create(of=PERSON, record=person.id, since="2026-11-01").id
        there.sync(laptop)
        browser, page = entered(desk_of(laptop)), f"/view/roster.phones_person/{person.id}"
        paper = browser.get(f"/print/roster.phone_sheet_person/{person.id}", headers=CHINESE)
        assert paper.status_code == 200
        assert "一个码只能进一部手机" in paper.text
        assert "示例·甲001" in paper.text

        shown = browser.get(page, headers=CHINESE).text
        address, form = PRESS.findall(shown)[0]
        told = browser.post(address, data=dict(HIDDEN.findall(form)), headers=CHINESE)
        assert told.status_code == 302
        assert "再也进不来" in browser.get(told.location, headers=CHINESE).text
        assert not PRESS.search(browser.get(page, headers=CHINESE).text)
        with laptop:
            assert Phone.get_by_id(phone).ended
