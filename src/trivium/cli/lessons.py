"""A lesson for each error of the catalogue: a program that makes it, and the cure.

`trivium explain E202` and docs/errors.md show them; a test runs every program here and expects its
number. An error that no program makes (a file, an endpoint) has only a cure.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lesson:
    cure: str
    wrong: str = ""


LESSONS: dict[int, Lesson] = {
    101: Lesson(
        "end each fact and rule with a full stop, and put `:-` between head and body.",
        "path(x, y) :- edge(x, y)\nedge(1, 2).",
    ),
    102: Lesson('close the text with `"` on the same line.', 'city("Paris).'),
    103: Lesson(
        "compute the values first, and take `min` or `max` of them in a later rule.",
        ".lattice Level<> { Bottom -> $Bottom() }",
    ),
    104: Lesson("write a digit after the point: `3.0`.", "height(3x)."),
    105: Lesson("use a `float` where numbers are so large.", "big(99999999999999999999999)."),
    106: Lesson("name the inner part with a rule of its own."),
    107: Lesson("a declaration is `.decl`.", ".declare edge(x: number, y: number)"),
    108: Lesson(
        "name all arguments of the atom, or none.",
        "edge(1, 2).\nstart(x) :- edge(x: x, _).",
    ),
    109: Lesson("close each `#if` with an `#endif`.", "#ifdef SMALL\np(1)."),
    110: Lesson(
        "say in which folders files may be read: `Program(text, include=[...])`, `-I` here.",
        '#include "rules.dl"',
    ),
    111: Lesson(
        "give each parameter an argument.",
        "#define EDGE(a, b) edge(a, b).\nEDGE(1)",
    ),
    112: Lesson(
        "write the statement after `Conclusion:`, the query after `Query:`, or constraints.",
        "Premises:\nHuman(socrates)",
    ),
    120: Lesson("write one SELECT, as DuckDB would read it."),
    121: Lesson("write the query without it, or write the rules yourself."),
    226: Lesson("use the name of a table that was given: `trivium read FILE` shows it."),
    227: Lesson("use the name of a column as `trivium read FILE` shows it."),
    228: Lesson("write a CAST, name the table of the column, or group by what is shown."),
    229: Lesson("make the sub-query give one row: `LIMIT 1`, or an aggregate; or write `IN`."),
    201: Lesson("write the name as it was declared.", "edge(1, 2).\npath(x, y) :- egde(x, y)."),
    202: Lesson(
        "use a variable of the body in the head, or add an atom that binds it.",
        'parent("ann", "bob").\nancestor(x, z) :- parent(x, y).',
    ),
    203: Lesson(
        "give each column an argument (`_` for any value), or name the ones that matter.",
        "edge(1, 2).\nstart(x) :- edge(x).",
    ),
    204: Lesson(
        "use the column's name as it was declared.",
        ".decl edge(from: number, to: number)\nedge(1, 2).\nstart(x) :- edge(form: x).",
    ),
    205: Lesson(
        "name each column once.",
        ".decl edge(from: number, to: number)\nedge(1, 2).\nloop(x) :- edge(from: x, from: x).",
    ),
    206: Lesson(
        "give all columns in the head.",
        ".decl edge(from: number, to: number)\nedge(from: x) :- x = 1.",
    ),
    207: Lesson(
        "compare values of one type; `to_number(x)` reads a number from text.",
        'price("tea", 3).\ndear(x) :- price(x, p), p > "2".',
    ),
    208: Lesson(
        "add a positive atom that binds the variable.",
        "edge(1, 2).\nmissing(x) :- edge(x, _), !edge(y, x).",
    ),
    209: Lesson("declare the relation: `.decl empty(x: number)`.", "empty(x) :- empty(x)."),
    210: Lesson(
        "break the cycle: compute the negated or aggregated relation from others first.",
        "move(1, 2).\nwin(x) :- move(x, y), !win(y).",
    ),
    211: Lesson(
        "keep one of the two declarations.", ".decl edge(x: number)\n.decl edge(x: symbol)"
    ),
    212: Lesson(
        "use a functor of the language, or pass a Python function: `Program(text, functions=...)`.",
        'name("ann").\nloud(y) :- name(x), y = shout(x).',
    ),
    213: Lesson(
        "give the functor its number of arguments.",
        'name("ann").\nlength(n) :- name(x), n = strlen(x, 2).',
    ),
    214: Lesson("use a type of the language, or declare it with `.type`.", ".decl age(n: integer)"),
    215: Lesson("write the name of a relation of the program.", "edge(1, 2).\n.output path"),
    216: Lesson(
        "give the alternatives a relation of their own: `ab(x) :- a(x); b(x).`",
        "a(1).\nb(1).\np(x) :- a(x), " + ", ".join(["(a(x); b(x))"] * 13) + ".",
    ),
    217: Lesson("give the value, or a variable that the body binds.", "edge(1, _)."),
    220: Lesson(
        "say it of things: `Feud(a, b)`, and what `b` is in another premise.",
        "Premises:\nFeud(a, ∃y Tame(y))\nConclusion:\nTame(b)",
    ),
    221: Lesson("declare the name, or bind it: `Exists([d:days], ...)`."),
    222: Lesson("give a member of each sort, in the order that the function declares."),
    223: Lesson("list the members: `days = EnumSort([Mon, Tue])`."),
    224: Lesson("compare values of a function, such as `day(a) < day(b)`."),
    225: Lesson("name the form with `--form`, or write its headings, such as `Premises:`."),
    230: Lesson(
        "write the component's name as it was declared.",
        ".comp Graph { .decl edge(x: number, y: number) }\n.init roads = Grahp",
    ),
    231: Lesson(
        "give each parameter an argument.",
        ".comp Graph<N> { .decl edge(x: N, y: N) }\n.init roads = Graph",
    ),
    232: Lesson(
        "take the base, or the instance, that closes the circle out.",
        ".comp A : B { }\n.comp B : A { }\n.init a = A",
    ),
    233: Lesson(
        "declare the relation `overridable` where it is declared.",
        ".comp A { .decl p(x: number)  p(1). }\n.comp B : A { .override p  p(2). }",
    ),
    234: Lesson(
        "rename the component or the instance.",
        ".decl graph(x: number)\n.comp Graph { }\n.init graph = Graph",
    ),
    235: Lesson(
        "compare two rows of the same relation.",
        "best(1).\nother(2).\nbest(x) <= other(y) :- x < y.",
    ),
    236: Lesson(
        "name a column of the relation.",
        ".decl wife(man: symbol, woman: symbol) choice-domain husband",
    ),
    237: Lesson(
        "take `inline` from one of the relations.",
        ".decl p(x: number) inline\n.decl q(x: number) inline\np(x) :- q(x).\nq(x) :- p(x).",
    ),
    238: Lesson(
        "give it two columns of one type.",
        '.decl same(x: number, y: symbol) eqrel\nsame(1, "one").',
    ),
    239: Lesson("keep one of the two words.", ".decl edge(x: number, y: number) brie btree"),
    240: Lesson(
        "give the number of rows.",
        ".decl p(x: number)\np(1).\np(x + 1) :- p(x).\n.limitsize p(rows=10)",
    ),
    241: Lesson(
        "name each atom of the rule once.",
        "p(1, 2).\np(x, z) :- p(x, y), p(y, z).\n.plan 0:(2)",
    ),
    242: Lesson("keep one of the two.", "p(1).\n.printsize p\n.printsize p"),
    250: Lesson(
        "declare the branch, or use the name that the type gives it.",
        ".type Shape = Dot {} | Circle {radius: number}\n"
        ".decl seen(shape: Shape)\nseen($Cirle(3)).",
    ),
    251: Lesson(
        "give each field a part; `_` matches any.",
        ".type Pair = [x: number, y: number]\n.decl p(pair: Pair)\np([1, 2, 3]).",
    ),
    252: Lesson(
        "declare the relation, or name the type: `as([1, 2], Pair)`.",
        ".type Pair = [x: number, y: number]\nsame(1) :- [1, 2] != [2, 1].",
    ),
    253: Lesson(
        "number the rows in a rule of their own, once they are complete.",
        ".decl p(x: number, y: number)\np(1, 1).\np(autoinc(), y) :- p(y, _).",
    ),
    254: Lesson(
        "use a type that both belong to, or convert: `as(x, City)`.",
        ".type City <: symbol\n.type Person <: symbol\n.decl lives(p: Person, c: City)\n"
        ".decl city(c: City)\ncity(x) :- lives(x, _).",
    ),
    260: Lesson("write a number from 0 to 1, or bind one in the body.", "1.4::edge(1, 2)."),
    261: Lesson(
        "give alternatives that exclude each other probabilities that sum to at most 1.",
        "0.6::red; 0.7::green.",
    ),
    262: Lesson(
        "observe a row of its own, that a rule derives.",
        "0.4::edge(1, 2).\n.evidence edge(1, _)",
    ),
    263: Lesson(
        "apply the law to certain rows first, in a relation of its own.",
        "0.4::edge(1, 2).\n.limitsize edge(n=1)",
    ),
    269: Lesson(
        "give the rule a relation of its own.",
        '.model digit(image: tensor, -> label: number in 0..9)\ndigit("a", 1).',
    ),
    280: Lesson(
        "test the divisor first, in the same body: `d != 0, q = n / d`.",
        "pair(6, 0).\nquotient(q) :- pair(n, d), q = n / d.",
    ),
    281: Lesson(
        'keep such values out, in the same body: `match("[0-9]+", t)`.',
        'word("seven").\nnumber_of(n) :- word(t), n = to_number(t).',
    ),
    282: Lesson("annotate it: `def shout(text: str) -> str`."),
    283: Lesson("mend the function, or keep what it cannot take from it by a test in the body."),
    284: Lesson("give the type that the functor is declared with."),
    285: Lesson("remove or correct the evidence that cannot have been observed."),
    286: Lesson(
        "aggregate fewer uncertain rows, or take `count`, `min` or `max`; bind what its conditions "
        "compare with by a relation outside of its recursion."
    ),
    287: Lesson("give the probability its value: `run(weights={'p': 0.5})`."),
    288: Lesson("break the cycle: let no atom need that it does not hold itself."),
    289: Lesson("bind each variable of the clause in its body: `0.4::p(X) :- q(X).`"),
    290: Lesson("bind the arguments before the goal, so that the builtin can answer."),
    291: Lesson("add a clause for the goal, or say `:- unknown(fail).`"),
    292: Lesson("write the clause in the part of the dialect that docs/probability.md lists."),
    293: Lesson("gather what does not depend on the list."),
    294: Lesson("ask about single values, or bind the variables in the rules."),
    295: Lesson(
        "weigh a circuit compiled from the derivations, or choose an absorptive semiring.",
    ),
    296: Lesson("draw more samples, or infer exactly or within bounds."),
    297: Lesson("take a method and numbers that docs/probability.md names."),
    298: Lesson("run `trivium decide`, or give the clause a probability."),
    299: Lesson(
        "say what rows are worth: `.utility wet = -20`, in the ProbLog dialect `utility(wet, -20).`"
    ),
    301: Lesson("bind more of the rule's variables, or raise `--limit-seconds`."),
    302: Lesson(
        "bind more of the rule's variables, stop recursion that counts without end, or raise "
        "`--limit-rows`.",
    ),
    303: Lesson("bind more of the rule's variables, or raise `--limit-memory`."),
    304: Lesson("bound the recursion: `N > 0, M is N - 1, p(M)`."),
    305: Lesson("use smaller sorts, fewer variables in one quantifier, or split the formula."),
    306: Lesson("solve the part that matters; a program is seldom longer than a page."),
    310: Lesson("bind each variable by a positive atom, or by `=` with bound ones."),
    311: Lesson("take the dialect `souffle`, which is the default."),
    312: Lesson("run the program again, on the changed data."),
    313: Lesson("leave the option of Soufflé's command out, or take what the hint names."),
    314: Lesson("write `t(0.5)::` before a clause whose probability is to be learned."),
    316: Lesson("take a dialect that has it, as the hint says, or leave the argument out."),
    317: Lesson(
        'give rows of a relation that is called as an argument in a mapping: `run({"only": rows})`.'
    ),
    318: Lesson("bind the input by another atom: `big(x) :- item(x), slow(x, y).`"),
    319: Lesson("give the facts and rules a relation of their own, and derive a third from both."),
    320: Lesson("declare the columns that the provider has, or leave the declaration out."),
    321: Lesson("annotate the function, or say `provider(columns='n: number, -> r: symbol')`."),
    325: Lesson("list the values, or name a relation of one column that no model answers."),
    327: Lesson("list the values that a model may tell, and keep other aggregates from its rows."),
    329: Lesson("declare `.model topic(text: symbol, -> label: symbol in [...])` for that law."),
    330: Lesson("mend what DuckDB says; it is the SQL of DuckDB."),
    331: Lesson("ask a simpler query for the proof, of the same rows."),
    332: Lesson("ask why of a row of a part of the query, such as its sub-query or group."),
    333: Lesson("load a file as a table first: `trivium sql QUERY file.csv`."),
    340: Lesson(
        "write it with `fof` or `cnf`: a premise is an `axiom`, what is asked a `conjecture`."
    ),
    401: Lesson('install the extra that the message names, such as `pip install "trivium[llm]"`.'),
    402: Lesson(
        "let DuckDB download its extension once, or for PostgreSQL install a driver of its own: "
        '`pip install "trivium[postgres]"`.'
    ),
    403: Lesson("install a C++ compiler and reinstall, or take the backend `reference`."),
    404: Lesson("name `native` or `reference`, or name none: the fastest is taken."),
    405: Lesson("run the program on `native` or `reference`, which lack nothing."),
    411: Lesson("install Trivium again, or remake the file with the script that the hint names."),
    501: Lesson("start the server, or set OPENAI_BASE_URL to its address."),
    502: Lesson("take a smaller or nearer model, or allow more time."),
    503: Lesson("set OPENAI_API_KEY, and a model that the endpoint serves."),
    504: Lesson("set OPENAI_BASE_URL to an OpenAI-compatible API; it often ends in `/v1`."),
    505: Lesson("ask again, or ask another model."),
    506: Lesson("lower the number of tokens; a small model may repeat itself without end."),
    507: Lesson("record the exchange again with `--record`."),
    508: Lesson("record the exchanges again with `--record`."),
    509: Lesson("set TRIVIUM_MODEL, or give `--model`."),
    510: Lesson("ask again, or ask another model; or give a program with `--program`."),
    511: Lesson("ask again; a program may derive what it likes, but it only reads the tables."),
    512: Lesson("ask in the words of the tables, or ask another model."),
    513: Lesson("raise the budget; a budget of zero asks nobody."),
    514: Lesson("give the client `price=`, or limit calls or tokens."),
    517: Lesson("name one of them."),
    516: Lesson("name another file for the memory, or remove this one."),
    515: Lesson("name another file with `--cache`, or go without with `--no-cache`."),
    520: Lesson("end the net with `torch.nn.Softmax(1)`, and give it one output for each label."),
    521: Lesson("call the layer with each tensor that the program names: `layer(a=images)`."),
    522: Lesson('pass a net for each `.model`: `Layer(text, query, nets={"digit": net})`.'),
    523: Lesson('ask about an atom: `query="sum(a, b, _)"`.'),
    524: Lesson("mend the provider, or keep such inputs from it by another literal of the body."),
    525: Lesson("give a list of rows for each input, each with a value for each column."),
    526: Lesson('pass the models that it names: `Program(text, models={"small": client})`.'),
    527: Lesson("write the cheap model before the dear one: `using small, dear target ...`."),
    528: Lesson("declare the relation with `using small, dear target precision 0.95`."),
    529: Lesson('ask it something first: `table.where("it is a complaint: {text}")`.'),
    530: Lesson("look at the reason: is the endpoint there, and may the model be asked?"),
    531: Lesson('give true answers: `program.calibrate("late", {"two days late": True, ...})`.'),
    601: Lesson("check the path; `~` is the home folder, and others start at the current one."),
    602: Lesson("give the file read permission."),
    603: Lesson("name the files themselves, such as `reports/*.csv`."),
    604: Lesson("check that the file was downloaded or exported whole."),
    605: Lesson("save a copy of the file without a password."),
    606: Lesson("export the file again, or give it the suffix of what it is."),
    607: Lesson("convert the file to CSV, JSON, Parquet, XLSX, HTML, Markdown, PDF or DOCX."),
    608: Lesson("check the address, the user and that the database accepts connections."),
    609: Lesson("unpack the file yourself, and add what it holds."),
    610: Lesson("say `dmy` for 24/12/2024, `mdy` for 12/24/2024, `ymd` for 24/12/24 in December."),
    651: Lesson("pass a list of tuples, a dict of columns, a NumPy array or a data frame."),
    640: Lesson(
        "compare the file with the format: `variable a { type discrete [ 2 ] { t, f }; }`."
    ),
    641: Lesson("give each choice of the parents' states one row of numbers that sum to 1."),
    642: Lesson("name one of the variable's states, as the file spells it."),
    652: Lesson("pass rows as long as the relation has columns."),
    653: Lesson("declare the column with the type of its values, or convert the values."),
    654: Lesson("pass such large numbers as floats or as text; write `inf` for an infinity."),
    655: Lesson("turn the column into numbers, text or dates first."),
    656: Lesson("write `IO=file`, `csv`, `tsv`, `jsonl` or `parquet`."),
    657: Lesson("name the folder of the fact files with `-F`, or the file with `filename=`."),
    658: Lesson('mend the line, or name the delimiter: `.input edge(delimiter=",")`.'),
    659: Lesson("write to a folder where there is room, and that is yours."),
    660: Lesson("use the name that the program uses."),
    661: Lesson("ask why it does not hold: `result.why_not(...)`, `--why-not`."),
    662: Lesson("take the rows with `result[name].shown()`, or write them to a file."),
    670: Lesson("ask something."),
    671: Lesson("add a source first: `machine.add(...)`."),
    672: Lesson("name a table as `machine.tables` does, or a source as it was given to `add`."),
    673: Lesson("write what it means: `machine.define('turnover', 'total amount')`."),
    674: Lesson("ask for a number of each group: `revenue by month`."),
}
