"""On phones: what residents without an account tell of and follow, and what volunteers take on."""
