"""Exchanges: what one plugin gives another takes, by a contract that both know."""
