"""The typed program between analysis and planning."""
