"""The ground that all pages stand on: who may ask, what a page may load, and in which language."""

import re

import pytest
from flask import Blueprint, Flask, render_template_string, request
from flask.testing import FlaskClient

from hongxian.errors import QuotaShort, RecordUnknown
from hongxian_web.app import ready_app
from hongxian_web.flashes import tell
from hongxian_web.inputs import Input
from hongxian_web.navigation import Entry, in_menu

PAGE = """{% extends "hongxian/base.html" %}{% import "hongxian/macros.html" as ui with context %}
{% block title %}t{% endblock %}{% block main %}{{ ui.field(input) }}{% endblock %}"""
HOSTILE = "<script>alert(1)</script>\u202e🧵\"'"


@pytest.fixture
def app() -> Flask:
    made = Flask("ground")
    ready_app(made, hosts=["localhost"], secret="secret", cookie="ground", first_page="first")
    part = Blueprint("part", __name__)
    in_menu(part)(lambda: [Entry("here", "/page", 3), Entry("other", "/pages")])
    made.register_blueprint(part)

    @made.get("/")
    def first() -> str:
        return "first"

    @made.get("/page")
    def page() -> str:
        kind = request.args.get("kind", "text")
        choices = [(HOSTILE, HOSTILE), ("b", "B")]
        look_up = "/look"
        return render_template_string(
            PAGE,
            input=Input(
                "it", HOSTILE, kind, HOSTILE, HOSTILE, True, [HOSTILE], choices, "", look_up
            ),
        )

    @made.post("/page")
    def done() -> str:
        tell("it is done", undo="/page", fields={"what": HOSTILE})
        return render_template_string(PAGE, input=Input("it", "it"))

    @made.get("/unknown")
    def unknown() -> None:
        raise RecordUnknown(id="x", collection="sample.thing")

    @made.get("/short")
    def short() -> None:
        raise QuotaShort(
            collection="c",
            field="f",
            label="库存",
            wanted=2,
            unit="瓶",
            here=1,
            left=1,
            holders={"甲机": 1},
        )

    @made.get("/broken")
    def broken() -> None:
        raise KeyError("a secret of the code")

    return made


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def token(browser: FlaskClient) -> str:
    page = browser.get("/page").text
    return re.search(r'name="csrf-token" content="([^"]+)"', page)[1]


def test_only_the_names_of_this_machine_are_answered(browser):
    assert browser.get("/page").status_code == 200
    refused = browser.get("/page", headers={"Host": "evil.example"})
    assert refused.status_code == 400
    assert "evil" not in refused.text


def test_every_answer_forbids_what_no_page_needs(browser):
    for path in ("/page", "/nowhere", "/broken", "/assets/hongxian.css"):
        with browser.get(path) as answer:
            headers = answer.headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self';")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_not_kept_by_a_shared_laptop(browser):
    assert browser.get("/page").headers["Cache-Control"] == "no-store"
    assert browser.get("/nowhere").headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_for_this_site_and_no_script(browser):
    cookie = browser.get("/page").headers["Set-Cookie"]
    assert cookie.startswith("ground=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_a_form_without_its_token_changes_nothing_and_says_what_to_do(browser):
    refused = browser.post("/page", headers={"Accept-Language": "en"})
    assert refused.status_code == 400
    assert "Open it again" in refused.text


def test_a_form_with_its_token_is_taken_and_what_was_done_is_told_with_its_undo(browser):
    answer = browser.post("/page", data={"csrf_token": token(browser)})
    assert answer.status_code == 200
    assert "it is done" in answer.text
    assert HOSTILE not in answer.text


def test_htmx_brings_the_token_in_a_header(browser):
    assert browser.post("/page", headers={"X-CSRFToken": token(browser)}).status_code == 200


@pytest.mark.parametrize(
    "kind",
    ["text", "long", "number", "date", "checkbox", "select", "members", "file", "reference"],
)
def test_no_input_lets_what_was_typed_become_markup(browser, kind):
    page = browser.get("/page", query_string={"kind": kind}).text
    assert "<script>alert" not in page
    assert 'for="it"' in page or "<legend>" in page
    assert page.count('id="it"') == 1
    for described in re.search(r'aria-describedby="([^"]+)"', page)[1].split():
        assert f'id="{described}"' in page


def test_chinese_comes_first_and_the_browser_s_english_is_heard(browser):
    assert '<html lang="zh-CN"' in browser.get("/page").text
    assert '<html lang="en"' in browser.get("/page", headers={"Accept-Language": "en-GB"}).text
    assert '<html lang="zh-CN"' in browser.get("/page", headers={"Accept-Language": "fr"}).text
    asked = {"Accept-Language": "zh-TW,en;q=0.5"}
    assert '<html lang="zh-CN"' in browser.get("/page", headers=asked).text


def test_the_language_that_a_person_chose_stays(browser):
    form = {"csrf_token": token(browser), "language": "en", "next": "/page?kind=date"}
    answer = browser.post("/language", data=form)
    assert answer.location == "/page?kind=date"
    page = browser.get("/page", headers={"Accept-Language": "zh-CN"}).text
    assert '<html lang="en"' in page


def test_large_type_stays_until_it_is_put_back(browser):
    for size, there in (("large", True), ("usual", False)):
        browser.post("/type-size", data={"csrf_token": token(browser), "size": size})
        assert ('class="large-type"' in browser.get("/page").text) is there


@pytest.mark.parametrize(
    "outside",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "page",
    ],
)
def test_no_form_leads_off_this_site(browser, outside):
    form = {"csrf_token": token(browser), "language": "en", "next": outside}
    assert browser.post("/language", data=form).location == "/"


def test_the_menu_marks_the_page_that_is_open_and_no_other(browser):
    page = browser.get("/page").text
    assert page.count('aria-current="page"') == 1
    assert re.search(
        r'href="/page" aria-current="page"><svg.*</svg>here <span class="count">3<', page
    )


def test_an_error_is_told_in_the_language_of_the_page(browser):
    english = browser.get("/unknown", headers={"Accept-Language": "en"})
    assert english.status_code == 404
    x, thing = ('<span translate="no">x</span>', '<span translate="no">sample.thing</span>')
    assert f"<span>No record {x} in {thing} on this machine.</span>" in english.text
    chinese = browser.get("/unknown")
    assert f"<span>本机的 {thing} 里没有记录 {x}。</span>" in chinese.text
    assert "No record" not in chinese.text
    assert "可用 1" in browser.get("/short").text


def test_what_breaks_is_told_without_the_code_s_secrets(browser, caplog):
    answer = browser.get("/broken", headers={"Accept-Language": "en"})
    assert answer.status_code == 500
    assert "KeyError" in answer.text
    assert "a secret of the code" not in answer.text
    assert "a secret of the code" in caplog.text


def test_a_part_of_a_page_that_breaks_is_answered_as_a_part(browser):
    part = browser.get("/broken", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert 'class="tell stop"' in part.text
