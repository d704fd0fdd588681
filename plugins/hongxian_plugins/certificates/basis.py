"""When the service that a certificate lists turns out otherwise: the paper stays, and a person decides."""

from __future__ import annotations

from hongxian import Store, takes
from hongxian.contracts import Hours
from hongxian_plugins.certificates.papers import Certificate, Line

_MOST = 200
"""Characters that are told of what changed."""


@takes(Hours)
def look_at_what_was_issued(store: Store, source: str, hours: Hours | None) -> None:
    """Tell each valid certificate of which a line follows from this source what is otherwise now."""
    valid = Certificate.select(Certificate.id).where(Certificate.state == "issued")
    lines = Line.select().where(
        Line.source == source,
        Line.on_paper == True,  # noqa: E712
        Line.certificate.in_(valid),
    )
    minutes = hours.minutes if hours else 0
    for line in list(lines):
        if line.minutes != minutes:
            _tell(Certificate.get_by_id(line.certificate), f"{line.day} {line.minutes}→{minutes}")


def _tell(certificate: Certificate, what: str) -> None:
    """Once for each change, so that it may be called again; whoever kept it is asked anew."""
    told = (certificate.changed or "").split("; ") if certificate.changed else []
    if what in told:
        return
    certificate.changed = "; ".join([*told, what])[-_MOST:]
    certificate.kept = None
    certificate.save()
