"""SQL queries as rules: a file for blocks, one for groups, one for expressions, one for rules."""
