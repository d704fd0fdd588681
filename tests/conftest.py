"""What every test may ask for: databases of both kinds, and drawn examples that can be replayed."""

import os
import random
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from flask import Flask
from hypothesis import HealthCheck, is_hypothesis_test, settings
from jinja2 import FileSystemBytecodeCache, StrictUndefined, Undefined
from playwright.sync_api import Browser
from werkzeug.routing import Rule

from browsing import open_chromium
from costs import cost_least
from desks import HeldClock
from hongxian.plugins.loading import keep_what_is_loaded
from system_packages import (
    CHROMIUM,
    NEEDED,
    PGBOUNCER,
    POSTGRESQL,
    SystemPackage,
    postgres_programs,
)

# Under CI the same examples every time, so that a change lands or not by what it changed; a run by
# hand draws new ones. `make test` draws `quick`, in which a break shows that any short story meets;
# `make check` and pytest itself `default`, `make deep` far more.
settings.register_profile(
    "default",
    max_examples=30,
    stateful_step_count=30,
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "quick", settings.get_profile("default"), max_examples=5, stateful_step_count=20
)
settings.register_profile(
    "deep",
    settings.get_profile("default"),
    max_examples=1000,
    stateful_step_count=80,
    derandomize=False,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

MEMORY, ROOM = Path("/dev/shm"), 2 * 2**30  # bytes
"""A folder that Linux keeps in memory, and how much must be free there."""
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each process would compile all anew, 0.2 s
sys.dont_write_bytecode = False  # and this one every file of tests, 10 s
os.environ["LANGUAGE"] = "zh"  # terminals read Chinese, whoever runs the tests
os.environ["HONGXIAN_MDNS"] = "off"  # no test tells the network around it anything
# Nobody is there to choose a passphrase, and no keyring; test_sealed.py and its siblings take this away again.
os.environ["HONGXIAN_ENCRYPTION"] = "off"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
    # Every commit waits for the disk, thousands of times in a run, and no test asks what a power
    # cut leaves there. The tests' own processes keep their files there as well.
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

if TYPE_CHECKING:
    from demo_world import World

NewDatabase = Callable[[], AbstractContextManager[str]]
Once = Callable[[Callable[[Path], None]], Path]


def require(package: SystemPackage) -> None:
    """Skip what needs a system package that is not here; under CI, fail instead."""
    if package.is_here():
        return
    reason = f"{package.name} IS MISSING on this machine: install it with `make packages`"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def cheap_secrets() -> Iterator[None]:
    """Secrets cost the least; processes that a test starts take as long over them as ever."""
    with pytest.MonkeyPatch.context() as patch:
        cost_least(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compile each template once: every desk and console of a test is an app of its own."""
    compiled = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Flask.jinja_options, "bytecode_cache", compiled)
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_addresses() -> Iterator[None]:
    """Compile once how each address is put together, which is most of what an app costs to make."""
    compile_, compiled = Rule._compile_builder, {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        defaults = tuple(sorted((rule.defaults or {}).items()))
        asked = (*rule._trace, defaults, append_unknown)
        if asked not in compiled:
            compiled[asked] = compile_(rule, append_unknown)
        return compiled[asked]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_once)
        yield


class NeverPrinted(StrictUndefined):
    """What a template was not given: it may be asked about, but not shown."""

    __bool__, __hash__ = Undefined.__bool__, Undefined.__hash__
    __eq__, __ne__ = Undefined.__eq__, Undefined.__ne__


@pytest.fixture(scope="session", autouse=True)
def no_gaps_in_pages() -> Iterator[None]:
    """Break a page that would show nothing in the place of a name that its view forgot."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Flask.jinja_options, "undefined", NeverPrinted)
        yield


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a PostgreSQL cluster that lives as long as this test run."""
    require(POSTGRESQL)
    from postgres import bounced, private_cluster

    through = request.config.option.pgbouncer
    if through:
        require(PGBOUNCER)
    # It lets go of sessions soon, for PostgreSQL copies no database that has one.
    bounce = partial(bounced, settings=["server_idle_timeout = 1"]) if through else nullcontext
    with private_cluster(postgres_programs()) as url, bounce(url) as told:
        yield told


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--pgbouncer`: whatever is tested over PostgreSQL goes through pgbouncer."""
    parser.addoption("--pgbouncer", action="store_true", help=pytest_addoption.__doc__)


@pytest.fixture(scope="session")
def new_postgres(postgres_url: str) -> NewDatabase:
    """Call it, and again for each drawn example: `with new_postgres() as url`."""
    from postgres import fresh_database

    return partial(fresh_database, postgres_url)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let a test that is marked `either_database` have its `database_url` on each of the two."""
    if metafunc.definition.get_closest_marker("either_database"):
        again = pytest.param("postgresql", marks=pytest.mark.thorough)
        metafunc.parametrize("database_url", ["sqlite", again], indirect=True)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whatever needs a browser is thorough: it waits for pages to be drawn, in every test anew."""
    if "chromium" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.thorough)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """One new database for one test: None for SQLite, which is what a test has that asks for none."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield None
    else:
        with request.getfixturevalue("new_postgres")() as url:
            yield url


@pytest.fixture
def hub_database(database_url: str | None) -> str | None:
    """A neighbourhood's hub is over the one that the test is run on."""
    return database_url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser."""
    require(CHROMIUM)
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Call it with what fills a folder: of all processes of this run the first one does so."""
    own = tmp_path_factory.getbasetemp()
    top = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(make: Callable[[Path], None]) -> Path:
        folder = top / make.__name__
        with FileLock(f"{folder}.lock"):
            if not folder.exists():
                part = Path(tempfile.mkdtemp(dir=top))
                make(part)
                part.rename(folder)
        return folder

    return made


@pytest.fixture(scope="session")
def demo_year(once: Once) -> Path:
    """A laptop's folder with the demonstration's year, which no hub has seen; to be copied."""
    from demo_world import make_year

    return once(make_year)


@pytest.fixture(scope="module")
def world(once: Once, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[World]":
    """The demonstration's records at a hub and on a laptop, for pages to show."""
    require(CHROMIUM)
    from demo_world import make_world, world_at

    folder = shutil.copytree(once(make_world), tmp_path_factory.mktemp("world") / "copy")
    with world_at(folder) as world:
        yield world


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Draw the run's seed here, so that a failure can name it."""
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(random.SystemRandom().getrandbits(32))


def pytest_collection_finish() -> None:
    """Thousands of tests stay to the end: the garbage collector would look at each again and again."""
    keep_what_is_loaded()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator:
    """Under a failed property, print the command that draws the same examples again."""
    report = yield
    if report.failed and is_hypothesis_test(getattr(item, "obj", None)):
        report.sections.append(("Replay these very examples", replay_command(item)))
    return report


def replay_command(item: pytest.Item) -> str:
    python = os.path.relpath(sys.executable, item.config.rootpath)
    profile = f"--hypothesis-profile={settings.get_current_profile_name()}"
    seed = f"--hypothesis-seed={item.config.option.hypothesis_seed}"
    return shlex.join([python, "-m", "pytest", item.nodeid, profile, seed])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for package in NEEDED:
        if not package.is_here():
            terminalreporter.section(f"{package.name} IS MISSING", sep="!", red=True, bold=True)
            terminalreporter.line(f"Not run: {package.without_it}. `make packages` installs it.")


@pytest.fixture
def clock() -> HeldClock:
    """A clock that a test sets, for whatever is made with it."""
    return HeldClock()
