"""Tables and documents read into facts, each with the place it was read from."""
