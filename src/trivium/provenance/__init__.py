"""Why a row was derived, and why not."""
