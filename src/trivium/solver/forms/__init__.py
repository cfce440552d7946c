"""The forms in which problems of logic are written."""
