"""TLS for a server: a context of a certificate and its key."""

from __future__ import annotations

import asyncio.sslproto
import ssl
from pathlib import Path

BUFFER = 16 * 1024
"""Bytes that asyncio keeps for what one encrypted connection sends: a TLS record; 256 KiB else."""


def tls_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.3 under a certificate (with those that vouch for it) and its private key, both PEM."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.num_tickets = 0  # laptops resume no session, and each kept for it takes 13 KiB
    context.load_cert_chain(certificate, key)
    return context


def keep_buffers_small() -> None:
    """Have asyncio keep little for each encrypted connection; it has no setting for that."""
    asyncio.sslproto.SSLProtocol.max_size = BUFFER
