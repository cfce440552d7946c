"""The forms in which problems of logic are written.

declarations   sorts and functions, constraints over them and options with their tests
constraints    variables with domains, constraints and options
rules          facts and rules with truth values, and a query
datalog        Soufflé's dialect, with an answer that is a relation without columns
fol            premises and a conclusion in first-order logic, or TPTP
"""

from __future__ import annotations

import re

# Each form with what tells it, in the order that they are looked for.
FORMS = {
    "declarations": re.compile(r"^\s*#+\s*Declarations?\b|=\s*EnumSort\s*\(", re.M | re.I),
    "constraints": re.compile(r"\[IN\]|^\s*Variables\s*:", re.M),
    "rules": re.compile(r">>>|^\W*(?:Facts|Rules)\W*$", re.M),
    "datalog": re.compile(r":-|^\s*\.decl\b|^\s*\.output\b", re.M),
    "fol": re.compile(r"^\W*(?:Premises?|Conclusions?)\b", re.M | re.I),
}
