"""Models, and the records of what was asked of them."""
