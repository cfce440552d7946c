"""How well messy files are read: labels, readers, and the comparison of the two."""
