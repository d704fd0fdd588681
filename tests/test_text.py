"""A text in two languages is a type: labels are chosen by language, data is shown as it is."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian.text import EN, LANGUAGES, NOTHING, ZH, Text, joined, revived, sentences, shown

BORROWER = Text("借用人", "Borrower")
TYPED = [
    "饼干（过敏原：花生）。Contains peanuts",
    "KTV · Karaoke",
    "示例·甲001",
    "周一 · 周二",
    "{zh} and {en}",
    "",
]


def test_a_text_is_read_in_the_readers_language() -> None:
    assert (BORROWER.in_(ZH), BORROWER.in_(EN)) == ("借用人", "Borrower")


@pytest.mark.parametrize("typed", TYPED)
def test_what_somebody_typed_is_whole_in_both_languages(typed: str) -> None:
    for language in LANGUAGES:
        assert shown(typed, language) == typed
        assert Text.of(typed).in_(language) == typed
        assert Text("{goods}", "{goods}").format(goods=typed).in_(language) == typed


@given(st.text())
def test_a_plain_label_says_the_same_in_both_languages(label: str) -> None:
    assert Text.of(label) == Text(label, label)
    assert Text.of(Text.of(label)) == Text.of(label)


def test_a_fact_in_two_languages_fills_each_with_its_own() -> None:
    said = Text("{who}：{n} 件", "{who}: {n:03} pcs").format(who=BORROWER, n=7)
    assert said == Text("借用人：7 件", "Borrower: 007 pcs")


def test_a_list_of_facts_is_listed_as_the_language_lists() -> None:
    said = Text("现有：{known}", "There are: {known}").format(known=[BORROWER, "甲", 3])
    assert said == Text("现有：借用人、甲、3", "There are: Borrower, 甲, 3")


def test_sentences_follow_each_other_as_the_language_sets_them() -> None:
    said = sentences([Text("必须填写。", "Required."), Text("应为文字。", "Not text.")])
    assert said == Text("必须填写。应为文字。", "Required. Not text.")
    assert joined(["a", BORROWER], Text("，", "; ")) == Text("a，借用人", "a; Borrower")


def test_a_text_that_says_nothing_is_false() -> None:
    assert not NOTHING
    assert BORROWER


def test_a_text_whose_language_nobody_chose_is_told_from_a_text_that_was_shown() -> None:
    assert str(BORROWER) == "Text(zh='借用人', en='Borrower')"


@given(st.recursive(st.text() | st.builds(Text, st.text(), st.text()), st.lists))
def test_texts_come_back_out_of_json(told: object) -> None:
    assert revived(orjson.loads(orjson.dumps(told))) == told


def test_data_that_only_resembles_a_text_in_json_stays_data() -> None:
    for data in ({"zh": "a"}, {"zh": "a", "en": 1}, {"zh": "a", "en": "b", "fr": "c"}):
        assert revived(data) == data
