"""Who may use the desk: the access key, the lock, the people of this laptop, and joining."""
