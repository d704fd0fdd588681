"""Programs of ten lines, as real wheels in real program files: what a laptop's launcher starts, tries and leaves."""

import base64
import ensurepip
import hashlib
import zipfile
from io import BytesIO
from pathlib import Path

from hongxian.releases.program import Program, write_program
from hongxian.releases.signed_program import sign_program
from hongxian.security.keys import SigningKey

PUBLISHER = SigningKey(b"p" * 32)
STRANGER = SigningKey(b"s" * 32)
SAYS_HELLO = "import sys; print('hello from', '{version}', *sys.argv[1:])"


def wheel_of(version: str, main: str, name: str = "hongxian") -> tuple[str, bytes]:
    """A wheel whose `python -m hongxian_client.cli` runs these lines; its name, and its bytes."""
    info = f"{name}-{version}.dist-info"
    files = {
        "hongxian_client/__init__.py": "",
        "hongxian_client/cli/__init__.py": "",
        "hongxian_client/cli/__main__.py": main,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()
        lines.append(f"{path},sha256={digest.rstrip('=')},{len(text.encode())}")
    files[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,"]) + "\n"
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"{name}-{version}-py3-none-any.whl", packed.getvalue()


def pip_wheel() -> Path:
    """pip's own, as Python brings it."""
    return next((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"))


def program_of(
    folder: Path,
    version: str,
    main: str = SAYS_HELLO,
    *,
    key: SigningKey | None = PUBLISHER,
    formats: tuple[int, int] = (2, 2),
    protocol: int = 2,
) -> Path:
    """A program file of such lines, signed."""
    name, wheel = wheel_of(version, main.replace("{version}", version))
    pip = pip_wheel()
    unsigned = write_program(
        folder / f"unsigned-{version}.hxprog",
        {f"wheels/{name}": wheel, f"wheels/{pip.name}": pip},
        version=version,
        system="linux",
        python="3.11",
        formats=formats,
        protocol=protocol,
    )
    if key is None:
        return unsigned.path
    return sign_program(unsigned, key, folder / unsigned.manifest.called).path


def read(path: Path) -> Program:
    """A program file, looked at."""
    return Program.of(path)
