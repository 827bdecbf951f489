"""Ground: who may do what to which. Knows permissions, roles, actors, the scope wall, the desk. Knows no Flask."""
