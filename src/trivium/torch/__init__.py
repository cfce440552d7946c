"""Programs as layers of neural nets."""
