"""What a file is, told by its first bytes: neither its name nor what somebody says of it counts.

What a browser runs (SVG, HTML) has no place here, so it is never kept and never shown.
"""

from __future__ import annotations

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
GROUPS = {"image": (JPEG, PNG, WEBP), "pdf": (PDF,)}
"""What a field may hold, as its author calls it."""
SUFFIXES = {JPEG: ".jpg", PNG: ".png", WEBP: ".webp", PDF: ".pdf"}
HEAD_BYTES = 16
"""So many of a file's first bytes tell what it is."""


def type_of(head: bytes) -> str:
    """The media type of a file by its first bytes; "" for what is kept nowhere."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    return PDF if head.startswith(b"%PDF-") else ""


def is_image(type: str) -> bool:
    """Whether a page may show it where it stands."""
    return type in GROUPS["image"]
