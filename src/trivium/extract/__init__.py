"""Passages into typed facts, each with the bytes that say so; no model is needed."""
