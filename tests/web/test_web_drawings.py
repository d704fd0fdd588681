"""Charts and QR codes: drawn under the pages' policy, and told in words beside."""

import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Browser, expect

from hongxian_web.app import ready_app
from hongxian_web.qr import qr
from hongxian_web.serving import Server
from listening import listening

HOSTILE = "<script>alert(1)</script>\u202e🧵\"'"
PAGE = """{% extends "hongxian/base.html" %}{% import "hongxian/macros.html" as ui with context %}
{% block head %}{{ ui.chart_scripts() }}{% endblock %}
{% block main %}{{ ui.chart(hostile, ["一月", "二月"], [(hostile, [1, 21]), ("b", [3, 4])], "小时") }}
{{ code }}{% endblock %}"""


@pytest.fixture
def app() -> Flask:
    made = Flask("drawings")
    ready_app(
        made,
        hosts=["127.0.0.1", "localhost"],
        secret="secret",
        cookie="drawings",
        first_page="page",
    )

    @made.get("/page")
    def page() -> str:
        code = qr("http://hub.example:8470/#一次", HOSTILE)
        return render_template_string(PAGE, hostile=HOSTILE, code=code)

    return made


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with listening(Server(app, "127.0.0.1", 0, threads=2)) as address:
        yield address


def test_no_drawing_lets_a_name_become_markup_or_brings_a_style_of_its_own(app: Flask) -> None:
    page = app.test_client().get("/page").text
    assert "<script>alert" not in page
    assert not re.findall(r"\sstyle=", page)
    told = re.search("data-chart='([^']+)'", page)[1]
    assert json.loads(told)["series"][0] == [HOSTILE, [1, 21]]
    assert re.search(r'<svg[^>]* class="qr"', page)


def test_a_chart_is_drawn_under_the_policy_and_its_numbers_stand_in_a_table(
    address: str, chromium: Browser
) -> None:
    tab = chromium.new_page(locale="zh-CN")
    told: list[str] = []
    tab.on("console", lambda message: told.append(message.text))
    tab.on("pageerror", lambda error: told.append(str(error)))
    tab.goto(f"{address}/page")
    tab.locator("canvas").wait_for()
    drawn = tab.locator("canvas").evaluate(
        "each => each.getContext('2d').getImageData(0, 0, each.width, each.height).data"
        ".some((value, place) => place % 4 === 0 && value === 179)"
    )
    assert drawn, "no red bar"
    tab.get_by_text("以表格查看这些数字").click()
    expect(tab.get_by_role("row", name="二月")).to_have_text("二月214")
    expect(tab.locator("svg.qr")).to_be_visible()
    tab.close()
    assert not told
