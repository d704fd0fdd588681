"""What pytest is given: the fixtures, and the mark and the setting that name the plugins under test.

What they need is imported when a test asks for it: pytest reads this file in every project.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from hongxian_server.hub import Hub
    from hongxian_testing import Clock, Desk, Laptop, Neighbourhood

MARK, SETTING, FORGIVING = "plugins", "hongxian_plugins", "plugin_errors"
TEAMS = "teams"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a project name its plugins once."""
    parser.addini(SETTING, "The modules that laptops and hub of the tests have", "args", [])


def pytest_configure(config: pytest.Config) -> None:
    """Let a test, or a file by its `pytestmark`, name its own."""
    config.addinivalue_line("markers", f"{MARK}(*modules): what laptops and hub of the test have")
    config.addinivalue_line("markers", f"{TEAMS}(*names): of which the laptop of the test is")
    config.addinivalue_line(
        "markers", f"{FORGIVING}: plugins may make errors, which the test looks at"
    )


@pytest.fixture
def plugins(request: pytest.FixtureRequest) -> tuple[ModuleType, ...]:
    """The plugins of the test: of its nearest mark `plugins`, else of the setting `hongxian_plugins`."""
    mark = request.node.get_closest_marker(MARK)
    named = mark.args if mark else request.config.getini(SETTING)
    return tuple(import_module(each) if isinstance(each, str) else each for each in named)


@pytest.fixture
def hongxian_release(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str | Path], ModuleType]:
    """Brings an earlier release, by its path beside the test: packed, a file or a folder."""
    from hongxian_testing.release import release_at

    beside = request.path.parent
    return lambda path: release_at(beside / path, tmp_path_factory.mktemp("release"))


@pytest.fixture
def hongxian_clock() -> Clock:
    """The time of the test: the real one until it is set."""
    from hongxian_testing.clock import Clock

    return Clock()


@pytest.fixture
def hub_database() -> str | None:
    """The URL of the hub's database, None for SQLite; a project whose hub is over PostgreSQL says its own."""
    return None


@pytest.fixture
def neighbourhood(
    tmp_path: Path,
    plugins: tuple[ModuleType, ...],
    hongxian_clock: Clock,
    hub_database: str | None,
) -> Iterator[Neighbourhood]:
    """A hub on a real socket, which laptops of any teams join: `neighbourhood.laptop("示例·红队")`."""
    from hongxian_testing.neighbourhood import open_neighbourhood

    folder = tmp_path / "neighbourhood"
    with open_neighbourhood(
        folder, *plugins, clock=hongxian_clock, database=hub_database
    ) as opened:
        yield opened


@pytest.fixture
def hub(neighbourhood: Neighbourhood) -> Hub:
    """The neighbourhood's hub. `with hub:` makes it the one that models read and write."""
    return neighbourhood.hub


@pytest.fixture
def laptop(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    plugins: tuple[ModuleType, ...],
    hongxian_clock: Clock,
) -> Iterator[Laptop]:
    """A laptop that models read and write: of the neighbourhood where the test has one, else without a hub.

    It is of the teams that a mark `teams` names, the test's or the file's.
    No plugin may have made an error by the end, unless the test is marked `plugin_errors`.
    """
    from hongxian_testing.laptop import TEAM, Laptop, open_laptop

    mark = request.node.get_closest_marker(TEAMS)
    names = mark.args if mark else ()
    if "neighbourhood" in request.fixturenames:
        given = request.getfixturevalue("neighbourhood").laptop(*names)
    else:
        teams = {f"team-{number}": name for number, name in enumerate(names, 1)} or TEAM
        store = open_laptop(tmp_path / "laptop", *plugins, teams=teams, now=hongxian_clock)
        given = Laptop(store, hongxian_clock)
    with given:
        yield given
    if request.node.get_closest_marker(FORGIVING) is None:
        assert not given.errors, "a plugin made errors; mark the test plugin_errors to allow them"


@pytest.fixture
def desk(laptop: Laptop) -> Desk:
    """The laptop's desk, in a browser that has come in."""
    from hongxian_testing.desk import Desk

    return Desk(laptop)
