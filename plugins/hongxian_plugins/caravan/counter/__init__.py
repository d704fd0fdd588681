"""Numbers at stalls: books that laptops hold, slips torn off them, who is called, what is left and promised there."""
