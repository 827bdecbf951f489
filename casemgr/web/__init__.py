"""Ground: the only place that knows Flask's request. Doors, sign-in, forms, pages, errors, headers."""
