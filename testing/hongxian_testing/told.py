"""What people are told, in both languages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hongxian.errors import HongxianError
from hongxian.text import Text

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def in_both(text: object) -> bool:
    """Whether it is a text that is Chinese in Chinese and English in English."""
    return (
        isinstance(text, Text)
        and CHINESE.search(text.zh) is not None
        and re.search("[A-Za-z]{2}", text.en) is not None
        and CHINESE.search(text.en) is None
    )


@contextmanager
def refusing(
    kind: type[HongxianError], match: str
) -> Iterator[pytest.ExceptionInfo[HongxianError]]:
    """Such an error comes, whose Chinese, or English after it, has something that matches."""
    with pytest.raises(kind) as raised:
        yield raised
    text = raised.value.text
    assert re.search(match, f"{text.zh} {text.en}"), text
