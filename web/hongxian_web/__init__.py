"""What the laptop's desk and the hub's console share: the look, two languages, forms, safety."""
