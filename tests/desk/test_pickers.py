"""A picker that does not find what was typed says so in people's words, with the way to make it new beside."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from desks import desk_of, entered
from hongxian.collections.refusals import told_of
from hongxian.errors import Invalid
from hongxian.text import Text
from hongxian_plugins import reward_station, roster, service
from hongxian_testing import Laptop
from samples import SAMPLE

GOODS = {"merchant": "示例超市", "item": "示例·牛奶", "amount": "2", "purpose": "volunteers"}

CHINESE = {"Accept-Language": "zh-CN"}


@pytest.fixture
def browser(laptop: Laptop) -> FlaskClient:
    return entered(desk_of(laptop.store))


@pytest.mark.plugins(roster, service, reward_station)
def test_an_action_that_does_not_know_a_merchant_says_where_one_is_made_new(
    browser: FlaskClient,
) -> None:
    page = browser.post("/do/reward_station.bring_in", data=GOODS, headers=CHINESE)
    assert page.status_code == 400
    wrong = re.findall(r'class="wrong".*?</p>', page.text, re.S)
    assert len(wrong) == 1
    assert "reward_station" not in re.sub("<.*?>", "", page.text)
    assert '“商户”里没有“<span translate="no">示例超市</span>”' in wrong[0]
    assert '<a href="/c/reward_station.merchant/new" target="_blank">新增：商户</a>' in wrong[0]


@pytest.mark.plugins(roster, service, reward_station)
def test_what_is_typed_and_not_found_may_be_made_new(browser: FlaskClient) -> None:
    address = "/c/reward_station.merchant/pick?into=merchant&merchant=示例超市"
    assert 'href="/c/reward_station.merchant/new"' in browser.get(address).text
    address = "/c/roster.person/pick?into=person&person=示例·无此人"
    assert 'href="/do/roster.new_volunteer"' in browser.get(address).text


@pytest.mark.plugins(SAMPLE)
def test_a_refusal_names_collections_and_fields_as_people_do(
    browser: FlaskClient, laptop: Laptop
) -> None:
    page = browser.get("/c/sample.thing/0198c5a0-0000-7000-8000-000000000000")
    assert page.status_code == 404
    assert "sample.thing" not in re.sub("<.*?>", "", page.text)
    wrong = Invalid(collection="sample.thing", reasons={"most": [Text("太多。", "Too many.")]})
    columns = laptop.store.collection("sample.thing").columns
    told = told_of(wrong, Text("东西", "Things"), columns)
    assert told.en.startswith(f"Things: {columns['most'].label.en}: Too many")
    assert "sample" not in told.en + told.zh
