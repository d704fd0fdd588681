"""Rules: declared by plugins and by the kit itself, asked about each transaction, and the marks that stand."""
