"""Fact files, read strictly by their declarations, and written."""
