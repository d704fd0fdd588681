"""This laptop on one page, the count in each page's title, and a refused form's way to what is to be corrected."""

from __future__ import annotations

import pytest

from hongxian import __version__
from hongxian.collections.builtin import Task
from hongxian_testing import Desk, Laptop
from samples import SAMPLE

pytestmark = pytest.mark.plugins(SAMPLE)


def test_one_page_tells_of_this_laptop_and_leads_to_the_rest(laptop: Laptop) -> None:
    page = Desk(laptop).open("/").press("这台电脑")
    for told in ("红马甲管家团", "上次同步", "现在同步", __version__, "sample, a plugin for tests"):
        assert told in page.text
    assert "本机用户" in page.press("本机用户").text


def test_the_title_of_every_page_counts_what_waits(laptop: Laptop) -> None:
    desk = Desk(laptop)
    assert "<title>今天" in desk.open("/").html
    Task.create(text="示例：查一查")
    for path in ("/", "/c/sample.visit"):
        assert "<title>(1) " in desk.open(path).html


def test_a_refused_form_leads_to_each_field_that_is_to_be_corrected(laptop: Laptop) -> None:
    refused = Desk(laptop).open("/c/sample.visit/new").press("保存", name="字" * 41, note="留着")
    told = refused.html.partition('role="alert"')[2].partition("</div>")[0]
    assert 'href="#name"' in told
    assert 'href="#note"' not in told
    assert "留着" in refused.html
