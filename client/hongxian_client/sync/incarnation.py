"""Another life on the laptop: the hub's new epoch is entered, or its own incarnation left.

The hub's `sync.incarnation` begins them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hongxian.model.transaction_id import TransactionId, runs_of
from hongxian.text import Text
from hongxian.wire.incarnation import LeaveReply, LeaveRequest, TakenTransaction
from hongxian.wire.page import ROW_BYTES, first_of, stream
from hongxian.wire.round import RoundReply, Status
from hongxian.words.incarnation import new_salt
from hongxian.words.logs import logger
from hongxian_client.replica.cursors import Cursor
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.restamp import restamp
from hongxian_client.replica.todo import Surplus
from hongxian_client.replica.unsent.outbox import OPEN, Entry, EntryState
from hongxian_client.replica.unsent.rebase import Base, base_rows, keep_base
from hongxian_client.sync.line.carrier import Carrier
from hongxian_client.sync.reconcile import pairs_in
from hongxian_client.sync.unfinished.lineage import new_lineage, note_head
from hongxian_client.sync.unfinished.pending import note_pending
from hongxian_client.sync.verdicts import were_taken_in

log = logger(__name__)


def enter_other_life(replica: Replica, carrier: Carrier, reply: RoundReply) -> list[Text]:
    """Enter the life that the hub is in, or take one of this laptop's own; returns what to tell.

    What is to be mended then is put down.
    """
    if reply.status is Status.STALE:
        leave(replica, carrier)
        return [
            Text(
                "本机曾被恢复或复制，现以新的编号继续",
                "this laptop was restored or copied; it goes on under a new number",
            )
        ]
    held = pairs_in({*reply.scopes, *reply.circles}, replica.held_tables())
    with replica.upkeep():
        enter_epoch(replica, reply)
        note_pending(held, Surplus.OFFER)
    return [Text("社区主机已重建，正在补齐数据", "the hub began a new life; filling it again")]


def enter_epoch(replica: Replica, reply: RoundReply) -> None:
    """Take a hub's new epoch, inside the caller's transaction.

    Seqs of the former life mean nothing now; what the hub had taken in without this laptop
    having its answer's rows may be lost there, so it goes out again.
    """
    with LaptopState.changing() as state:
        state.epoch, state.own_seqs = reply.epoch, []
        note_head(state, reply.head)
    new_lineage()
    Cursor.delete().execute()
    Entry.update(state=EntryState.UNSENT, seq=None).where(Entry.state == EntryState.SENT).execute()
    for name, table in replica.held_tables().items():
        replica.database.execute_sql(f'UPDATE "{table}" SET seq = 0')
        ids = [each.record for each in Base.select().where(Base.collection == name)]
        copies = base_rows(name, ids).values()
        for row in copies:
            row.seq = 0
        keep_base(name, copies)
    log.info("entered a new life of the hub epoch=%s", reply.epoch)


def leave(replica: Replica, carrier: Carrier) -> None:
    """Leave this laptop's incarnation, which a copy may use too, and go on as another."""
    open_work = Entry.select().where(Entry.state.in_((*OPEN, EntryState.KEPT)))
    stamps = {(each.prefix, each.count): each.stamp for each in open_work}
    ids, taken = sorted(stamps), list[TakenTransaction]()
    at_once = max(carrier.portion // ROW_BYTES, 1)
    for start in range(0, max(len(ids), 1), at_once):
        request = LeaveRequest(transactions=runs_of(ids[start : start + at_once]))
        answer = carrier("/v1/leave", b"".join(stream(request, [])))
        taken += LeaveReply.load(first_of(answer)).taken
    with replica.upkeep():
        _become_another(replica, taken, stamps)
    replica.asker = LaptopState.read().asker


def _become_another(
    replica: Replica, told: Iterable[TakenTransaction], stamps: Mapping[TransactionId, int]
) -> None:
    """What had been sent before the copy was made is done; all else keeps its order under new stamps.

    `stamps` are those of the open transactions.
    """
    taken = [
        (stamps[prefix, count], seq, stamp)
        for prefix, count, seq, stamp in told
        if (prefix, count) in stamps
    ]
    were_taken_in(replica, {stamp: seq for stamp, seq, _ in taken})
    new_lineage()
    became = {stamp: there for stamp, _, there in taken if stamp != there}
    restamp(replica, offset=LaptopState.read().clock_offset, salt=new_salt(), became=became)
    log.info("went on as another incarnation taken=%d", len(taken))
