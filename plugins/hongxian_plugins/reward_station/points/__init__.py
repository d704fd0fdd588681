"""Points for confirmed service: a ledger of two sides, and a town's rules for it."""
