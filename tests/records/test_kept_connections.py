"""A thread keeps its connection between its uses of a store, and no file stays open when the store is gone."""

import gc
import threading
from pathlib import Path

import pytest

from hongxian_testing.laptop import open_laptop

OPEN_FILES = Path("/proc/self/fd")


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="only Linux lists a process's files there")
def test_a_store_that_another_thread_finds_to_be_gone_leaves_nothing_open(tmp_path: Path) -> None:
    stores = [open_laptop(tmp_path)]
    stores[0].keep_connection()
    with stores[0]:
        pass
    assert opened_in(tmp_path)

    def find() -> None:
        stores.clear()
        gc.collect()

    finding = threading.Thread(target=find)
    finding.start()
    finding.join()
    assert not opened_in(tmp_path)


def opened_in(folder: Path) -> list[Path]:
    """The files of a folder that this process has open."""
    there = [each.resolve() for each in OPEN_FILES.iterdir()]
    return [each for each in there if each.is_relative_to(folder)]
