"""Between what people type and read, and records."""
