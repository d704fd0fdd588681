"""Certificates: what somebody served, on a paper that anybody can check, with stars, trainings and awards."""

from __future__ import annotations

from hongxian import Record, Store, Text, hookimpl
from hongxian_plugins.certificates.honours import Award, Objection, Star, Training
from hongxian_plugins.certificates.papers import Certificate, Line
from hongxian_plugins.certificates.register import Entry, SerialBook
from hongxian_plugins.certificates.settings import CertificateRules

__all__ = [
    "Award",
    "Certificate",
    "CertificateRules",
    "Entry",
    "Line",
    "Objection",
    "SerialBook",
    "Star",
    "Training",
]

title = Text("服务证明", "Certificates")
icon = "patch-check"


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [
        Certificate,
        Line,
        SerialBook,
        Entry,
        Star,
        Training,
        Award,
        Objection,
        CertificateRules,
    ]


@hookimpl(trylast=True)  # the hours come first, whoever makes them
def hongxian_demo_was_asked(store: Store, seed: int) -> None:
    from hongxian_plugins.certificates.demo import fill

    fill(store, seed)
