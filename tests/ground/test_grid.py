"""Header rows of tables as reports print them."""

from __future__ import annotations

import pytest

from trivium.ground.grid import header_height, join_headers, spread_headers

TABLES = [
    (
        [["", "", "Year ended May 31,", ""],
         ["", "2019", "2018", "2017"],
         ["", "", "(in millions)", ""],
         ["Revenue:", "", "", ""],
         ["License", "$3,181", "3,042", "—"]],
        3,
        ["", "Year ended May 31, 2019", "Year ended May 31, 2018 (in millions)",
         "Year ended May 31, 2017"],
    ),
    (
        [["", "2019", "", "2018", ""],
         ["", "Men", "Women", "Men", "Women"],
         ["Aged 65", "86.8", "88.9", "87.3", "89.3"]],
        2,
        ["", "2019 Men", "2019 Women", "2018 Men", "2018 Women"],
    ),
    (
        [["($ in millions)", "", ""],
         ["At December 31:", "2019", "2018"],
         ["Recorded investment (1)", "$22,446", "$31,182"]],
        2,
        ["($ in millions) At December 31:", "2019", "2018"],
    ),
    (
        [["", "", "", "", "16 Weeks"],
         ["", "", "12 Weeks Ended", "", "Ended"],
         ["", "July 7,", "April 14,", "May 2,", "January 20,"],
         ["High", "$91.30", "$87.84", "$85.32", "$90.49"]],
        3,
        ["", "12 Weeks Ended July 7,", "12 Weeks Ended April 14,", "12 Weeks Ended May 2,",
         "16 Weeks Ended January 20,"],
    ),
    (
        [["", "", "December 31,"], ["", "2019", "2018"], ["Fees", "$58", "$55"]],
        2,
        ["", "December 31, 2019", "December 31, 2018"],
    ),
    (
        [["", "Balance at", ""], ["", "Beginning", "Increase"], ["Allowance", "4", "5"]],
        2,
        ["", "Balance at Beginning", "Increase"],
    ),
    ([["Name", "City"], ["Ann", "Rome"], ["Bob", "Oslo"]], 1, ["Name", "City"]),
    ([["Plan", "Start"], ["A", "none"], ["B", "4"]], 1, ["Plan", "Start"]),
]  # fmt: skip


@pytest.mark.parametrize(("grid", "height", "headers"), TABLES)
def test_several_header_rows(grid: list[list[str]], height: int, headers: list[str]) -> None:
    assert header_height(grid) == height
    width = len(headers)
    assert join_headers(spread_headers(grid[:height], width), width) == headers
