"""Bayesian networks in the BIF format: variables with states, and a table for each.

    Program.read("asia.bif").run(smoke=["yes"]).probability("lung", ("yes",))

Each variable is a relation of one column, its state; data for it is what was observed.
"""
