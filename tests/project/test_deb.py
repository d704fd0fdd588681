"""The package for Debian: the same bytes of the same wheels; installed, updated and purged without a network."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import require
from release.deb import SCRIPTS, debian_version, make_deb

from hongxian import __version__
from installed_wheels import make_wheels
from places import HELPERS
from system_packages import DPKG, SYSTEMD
from wheel_folders import put_wheels

EPOCH = 1_790_000_000
HERE = sys.version_info[:2]
APART = ("unshare", "-mnpf", "--kill-child")
"""With mounts, a network and processes of its own."""


@pytest.fixture(autouse=True)
def has_dpkg() -> None:
    require(DPKG)


def told(deb: Path, *words: str) -> str:
    said = subprocess.run(["dpkg-deb", *words, deb], capture_output=True, text=True, check=True)
    return said.stdout


def test_the_same_wheels_make_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name, mask in (("one", 0o022), ("two", 0o077)):
        (tmp_path / name).mkdir()
        before = os.umask(mask)
        try:
            wheels = put_wheels(tmp_path / name / "wheels")
            made.append(make_deb(wheels, tmp_path / name, EPOCH, "amd64").read_bytes())
        finally:
            os.umask(before)
    assert made[0] == made[1]


def test_it_holds_the_wheels_of_its_machine_and_says_which_pythons_they_fit(tmp_path: Path) -> None:
    deb = make_deb(put_wheels(tmp_path / "wheels"), tmp_path, EPOCH, "arm64")
    assert deb.name == "hongxian_9.9.0_arm64.deb"
    fields = told(deb, "--field")
    assert "Architecture: arm64\n" in fields
    assert "python3 (>= 3.11), python3 (<< 3.15)" in fields
    lines = told(deb, "--contents").splitlines()
    assert all(line[10:].startswith(" root/root") for line in lines)
    wheels = [line.rpartition("/")[2] for line in lines if line.endswith(".whl")]
    assert len([each for each in wheels if each.startswith("lib-")]) == 4
    assert not [each for each in wheels if "x86_64" in each or "win" in each or "never" in each]
    assert [line for line in lines if line.endswith("./lib/systemd/system/hongxian.service")]


def test_each_script_is_one_that_a_shell_reads(tmp_path: Path) -> None:
    deb = make_deb(put_wheels(tmp_path / "wheels"), tmp_path, EPOCH, "amd64")
    subprocess.run(["dpkg-deb", "--control", deb, tmp_path / "control"], check=True)
    for name in SCRIPTS:
        script = tmp_path / "control" / name
        subprocess.run(["sh", "-n", script], check=True)
        assert "@" not in script.read_text("utf-8")


@pytest.mark.parametrize(
    ("version", "debians"),
    [("0.3.0", "0.3.0"), ("0.3.0rc1", "0.3.0~rc1"), ("0.3.0.dev2", "0.3.0~dev2")],
)
def test_what_comes_before_a_release_is_older_to_debian_too(version: str, debians: str) -> None:
    assert debian_version(version) == debians


@pytest.fixture(scope="module")
def deb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package for this machine, of what is installed here."""
    system = subprocess.run(
        ["/usr/bin/python3", "-c", "import sys; print(*sys.version_info[:2])"],
        capture_output=True,
        text=True,
    )
    if system.stdout.split() != [str(part) for part in HERE]:
        pytest.skip("the system's Python is another one than that of the tests")
    if os.geteuid() != 0 or subprocess.run([*APART, "true"]).returncode:
        pytest.skip("only root may have a root and a network of its own")
    folder = tmp_path_factory.mktemp("deb")
    wheels = folder / "wheels"
    wheels.mkdir()
    make_wheels(wheels, "postgresql")
    return make_deb(wheels, folder, EPOCH, "amd64", [HERE])


def tried(script: str, deb: Path, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """A script of these helpers', by a root of its own."""
    return subprocess.run(
        [*APART, *more, "sh", "-e", HELPERS / "in_root.sh", folder, HELPERS / script, deb],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "LANGUAGE": "en"},
    )


def steps(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.startswith("== ")]


@pytest.mark.thorough
def test_it_is_installed_updated_and_purged_without_a_network_and_no_data_is_lost(
    deb: Path, tmp_path: Path
) -> None:
    said = tried("deb_in_root.sh", deb, tmp_path)
    assert said.returncode == 0, said.stdout + said.stderr
    assert steps(said.stdout) == [
        f"== installed {__version__}",
        "== enabled",
        "== the hub's files are its user's",
        "== the page answers 200",
        "== a backup before the update",
        "== it answered meanwhile",
        "== no update without a backup",
        "== removed, the data stays",
        "== purged, the data stays",
        "== purged, nothing was there",
    ]


@pytest.mark.thorough
def test_its_service_is_begun_ended_hung_updated_and_removed_by_systemd_itself(
    deb: Path, tmp_path: Path
) -> None:
    require(SYSTEMD)
    said = tried("deb_on_systemd.sh", deb, tmp_path, "--uts", "--ipc", "--cgroup")
    seen = (tmp_path / "seen").read_text("utf-8") if (tmp_path / "seen").exists() else ""
    assert said.returncode == 0, said.stdout + said.stderr + seen
    assert steps(seen) == [
        "== nothing to serve yet",
        "== it is ready once it answers",
        "== ended, it is started anew",
        "== hung, it is started anew",
        "== it writes to disks, and reads no home",
        "== encrypted, it starts by what systemd holds",
        "== a backup, then it serves by what came",
        "== removed, it serves no more",
    ]
