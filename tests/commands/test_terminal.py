"""Text for a terminal: Chinese is two columns wide, and data does not steer the terminal."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian.terminal.language import VARIABLES, said
from hongxian.terminal.layout import cut, dump, facts, pad, room, table, visible, width, wrap
from hongxian.text import Text

TEXT = st.text(st.sampled_from("ab ·，。、中文“”é👩\u0301"), max_size=60)


def test_a_chinese_character_is_two_columns() -> None:
    assert width("红线 ok") == 7
    assert width("e\u0301") == 1
    assert pad("红", 4) == "红  "
    assert cut("红马甲管家团", 7) == "红马甲…"
    assert cut("short", 5) == "short"


@given(TEXT, st.integers(2, 40))
def test_what_is_cut_fits(text: str, columns: int) -> None:
    assert width(cut(text, columns)) <= columns


@given(TEXT)
def test_wrapping_loses_nothing_but_spaces(text: str) -> None:
    assert "".join(wrap(text, 20)).replace(" ", "") == text.replace(" ", "")


def test_wrapped_lines_fit_and_do_not_begin_with_punctuation() -> None:
    lines = wrap("全社区的名册，各队只看自己的；断网也能用。Works offline, of course.", 13)
    assert max(map(width, lines)) <= 14  # punctuation may hang over
    assert not any(line[0] in "，；。" for line in lines)


def test_a_table_fits_its_terminal_and_lines_up() -> None:
    rows = [("示例·甲001", "一" * 60, 1), ("b", "short", None)]
    lines = table(("姓名 name", "备注 note", "n"), rows, 60)
    assert max(map(width, lines)) <= 60
    assert len(lines) == 4
    starts = [width(line[: line.index(mark)]) for line, mark in ((lines[2], "一"), (lines[3], "s"))]
    assert starts[0] == starts[1]
    assert "一" * 60 in "\n".join(table(("a", "b", "c"), rows))  # a pipe gets all of it


def test_a_table_with_too_many_columns_for_its_terminal_shows_the_first_and_a_mark() -> None:
    headers = [f"第{n:02}列" for n in range(30)]
    for columns in (20, 60, 80, 200):
        lines = table(headers, [["示例" * 9] * 30, ["x"] * 30], columns)
        assert columns - 10 < max(map(width, lines)) <= columns
        assert lines[0].endswith(" …")
    assert "…" not in table(headers[:2], [["示例", "x"]], 80)[0]


def test_facts_stand_below_one_another() -> None:
    assert facts([("团队", "甲"), ("n", None)]) == ["团队  甲", "n"]


def test_control_characters_are_shown() -> None:
    assert visible("a\x1b[1m\nb\u202e") == "a<1B>[1m⏎b<202E>"


def test_documents_keep_large_numbers_and_broken_text() -> None:
    assert dump({"a": 2**60, "b": 1, "c": "\udcff", "d": frozenset("ba")}) == (
        '{\n  "a": "1152921504606846976",\n  "b": 1,\n  "c": "\\udcff",\n'
        '  "d": [\n    "a",\n    "b"\n  ]\n}'
    )


def test_a_pipe_has_no_width() -> None:
    assert room(io.StringIO()) is None


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, "en"),
        ({"LC_ALL": "zh_TW", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_MESSAGES": "en_US", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANGUAGE": "fr:zh_CN:en", "LANG": "en_US.UTF-8"}, "zh"),
        ({}, "zh"),
    ],
)
def test_a_terminal_speaks_the_language_of_its_system_and_chinese_where_none_is_set(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in VARIABLES:
        monkeypatch.setenv(variable, environment.get(variable, ""))
    assert said(Text("借用人", "Borrower")) == {"zh": "借用人", "en": "Borrower"}[language]


def test_what_somebody_typed_is_shown_whole_in_a_table() -> None:
    for goods in ("KTV · Karaoke", "饼干（过敏原：花生）。Contains peanuts"):
        assert table([Text("物品", "Item")], [[goods]])[2] == goods
        assert facts([(Text("物品", "Item"), goods)]) == [f"物品  {goods}"]


def test_a_document_for_programs_holds_both_languages() -> None:
    assert json.loads(dump({"label": Text("借用人", "Borrower")})) == {
        "label": {"zh": "借用人", "en": "Borrower"}
    }
