"""The changelog: a head for each version, the latest first, and nothing told twice."""

import re
from datetime import date

from packaging.version import Version

from hongxian.version import __version__
from places import TOP

TEXT = (TOP / "CHANGELOG.md").read_text("utf-8")
HEADS = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
LINES = re.findall(r"^- (.+)$", TEXT, re.MULTILINE)
LONGEST = 600
"""Letters of a line, for whoever reads it on a telephone."""


def test_the_changelog_begins_with_what_is_unreleased_and_tells_of_this_version_next() -> None:
    assert HEADS[0] == "Unreleased"
    assert re.fullmatch(rf"{re.escape(__version__)} \(\d{{4}}-\d\d-\d\d\)", HEADS[1])


def test_every_version_has_its_day_and_the_latest_stands_first() -> None:
    told = [re.fullmatch(r"(\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\)", head) for head in HEADS[1:]]
    assert all(told), HEADS
    found = [(Version(each[1]), date.fromisoformat(each[2])) for each in told if each]
    assert found == sorted(found, reverse=True)
    assert len({version for version, _ in found}) == len(found)


def test_no_line_is_there_twice_and_each_is_one_that_is_read() -> None:
    beginnings = [line[:60] for line in LINES]
    assert not {each for each in beginnings if beginnings.count(each) > 1}
    assert not [line for line in LINES if len(line) > LONGEST]
