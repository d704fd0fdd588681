"""Records on the desk: lists, forms, pages, sheets and documents."""
