"""Records out of the desk: lists on paper, and texts for a chat with their masks."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from peewee import CharField, IntegerField

from desks import desk_of, entered, page, unmarked
from hongxian import Record
from hongxian.text import Text
from hongxian_client.replica.replica import Replica
from hongxian_client.text.redact import mask_address, mask_name, mask_numbers
from hongxian_testing.laptop import open_laptop
from samples import plugin

URL = "/c/desk.neighbour"


class Neighbour(Record):
    """Someone next door."""

    name = CharField(verbose_name=Text("姓名", "Name"), max_length=10)
    phone = CharField(verbose_name=Text("电话", "Telephone"), max_length=11, null=True)
    address = CharField(verbose_name=Text("住址", "Address"), max_length=40, null=True)
    keys = IntegerField(verbose_name=Text("钥匙", "Keys"), null=True)
    state = CharField(
        max_length=4, default="in", choices=[("in", Text("在", "In")), ("out", Text("外", "Out"))]
    )

    class Meta:
        collection = "desk.neighbour"
        title = Text("邻居", "Neighbours")


class Party(Record):
    """Parties of a case."""

    name = CharField(verbose_name=Text("姓名", "Name"), max_length=10)

    class Meta:
        collection = "desk.party"
        confidential = True


@pytest.fixture
def laptop(tmp_path: Path) -> Replica:
    return open_laptop(tmp_path, plugin("desk", Neighbour))


@pytest.fixture
def browser(laptop: Replica) -> FlaskClient:
    return entered(desk_of(laptop))


def test_a_list_on_paper_has_the_columns_and_records_that_are_picked(
    laptop: Replica, browser: FlaskClient
) -> None:
    with laptop:
        first = Neighbour.create(name="示例·甲", phone="10000005678").id
        Neighbour.create(name="示例·乙", state="out")
    whole = page(browser, f"{URL}/paper")
    assert "Records: 2" in whole
    assert "10000005678" in whole
    picked = browser.post(f"{URL}/paper", data={"id": first, "field": "name"}).text
    assert ">示例·甲</td>" in picked
    assert "示例·乙" not in picked
    assert "10000005678" not in picked


def test_paper_and_text_have_what_the_list_shows(laptop: Replica, browser: FlaskClient) -> None:
    with laptop:
        Neighbour.create(name="示例·甲")
        Neighbour.create(name="示例·乙", state="out")
    shown = page(browser, f"{URL}?state=out&sort=name")
    [address] = {
        each.split('"')[0] for each in shown.split('href="') if f"{URL}/paper" in each[:40]
    }
    paper = page(browser, address.replace("&amp;", "&"))
    assert "Records: 1" in paper
    assert ">示例·甲</td>" not in paper


def test_a_text_for_a_chat_masks_names_telephones_and_addresses(
    laptop: Replica, browser: FlaskClient
) -> None:
    with laptop:
        Neighbour.create(name="张三", phone="10000005678", address="示例苑–3幢–2单元–501室", keys=2)
    text = chat_of(page(browser, f"{URL}/text"))
    assert "张* 100****5678 示例苑*** Keys 2 In" in text
    assert "张三" not in text
    assert "501" not in text


def test_for_a_teams_own_chat_names_are_whole_and_nothing_else_is(
    laptop: Replica, browser: FlaskClient
) -> None:
    with laptop:
        duty = Neighbour.create(name="示例·甲001", phone="10000005678", address="示例苑–3幢").id
        Neighbour.create(name="示例·乙002")
    picked = {"id": duty, "field": ["name", "phone", "address"]}
    masked = browser.post(f"{URL}/text", data=picked).text
    assert 'name="names"' in masked
    text = chat_of(browser.post(f"{URL}/text", data={**picked, "names": "whole"}).text)
    assert "示例·甲001 100****5678 示例苑***" in text
    assert "示例·乙" not in text, "what was ticked and picked stays so"
    assert "示例·甲001" not in chat_of(page(browser, f"{URL}/text?names=whole")), "no link does it"


def test_of_what_is_confidential_no_chat_reads_a_name(tmp_path: Path) -> None:
    with open_laptop(tmp_path, plugin("desk", Party)) as laptop:
        Party.create(name="示例·丙003")
        asked = entered(desk_of(laptop)).post("/c/desk.party/text", data={"names": "whole"}).text
    assert "示例·丙003" not in asked
    assert 'name="names"' not in asked


def chat_of(shown: str) -> str:
    """The text that a page offers for a chat."""
    return shown.partition("<textarea")[2].partition("</textarea>")[0]


def test_masks_leave_what_is_needed_and_hide_the_rest() -> None:
    assert mask_name("欧阳修文") == "欧*"
    assert mask_name("Ann Lee") == "A* L*"
    assert mask_name("甲") == "甲"
    assert mask_numbers("打 100 0000 5678 或 021-55501234") == "打 100****5678 或 021-****1234"
    assert mask_numbers("11010119900101123X") == "****123X"
    assert mask_address("示例苑–3幢–2单元–501室") == "示例苑***"
    assert mask_address("示例路") == "示例路"


def test_of_several_ticked_records_only_ones_own_are_deleted(
    laptop: Replica, browser: FlaskClient
) -> None:
    with laptop:
        ids = [Neighbour.create(name=name).id for name in ("示例·甲", "示例·乙")]
    done = browser.post(f"{URL}/delete", data={"id": ids}, follow_redirects=True).text
    assert "Deleted: 示例·甲, 示例·乙" in unmarked(done)
    assert "Nothing was selected." in browser.post(f"{URL}/delete", follow_redirects=True).text
