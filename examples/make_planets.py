"""Write planets.xlsx: the eight planets after NASA's Planetary Fact Sheet, one sheet.

Diameters are equatorial; moons are those known at the end of 2023.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

HEADER = (
    "Planet",
    "Diameter (km)",
    "Mass (10^24 kg)",
    "Distance from the Sun (million km)",
    "Year (days)",
    "Mean temperature (°C)",
    "Moons",
    "Rings",
)
PLANETS = (
    ("Mercury", 4879, 0.330, 57.9, 88.0, 167, 0, "no"),
    ("Venus", 12104, 4.87, 108.2, 224.7, 464, 0, "no"),
    ("Earth", 12756, 5.97, 149.6, 365.2, 15, 1, "no"),
    ("Mars", 6792, 0.642, 228.0, 687.0, -65, 2, "no"),
    ("Jupiter", 142984, 1898, 778.5, 4331, -110, 95, "yes"),
    ("Saturn", 120536, 568, 1432.0, 10747, -140, 146, "yes"),
    ("Uranus", 51118, 86.8, 2867.0, 30589, -195, 27, "yes"),
    ("Neptune", 49528, 102, 4515.0, 59800, -200, 14, "yes"),
)


def main() -> None:
    book = Workbook()
    # A fixed date keeps the file the same each time that it is made.
    book.properties.created = book.properties.modified = datetime(2024, 1, 1)
    sheet = book.worksheets[0]
    sheet.title = "Planets"
    for row in (HEADER, *PLANETS):
        sheet.append(row)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    book.save(Path(__file__).with_name("planets.xlsx"))


if __name__ == "__main__":
    main()
