"""Photos and scans at the desk and on the command line: put in, seen, taken away, and never run."""

import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from PIL import Image

from album import ALBUM, Visit, pdf, photo
from command_line import Place, joined, new_hub, serving
from desks import desk_of, entered, page
from hongxian.files import File, attach
from hongxian.records import COMMUNITY
from hongxian_client.desk.desk import Desk
from hongxian_client.replica.replica import Replica
from hongxian_client.sheets.exporting import export_file
from hongxian_client.sheets.importing import import_file
from hongxian_testing.laptop import open_laptop
from places import EXAMPLES

TEAM = "红马甲管家团"
LAMPS = EXAMPLES / "records" / "lamps.py"


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path / "laptop", ALBUM) as laptop:
        yield laptop


@pytest.fixture
def desk(laptop: Replica) -> Desk:
    return desk_of(laptop)


@pytest.fixture
def browser(desk: Desk) -> FlaskClient:
    return entered(desk)


def sent(browser: FlaskClient, path: str, **filled: object) -> tuple[int, str]:
    """A form that was sent with all that stood in it unseen, by its page."""
    before = browser.get(path).text
    unseen = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', before)
    data = {name: unescape(value) for name, value in unseen} | {"scope": "team-1"} | filled
    answer = browser.post(path, data=data, content_type="multipart/form-data")
    return answer.status_code, answer.text


