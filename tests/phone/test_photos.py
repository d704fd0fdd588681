"""A photo is made small on the phone and goes in pieces; a line that breaks loses one of them."""

from pathlib import Path
from random import Random

from PIL import Image
from playwright.sync_api import Browser, expect

from cord import Cord
from hongxian.files import content_of
from meeting import Meeting
from phones import phone, publish_at
from wishing import Wish, cord, there

__all__ = ["cord", "there"]


def photo(folder: Path) -> Path:
    """As large as a phone makes them, and as hard to make small."""
    path = folder / "photo.jpg"
    grain = Image.frombytes("RGB", (400, 300), Random(7).randbytes(400 * 300 * 3))
    grain.resize((4000, 3000), Image.Resampling.BILINEAR).save(path, quality=95)
    return path


def test_a_photo_arrives_small_and_goes_on_where_its_line_broke(
    chromium: Browser, there: Meeting, cord: Cord, tmp_path: Path
) -> None:
    address = publish_at(there, cord.address)
    (broken := tmp_path / "photo.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(2000))
    with phone(chromium, address) as context:
        tab = context.new_page()
        tab.goto(f"{address}do/wishes.show_us")
        tab.get_by_label("What").fill("路灯不亮")
        tab.get_by_label("Photo").set_input_files(broken)
        expect(tab.get_by_role("alert")).to_contain_text("cannot read that picture")
        tab.get_by_label("Photo").set_input_files(photo(tmp_path))
        expect(tab.locator("img.shrunk")).to_be_visible()
        expect(tab.get_by_role("alert")).to_have_count(0)
        size = len(tab.locator("img.shrunk").get_attribute("src") or "") * 3 // 4
        begun = cord.carried
        cord.left = 150_000
        tab.get_by_role("button", name="Show us").click()
        expect(tab.locator("main")).to_contain_text("Kept on this phone")
        first = cord.carried - begun
        cord.heal()
        tab.goto(f"{address}waiting")
        expect(tab.get_by_text("All is sent.")).to_be_visible()
        second = cord.carried - begun - first
    with there.hub:
        (wish,) = Wish.select()
        content = content_of(wish, "photo")
    assert content is not None
    assert max(size, len(content)) < 500_000
    assert first > 100_000
    assert first + second < size + 100_000  # what went twice is a piece
