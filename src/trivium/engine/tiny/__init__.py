"""The engine for few rows: the plans of a program as closures over tuples, sets and dictionaries.

    run.py     a prepared program: rows in, strata and rounds, rows out
    accept.py  which rows it takes
    steps.py   joins, negations and tests over lists of tuples
    terms.py   terms and comparisons of one tuple
    folds.py   aggregates

It derives what the general engine derives, or raises `Unfit`, and the general engine runs instead:
for a construct that it does not know, an error that wants its message, or rows that grow too many.
"""
