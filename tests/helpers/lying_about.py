"""What of a folder can be read by whoever has the disk."""

from pathlib import Path


def lying_about(folder: Path, *told: bytes) -> list[str]:
    """The files of a folder in which some of these bytes stand."""
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(each in path.read_bytes() for each in told)
    ]
