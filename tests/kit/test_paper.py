"""Sheets of paper: told in parts, read in one language, with nothing on them that somebody typed as HTML."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import CharField

from hongxian import Record, Text, document
from hongxian.plugins.offering import OfferFailed, find_offer
from hongxian.plugins.offers import Document
from hongxian.shapes import Big, Facts, Qr, Section, Sheet, Signed, Table, Tag
from hongxian.text import EN
from hongxian_client.plugins.offers import leader
from hongxian_client.plugins.printing import sheet_of
from hongxian_testing import Laptop
from hongxian_web.paper.parts import html_of
from samples import plugin

HOSTILE = "<img src=x onerror=alert(1)>&\"'"
NAME = Text("姓名", "Name")


class Pass(Record):
    """Passes."""

    name = CharField(verbose_name=NAME, max_length=80)

    class Meta:
        collection = "passes.pass"
        title = Text("通行证", "Passes")


@document(of=Pass, title=Text("通行证", "Pass"))
def whole(store: Any, held: Pass) -> Sheet:
    return Sheet(
        Text("通行证", "Pass"),
        [
            Text("凭证入内。", "Let the bearer in."),
            Facts([(NAME, held.name), (Text("日期", "Day"), None)]),
            Table([NAME, Text("到", "There")], [[held.name, False], [held.name, True]]),
            Signed([Text("经办人", "Handled by")], seal=Text("居委会", "The committee")),
        ],
        note=held.name,
    )


@document(of=Pass, title=Text("法定表格", "Prescribed form"))
def prescribed(store: Any, held: Pass) -> str:
    return "<h1>法定表格</h1>"


@document(of=Pass, title=Text("坏的", "Broken"))
def broken(store: Any, held: Pass) -> Sheet:
    return Sheet("x", [Table([NAME], [["too", "many"]])])


@document(of=Pass, title=Text("也坏", "Broken too"))
def no_part(store: Any, held: Pass) -> Sheet:
    return Sheet("x", [7])  # type: ignore[list-item]


PASSES = plugin("passes", Pass)
for each in (whole, prescribed, broken, no_part):
    setattr(PASSES, each.__name__, each)
pytestmark = pytest.mark.plugins(PASSES)


@pytest.fixture
def held(laptop: Laptop) -> Iterator[str]:
    with laptop:
        yield Pass.create(name=HOSTILE).id


def read(page: str) -> str:
    """What stands on a page, without its elements."""
    return unescape(re.sub(r"<[^>]*>", " ", page))


def test_a_sheet_reads_in_one_language_and_never_in_both(laptop: Laptop, held: str) -> None:
    chinese = laptop.print("passes.whole", held)
    english = laptop.print("passes.whole", held, language="en")
    assert "凭证入内" in chinese
    assert not re.search(r"[A-Za-z]{4,}", read(chinese).replace(HOSTILE, ""))
    assert "Let the bearer in" in english
    assert not re.search(r"[\u4e00-\u9fff]", english)


def test_what_somebody_typed_is_text_wherever_it_stands(laptop: Laptop, held: str) -> None:
    page = laptop.print("passes.whole", held)
    assert page.count("&lt;img src=x") == 4
    assert "<img" not in page


def test_the_page_around_it_is_in_its_language_and_a_prescribed_forms_in_chinese(
    laptop: Laptop, held: str
) -> None:
    pages = {}
    with laptop:
        for name in ("whole", "prescribed"):
            offered = find_offer(laptop.store, Document, f"passes.{name}", leader(laptop.store))
            body = offered.offer.run(laptop.store, Pass.get_by_id(held))
            pages[name] = sheet_of(offered, body, "en")
    assert '<html lang="en-GB">' in pages["whole"]
    assert "Printed 20" in pages["whole"]
    assert '"Page " counter(page)' in pages["whole"]
    assert '<html lang="zh-CN">' in pages["prescribed"]
    assert "打印日期 20" in pages["prescribed"]
    assert "Printed" not in pages["prescribed"]


@pytest.mark.plugin_errors
@pytest.mark.parametrize("name", ["broken", "no_part"])
def test_what_cannot_be_printed_is_the_plugins_error(laptop: Laptop, held: str, name: str) -> None:
    with pytest.raises(OfferFailed, match=f"passes.{name}"):
        laptop.print(f"passes.{name}", held)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (date(2023, 3, 1), "2023年3月1日（周三）", "1 March 2023 (Wed)"),
        (datetime(2023, 3, 1, 8, 5), "2023年3月1日（周三） 08:05", "1 March 2023 (Wed) 08:05"),
        (time(8, 5), "08:05", "08:05"),
        (True, "☑", "☑"),
        (False, "☐", "☐"),
        (0, "0", "0"),
        (frozenset({"磨刀"}), "磨刀", "磨刀"),
        (Tag(Text("有效", "Valid"), "done"), "有效", "Valid"),
        (None, "＿" * 8, "＿" * 8),
    ],
)
def test_values_stand_as_people_write_them(value: object, zh: str, en: str) -> None:
    sheet = Sheet("x", [Facts([("y", value)])])
    assert f"<td>{zh}</td>" in html_of(sheet, "zh")
    assert f"<td>{en}</td>" in html_of(sheet, "en")


def test_where_a_text_is_missing_there_is_room_for_a_pen() -> None:
    assert html_of(Sheet("x", [Section("经过", "第一行\n第二行")]), "zh").count("<p>") == 2
    assert html_of(Sheet("x", [Section("经过", lines=5)]), "zh").count("<p>＿") == 5


def test_what_is_in_one_line_stands_without_what_is_missing() -> None:
    page = html_of(Sheet("x", [["大篷车", date(2023, 3, 1), None, ""]]), "zh")
    assert ">大篷车 · 2023年3月1日（周三）</p>" in page


def test_a_number_is_large_and_a_code_is_drawn() -> None:
    page = html_of(Sheet("x", [Big(23), Qr("示例")]), "zh")
    assert '<p class="big">23</p>' in page
    assert "<svg" in page


def test_a_note_begins_as_a_sentence_does_but_a_code_in_it_stays_as_it_is() -> None:
    for note, said in (
        (Text("同步过", "as of noon"), "As of noon"),
        ("fa1cb8", "fa1cb8"),
        (Text("{code}。", "{code}.").format(code="fa1cb8"), "fa1cb8."),
    ):
        assert f">{said}</p>" in html_of(Sheet("x", [], note=note), EN)


@given(said=st.text(max_size=40))
def test_no_text_whatever_it_is_opens_an_element(said: str) -> None:
    sheet = Sheet(said, [said, Facts([(said, said)]), Table([said], [[said]]), Section(said, said)])
    empty = Sheet("", ["", Facts([("", " ")]), Table([""], [[""]]), Section("", " ")])
    kinds = set(re.findall(r"<(\w+)", html_of(sheet, "zh")))
    assert kinds <= set(re.findall(r"<(\w+)", html_of(empty, "zh"))) | {"br"}


def test_a_table_without_rows_has_lines_for_a_pen_where_there_is_room_and_else_says_so() -> None:
    nothing = Table([Text("摊位", "Stall"), Text("签名", "Signature")], [])
    said = html_of(Sheet("示例", [nothing], note=Text("同步过", "as of noon")), EN)
    assert '<td colspan="2">(none)</td>' in said
    assert ">As of noon<" in said, "a note begins as a sentence does"
    roomy = html_of(Sheet("示例", [nothing], roomy=True), EN)
    assert roomy.count("<td></td>") == 10
