"""The desk's records: lists, forms and pages, over real data folders."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from peewee import BooleanField, CharField, DateTimeField

from command_line import joined, new_hub, serving
from demo_world import PLUGINS
from desks import CHINESE, ENGLISH, desk_of, entered, page, unmarked
from hongxian import Record, Reference
from hongxian.collections.builtin import Conflict
from hongxian.model.stamp import make_stamp
from hongxian.text import Text
from hongxian_client.desk.app import make_desk
from hongxian_client.desk.records.listing import Listing
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import Entry
from hongxian_testing.laptop import open_laptop, with_only
from samples import SAMPLE, Thing, Visit, plugin

HOSTILE = "<script>alert(1)</script>"


class Rule(Record):
    """Rules, written at the hub."""

    name = CharField(max_length=40)

    class Meta:
        collection = "office.rule"
        title = Text("规则", "Rules")
        scope = "community"
        writers = "hub"


class Shift(Record):
    """Shifts, whose last names come first."""

    name = CharField(max_length=40)

    class Meta:
        collection = "office.shift"
        order = "-name"


class Stay(Record):
    """Stays, partly for the hub to fill in."""

    guest = Reference("sample.visit", verbose_name=Text("客人", "Guest"))
    since = DateTimeField(verbose_name=Text("起", "Since"), null=True)
    warm = BooleanField(verbose_name=Text("暖气", "Heated"), default=True)
    note = CharField(
        verbose_name=Text("备注", "Note"),
        default="",
        max_length=400,
        help_text=Text("随便写。", "Anything."),
    )
    checked = CharField(verbose_name=Text("核对", "Checked"), null=True)

    class Meta:
        collection = "office.stay"
        title = Text("住宿", "Stays")
        field_writers = {"checked": "hub"}


class Diary(Record):
    """Diaries, each written by its maker alone."""

    name = CharField(max_length=40)

    class Meta:
        collection = "office.diary"
        title = Text("日记", "Diaries")
        writers = "maker"


OFFICE = plugin("office", Rule, Shift, Stay, Diary)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    laptop = open_laptop(tmp_path, SAMPLE, OFFICE)
    with laptop:
        yield laptop


@pytest.fixture
def browser(laptop: Replica) -> FlaskClient:
    return entered(desk_of(laptop))


def drawn(text: str) -> dict[str, str]:
    """What a browser would send of a form that nobody touched."""
    fields = {}
    for tag in re.findall(r"<input[^>]*>", text):
        told = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in told and (told.get("type") != "checkbox" or " checked" in tag):
            fields[told["name"]] = told.get("value", "")
    for name, inside in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', text, re.S):
        fields[name] = (re.findall(r'value="([^"]*)"[^>]* selected', inside) or [""])[0]
    for name, inside in re.findall(
        r'<textarea[^>]* name="(\w+)"[^>]*>\n(.*?)</textarea>', text, re.S
    ):
        fields[name] = inside
    return {name: value for name, value in fields.items() if name not in ("csrf_token", "next")}


def save(browser: FlaskClient, address: str, **changes: str) -> Any:
    """Open a form, type and press save."""
    return browser.post(address, data={**drawn(page(browser, address)), **changes})


def only(laptop: Replica, model: type[Record]) -> Any:
    [row] = laptop.collection(model._meta.collection).rows("NOT deleted")
    return row


# -- lists -----------------------------------------------------------------------------------------


def names_in(text: str) -> list[str]:
    return re.findall(r'<td class="name"><a href="/c/[^"]*">([^<]*)</a>', text)


def test_every_collection_of_a_plugin_is_in_the_menu_in_both_languages(
    browser: FlaskClient,
) -> None:
    assert ">Stays</a>" in page(browser, "/c/office.stay")
    assert ">住宿</a>" in page(browser, "/c/office.stay", headers=CHINESE)


def test_a_list_shows_the_newest_first_by_fifty(laptop: Replica, browser: FlaskClient) -> None:
    for number in range(120):
        laptop.create(Visit, [{"name": f"v{number:03}"}])
    first = page(browser, "/c/sample.visit")
    assert names_in(first) == [f"v{number:03}" for number in range(119, 69, -1)]
    assert 'rel="prev"' not in first
    last = page(browser, "/c/sample.visit?page=3")
    assert names_in(last) == [f"v{number:03}" for number in range(19, -1, -1)]
    assert 'rel="next"' not in last
    for odd in ("0", "-1", "x", "²", "9" * 30):
        assert browser.get(f"/c/sample.visit?page={odd}").status_code == 200


def test_a_list_is_searched_filtered_and_sorted_together(
    laptop: Replica, browser: FlaskClient
) -> None:
    rows = [("张三", "open"), ("赵思", "busy"), ("张四", "busy"), ("李一", "busy")]
    laptop.create(Thing, [{"name": n, "state": s, "scope": "team-1"} for n, s in rows])
    address = "/c/sample.thing?q=zs&state=busy&sort="
    assert names_in(page(browser, f"{address}name")) == ["张四", "赵思"]
    assert names_in(page(browser, f"{address}-name")) == ["赵思", "张四"]
    assert 'aria-sort="descending"' in page(browser, f"{address}-name")
    assert "Nothing here is so" in page(browser, "/c/sample.thing?q=nobody")
    assert names_in(page(browser, "/c/sample.thing?scope=community")) == []


def test_a_list_is_in_the_order_that_its_plugin_says_until_another_is_asked_for(
    laptop: Replica, browser: FlaskClient
) -> None:
    laptop.create(Shift, [{"name": name} for name in ("b", "c", "a")])
    usual = page(browser, "/c/office.shift")
    assert names_in(usual) == ["c", "b", "a"]
    assert 'aria-sort="descending"' in usual
    assert names_in(page(browser, "/c/office.shift?sort=name")) == ["a", "b", "c"]
    assert names_in(page(browser, "/c/office.shift?sort=-id")) == ["a", "c", "b"]


@pytest.mark.parametrize("address", ["?sort=nothing", "?state=nothing", "?scope=nothing"])
def test_an_address_that_asks_for_what_is_not_there_says_so(
    browser: FlaskClient, address: str
) -> None:
    answer = browser.get(f"/c/sample.thing{address}")
    assert answer.status_code == 400
    assert "nothing" in answer.text or "Must be one of" in answer.text


def test_rows_bear_marks_of_what_is_unsent_and_in_conflict(
    laptop: Replica, browser: FlaskClient
) -> None:
    [one, _two] = laptop.create(Visit, [{"name": "one"}, {"name": "two"}])
    assert page(browser, "/c/sample.visit").count('title="Not sent yet"') == 2
    Entry.update(state="sent").execute()
    assert 'class="mark"' not in page(browser, "/c/sample.visit")
    told = {"kept": '"a"', "lost": '"b"', "kept_stamp": 1, "lost_stamp": 1, "deleted": False}
    laptop.collection("hongxian.conflict").insert_columns(
        ["id", "scope", "stamp", "collection", "record", "field", *told],
        [
            ["c"],
            ["team-1"],
            [1],
            ["sample.visit"],
            [one],
            ["name"],
            *([each] for each in told.values()),
        ],
    )
    assert Conflict.select().count() == 1
    assert page(browser, "/c/sample.visit").count('title="In conflict"') == 1


def test_what_only_the_hub_writes_is_not_offered(laptop: Replica, browser: FlaskClient) -> None:
    laptop.collection("office.rule").insert_columns(
        ["id", "scope", "stamp", "name"], [["r"], ["community"], [1], ["No running"]]
    )
    text = page(browser, "/c/office.rule")
    assert names_in(text) == ["No running"]
    assert "/c/office.rule/new" not in text
    assert "/c/office.rule/delete" not in text
    assert "/edit" not in page(browser, "/c/office.rule/r")
    assert browser.get("/c/office.rule/new").status_code == 403
    assert 'name="checked"' not in page(browser, "/c/office.stay/new")


def test_what_another_laptop_alone_may_write_is_not_offered(
    laptop: Replica, browser: FlaskClient
) -> None:
    [mine] = laptop.create(Diary, [{"name": "mine"}])
    laptop.collection("office.diary").insert_columns(
        ["id", "scope", "stamp", "name"],
        [["theirs"], ["team-1"], [make_stamp(1000, 0, 9)], ["theirs"]],
    )
    text = page(browser, "/c/office.diary")
    assert names_in(text) == ["theirs", "mine"]
    assert f'name="id" value="{mine}"' in text
    assert "/edit" in page(browser, f"/c/office.diary/{mine}")
    theirs = page(browser, "/c/office.diary/theirs")
    assert "/edit" not in theirs
    assert "/delete" not in theirs
    assert browser.get("/c/office.diary/theirs/edit").status_code == 403
    both = {"id": ["theirs", mine]}
    told = browser.post("/c/office.diary/delete", data=both, follow_redirects=True).text
    assert "Deleted: mine" in unmarked(told)
    assert "This laptop may not delete: theirs" in unmarked(told)
    assert names_in(page(browser, "/c/office.diary")) == ["theirs"]


def test_a_collection_or_record_that_is_not_here_is_told_in_words(browser: FlaskClient) -> None:
    assert browser.get("/c/no.such").status_code == 400
    assert browser.get("/c/sample.visit/none").status_code == 404


def test_an_address_means_the_record_of_its_whole_id_and_no_other(
    laptop: Replica, browser: FlaskClient
) -> None:
    with laptop:
        id = Visit.create(name="示例·一").id
    assert browser.get(f"/c/sample.visit/{id}").status_code == 200
    for other in (id[-8:], "示例·一"):
        assert browser.get(f"/c/sample.visit/{other}").status_code == 404


# -- forms -----------------------------------------------------------------------------------------


def test_a_record_is_added_with_every_kind_of_field(laptop: Replica, browser: FlaskClient) -> None:
    [friend] = laptop.create(Visit, [{"name": "张三"}])
    [other] = laptop.create(Thing, [{"name": "other", "scope": "team-1"}])
    answer = save(
        browser,
        "/c/sample.thing/new",
        scope="community",
        name="剪刀",
        most="12",
        day="2023-03-01",
        moment="2023-03-01T08:30",
        hour="08:30",
        ready="true",
        state="busy",
        other="other",
        people="3",
        skills="磨刀, 理发",
    )
    assert answer.status_code == 302
    id = answer.location.split("/")[-1]
    row = laptop.view(laptop.collection("sample.thing"), [id])[id].local
    assert friend not in str(row.values)
    assert (row.scope, row.values["name"], row.values["most"]) == ("community", "剪刀", 12)
    assert row.values["moment"] == "2023-03-01 08:30:00"
    assert (row.values["day"], row.values["hour"]) == ("2023-03-01", "08:30:00")
    assert (row.values["ready"], row.values["state"], row.values["other"]) == (True, "busy", other)
    text = page(browser, answer.location)
    assert "理发, 磨刀" in text
    assert "New: " in unmarked(text)


def test_defaults_stand_in_a_new_form_and_may_be_emptied(
    laptop: Replica, browser: FlaskClient
) -> None:
    [guest] = laptop.create(Visit, [{"name": "张三"}])
    text = page(browser, "/c/office.stay/new")
    assert re.search(r'type="checkbox" value="true" checked[^>]*name="warm"', text)
    assert "Anything." in text
    save(browser, "/c/office.stay/new", guest="张三", note="")
    row = only(laptop, Stay)
    assert (row.values["guest"], row.values["warm"], row.values["note"]) == (guest, True, "")


def test_what_is_wrong_is_told_beside_its_field_and_all_that_was_typed_is_kept(
    laptop: Replica, browser: FlaskClient
) -> None:
    answer = save(
        browser,
        "/c/sample.thing/new",
        scope="team-1",
        name="长" * 41,
        most="many",
        day="yesterday",
        other="nobody",
        skills=HOSTILE,
    )
    assert answer.status_code == 422
    for typed in ("长" * 41, "many", "yesterday", "nobody", "&lt;script&gt;"):
        assert f'value="{typed}' in answer.text
    assert "<script>alert" not in answer.text
    for name in ("most", "day", "other"):
        assert f'id="{name}-wrong"' in answer.text
    assert "Not a whole number." in answer.text
    assert "应为整数" not in answer.text
    assert not laptop.collection("sample.thing").rows("TRUE")


def test_a_text_that_cannot_be_kept_is_refused_beside_its_field(browser: FlaskClient) -> None:
    answer = save(browser, "/c/sample.visit/new", name="a\0b")
    assert answer.status_code == 422
    assert 'id="name-wrong"' in answer.text
    assert save(browser, "/c/sample.visit/new", name="🙂 \u202eمرحبا").status_code == 302


def test_nothing_is_written_that_was_not_touched(laptop: Replica, browser: FlaskClient) -> None:
    [friend] = laptop.create(Visit, [{"name": "张三"}])
    values = {"guest": friend, "since": "2023-03-01 08:30:05", "note": "一\n二"}
    [id] = laptop.create(Stay, [values])
    before = Entry.select().count()
    assert save(browser, f"/c/office.stay/{id}/edit").status_code == 302
    assert "Nothing was changed." in page(browser, f"/c/office.stay/{id}")
    assert Entry.select().count() == before


def test_a_form_that_stood_open_does_not_put_old_values_back(
    laptop: Replica, browser: FlaskClient
) -> None:
    [id] = laptop.create(
        Thing, [{"name": "n", "note": "old", "skills": {"a", "b"}, "scope": "team-1"}]
    )
    stale = drawn(page(browser, f"/c/sample.thing/{id}/edit"))
    laptop.edit(Thing, {id: {"note": "new", "skills": {"a", "c"}}})
    typed = {**stale, "name": "m", "skills": "a、b、d"}
    assert browser.post(f"/c/sample.thing/{id}/edit", data=typed).status_code == 302
    record = Thing.get_by_id(id)
    assert (record.name, record.note, record.skills) == ("m", "new", {"a", "c", "d"})


def test_a_value_that_would_not_stay_is_refused_beside_its_field(
    laptop: Replica, browser: FlaskClient
) -> None:
    [id] = laptop.create(Thing, [{"name": "n", "most": 5, "scope": "team-1"}])
    answer = save(browser, f"/c/sample.thing/{id}/edit", most="4")
    assert answer.status_code == 422
    assert 'id="most-wrong"' in answer.text
    assert 'name="was.most" value="5"' in answer.text


def test_a_reference_is_picked_by_typing_and_told_apart_by_its_id(
    laptop: Replica, browser: FlaskClient
) -> None:
    rows = [{"name": "张三", "note": "东门"}, {"name": "张三", "note": "西门"}]
    [_east, west] = laptop.create(Visit, rows)
    offered = page(browser, "/c/sample.visit/pick?into=guest&guest=zs")
    assert offered.count('data-into="guest"') == 2
    assert "西门" in offered
    assert "Nothing is called so" in page(browser, "/c/sample.visit/pick?into=guest&guest=qq")
    assert save(browser, "/c/office.stay/new", guest="张三").status_code == 422
    picked = save(browser, "/c/office.stay/new", **{"guest": "张三", "guest.id": west})
    assert picked.status_code == 302
    assert only(laptop, Stay).values["guest"] == west
    untouched = save(browser, f"{picked.location}/edit")
    assert untouched.status_code == 302


# -- pages -----------------------------------------------------------------------------------------


def test_a_page_tells_who_refers_to_a_record_and_its_history(
    laptop: Replica, browser: FlaskClient
) -> None:
    [guest] = laptop.create(Visit, [{"name": "张三"}])
    [id] = laptop.create(Stay, [{"guest": guest}])
    laptop.edit(Visit, {guest: {"name": "张四"}})
    text = page(browser, f"/c/sample.visit/{guest}")
    assert f"/c/office.stay/{id}" in text
    assert "张三 → 张四" in unmarked(text)
    assert "this laptop" in text
    assert "not sent yet" in text
    chinese = page(browser, f"/c/office.stay/{id}", headers=CHINESE)
    assert f'<a href="/c/sample.visit/{guest}">张四</a>' in chinese
    assert "客人" in chinese
    assert "Guest" not in chinese


def test_a_counter_counts_on_from_wherever_it_is(laptop: Replica, browser: FlaskClient) -> None:
    [id] = laptop.create(Thing, [{"name": "n", "people": 3, "scope": "team-1"}])
    for by in ("1", "1", "-1", "0", "x", "9" * 30):
        browser.post(f"/c/sample.thing/{id}/count", data={"field": "people", "by": by})
    assert Thing.get_by_id(id).people == 4
    assert 'name="people"' not in page(browser, f"/c/sample.thing/{id}/edit")


def test_several_are_deleted_at_once_and_brought_back_by_undo(
    laptop: Replica, browser: FlaskClient
) -> None:
    ids = laptop.create(Visit, [{"name": "one"}, {"name": "two"}, {"name": "three"}])
    data = {"id": ids[:2], "next": "/c/sample.visit?q=o"}
    answer = browser.post("/c/sample.visit/delete", data=data)
    assert answer.location == "/c/sample.visit?q=o"
    text = page(browser, "/c/sample.visit")
    assert names_in(text) == ["three"]
    assert "Deleted: one, two" in unmarked(text)
    [undo] = set(re.findall(r'action="(/deeds/[^"]+/undo)"', text))
    browser.post(undo)
    assert names_in(page(browser, "/c/sample.visit")) == ["three", "two", "one"]


def test_a_deleted_record_says_so_and_offers_no_edit(laptop: Replica, browser: FlaskClient) -> None:
    [id] = laptop.create(Visit, [{"name": "one"}])
    laptop.delete(Visit, [id])
    text = page(browser, f"/c/sample.visit/{id}")
    assert "This record is deleted." in text
    assert "/edit" not in text
    assert browser.get(f"/c/sample.visit/{id}/edit").status_code == 404
    assert (
        "Nothing was selected."
        in browser.post("/c/sample.visit/delete", data={"id": id}, follow_redirects=True).text
    )


def test_hostile_text_is_shown_as_text_everywhere(laptop: Replica, browser: FlaskClient) -> None:
    [id] = laptop.create(Visit, [{"name": HOSTILE, "note": '" onload="x'}])
    for address in ("", f"/{id}", f"/{id}/edit", "/pick?into=%3Cb%3E", f"?q={HOSTILE}"):
        text = page(browser, f"/c/sample.visit{address}")
        assert "<script>alert" not in text
        assert '"" onload' not in text
        assert "<b>" not in text.replace("<b>0</b>", "")


# -- the bundled plugins -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bundled(demo_year: Path, tmp_path_factory: pytest.TempPathFactory) -> Replica:
    """A laptop with every bundled plugin and its invented records."""
    folder = shutil.copytree(demo_year, tmp_path_factory.mktemp("bundled") / "laptop")
    return Replica.open(folder, plugins=with_only(PLUGINS))


def test_the_list_of_every_bundled_collection_is_there(bundled: Replica) -> None:
    browser = entered(desk_of(bundled))
    for name in bundled.collections:
        page(browser, f"/c/{name}", headers=CHINESE)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "language", [pytest.param(ENGLISH, id="en"), pytest.param(CHINESE, id="zh")]
)
def test_every_page_of_every_bundled_collection_is_there(
    bundled: Replica, language: dict[str, str]
) -> None:
    browser = entered(desk_of(bundled))
    for name, kind in bundled.collections.items():
        page(browser, f"/c/{name}", headers=language)
        page(browser, f"/c/{name}?q=sl", headers=language)
        page(browser, f"/c/{name}/pick?into=x", headers=language)
        if kind.writers != "hub":
            page(browser, f"/c/{name}/new", headers=language)
        with bundled:
            rows = kind.rows("NOT deleted LIMIT 1")
        for row in rows:
            page(browser, f"/c/{name}/{row.id}", headers=language)
            page(browser, f"/c/{name}/{row.id}/edit", headers=language)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("knife_grinding.booking", ["Name", "Day", "Slot", "Bench", "State"]),
        ("reward_station.redemption", ["Gift", "Merchant", "Person", "At", "Price", "State"]),
    ],
)
def test_a_list_of_bookings_tells_when_where_and_how_each_stands(
    bundled: Replica, name: str, columns: list[str]
) -> None:
    with make_desk(desk_of(bundled)).test_request_context(headers=ENGLISH), bundled:
        listing = Listing(bundled, bundled.collection(name), {}, f"/c/{name}")
        *heads, last = (head.title for head in listing.headers())
        assert [*heads[: len(columns) - 1], last] == columns


def test_labels_and_choices_of_the_bundled_plugins_speak_the_language_of_the_page(
    bundled: Replica,
) -> None:
    """What people have entered is in their own; all else of an English page is English."""
    browser = entered(desk_of(bundled))
    wrong = {}
    for name, kind in bundled.collections.items():
        if kind.writers != "hub":
            text = page(browser, f"/c/{name}/new").replace(">中文<", "><")
            text = re.sub(r'<select[^>]* name="scope".*?</select>', "", text, flags=re.S)
            text = re.sub(r'(type="checkbox" name="\w+") value="[^"]*"', r"\1", text)
            if found := re.findall("[^<>]*[\u3400-\u9fff][^<>]*", text):
                wrong[name] = found
    assert not wrong


def test_the_whole_history_comes_from_the_hub_while_it_is_in_reach(tmp_path: Path) -> None:
    hub = new_hub(tmp_path / "hub", "红马甲管家团")
    with serving(hub) as url:
        place = joined(hub, url, tmp_path / "laptop", "红马甲管家团")
        id = place.json("add", "roster.person", "name=示例甲")["id"]
        place.json("sync")
        place.json("edit", "roster.person", id, "name=示例乙")
        place.json("sync")
        browser = entered(desk_of(Replica.open(place.folder)))
        assert "The whole history" in page(browser, f"/c/roster.person/{id}")
        whole = page(browser, f"/c/roster.person/{id}/history")
        assert "示例甲 → 示例乙" in unmarked(whole)
        assert "out of reach" not in whole
    away = page(browser, f"/c/roster.person/{id}/history")
    assert "out of reach" in away
    assert "示例乙" in away


def test_a_list_leads_to_its_paper_its_text_and_its_sheets_with_what_it_is_narrowed_by(
    laptop: Replica,
) -> None:
    laptop.create(Visit, [{"name": "one"}])
    shown = page(entered(desk_of(laptop)), "/c/sample.visit?name=one")
    for what in ("paper", "text"):
        assert f'href="/c/sample.visit/{what}?name=one"' in shown
        assert f'formaction="/c/sample.visit/{what}?name=one"' in shown
    assert 'href="/c/sample.visit/sheets"' in shown
