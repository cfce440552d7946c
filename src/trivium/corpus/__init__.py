"""Many documents at once: the things that they speak of, search over their passages."""
