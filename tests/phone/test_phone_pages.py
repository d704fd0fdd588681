"""A person's phone comes in by a code, stays theirs, and shows what plugins offer to the one it is about."""

from playwright.sync_api import Browser, expect

from hongxian.collections.builtin import Phone
from meeting import Meeting
from phones import agree, code_for, let_in, phone, publish_at, scan
from wishing import Wish, person_of, there

__all__ = ["there"]


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
