"""How the links of a question are joined into bounds, conditions, ranks and groups.

    over | $1,000              ->  bound(> 1000)
    Amount | bound(> 1000)     ->  condition(Amount > 1000)
    highest | salary           ->  rank(salary)

`rules` holds the rules in the order in which they are tried; each names the kinds of part that it
joins, and the function that does, which stands in the file of its idea.
"""
