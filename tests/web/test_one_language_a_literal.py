"""What people read is a `Text`: no literal of the product holds two languages."""

import ast
import re
from collections.abc import Iterator

from places import TOP

TWO_LANGUAGES = re.compile(
    r"[\u4e00-\u9fff）] · [A-Za-z]{2}"  # 借用人 · Borrower
    r"|[。！？；：]\s*[A-Z][a-z]+ [a-z]"  # 必须填写。Must be filled in.
    r"|[。！？]\s*[A-Z][a-z]+[.!?]"  # 必须填写。Required.
)


def literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The strings of a module that are no docstrings, each with its line."""
    told_to_readers = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in told_to_readers:
            yield node.lineno, node.value


def in_two_languages(source: str) -> list[tuple[int, str]]:
    return [each for each in literals(ast.parse(source)) if TWO_LANGUAGES.search(each[1])]


def test_labels_and_sentences_of_two_languages_in_one_are_found() -> None:
    for one in ("借用人 · Borrower", "必须填写。Required.", "{n} 条。Not one of them."):
        assert in_two_languages(f"label = {one!r}"), one
    for one in ("示例·甲001", "请用 Excel 打开。", "Must be one of: 好, 差."):
        assert not in_two_languages(f"label = {one!r}"), one


def test_no_literal_of_the_product_holds_two_languages() -> None:
    found = [
        f"{file.relative_to(TOP)}:{line} {text!r}"
        for top in ("core", "client", "server", "web", "plugins")
        for file in (TOP / top).rglob("*.py")
        for line, text in in_two_languages(file.read_text("utf-8"))
    ]
    assert not found, "write Text(zh, en)"
