"""Running plans: columns, primitives, control."""
