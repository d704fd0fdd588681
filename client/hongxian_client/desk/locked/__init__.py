"""The page before the desk, while what the laptop keeps is locked, or has no key yet."""
