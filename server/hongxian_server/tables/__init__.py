"""The hub's own tables beside its records: who has access, the journal, exits from scopes."""
