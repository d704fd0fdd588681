"""Records on the desk: lists, forms, pages, sheets, documents, and what only a person can decide."""
