"""Why a row holds, and why another does not."""
