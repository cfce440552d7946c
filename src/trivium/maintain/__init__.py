"""Results that follow their data: rows come and go, and what depends on them with them."""
