"""The walk of one edit: through how many files and functions goes what a person types into a form?

`python -m bench.walk` saves a form on the desk once, with every bundled plugin loaded, and counts what
of this project is called until the answer is there: not peewee's, Flask's or Python's own. `--tree`
names each function, file by file, in the order in which the edit meets it.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType
from typing import Any

from hongxian_client.desk.app import make_desk
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.opening import make_opening
from hongxian_plugins import knife_grinding, mediation, reward_station, roster, service
from hongxian_testing.laptop import open_laptop

TOP = Path(__file__).parents[1]
HOST = "localhost"
"""Whom Flask's own client asks."""
_HELD = re.compile(r'name="([^"]*)"[^>]*value="([^"]*)"')


class Walk:
    """Counts the calls of this project's functions while it is followed."""

    def __init__(self) -> None:
        self.calls: Counter[CodeType] = Counter()

    def __enter__(self) -> Walk:
        sys.setprofile(self._met)
        return self

    def __exit__(self, *error: object) -> None:
        sys.setprofile(None)

    def _met(self, frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and not code.co_name.startswith("<"):
            path = Path(code.co_filename)
            if path.is_relative_to(TOP) and ".venv" not in path.parts and path != Path(__file__):
                self.calls[code] += 1

    def by_file(self) -> dict[str, list[str]]:
        """The functions met, by file."""
        found: dict[str, list[str]] = {}
        for code in self.calls:
            path = str(Path(code.co_filename).relative_to(TOP))
            found.setdefault(path, []).append(f"{code.co_qualname} {self.calls[code]}")
        return found


def walk_of_an_edit(folder: Path) -> Walk:
    """Save a form that changes one field of a volunteer, the second time: nothing is made anew."""
    plugins = (knife_grinding, mediation, reward_station, roster, service)
    with open_laptop(folder, *plugins) as laptop:
        person = roster.Person.create(name="示例·甲")
        app = make_desk(Desk(laptop, HOST))
        app.config.update(WTF_CSRF_ENABLED=False)
        browser = app.test_client()
        browser.get(f"/enter?code={make_opening(folder, '', '').code}")
        address = f"/c/roster.person/{person.id}/edit"
        for name in ("示例·乙", "示例·丙"):
            drawn = dict(_HELD.findall(browser.get(address).text))
            with Walk() as walk:
                answer = browser.post(address, data={**drawn, "name": name})
            assert answer.status_code == 302, answer.text
        assert roster.Person.get_by_id(person.id).name == "示例·丙"
    return walk


def main() -> None:
    """Tell the three numbers, and with `--tree` the walk itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", action="store_true", help="name each function")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        walk = walk_of_an_edit(Path(folder))
    files = walk.by_file()
    if asked.tree:
        for path, names in files.items():
            print(path, *names, sep="\n    ")
    calls = sum(walk.calls.values())
    print(f"{len(files)} files, {len(walk.calls)} functions, {calls} calls")


if __name__ == "__main__":
    main()
