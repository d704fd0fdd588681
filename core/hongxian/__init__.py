"""What most plugins need of Hongxian; with peewee, nothing else. The rooms beside this file have the rest."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hongxian.engine.first_days import *  # noqa: F403
else:

    def __getattr__(name: str) -> object:
        """Bring all of them: whoever asks for none, as a command's help, need not wait for the database's libraries."""
        from hongxian.engine import first_days
        from hongxian.words.names import former

        return getattr(first_days, name) if hasattr(first_days, name) else former(__name__)(name)