def file(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def gray(width: int, height: int) -> bytes:
    """A photo of few bytes."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "gray").save(out, "JPEG")
    return out.getvalue()


def test_a_photo_goes_in_by_the_form_and_stands_on_the_records_page(browser: FlaskClient) -> None:
    picture = file(gray(4000, 3000), "IMG_1.JPEG")
    assert sent(browser, "/c/album.visit/new", name="示例", photo=picture)[0] == 302
    [visit] = Visit.select()
    assert (visit.photo.name, visit.photo.type) == ("IMG_1.jpg", "image/jpeg")
    address = f"/c/album.visit/{visit.id}"
    text = page(browser, address)
    assert f'src="{address}/file/photo"' in text
    answer = browser.get(f"{address}/file/photo")
    assert max(Image.open(io.BytesIO(answer.data)).size) <= 2048
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")


def test_a_scan_is_saved_and_never_shown_in_its_place(browser: FlaskClient) -> None:
    assert (
        sent(browser, "/c/album.visit/new", name="示例", scan=file(pdf(9_000), "单.pdf"))[0] == 302
    )
    [visit] = Visit.select()
    answer = browser.get(f"/c/album.visit/{visit.id}/file/scan")
    assert answer.data == pdf(9_000)
    disposition = answer.headers["Content-Disposition"]
    assert unquote(disposition) == "attachment; filename*=UTF-8''单.pdf"


@pytest.mark.parametrize("content", [b"<svg/>", b"<html><script>alert(1)</script>", b"BM" * 99])
def test_a_page_or_drawing_is_refused_beside_its_input(
    browser: FlaskClient, content: bytes
) -> None:
    status, text = sent(browser, "/c/album.visit/new", name="示例", photo=file(content, "a.jpg"))
    assert status == 422
    assert "is not one of" in text
    assert not Visit.select().count()


def test_a_file_is_kept_while_another_field_is_put_right(browser: FlaskClient) -> None:
    filled = {"name": "", "scan": file(pdf(9_000), "a.pdf")}
    status, text = sent(browser, "/c/album.visit/new", **filled)
    assert status == 422
    [kept] = re.findall(r'name="scan.kept" value="([^"]+)"', text)
    again = {"name": "示例", "scan.kept": unescape(kept)}
    assert sent(browser, "/c/album.visit/new", **again)[0] == 302
    [visit] = Visit.select()
    assert visit.scan.name == "a.pdf"


def test_a_file_that_is_not_touched_stays_and_one_that_is_ticked_goes(browser: FlaskClient) -> None:
    sent(browser, "/c/album.visit/new", name="示例", scan=file(pdf(9_000), "a.pdf"))
    [visit] = Visit.select()
    sent(browser, f"/c/album.visit/{visit.id}/edit", name="示例·二")
    [visit] = Visit.select()
    assert (visit.name, visit.scan.name) == ("示例·二", "a.pdf")
    sent(browser, f"/c/album.visit/{visit.id}/edit", **{"name": "示例", "scan.clear": "true"})
    [visit] = Visit.select()
    assert visit.scan is None
    assert browser.get(f"/c/album.visit/{visit.id}/file/scan").status_code == 404


def test_a_photo_that_is_not_here_is_wanted_once_somebody_looks(
    desk: Desk, browser: FlaskClient, laptop: Replica
) -> None:
    wanted: list[bool] = []
    desk.sync_soon = lambda: wanted.append(True)
    away = File("0" * 64, 1_000, "image/jpeg", "a.jpg")
    visit = Visit.create(name="示例", photo=away)
    page(browser, "/c/album.visit")
    assert not laptop.files.wishes("", 9), "a list fetches nothing"
    for _ in range(2):
        assert "The photo is still coming" in page(browser, f"/c/album.visit/{visit.id}")
    assert page(browser, f"/c/album.visit/{visit.id}/file/photo/piece").count("still coming") == 1
    assert browser.get(f"/c/album.visit/{visit.id}/file/photo").status_code == 404
    [wish] = laptop.files.wishes("", 9)
    assert wish.link.sha256 == away.sha256
    assert wanted == [True]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_sheet_has_the_name_alone_and_brings_no_file(
    laptop: Replica, tmp_path: Path, ending: str
) -> None:
    scan = attach(Visit.scan, pdf(9_000), "a.pdf")
    visit = Visit.create(name="示例", scan=scan)
    sheet = tmp_path / f"visits.{ending}"
    export_file(laptop, "album.visit", sheet, language="en")
    report = import_file(laptop, "album.visit", sheet, language="en")
    assert (report.unchanged, report.changed, report.wrong) == (1, 0, 0)
    other = tmp_path / "other.csv"
    other.write_text(f"id,scan\n{visit.id},b.pdf\n", encoding="utf-8")
    report = import_file(laptop, "album.visit", other, language="en")
    assert report.wrong == 1
    assert Visit.get_by_id(visit.id).scan == scan


@pytest.mark.thorough
def test_the_command_line_puts_a_photo_in_and_takes_it_out_on_another_laptop(
    tmp_path: Path,
) -> None:
    hub = new_hub(tmp_path / "hub", TEAM)
    plugin = LAMPS.read_text("utf-8")
    (hub.folder / "plugins" / "lamps.py").write_text(plugin, "utf-8")
    picture = tmp_path / "IMG_1.jpg"
    picture.write_bytes(photo(4000, 3000))
    with serving(hub) as url:
        laptops: list[Place] = []
        for name in ("one", "other"):
            laptops.append(joined(hub, url, tmp_path / name, TEAM))
            (laptops[-1].folder / "plugins" / "lamps.py").write_text(plugin, "utf-8")
        one, other = laptops
        words = ("add", "lamps.report", "place=示例路", f"photo=@{picture}", "--team", COMMUNITY)
        id = one.json(*words)["id"]
        taken = tmp_path / "out.jpg"
        other.json("sync")
        one.json("sync")
        other.json("sync")
        told = other.json("file", "lamps.report", id, "photo", "--to", taken)
    assert told["bytes"] == taken.stat().st_size < 500 * 1024
    with Image.open(taken) as image:
        assert max(image.size) <= 2048
        other.json("do", "lamps.mend", id, f"photo=@{picture}")
    shown = other.json("show", "lamps.report", id)
    assert shown["mended"]["type"] == "image/jpeg"
    assert shown["photo"]["name"] == "IMG_1.jpg"
