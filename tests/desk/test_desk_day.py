"""The desk's other pages: the sync line, what only a person can decide, the day, offers, sheets."""

import io
import re
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import orjson
import pytest
from flask.testing import FlaskClient

from command_line import Place
from desks import ENGLISH, desk_of, entered, unmarked
from hongxian.collections.builtin import Conflict
from hongxian.errors import HubOutOfReach
from hongxian.model.row import Change
from hongxian.model.stamp import make_stamp
from hongxian.plugins.loading import Plugins
from hongxian.text import Text
from hongxian_client.desk.desk import Desk
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_client.replica.unsent.outbox import Entry
from hongxian_client.sync.report import Report
from hongxian_plugins import knife_grinding
from hongxian_plugins.knife_grinding import Booking, Day
from hongxian_testing.laptop import open_laptop
from meeting import Meeting, meeting
from places import EXAMPLES
from samples import SAMPLE, Visit

LENDING = EXAMPLES / "offers" / "lending.py"
BREAKING = '''
"""Breaks."""
from hongxian import Text, view
from places import EXAMPLES

@view(title=Text("坏的", "Broken"), card=True)
def breaks(store):
    raise KeyError("broken view")
'''


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_of(open_laptop(tmp_path, SAMPLE))


@pytest.fixture
def client(desk: Desk) -> FlaskClient:
    return opened(desk)


def opened(desk: Desk) -> FlaskClient:
    client = entered(desk)
    del client.environ_base["HTTP_ACCEPT_LANGUAGE"]
    return client


def refused_page(client: FlaskClient) -> str:
    """The page of the only transaction that was refused, to which its line leads."""
    [address] = set(re.findall(r'href="(/attention/\d+)"', client.get("/attention").text))
    return str(address)


