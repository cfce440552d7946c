"""The dialects that programs are written in, each behind one contract."""
