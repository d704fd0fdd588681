"""Text in two languages: each page shows its own half, and nothing is cut that is in one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import CharField

from hongxian import Record, Refused
from hongxian.errors import NotAllowed
from hongxian.kinds.known import column_of
from hongxian.text import EN, ZH
from hongxian.wording import choices_in, label_in, message_in, part

IN_TWO = [
    ("出入库 · What came and went", "出入库", "What came and went"),
    (
        "only the hub writes it · 只有社区主机可以填写",
        "只有社区主机可以填写",
        "only the hub writes it",
    ),
    ("必须填写。Required.", "必须填写。", "Required."),
    ("最多 40 个字。At most 40 characters.", "最多 40 个字。", "At most 40 characters."),
    (
        "只能是：开、忙。Must be one of: 开、忙.",
        "只能是：开、忙。",
        "Must be one of: 开、忙.",
    ),
    (
        "只能是：女 · Female、男 · Male。Must be one of: 女 · Female、男 · Male.",
        "只能是：女 · Female、男 · Male。",
        "Must be one of: 女 · Female、男 · Male.",
    ),
    (
        "本机没有这个编号；新增请留空。No record of this id here; leave it empty to add one.",
        "本机没有这个编号；新增请留空。",
        "No record of this id here; leave it empty to add one.",
    ),
    (
        "this device is not of team '夕阳红' · 这台电脑不属于该团队",
        "这台电脑不属于该团队",
        "this device is not of team '夕阳红'",
    ),
]
IN_ONE = [
    "示例·甲001",
    "周一 · 周二",
    "周一。10 点。20",
    "已保存。请再试。",
    "Excel 里看。",
    "a · b",
    "Name",
    "",
    " · ",
    "。",
    "已存。A4。",
]


@pytest.mark.parametrize(("text", "chinese", "english"), IN_TWO)
def test_a_text_in_two_languages_is_shown_by_its_half(text, chinese, english):
    assert part(text, ZH) == chinese
    assert part(text, EN) == english


@pytest.mark.parametrize("text", IN_ONE)
def test_a_text_in_one_language_stays_whole(text):
    assert part(text, ZH) == part(text, EN) == text


@given(st.text())
def test_any_text_has_a_part_in_each_language(text):
    for language in (ZH, EN):
        assert part(text, language) in text
        assert bool(part(text, language)) is bool(text)


def test_a_label_that_is_chinese_alone_reads_in_english_as_its_name():
    class Loan(Record):
        due_date = CharField(verbose_name="归还日期")
        borrower = CharField(verbose_name="借用人 · Who has it")
        state = CharField(choices=[("on_loan", "借出"), ("back", "已还 · Returned")])

        class Meta:
            collection = "wording.loan"

    due, borrower, state = (
        column_of(Loan, getattr(Loan, name), None) for name in ("due_date", "borrower", "state")
    )
    assert [label_in(each, EN) for each in (due, borrower)] == ["Due date", "Who has it"]
    assert [label_in(each, ZH) for each in (due, borrower)] == ["归还日期", "借用人"]
    assert choices_in(state, EN) == [("on_loan", "On loan"), ("back", "Returned")]
    assert choices_in(state, ZH) == [("on_loan", "借出"), ("back", "已还")]


def test_an_error_says_its_reason_in_one_language():
    refused = Refused(detail="至少延一天。Extend by a day at least.")
    assert message_in(refused, ZH) == "不能这样做：至少延一天。"
    assert "至少" not in message_in(refused, EN)
    allowed = NotAllowed(detail="only the hub writes it · 只有社区主机可以填写")
    assert "only the hub" in message_in(allowed, EN)
    assert "hub" not in message_in(allowed, ZH)
