"""Cases that one sentence holds for, of which the first are enough on the quick road."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest


def sweep(cases: Mapping[str, Any] | Iterable[Any], quick: int = 1) -> list[Any]:
    """Parameters of a test: `make test` asks the first, `make check` all; a mapping's keys name them."""
    named = cases.items() if isinstance(cases, Mapping) else ((None, each) for each in cases)
    return [
        pytest.param(each, id=name, marks=pytest.mark.thorough if at >= quick else ())
        for at, (name, each) in enumerate(named)
    ]
