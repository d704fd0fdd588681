"""A resident without an account reports with a photo; the line breaks in the middle, and it is told once."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect

import hongxian_plugins.requests as requests
import hongxian_plugins.roster as roster
from hongxian.files import content_of
from hongxian_plugins.requests import Reporter, Request
from meeting import meeting
from phones import phone, publish_at

_DONE_WITH_IT = """async () => {
  const { rememberCode } = await import(`${document.body.dataset.root}static/again.js`);
  const to = document.querySelector("[data-codes] a").getAttribute("href");
  await rememberCode({ of: "", title: "Something else", said: [], at: Date.now() }, to);
}"""
"""What a form sent that leads to the same page by the same code."""


def a_photo() -> bytes:
    made = io.BytesIO()
    Image.effect_noise((900, 700), 90).convert("RGB").save(made, "JPEG", quality=85)
    return made.getvalue()


def test_a_report_with_a_photo_is_kept_while_there_is_no_line_sent_once_and_found_again_without_its_code(
    chromium: Browser, tmp_path: Path
) -> None:
    with meeting(tmp_path, roster, requests) as there:
        there.team("示例队")
        with phone(chromium, publish_at(there)) as context:
            tab = context.new_page()
            tab.goto(f"{publish_at(there)}do/requests.tell")
            expect(tab.get_by_role("note")).to_contain_text("110")
            tab.get_by_text("Lights", exact=True).click()
            tab.get_by_label("Where").fill("6幢2单元501室")
            photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
            tab.get_by_label("A photo").set_input_files(photo)
            expect(tab.locator("img.shrunk")).to_be_visible()
            tab.get_by_label("Your name").fill("<i>示例·居民001")
            tab.get_by_label("Telephone").fill("100 0000 1234")
            context.set_offline(True)
            tab.get_by_role("button", name="Report", exact=True).dblclick()
            expect(tab.locator("#kept")).to_be_visible()
            with there.hub:
                assert not Request.select().exists()
            context.set_offline(False)
            expect(tab.get_by_text("We have it")).to_be_visible()
            expect(tab.locator("svg.qr")).to_be_visible()
            expect(tab.locator("#main")).not_to_contain_text("居民001")
            tab.reload()
            expect(tab.locator("#kept")).to_be_hidden()
            tab.goto(publish_at(there))
            sent = tab.locator("[data-codes] li")
            expect(sent).to_contain_text("Report")
            expect(sent).to_contain_text("Lights · ")
            expect(sent).not_to_contain_text("居民001")
            expect(sent).not_to_contain_text("501")
            tab.evaluate(_DONE_WITH_IT)
            tab.reload()
            expect(sent).to_contain_text("Lights · ")
            sent.get_by_role("link", name="Report").click()
            expect(tab.get_by_text("We have it")).to_be_visible()
            tab.goto(publish_at(there))
            gone = sent.get_by_role("button", name="Keep it on this phone no more")
            gone.click()
            expect(sent).to_be_visible()  # a finger that slipped takes nothing away
            gone.click()
            expect(sent).to_have_count(0)
        with there.hub:
            [request] = Request.select()
            assert (request.place, Reporter.get().called) == ("6幢", "<i>示例·居民001")
            assert Image.open(io.BytesIO(content_of(request, "photo") or b"")).width == 900
