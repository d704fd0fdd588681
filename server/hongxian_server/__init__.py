"""The hub: brings a community's laptops together."""
