"""The system's keyring opens a laptop while its account is logged in, and nothing else does."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import require

from command_line import DEADLINE, PROGRAM
from hongxian.security.key_file import KeyFile, Way
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import with_only
from system_packages import GNOME_KEYRING

IN_A_SESSION = (
    "printf 'log-in' | gnome-keyring-daemon --unlock --components=secrets >&2 && exec \"$@\""
)
"""What a log-in does: the keyring's own passphrase is that of the account."""


@pytest.fixture
def laptop(tmp_path: Path) -> Path:
    """One in clear, of before."""
    require(GNOME_KEYRING)
    Replica.open(tmp_path / "a", plugins=with_only([]))
    return tmp_path / "a"


def logged_in(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command in a session of an account that has logged in, with a keyring in this home."""
    home.mkdir(exist_ok=True)
    return subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", IN_A_SESSION, "sh", *PROGRAM, *words],
        env={
            **{name: each for name, each in os.environ.items() if "HONGXIAN" not in name},
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_RUNTIME_DIR": str(home),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
            "LANGUAGE": "en",
        },
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.thorough
def test_the_keyring_of_the_account_opens_it_without_a_question_and_no_other_machine_does(
    laptop: Path, tmp_path: Path
) -> None:
    told = logged_in(tmp_path / "home", "encrypt", "--data", str(laptop))
    assert told.returncode == 0, told.stderr
    assert "keyring" in told.stdout
    assert list(KeyFile.read(laptop).ways) == [Way.KEYRING]
    again = logged_in(tmp_path / "home", "status", "--data", str(laptop))
    assert again.returncode == 0, again.stderr
    moved = tmp_path / "moved"
    shutil.copytree(laptop, moved)
    elsewhere = logged_in(tmp_path / "other machine", "status", "--data", str(moved))
    assert (elsewhere.returncode, "is encrypted" in elsewhere.stderr) == (1, True)
    secrets = b"".join(path.read_bytes() for path in laptop.rglob("*.json"))
    assert KeyFile.read(laptop).ways[Way.KEYRING].about.encode() in secrets
