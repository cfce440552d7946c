"""Units of time, length, weight and volume, in English and Chinese, and how much each is.

measured_in("hours")     ("time", 3600.0)
measured_in("公里")      ("length", 1000.0)
"""

from __future__ import annotations

__all__ = ["measured_in"]

_UNITS = {
    name: (dimension, factor)
    for dimension, units in {
        "time": {
            1.0: "s sec second 秒 秒钟", 60.0: "min minute 分钟", 3600.0: "h hr hrs hour 小时 钟头",
            86400.0: "d day 天", 604800.0: "week 周 星期",
        },
        "length": {
            1e-3: "mm millimetre millimeter 毫米", 1e-2: "cm centimetre centimeter 厘米",
            1.0: "m metre meter 米", 1e3: "km kilometre kilometer 公里 千米",
            1609.344: "mi mile 英里", 0.3048: "ft foot feet 英尺",
        },
        "weight": {
            1e-3: "g gram 克", 1.0: "kg kilo kilogram 公斤 千克", 1e3: "t ton tonne 吨",
            0.45359237: "lb lbs pound 磅",
        },
        "volume": {1e-3: "ml 毫升", 1.0: "l litre liter 升"},
    }.items()
    for factor, names in units.items()
    for name in names.split()
}  # fmt: skip


def measured_in(unit: str) -> tuple[str, float] | None:
    """What a unit measures, and how many of the plainest unit it is; None if it is none known."""
    name = unit.strip().lower()
    return _UNITS.get(name) or (_UNITS.get(name[:-1]) if name.endswith("s") else None)
