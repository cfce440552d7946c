"""Problems of logic: premises and a statement, or constraints and options, to a verdict.

    read (forms/) → Horn: our engine, with a proof │ the rest: Z3, with a core → verdict

`solve.py` is the front; `verdict.py` says what comes out.
"""
