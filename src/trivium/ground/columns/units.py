"""Units that tables are written in, and how one is converted into another.

`UNITS` gives each spelling the name by which pint knows it; pint holds the sizes and is loaded only
where a column has several units of one kind.
"""

from __future__ import annotations

from functools import cache
from typing import Any

_SPELLINGS = """
gram: g gr gram grams gramm
kilogram: kg kgs kilo kilos kilogram kilograms 公斤 千克
milligram: mg
microgram: µg mcg
metric_ton: t tonne tonnes 吨
pound: lb lbs pound pounds
ounce: oz ounce ounces
stone: st stone
meter: m metre metres meter meters 米
kilometer: km kms kilometre kilometres kilometer kilometers 公里 千米
centimeter: cm 厘米
millimeter: mm 毫米
inch: in inch inches
foot: ft foot feet
yard: yd yds yard yards
mile: mi mile miles
nautical_mile: nmi
second: s sec secs second seconds
minute: min mins minute minutes
hour: h hr hrs hour hours
day: d day days
week: wk week weeks
millisecond: ms
liter: l L litre litres liter liters 升
milliliter: ml mL 毫升
centiliter: cl cL
hectoliter: hl hL
gallon: gal gallon gallons
pint: pt
fluid_ounce: floz
meter**2: m² m2 sqm sq_m 平方米
kilometer**2: km² km2 sq_km 平方公里
hectare: ha hectare hectares
acre: acre acres
foot**2: ft² sqft
mile**2: mi² mi2 sq_mi
meter**3: m³ m3
kilometer/hour: km/h kmh kph
mile/hour: mph
meter/second: m/s
knot: kn knots
watt: W
kilowatt: kW
megawatt: MW
gigawatt: GW
watt_hour: Wh
kilowatt_hour: kWh
megawatt_hour: MWh
gigawatt_hour: GWh
terawatt_hour: TWh
joule: J
kilojoule: kJ
megajoule: MJ
kilocalorie: kcal
hertz: Hz
kilohertz: kHz
megahertz: MHz
gigahertz: GHz
byte: B
kilobyte: kB KB
megabyte: MB
gigabyte: GB
terabyte: TB
pascal: Pa
hectopascal: hPa
bar: bar
volt: V
kilovolt: kV
degC: °C
degF: °F
"""
UNITS = {
    spelling.replace("_", " "): name
    for name, _, spellings in (line.partition(": ") for line in _SPELLINGS.strip().splitlines())
    for spelling in spellings.split()
}


def factors(units: list[str]) -> dict[str, float] | None:
    """By how much a value in each unit is multiplied to be in the first; None if it cannot be.

    Raises ImportError where pint is not installed.
    """
    if any(unit not in UNITS for unit in units):
        return None
    found = {unit: _factor(UNITS[unit], UNITS[units[0]]) for unit in units}
    return {u: f for u, f in found.items() if f} if all(found.values()) else None


@cache
def _factor(unit: str, goal: str) -> float:
    """0 where the two measure different things, or by an offset (degrees)."""
    if unit == goal:
        return 1.0
    if unit.startswith("deg"):
        return 0.0
    import pint

    try:
        return float(_registry()(unit).to(goal).magnitude)
    except pint.DimensionalityError:
        return 0.0


@cache
def _registry() -> Any:
    import pint

    return pint.UnitRegistry()
