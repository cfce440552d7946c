"""How probable literals of a derivation graph are: exactly, within bounds, and what follows."""
