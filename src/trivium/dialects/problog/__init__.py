"""The ProbLog dialect: clauses over Prolog terms, solved by tabling straight to derivations.

    terms ← read ← clauses ← solve ← run         with builtins, gather and library beside `solve`

Terms have no types and may be of any shape, so this dialect does not go through the typed program;
its results, derivation graphs and errors are those of all programs.
"""
