"""The reader: a question and tables in, readings out, each word of the question accounted for."""

from trivium.ask.reader.read import Reading, Readings, read

__all__ = ["Reading", "Readings", "read"]
