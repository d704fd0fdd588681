"""What earlier syncs left: transactions that wait, what was sent last, what is to be mended still."""
