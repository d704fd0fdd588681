"""What is counted reads right of one too: no English text of a bundled plugin says 1 helpers."""

import ast
import re
from collections.abc import Iterator

from places import TOP

COUNTED = re.compile(r"\{\w+(?::[^|{}]*)?\} ([a-z]+s)\b")
"""A number and, behind it, a word in the form for many."""
OF_A_THING = frozenset(
    {"is", "has", "was", "stands", "wants", "ends", "sells", "answers", "consents", "misses"}
    | {"expires", "comes", "yes", "points"}
)
"""What may stand behind a name, or a sum of a chat text."""
SAID = ("Text", "Refused", "Mark")


def english() -> Iterator[str]:
    """Every English pattern, by its place."""
    for file in sorted((TOP / "plugins").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAID:
                for said in node.args[1:2]:
                    if isinstance(said, ast.Constant) and isinstance(said.value, str):
                        yield f"{file.name}:{said.lineno}: {said.value}"


def test_a_word_behind_a_number_has_a_form_for_one() -> None:
    all_ = list(english())
    assert len(all_) > 2_000
    assert [
        each for each in all_ if any(word not in OF_A_THING for word in COUNTED.findall(each))
    ] == []
