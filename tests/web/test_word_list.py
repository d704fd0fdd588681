"""The Chinese of pages, commands and sheets: one word for one thing, written as a Chinese editor would."""

import ast
import re
from functools import cache

import pytest

from hongxian.text import ZH
from hongxian_web.manual.pages import pages
from own_words import chinese_of_pages
from places import TOP

PACKAGES = ("core", "web", "server", "client", "plugins")
WORDS = re.findall(
    r"^\| (\S+) \| .+? \| (.+) \|$",
    (TOP / "docs" / "glossary.md").read_text("utf-8").partition("## On the pages")[2],
    re.MULTILINE,
)[1:]
"""Each word of the glossary's last table, with what is not said in its place."""
MARKDOWN = re.compile(r"\*\*|^#+ |!?\[|\]\([^)]+\)", re.MULTILINE)
"""In the manual what makes bold, heads and links."""
WIDE = "[\u3400-\u9fff]"
HALF_WIDTH = re.compile(rf"{WIDE}[,!?]|[,!?]{WIDE}|{WIDE}\(|\){WIDE}")
BLANK_BESIDE_A_MARK = re.compile(r" [，。；：、？）”]|[，。；：、？（“] ")


def manual_lines(text: str) -> list[str]:
    """A page of the manual without what is Markdown; a sign stands for what is typed or shown as it is."""
    text = re.sub(r"```.+?```", "", text, flags=re.DOTALL)
    return re.split(r"[|\n]", re.sub(r"`[^`]+`", "字", MARKDOWN.sub("", text)))


@cache
def said() -> dict[str, str]:
    """Every Chinese sentence of catalogs, of `Text` and of the manual, with a place where it is said."""
    found = dict.fromkeys(chinese_of_pages(), "a catalog")
    for page in pages(ZH).values():
        found |= dict.fromkeys(manual_lines(page.text), page.name)
    for top in PACKAGES:
        for path in (TOP / top).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(call, ast.Call) and len(call.args) > 1:
                    first = call.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        found[first.value] = f"{path.name}:{call.lineno}"
    return {text: place for text, place in found.items() if re.search(WIDE, text)}


@pytest.mark.parametrize(("word", "not_said"), WORDS)
def test_one_thing_has_one_word_in_chinese(word: str, not_said: str) -> None:
    others = not_said.split(", ")
    strange = {text: place for text, place in said().items() if any(o in text for o in others)}
    assert not strange
    assert any(word in text for text in said()), "the pages say it"


def test_chinese_has_marks_of_full_width_and_no_blank_beside_them() -> None:
    odd = [each for each in said() if HALF_WIDTH.search(each) or BLANK_BESIDE_A_MARK.search(each)]
    assert not odd


def test_nobody_is_shouted_at() -> None:
    assert not [text for text in said() if "！" in text or "!" in text.replace("!r", "")]


def test_chinese_quotes_are_those_of_the_mainland() -> None:
    assert not [text for text in said() if re.search("[「」『』]", text)]
