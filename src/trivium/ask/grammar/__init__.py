"""Grammars made from the tables and the question: all that a model may write.

grammar.py     a context-free grammar as data, and its notations
constants.py   the values that programs may name: of the data, or of the question
datalog.py     Datalog with named arguments: every sentence parses, type-checks and is safe
"""

from trivium.ask.grammar.datalog import datalog_grammar
from trivium.ask.grammar.grammar import Grammar
from trivium.ask.grammar.sql import sql_grammar

__all__ = ["Grammar", "datalog_grammar", "sql_grammar"]
