"""Words around records: their ids, the store that they are in, and the collections that Hongxian brings itself.

Gathered from where the engine has them, each on a floor of its own.
"""

from hongxian.collections.builtin import Consent, Device, Phone, Task, Team
from hongxian.collections.consents import consents_asked
from hongxian.collections.local_time import heard_so_far, known_until, local_minute
from hongxian.collections.store_protocol import present_store, refused_among
from hongxian.kinds.person import Somebody
from hongxian.kinds.shown_if import shown_if
from hongxian.kit.consents import Consents, consent_said, consent_seen, withdraw_consent
from hongxian.kit.migration import migration
from hongxian.kit.rules.rule import refuse_out_of_order
from hongxian.kit.whose import team_for
from hongxian.model.record import COMMUNITY, KEEPER, new_id, same_id
from hongxian.plugins.offers import asked_as
from hongxian.words.values import Value, Values

__all__ = [
    "COMMUNITY",
    "KEEPER",
    "Consent",
    "Consents",
    "Device",
    "Phone",
    "Somebody",
    "Task",
    "Team",
    "Value",
    "Values",
    "asked_as",
    "consent_said",
    "consent_seen",
    "consents_asked",
    "heard_so_far",
    "known_until",
    "local_minute",
    "migration",
    "new_id",
    "present_store",
    "refuse_out_of_order",
    "refused_among",
    "same_id",
    "shown_if",
    "team_for",
    "withdraw_consent",
]
