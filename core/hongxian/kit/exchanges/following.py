"""What is taken follows from a source: a record that a taker's model has for no source was made up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hongxian.errors import Refused
from hongxian.kit.exchanges.exchange import Exchanges
from hongxian.model.row import Key
from hongxian.text import Text
from hongxian.writing.capture import Transaction

MADE_UP = Text(
    "这种记录由系统按别的记录算出，不能手工登记或修改。请修改它所依据的那条。",
    "Such a record is worked out from another one and is not made or changed by hand. Change what it follows from.",
)


class Following:
    """From which source each record follows that is worked out. Use once."""

    def __init__(self, exchanges: Exchanges) -> None:
        self._exchanges = exchanges
        self.names = exchanges.worked_out()
        """The collections whose records are."""
        self._in_tables: dict[str, dict[str, Key]] = {}

    def among(self, name: str, ids_of: Mapping[str, Iterable[str]]) -> dict[str, Key]:
        """What would follow in a collection from these records, by collection: the sources by the ids."""
        found: dict[str, Key] = {}
        for taker in self.names[name]:
            for giver in self._givers(taker.contract):
                found |= {taker.id_for(id): (giver, id) for id in ids_of.get(giver, ())}
        return found

    def in_tables(self, name: str) -> dict[str, Key]:
        """The same from all that is stored; looked up once."""
        if name not in self._in_tables:
            contracts = {taker.contract for taker in self.names[name]}
            givers = {giver for each in contracts for giver in self._givers(each)}
            self._in_tables[name] = self.among(name, {each: self._stored(each) for each in givers})
        return self._in_tables[name]

    def _givers(self, contract: type) -> Iterator[str]:
        for _, giver in self._exchanges.givers():
            if giver.contract is contract:
                yield giver.of._meta.collection

    def _stored(self, name: str) -> list[str]:
        store = self._exchanges.store
        sql = f'SELECT id FROM "{store.collection(name).table}"'
        return [id for (id,) in store.database.execute_sql(sql).fetchall()]


def refuse_made_up(exchanges: Exchanges, transaction: Transaction) -> None:
    """Raise `Refused` where a laptop's transaction makes by hand what is worked out."""
    if exchanges.store.kind == "hub":
        return
    following = Following(exchanges)
    for name in transaction.changes.keys() & following.names.keys():
        new = {each.id for each in transaction.changes[name] if each.whole}
        if new and not new <= following.in_tables(name).keys():
            raise Refused(MADE_UP)
