"""Questions: propose programs, run them, decide."""
