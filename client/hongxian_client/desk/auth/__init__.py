"""Who may use the desk: who is let in, the lock, the people of this laptop, and joining."""
