"""A laptop that is killed while it attaches and sends files loses none that it had confirmed."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import attaching_laptop
from album import ALBUM, seen, synced
from hongxian.storage.files import Link
from meeting import meeting

KILLS = 6


@pytest.mark.thorough
def test_every_confirmed_file_is_whole_here_and_comes_to_the_hub_whole(tmp_path: Path) -> None:
    chance, told = random.Random(20260301), tmp_path / "told"
    with meeting(tmp_path, ALBUM) as met:
        laptop = met.laptop()
        command = [sys.executable, attaching_laptop.__file__, str(laptop.folder)]
        for turn in range(1, KILLS + 1):
            with told.open("a") as out, subprocess.Popen(command, stdout=out) as process:
                while len(told.read_text().splitlines()) < 3 * turn:
                    assert process.poll() is None
                    time.sleep(0.01)
                time.sleep(chance.random() * 0.1)  # whatever is under way then is cut
                process.kill()
        links = [Link("album.visit", *json.loads(each)) for each in told.read_text().splitlines()]
        assert len(links) >= 3 * KILLS
        assert all(laptop.files.content(each) for each in links)
        synced(laptop)
        assert [each for each in links if met.hub.files.content(each) is None] == []
        other = met.laptop()
        synced(other)
        assert seen(other, links[-1]) == laptop.files.content(links[-1])