def in_english(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers={"Accept-Language": "en"}, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def refused(replica: Replica, state: str = "refused", taken: dict | None = None) -> Visit:
    """A visit whose making the hub refused, as a verdict leaves it."""
    with replica:
        visit = Visit.create(name="示例·甲001", note="一")
        Entry.update(
            state=state,
            reason=orjson.dumps({"note": [Text("不行。", "Not this.")]}).decode(),
            taken=orjson.dumps(taken).decode() if taken else None,
        ).execute()
    return visit


def test_the_sync_line_tells_what_is_not_sent_and_whether_the_hub_is_in_reach(
    desk: Desk, client: FlaskClient
) -> None:
    with desk.replica:
        Visit.create(name="示例·甲001")
        Visit.create(name="示例·乙002")
    desk.last = HubOutOfReach(url="x", detail="away")
    page = in_english(client, "/sync-line")
    assert "2 to send" in page
    assert "Hub away, all is kept here" in page
    assert page.count("<i></i>") == 2
    desk.last = Report()
    assert "Hub in reach" in in_english(client, "/sync-line")


def test_the_sync_line_refreshes_itself_with_no_secret_in_the_address(client: FlaskClient) -> None:
    refreshing = in_english(client, "/").split('id="sync-line"')[0].rpartition("<")[2]
    assert refreshing.startswith("div")  # htmx sends a form's own inputs with it


def test_the_sync_line_tells_how_far_a_first_sync_is(desk: Desk, client: FlaskClient) -> None:
    with desk.replica, desk.replica.upkeep(), LaptopState.changing() as state:
        state.hub_key = "t"
    desk.moving = (2000, 98000)
    piece = client.get("/sync-line", headers={"Accept-Language": "en"}).text
    assert "2000 records moved, 98000 to come" in piece
    assert "every 2s" in piece
    desk.moving = None
    assert "every 300s" in client.get("/sync-line").text


def test_its_button_wakes_the_sync_and_returns_to_the_page(desk: Desk, client: FlaskClient) -> None:
    woken = []
    desk.sync_soon = lambda: woken.append(True)
    answer = client.post("/sync", data={"next": "/attention/conflicts"})
    assert woken == [True]
    assert answer.headers["Location"] == "/attention/conflicts"
    piece = client.post("/sync", headers={"HX-Request": "true", "Accept-Language": "en"})
    assert "Syncing" in piece.text


def test_what_was_refused_is_told_by_field_and_can_be_sent_again_or_taken_back(
    desk: Desk, client: FlaskClient
) -> None:
    visit = refused(desk.replica)
    page = in_english(client, refused_page(client))
    assert "Refused by the hub" in page
    assert "Not this." in page
    assert "不行" not in page
    assert f"/c/sample.visit/{visit.id}/edit" in page
    with desk.replica:
        number = Entry.get().position
    client.post(f"/attention/{number}/resend")
    with desk.replica:
        assert outbox.count(outbox.EntryState.UNSENT) == 1
        Entry.update(state="refused").execute()
        number = Entry.get().position
    told = client.post(f"/attention/{number}/discard", follow_redirects=True)
    assert told.status_code == 200
    [kept] = (desk.replica.folder / "kept").glob("*discarded*")
    assert "示例·甲001" in kept.read_text("utf-8")


@pytest.fixture
def bereft(tmp_path: Path) -> Iterator[tuple[Meeting, Replica, str]]:
    """A laptop that deleted a grinding day which had been booked elsewhere, so the hub refused."""
    with meeting(tmp_path, knife_grinding) as met:
        met.team("红马甲管家团")
        first, second = met.laptop("红马甲管家团"), met.laptop("红马甲管家团")
        with first:
            day = Day.create(title="大篷车 5月", date=date(2099, 5, 8)).id
        met.sync()
        with second:
            place = {"day": day, "slot": time(9), "bench": 1, "state": "slotted"}
            Booking.create(name="示例·甲001", knives=1, **place)
        with first:
            Day.delete().where(Day.id == day).execute()
        met.sync(second, first)
        yield met, first, day


def test_a_deletion_that_was_refused_is_brought_back_by_one_press(
    bereft: tuple[Meeting, Replica, str],
) -> None:
    met, laptop, day = bereft
    browser = opened(Desk(laptop, "token"))
    rejected = in_english(browser, refused_page(browser))
    assert "Deleted: Grinding days · 大篷车 5月" in rejected
    assert "deleted on this laptop alone" in rejected
    assert "/edit" not in rejected
    record = in_english(browser, f"/c/knife_grinding.day/{day}")
    assert "The hub refused that" in record
    assert 'href="/attention">Bring it back' in record
    [address] = re.findall(r'action="(/attention/\d+/discard)"', rejected)
    typed = Place(laptop.folder)("attention").out
    assert f"删除 knife_grinding.day 大篷车 5月 {day[-8:]}" in typed
    assert f"hongxian attention --discard {address.split('/')[2]}" in typed
    told = browser.post(address, headers=ENGLISH, follow_redirects=True).text
    assert "the record stands again" in told
    assert "Nothing needs attention." in told
    assert "大篷车 5月" in in_english(browser, "/c/knife_grinding.day")
    met.agree()


def test_a_deletion_that_was_refused_is_sent_again_once_its_reason_is_gone(
    bereft: tuple[Meeting, Replica, str],
) -> None:
    met, laptop, day = bereft
    with laptop:
        Booking.update(state="cancelled", cancel_reason="下雨").execute()
    met.sync(laptop)
    browser = opened(Desk(laptop, "token"))
    rejected = in_english(browser, refused_page(browser))
    assert "Send the deletion again" in rejected
    [address] = re.findall(r'action="(/attention/\d+/resend)"', rejected)
    browser.post(address)
    met.agree()
    with met.hub:
        assert not met.hub.collection("knife_grinding.day").rows("NOT deleted")
    gone = in_english(browser, f"/c/knife_grinding.day/{day}")
    assert "This record is deleted." in gone
    assert "The hub refused" not in gone


def test_a_free_key_is_taken_by_one_press(desk: Desk, client: FlaskClient) -> None:
    taken = {
        "collection": "sample.visit",
        "fields": ["note"],
        "key": ["一"],
        "holder": None,
        "free": [["二"], ["三"]],
    }
    visit = refused(desk.replica, taken=taken)
    assert "Take Note 二" in in_english(client, "/attention"), "the likely act stands in the row"
    assert "Take Note 三" in in_english(client, refused_page(client))
    with desk.replica:
        number = Entry.get().position
    client.post(f"/attention/{number}/take", data={"place": "1"})
    with desk.replica:
        assert Visit.get_by_id(visit.id).note == "三"
        assert outbox.count(outbox.EntryState.REFUSED) == 0
    assert client.post("/attention/99/take", data={"place": "1"}).status_code == 404


def test_a_conflict_shows_both_sides_and_is_settled_by_one_press(
    desk: Desk, client: FlaskClient
) -> None:
    with desk.replica as replica:
        visit = Visit.create(name="示例·甲001", note="留下的")
        stamp = make_stamp(1_772_323_200_000, 0, 7)
        kept = {
            "kept": '"留下的"',
            "kept_stamp": stamp,
            "lost": '"落选的"',
            "lost_stamp": stamp + 1,
        }
        row = {
            "scope": "team-1",
            "collection": "sample.visit",
            "record": visit.id,
            "field": "note",
            "resolved": False,
            **kept,
        }
        conflict = "01890000-0000-7000-8000-000000000001"
        change = Change(conflict, stamp, row, whole=True)
        collection = replica.collection("hongxian.conflict")
        names = ["id", "stamp", *change.values]
        with replica.upkeep():
            collection.insert_columns(names, [[each] for each in (conflict, stamp, *row.values())])
    page = in_english(client, "/attention/conflicts")
    assert "<mark>留下</mark>的" in page
    assert "<mark>落选</mark>的" in page
    client.post(f"/attention/conflicts/{conflict}", data={"keep": "lost"})
    with desk.replica:
        assert Visit.get_by_id(visit.id).note == "落选的"
    assert "No conflicts." in in_english(client, "/attention/conflicts")
    assert "落选的 stands" in unmarked(in_english(client, "/attention/conflicts"))
    client.post(f"/attention/conflicts/{conflict}", data={"keep": "kept"})
    with desk.replica:
        assert Visit.get_by_id(visit.id).note == "留下的", "chosen again"


@pytest.mark.parametrize(("keep", "loser"), [("kept", "甲写的"), ("lost", "乙写的")])
def test_a_history_tells_which_value_did_not_stand(tmp_path: Path, keep: str, loser: str) -> None:
    """By what this laptop knows as by the hub's journal, whoever wrote last."""
    with meeting(tmp_path, SAMPLE) as met:
        met.team("红马甲管家团")
        first, second = met.laptop("红马甲管家团"), met.laptop("红马甲管家团")
        with first:
            id = Visit.create(name="示例·甲001", note="起初").id
        met.agree()
        for laptop, note in ((first, "甲写的"), (second, "乙写的")):
            with laptop:
                Visit.update(note=note).execute()
        met.sync(second, first)  # the earlier value arrives last
        browser = opened(Desk(first, "token"))
        with first:
            [conflict] = Conflict.select()
        browser.post(f"/attention/conflicts/{conflict.id}", data={"keep": keep})
        met.agree()
        for laptop in (first, second):
            browser = opened(Desk(laptop, "token"))
            for address in ("", "/history"):
                told = in_english(browser, f"/c/sample.visit/{id}{address}")
                lines = re.findall(r"<li>Note: (.*?)</li>", told)
                [lost] = [line for line in lines if "did not stand" in line]
                assert re.search(f"{loser}</span> <span", lost)


def test_a_history_tells_of_a_form_that_lost_one_field_and_of_a_deletion_that_lost(
    tmp_path: Path,
) -> None:
    with meeting(tmp_path, SAMPLE) as met:
        met.team("红马甲管家团")
        first, second = met.laptop("红马甲管家团"), met.laptop("红马甲管家团")
        with first:
            one, two = (Visit.create(name=name).id for name in ("示例·甲001", "示例·乙002"))
        met.agree()
        with first:
            Visit.update(name="示例·甲改", note="甲写的").where(Visit.id == one).execute()
            Visit.delete().where(Visit.id == two).execute()
        with second:
            Visit.update(note="乙写的").where(Visit.id == one).execute()
            Visit.update(note="还来").where(Visit.id == two).execute()
        met.sync(first, second)
        met.agree()
        browser = opened(Desk(first, "token"))
        for address in ("", "/history"):
            edited = unmarked(in_english(browser, f"/c/sample.visit/{one}{address}"))
            assert re.search("<li>Name: [^<]*示例·甲改</li>", edited)
            assert re.search("<li>Note: 甲写的 <[^>]*>did not stand", edited)
            deleted = unmarked(in_english(browser, f"/c/sample.visit/{two}{address}"))
            assert re.search("<li>Deleted: [^<]*yes <[^>]*>did not stand", deleted)


# -- plugins' offers -------------------------------------------------------------------------------


@pytest.fixture
def lending(tmp_path: Path) -> FlaskClient:
    """A desk with the lending desk of the manual and a plugin that breaks."""
    open_laptop(tmp_path, SAMPLE)
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "lending.py").write_text(LENDING.read_text("utf-8"), "utf-8")
    (folder / "breaking.py").write_text(BREAKING, "utf-8")
    replica = Replica.open(tmp_path, plugins=Plugins(folder, installed=False))
    with replica:
        replica.collection("lending.loan").model.create(
            tool="梯子", borrower="示例·甲001", due="2026-01-02"
        )
    client = opened(Desk(replica, "token"))
    client.desk = replica  # type: ignore[attr-defined]
    return client


