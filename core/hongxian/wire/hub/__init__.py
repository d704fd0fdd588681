"""What a hub says of itself to anybody: who it is, where it is, and how far its journal had come."""
