"""`make release`: built of what was committed and nothing else, and twice the same bytes."""

import os
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from places import TOP

pytestmark = pytest.mark.skipif(not (TOP / ".git").exists(), reason="these are no git's sources")
RELEASED = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(TOP)
    import release
    from release import build, export  # noqa: F401

    return release


def files_in(folder: Path) -> set[str]:
    return {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A checkout of what was committed last."""
    to = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{TOP}", to], check=True)
    return to


def test_what_was_not_committed_is_in_no_release(
    release: ModuleType, clone: Path, tmp_path: Path
) -> None:
    committed = files_in(clone) - files_in(clone / ".git")
    for left_over in ("build/lib/hongxian/gone.py", "core/hongxian/tried.py", "dist/x.whl"):
        (clone / left_over).parent.mkdir(parents=True, exist_ok=True)
        (clone / left_over).write_text("'''Not meant for anybody.'''\n")
    (clone / "README.md").write_text("half written")
    exported = release.export.export(tmp_path / "sources", clone)
    assert files_in(exported) == {name for name in committed if not name.startswith(".git/")}
    assert (exported / "README.md").read_text("utf-8") != "half written"
    (clone / "core" / "hongxian" / "tried.py").unlink()
    with pytest.raises(release.export.NotReady, match=r"README\.md"):
        release.export.refuse_uncommitted(clone)


def test_a_version_without_its_day_in_the_changelog_is_no_release(release: ModuleType) -> None:
    changelog = "# Changelog\n\n## 1.2.0 (2026-11-30)\n\n## 1.1.0 (2026-11-01)\n"
    assert release.export.day_of("1.2.0", changelog) == RELEASED
    with pytest.raises(release.export.NotReady, match=r"## 1\.3\.0"):
        release.export.day_of("1.3.0", changelog)


@pytest.mark.thorough
def test_wheel_and_sources_are_the_same_bytes_wherever_whoever_builds_them(
    release: ModuleType, tmp_path: Path
) -> None:
    found = []
    for name, umask in (("here", 0o022), ("in/quite/another/place", 0o077)):
        before = os.umask(umask)
        try:
            source = release.export.export(tmp_path / name / "sources")
            wheel = release.build.build_wheel(source, tmp_path / name, RELEASED)
            sdist = release.build.build_sdist(source, wheel, RELEASED)
        finally:
            os.umask(before)
        found.append((wheel.name, wheel.read_bytes(), sdist.name, sdist.read_bytes()))
    assert found[0] == found[1]
    with tarfile.open(sdist) as archive:
        told = {each.name.partition("/")[2]: each for each in archive}
    assert told.keys() == files_in(source) | {"PKG-INFO"}
    assert {(each.uid, each.uname, each.mode) for each in told.values()} <= {
        (0, "", 0o644),
        (0, "", 0o755),
    }