def test_a_plugins_view_is_in_the_menu_and_shows_its_table(lending: FlaskClient) -> None:
    page = in_english(lending, "/")
    assert 'href="/view/lending.' in page
    [name] = {
        part.split('"')[0] for part in page.split('href="/view/')[1:] if "lending" in part[:9]
    }
    assert "梯子" in in_english(lending, f"/view/{name}?go=1")


def test_a_view_that_raises_says_so_on_its_own_card_and_page(lending: FlaskClient) -> None:
    assert "broken view" in in_english(lending, "/")
    answer = lending.get("/view/breaking.breaks", headers={"Accept-Language": "en"})
    assert answer.status_code == 500
    assert "broken view" in answer.text
    assert 'id="menu"' in answer.text


def test_an_action_is_offered_on_its_record_and_done(lending: FlaskClient) -> None:
    with lending.desk as replica:  # type: ignore[attr-defined]
        [loan] = replica.collection("lending.loan").model.select()
    assert f"/do/lending.extend/{loan.id}" in in_english(lending, f"/c/lending.loan/{loan.id}")
    wrong = lending.post(f"/do/lending.extend/{loan.id}", data={"days": "soon"})
    assert wrong.status_code == 400
    assert 'value="soon"' in wrong.text
    done = lending.post(f"/do/lending.extend/{loan.id}", data={"days": "14"})
    assert done.headers["Location"] == f"/c/lending.loan/{loan.id}"


