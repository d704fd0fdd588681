"""The month that bench/offline.py plays is the same for the same seed, and serves most of it."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest

from places import TOP


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(TOP)
    return importlib.import_module("bench.offline")


@pytest.mark.thorough
def test_laptops_offline_for_days_serve_nearly_what_one_who_knows_the_future_would(
    offline: ModuleType, tmp_path: Path
) -> None:
    lines = []
    for name in ("once", "again"):
        with offline.month(tmp_path / name, 4, seed=2) as month:
            account = month.run(16, supply=1.3)
        lines.append(offline.told(4, 1.3, account))
        assert account.share(settled=True) > 0.9
        assert account.bumped
    assert lines[0] == lines[1]
