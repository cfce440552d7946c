"""The dialect of SQL: a SELECT, run as rules that explain its rows."""
