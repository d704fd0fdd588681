"""What is unsent: the outbox, rebased on what the hub has; sent again where it was refused."""
