"""Collections: models as the engine works with them, those that it brings itself, and who may do what in them."""
