"""The tests of lamps.py: `pytest docs/examples`."""

import io

import pytest
from PIL import Image

import lamps
from hongxian.files import attach, content_of
from hongxian.records import COMMUNITY
from hongxian_testing import Desk

pytestmark = pytest.mark.plugins(lamps)


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4000, 3000), "gray").save(out, "JPEG")
    return out.getvalue()


def test_a_photo_comes_to_the_laptop_where_somebody_looks_at_it(neighbourhood):
    red, blue = neighbourhood.laptop("示例·红队"), neighbourhood.laptop("示例·蓝队")
    with red:
        file = attach(lamps.Report.photo, photo(), "IMG_0001.jpg")
        report = lamps.Report.create(place="示例路 3 号", photo=file, scope=COMMUNITY)
    assert file.size < 500 * 1024
    neighbourhood.meet()
    with blue:
        assert lamps.Report.get_by_id(report.id).photo == file
        page = Desk(blue).open(f"/c/lamps.report/{report.id}")
        assert "照片还没到" in page.text
        blue.sync()
        assert 'class="photo"' in page.desk.open(page.path).html
        assert len(content_of(lamps.Report.get_by_id(report.id), "photo")) == file.size


def test_who_mends_a_lamp_shows_it(laptop, desk):
    report = lamps.Report.create(place="示例路 3 号")
    asked = desk.open(f"/c/lamps.report/{report.id}").press("修好了")
    assert "不是JPG" in asked.press("办理", photo=(io.BytesIO(b"<html>"), "a.jpg")).text
    assert "已记下" in asked.press("办理", photo=(io.BytesIO(photo()), "a.jpg")).text
    mended = lamps.Report.get_by_id(report.id).mended
    assert (mended.name, mended.type) == ("a.jpg", "image/jpeg")
