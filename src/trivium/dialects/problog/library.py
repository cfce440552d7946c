"""The libraries of the dialect that are written in it."""

from __future__ import annotations

_LISTS = r"""
memberchk(X, [X|_]).
memberchk(X, [Y|T]) :- X \= Y, memberchk(X, T).
member(X, [X|_]).
member(X, [_|T]) :- member(X, T).
append([], L, L).
append([H|T], L, [H|R]) :- append(T, L, R).
append(Ls, L) :- '$concat'(Ls, L).
'$concat'([], []).
'$concat'([L|Ls], R) :- append(L, S, R), '$concat'(Ls, S).
prefix([], _).
prefix([H|T], [H|R]) :- prefix(T, R).
select(X, [X|T], T).
select(X, [H|T], [H|R]) :- select(X, T, R).
selectchk(X, [X|T], T).
selectchk(X, [H|T], [H|R]) :- X \= H, selectchk(X, T, R).
select(X, [X|T], Y, [Y|T]).
select(X, [H|T], Y, [H|R]) :- select(X, T, Y, R).
selectchk(X, [X|T], Y, [Y|T]).
selectchk(X, [H|T], Y, [H|R]) :- X \= H, selectchk(X, T, Y, R).
nextto(X, Y, [X,Y|_]).
nextto(X, Y, [_|T]) :- nextto(X, Y, T).
delete([], _, []).
delete([H|T], X, R) :- H = X, delete(T, X, R).
delete([H|T], X, [H|R]) :- H \= X, delete(T, X, R).
subtract([], _, []).
subtract([H|T], L, R) :- member(H, L), subtract(T, L, R).
subtract([H|T], L, [H|R]) :- \+ member(H, L), subtract(T, L, R).
nth0(I, L, X) :- '$nth'(L, 0, I, X).
nth1(I, L, X) :- '$nth'(L, 1, I, X).
'$nth'([X|_], I, I, X).
'$nth'([_|T], N, I, X) :- M is N + 1, '$nth'(T, M, I, X).
nth0(I, L, X, R) :- '$nth'(L, 0, I, X, R).
nth1(I, L, X, R) :- '$nth'(L, 1, I, X, R).
'$nth'([X|T], I, I, X, T).
'$nth'([H|T], N, I, X, [H|R]) :- M is N + 1, '$nth'(T, M, I, X, R).
last([X], X).
last([_,Y|T], X) :- last([Y|T], X).
proper_length(L, N) :- is_list(L), length(L, N).
same_length([], []).
same_length([_|A], [_|B]) :- same_length(A, B).
reverse(L, R) :- '$reverse'(L, [], R).
'$reverse'([], R, R).
'$reverse'([H|T], A, R) :- '$reverse'(T, [H|A], R).
permutation([], []).
permutation(L, [H|T]) :- select(H, L, R), permutation(R, T).
flatten(L, F) :- '$flatten'(L, F).
max_member(M, L) :- member(M, L), forall(member(X, L), X @=< M).
min_member(M, L) :- member(M, L), forall(member(X, L), M @=< X).
sum_list(L, S) :- '$sum'(L, 0, S).
sumlist(L, S) :- '$sum'(L, 0, S).
'$sum'([], S, S).
'$sum'([H|T], A, S) :- B is A + H, '$sum'(T, B, S).
max_list([H|T], M) :- '$max'(T, H, M).
'$max'([], M, M).
'$max'([H|T], A, M) :- B is max(A, H), '$max'(T, B, M).
min_list([H|T], M) :- '$min'(T, H, M).
'$min'([], M, M).
'$min'([H|T], A, M) :- B is min(A, H), '$min'(T, B, M).
numlist(A, B, L) :- findall(X, between(A, B, X), L).
is_set(L) :- is_list(L), length(L, N), sort(L, S), length(S, N).
list_to_set(L, S) :- '$set'(L, S).
intersection([], _, []).
intersection([H|T], L, [H|R]) :- member(H, L), intersection(T, L, R).
intersection([H|T], L, R) :- \+ member(H, L), intersection(T, L, R).
union([], L, L).
union([H|T], L, R) :- member(H, L), union(T, L, R).
union([H|T], L, [H|R]) :- \+ member(H, L), union(T, L, R).
subset([], _).
subset([H|T], L) :- member(H, L), subset(T, L).
select_uniform(I, L, X, R) :- length(L, N), N > 0, '$uniform'(I, N, L, X, R).
'$uniform'(I, N, [H|T], X, R) :- '$picks'(I, N, [H|T]), X = H, R = T.
'$uniform'(I, N, [H|T], X, [H|R]) :-
    \+ '$picks'(I, N, [H|T]), M is N - 1, '$uniform'(I, M, T, X, R).
P::'$picks'(_, N, _) :- P is 1.0 / N.
select_weighted(I, Ws, L, X, R) :- sum_list(Ws, S), '$weighted'(I, Ws, S, L, X, R).
select_weighted(I, WLs, X, R) :- '$pairs'(WLs, Ws, L), select_weighted(I, Ws, L, X, R).
'$pairs'([], [], []).
'$pairs'([(W,X)|T], [W|Ws], [X|Xs]) :- '$pairs'(T, Ws, Xs).
'$weighted'(I, [W|_], S, [X|T], X, T) :- '$weighs'(I, W, S, [X|T]).
'$weighted'(I, [W|Ws], S, [H|T], X, [H|R]) :-
    T \= [], \+ '$weighs'(I, W, S, [H|T]), Q is S - W, '$weighted'(I, Ws, Q, T, X, R).
P::'$weighs'(_, W, S, L) :- '$share'(W, S, L, P).
'$share'(_, _, [_], 1.0).
'$share'(W, S, [_,_|_], P) :- P is W / S.
"""

_APPLY = r"""
maplist(_, []).
maplist(G, [A|As]) :- call(G, A), maplist(G, As).
maplist(_, [], []).
maplist(G, [A|As], [B|Bs]) :- call(G, A, B), maplist(G, As, Bs).
maplist(_, [], [], []).
maplist(G, [A|As], [B|Bs], [C|Cs]) :- call(G, A, B, C), maplist(G, As, Bs, Cs).
foldl(G, L, A, R) :- '$foldl'(L, G, A, R).
'$foldl'([], _, R, R).
'$foldl'([H|T], G, A, R) :- call(G, H, A, B), '$foldl'(T, G, B, R).
include(_, [], []).
include(G, [H|T], [H|R]) :- call(G, H), include(G, T, R).
include(G, [H|T], R) :- \+ call(G, H), include(G, T, R).
exclude(_, [], []).
exclude(G, [H|T], R) :- call(G, H), exclude(G, T, R).
exclude(G, [H|T], [H|R]) :- \+ call(G, H), exclude(G, T, R).
partition(_, [], [], []).
partition(G, [H|T], [H|I], O) :- call(G, H), partition(G, T, I, O).
partition(G, [H|T], I, [H|O]) :- \+ call(G, H), partition(G, T, I, O).
"""

# Without any clause of their own: what they offer is built in.
_BUILT_IN = ("aggregate", "collect", "control", "cut", "db", "string")

LIBRARIES: dict[str, str] = {
    "lists": _LISTS,
    "apply": _APPLY,
    **dict.fromkeys(_BUILT_IN, ""),
}