# -- sheets ----------------------------------------------------------------------------------------


def upload(client: FlaskClient, sheet: bytes, name: str = "visits.csv") -> str:
    """The address of the page that shows what a sheet holds."""
    data = {"sheet": (io.BytesIO(sheet), name)}
    return str(client.post("/c/sample.visit/sheets/try", data=data).headers["Location"])


def test_an_import_is_seen_before_it_is_written_and_undone_as_a_whole(
    desk: Desk, client: FlaskClient
) -> None:
    sheet = f"name,note\n示例·甲001,一\n{'长' * 99},二\n".encode("utf-8-sig")
    here = upload(client, sheet)
    page = in_english(client, here)
    with desk.replica:
        assert Visit.select().count() == 0
    assert "Import 1 row" in page
    assert "header in row 1" in page
    assert "长" * 99 in client.get(f"{here}/wrong").text
    client.post(f"{here}/import")
    with desk.replica:
        assert [visit.name for visit in Visit.select()] == ["示例·甲001"]
    assert "Undo the whole import" in in_english(client, here)
    client.post(f"{here}/undo")
    with desk.replica:
        assert Visit.select().count() == 0
    assert client.get("/c/sample.visit/sheets/0-0/wrong").status_code == 404


def test_a_wrong_row_is_mended_in_place_or_left_out(desk: Desk, client: FlaskClient) -> None:
    sheet = f"name,note\n{'长' * 99},一\n{'久' * 99},二\n示例·甲,三\n".encode("utf-8-sig")
    here = upload(client, sheet)
    client.post(here, data={"row": "2", "mend.name": "示例·乙"})
    client.post(here, data={"row": "3", "leave": "1"})
    assert "Import 2 rows" in in_english(client, here)
    client.post(f"{here}/import")
    with desk.replica:
        assert sorted(visit.name for visit in Visit.select()) == ["示例·乙", "示例·甲"]


def test_columns_that_a_person_mapped_are_remembered(desk: Desk, client: FlaskClient) -> None:
    first = upload(client, "谁人,note\n示例·甲,一\n".encode())
    assert "Import 1 row" not in in_english(client, first)
    client.post(first, data={"header": "1", "column.0": "name"})
    client.post(f"{first}/import")
    second = upload(client, "谁人,note\n示例·乙,一\n".encode())
    assert "Import 1 row" in in_english(client, second)


def test_a_file_that_is_no_sheet_is_refused_in_words(client: FlaskClient) -> None:
    page = client.get(upload(client, b"no workbook", "visits.xlsx"))
    assert "tell stop" in page.text
    page = client.get(upload(client, "名,颜色\n甲,红".encode()))
    assert "visits.csv" in page.text.split("tell stop")[1]
    page = client.post("/c/sample.visit/sheets/try", data={})
    assert "tell stop" in page.text


def test_an_upload_is_gone_at_the_next_one_and_at_the_next_start(
    desk: Desk, client: FlaskClient
) -> None:
    def held() -> list[str]:
        return [each.name for each in desk.replica.folder.glob("uploads/*")]

    sheet = "name\n示例·甲001\n".encode("utf-8-sig")
    upload(client, sheet)
    [first] = held()
    upload(client, sheet)
    assert len(held()) == 1
    assert held() != [first]
    opened(desk)
    assert held() == []


@pytest.mark.parametrize("what", ["template.xlsx", "export.xlsx", "export.csv"])
def test_a_sheet_is_fetched(desk: Desk, client: FlaskClient, what: str) -> None:
    with desk.replica:
        Visit.create(name="示例·甲001")
    answer = client.get(f"/c/sample.visit/sheets/{what}")
    assert answer.status_code == 200
    assert answer.data[:2] == b"PK" or answer.data.startswith("\ufeff".encode())
    assert "Excel" in in_english(client, "/c/sample.visit")
