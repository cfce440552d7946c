"""From an uncertain program to its derivation graph: one run, then the rules among its rows."""
