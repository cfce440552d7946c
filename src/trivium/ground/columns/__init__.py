"""A column is understood as a column: one reading for all its cells (see `reading.py`)."""
