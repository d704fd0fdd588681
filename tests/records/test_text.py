"""A text in two languages is a type: labels are chosen by language, data is shown as it is."""

from copy import deepcopy
from dataclasses import asdict
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import CharField, DateField

from hongxian import QuotaField, Record, Refused
from hongxian.errors import Invalid, RecordUnknown
from hongxian.kinds.registry import column_of
from hongxian.text import (
    EN,
    LANGUAGES,
    LISTED,
    NOTHING,
    ZH,
    Language,
    Piece,
    Text,
    joined,
    packed,
    pieces,
    revived,
    sentences,
    shown,
    unpacked,
)

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


@pytest.mark.parametrize(
    ("n", "english"),
    [(0, "0 helpers are"), (1, "1 helper is"), ("1", "1 helper is"), (2, "2 helpers are")],
)
def test_a_counted_word_is_that_for_one_or_for_more(n: object, english: str) -> None:
    said = Text("缺 {n} 人", "{n} {n:helper is|helpers are} missing").format(n=n)
    assert said == Text(f"缺 {n} 人", f"{english} missing")


def test_a_list_of_facts_is_listed_as_the_language_lists() -> None:
    said = Text("现有：{known}", "There are: {known}").format(known=[BORROWER, "甲", 3])
    assert said == Text("现有：借用人、甲、3", "There are: Borrower, 甲, 3")


def test_sentences_follow_each_other_as_the_language_sets_them() -> None:
    said = sentences([Text("必须填写。", "Required."), Text("应为文字。", "Not text.")])
    assert said == Text("必须填写。应为文字。", "Required. Not text.")
    assert joined(["a", BORROWER], Text("，", "; ")) == Text("a，借用人", "a; Borrower")


def test_a_text_that_was_filled_knows_which_of_its_words_are_data() -> None:
    said = Text("{who}：{n:+} 件，{why}", "{who!r}: {n:+} pcs, {why}").format(
        who="甲", n=7, why=Text("给{whom}", "for {whom}").format(whom=["乙", BORROWER])
    )
    assert _data_and_ours(said, ZH) == (["甲", "乙"], ["：", "+7", " 件，", "给", "、", "借用人"])
    assert _data_and_ours(said, EN)[0] == ["'甲'", "乙"]
    assert _data_and_ours(sentences([BORROWER, said]), EN)[0] == ["'甲'", "乙"]
    assert _data_and_ours(joined(["甲", Path("丙")], LISTED), EN) == (["甲", "丙"], [", "])
    assert _data_and_ours(Text.of("丁"), EN) == (["丁"], [])


def test_a_text_as_it_is_is_ours_and_as_it_was_stored_data() -> None:
    assert BORROWER.pieces(EN) == (Piece("Borrower"),)
    assert unpacked(packed(BORROWER)).pieces(EN) == (Piece("Borrower", is_data=True),)
    assert unpacked(packed(BORROWER)) == BORROWER
    for typed in ('{"zh": "a"}', "12", *TYPED):
        assert unpacked(packed(typed)).pieces(ZH) == (Piece(typed, is_data=True),)


@given(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.tuples(inner)))
def test_the_pieces_of_a_text_are_the_whole_of_it(fact: object) -> None:
    said = Text("{fact}：{{{fact!s:>9}}}", "{{}} {fact!r} {fact}").format(fact=fact)
    for language in LANGUAGES:
        assert "".join(each.said for each in said.pieces(language)) == said.in_(language)
        assert "".join(each.said for each in pieces(fact, language)) == shown(fact, language)


def test_what_a_text_was_made_of_is_neither_compared_nor_sent() -> None:
    filled, said = Text.of("{name}").format(name="甲"), Text("甲", "甲")
    assert filled == said
    assert hash(filled) == hash(said)
    assert orjson.dumps(filled) == orjson.dumps(said)
    assert asdict(filled) == asdict(said)
    assert deepcopy(filled).pieces(EN) == said.pieces(EN)


def _data_and_ours(said: Text, language: Language) -> tuple[list[str], list[str]]:
    every = said.pieces(language)
    data = [each.said for each in every if each.is_data]
    return data, [each.said for each in every if not each.is_data]


def test_an_error_speaks_the_readers_language() -> None:
    error = RecordUnknown(id="1", collection="a.b")
    assert error.text.zh == "本机的 a.b 里没有记录 1。"
    assert error.text.en == str(error) == "No record 1 in a.b on this machine."
    reasons = {"name": [Text("必须填写。", "Required."), Text("应为文字。", "Not text.")]}
    assert "name：必须填写。应为文字。" in Invalid(collection="a.b", reasons=reasons).text.zh
    assert "name: Required. Not text." in Invalid(collection="a.b", reasons=reasons).text.en


def test_a_refusal_says_its_reason_in_the_readers_language_and_a_plain_one_in_both() -> None:
    refused = Refused(detail=Text("至少延一天。", "Extend by a day at least."))
    assert refused.text == Text("至少延一天。", "Extend by a day at least.")
    plain = Refused(detail="KTV · Karaoke {x}")
    assert plain.text == Text.of("KTV · Karaoke {x}")


def test_peewee_fields_hold_texts_and_a_field_without_a_label_is_called_by_its_name() -> None:
    class Loan(Record):
        """Tools that are out."""

        due_date = DateField()
        borrower = CharField(verbose_name=BORROWER, help_text=Text("谁借的。", "Who has it."))
        goods = CharField(verbose_name=TYPED[0])
        state = CharField(choices=[("out", Text("借出", "Out")), ("back", "KTV · Karaoke")])
        stock = QuotaField(unit=Text("件", "pcs"))

    names = ("due_date", "borrower", "goods", "state", "stock")
    columns = {name: column_of(Loan, Loan._meta.fields[name], None) for name in names}
    assert columns["due_date"].label == Text("Due date", "Due date")
    assert (columns["borrower"].label, columns["borrower"].help.en) == (BORROWER, "Who has it.")
    assert columns["goods"].label.in_(EN) == columns["goods"].label.in_(ZH) == TYPED[0]
    assert columns["state"].choices == (
        ("out", Text("借出", "Out")),
        ("back", Text.of("KTV · Karaoke")),
    )
    assert columns["stock"].unit == Text("件", "pcs")


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
