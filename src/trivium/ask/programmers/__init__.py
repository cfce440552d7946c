"""Who writes programs for a question: each a file, all behind one protocol."""
