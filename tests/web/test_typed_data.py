"""What somebody typed is shown whole, whatever it looks like, and a page marks it as data."""

import csv
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from openpyxl import load_workbook
from peewee import CharField

from desks import CHINESE, ENGLISH, desk_of, entered, page, unmarked
from hongxian import Record, Reference, Refused, Text, action, view
from hongxian.records import Task
from hongxian.shapes import Table
from hongxian.text import EN, LANGUAGES, ZH
from hongxian_client.replica.replica import Replica
from hongxian_client.sheets.exporting import export_file
from hongxian_testing.laptop import open_laptop
from samples import Visit, plugin

TYPED = ("饼干（过敏原：花生）。Contains peanuts", "KTV · Karaoke", "<b>{name}</b> & “Co.” %s")
ASKED = {ZH: CHINESE, EN: ENGLISH}
COUNT = Text("盘点 {goods}，差 {n} 件", "Count {goods}: {n} missing")
everything = pytest.mark.parametrize("typed", TYPED)


class Goods(Record):
    """Goods, of whom they came and what they are called on the shelf."""

    name = CharField(max_length=80)
    shelf = CharField(null=True, choices=[(str(place), each) for place, each in enumerate(TYPED)])
    giver = Reference("sample.visit", null=True)

    class Meta:
        collection = "store.goods"


@view(title=Text("缺货", "Missing"), card=True)
def missing(store: Replica) -> Table:
    name = Goods.get().name
    return Table([Text.of(name)], [[name]], note=COUNT.format(goods=name, n=1))


@action(of=Goods, title=Text("盘点", "Count"))
def count(store: Replica, goods: Goods) -> Text:
    return COUNT.format(goods=[goods.name, "两样"], n=2)


@action(of=Goods, title=Text("扔掉", "Throw away"))
def throw(store: Replica, goods: Goods) -> Text:
    no = Text("{goods} 不能扔。", "{goods} stays.")
    raise Refused(no.format(goods=goods.name))


@pytest.fixture
def laptop(tmp_path: Path) -> Replica:
    store = plugin("store", Visit, Goods)
    vars(store).update(missing=missing, count=count, throw=throw)
    return open_laptop(tmp_path / "laptop", store)


@pytest.fixture
def browser(laptop: Replica) -> FlaskClient:
    return entered(desk_of(laptop))


def stored(laptop: Replica, typed: str) -> tuple[str, str]:
    """Goods that are called so, given by a guest who is called so, on the shelf of that name."""
    with laptop:
        guest = Visit.create(name=typed).id
        shelf = str(TYPED.index(typed))
        return Goods.create(name=typed, shelf=shelf, giver=guest).id, guest


def marked(typed: str) -> str:
    return f'<span translate="no">{escape(typed)}</span>'


@everything
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_is_whole_in_a_list_on_its_page_and_as_a_choice(
    laptop: Replica, browser: FlaskClient, typed: str, language: str
) -> None:
    id, guest = stored(laptop, typed)
    whole = str(escape(typed))
    listed = page(browser, "/c/store.goods", headers=ASKED[language])
    assert f'<a href="/c/store.goods/{id}">{whole}</a>' in listed
    shown = page(browser, f"/c/store.goods/{id}", headers=ASKED[language])
    assert f"<h1>{whole} " in shown
    assert f"<dd>{whole}</dd>" in shown
    assert f'<a href="/c/sample.visit/{guest}">{whole}</a>' in shown
    form = page(browser, f"/c/store.goods/{id}/edit", headers=ASKED[language])
    assert re.search(f'<option value="[0-9]"[^>]* selected>{re.escape(whole)}</option>', form)
    assert f'<input class="form-control" type="text" value="{whole}" id="name"' in form
    assert re.search(f'<input [^>]*role="combobox"[^>]* value="{re.escape(whole)}"', form)
    offered = page(browser, f"/c/store.goods/pick?into=x&x={typed[:2]}", headers=ASKED[language])
    assert f'data-name="{whole}">{whole}' in offered


@everything
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_title_is_whole_in_an_exported_sheet(
    laptop: Replica, tmp_path: Path, typed: str, language: str, suffix: str
) -> None:
    stored(laptop, typed)
    sheet = tmp_path / f"goods{suffix}"
    export_file(laptop, "store.goods", sheet, language=language)
    assert _cells(sheet).count(typed) == 3, "its name, its shelf, its giver"


def _cells(sheet: Path) -> list[object]:
    if sheet.suffix == ".csv":
        with sheet.open(encoding="utf-8-sig", newline="") as file:
            return [cell for row in csv.reader(file) for cell in row]
    rows = load_workbook(sheet).worksheets[0].iter_rows(values_only=True)
    return [cell for row in rows for cell in row]


@everything
def test_a_task_tells_a_title_whole_in_the_readers_language(
    laptop: Replica, browser: FlaskClient, typed: str
) -> None:
    with laptop:
        Task.create(text=COUNT.format(goods=typed, n=3), scope="community")
        assert Task.get().text == COUNT.format(goods=typed, n=3)
    for language in LANGUAGES:
        told = COUNT.in_(language).format(goods=typed, n=3)
        assert marked(told) in page(browser, "/", headers=ASKED[language])


@everything
def test_a_sentence_of_a_page_holds_a_title_whole_and_marks_it_alone(
    laptop: Replica, browser: FlaskClient, typed: str
) -> None:
    id, _ = stored(laptop, typed)
    done, refused = f"/do/store.count/{id}", f"/do/store.throw/{id}"
    for language, in_words in ((ZH, "盘点 {}、{}，差 2 件"), (EN, "Count {}, {}: 2 missing")):
        asked = ASKED[language]
        for address in ("/view/store.missing", "/"):
            shown = page(browser, address, headers=asked)
            note = COUNT.in_(language).format(goods=marked(typed), n=1)
            assert f"{note}</p>" in shown, address
            assert f'<th scope="col">{marked(typed)}</th>' in shown
        told = browser.post(done, headers=asked, follow_redirects=True).text
        assert f"<span>{in_words.format(marked(typed), marked('两样'))}</span>" in told
        assert in_words.format(escape(typed), "两样") in unmarked(told)
        why = {ZH: f"{marked(typed)} 不能扔。", EN: f"{marked(typed)} stays."}[language]
        assert f"<span>{why}</span>" in browser.post(refused, headers=asked).text
