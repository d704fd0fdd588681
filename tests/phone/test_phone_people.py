"""Several people on one phone, each with their own: nothing of one is shown to, kept for or sent as another."""

from playwright.sync_api import Browser, expect

from cord import Cord
from hongxian.collections.builtin import Phone
from meeting import Meeting
from phones import agree, code_for, let_in, phone, publish_at, scan, wait_for_worker
from wishing import Wish, cord, person_of, there

__all__ = ["cord", "there"]
ELDER, CHILD = "示例·甲001", "示例·乙002"


def test_of_several_people_on_a_phone_each_has_their_own_and_leaves_nothing(
    chromium: Browser, there: Meeting, cord: Cord
) -> None:
    address = publish_at(there, cord.address)
    (laptop, elder), (_, child) = person_of(there, ELDER), person_of(there, CHILD)
    with phone(chromium, address) as context:
        tab = let_in(context, code_for(laptop, elder), ELDER)
        wait_for_worker(tab)
        tab.goto(f"{address}me")
        tab.goto(f"{address}do/wishes.wish")
        cord.cut()
        tab.get_by_label("What").fill("甲的心愿")
        tab.get_by_role("button", name="Wish").click()
        expect(tab.locator("main")).to_contain_text("Kept on this phone")
        tab.close()
        cord.heal()
        cord.deaf_to = b"POST /m/do/"  # what waits is not done yet, for all that this phone knows
        tab = let_in(context, code_for(laptop, child), CHILD)
        cord.cut()
        tab.goto(f"{address}me")
        expect(tab.locator("main")).to_contain_text(
            "this was not"
        )  # the elder has seen it, and the child not
        expect(tab.get_by_text(ELDER)).to_have_count(0)
        cord.heal()
        tab.goto(f"{address}me")
        expect(tab.locator("#kept")).to_be_hidden()
        with there.hub:
            assert [each.person for each in Wish.select()] == [elder.id]  # sent as theirs
        tab.locator("li", has_text=ELDER).get_by_role("button", name="Be them").click()
        expect(tab.locator(".who")).to_contain_text(ELDER)
        tab.goto(f"{address}me")
        tab.locator("li", has_text=ELDER).get_by_role("button", name="Take off this phone").click()
        expect(tab.locator(".who")).to_contain_text(CHILD)
        with there.hub:
            gone = Phone.get(Phone.record == elder.id)
            assert gone.ended
        assert f"hongxian-of-{gone.id}" not in tab.evaluate("caches.keys()")


def test_a_phone_proves_itself_again_without_a_word_and_is_out_at_once_when_it_is_ended(
    chromium: Browser, there: Meeting
) -> None:
    address = publish_at(there)
    laptop, person = person_of(there, ELDER)
    code = code_for(laptop, person)
    with phone(chromium, address) as context:
        tab = let_in(context, code, ELDER)
        context.clear_cookies()
        tab.goto(f"{address}me")
        expect(tab.get_by_role("heading", name="On this phone")).to_be_visible()
        there.sync(laptop)
        with laptop:
            laptop.edit(Phone, {Phone.get().id: {"ended": True}})
        there.sync(laptop)
        tab.goto(address)
        expect(tab.locator("main")).to_contain_text("Ask your team's leader for a code")
        tab.wait_for_function(f"() => {KEYS}.then((found) => found.length === 0)")
        again = let_in(context, code_for(laptop, person), ELDER)
        again.evaluate(
            f"{OPENED}.then((it) => it.transaction('keys', 'readwrite').objectStore('keys').clear())"
        )
        context.clear_cookies()
        again.goto(f"{address}me")  # as where the browser threw away what it had kept
        expect(again.locator("main")).to_contain_text("Ask your team's leader for a code")
        agree(used := scan(context, code))
        expect(used.locator("[role=alert]")).to_contain_text("was used")


OPENED = (
    "new Promise((go) => (Object.assign(indexedDB.open(`hongxian ${document.body.dataset.root}`), "
    "{ onsuccess: (event) => go(event.target.result) })))"
)
KEYS = (
    f"{OPENED}.then((it) => new Promise((go) => (it.transaction('keys').objectStore('keys').getAll()"
    ".onsuccess = (event) => go(event.target.result))))"
)
