"""What a model's tokens cost, from the table that the `genai-prices` library keeps.

    price_of("gpt-4o-mini")         Price(prompt=0.15, completion=0.6), dollars a million tokens

A model that the table does not know has no price; a server on this machine costs nothing that it
could know of.
"""

from __future__ import annotations

import warnings
from importlib.metadata import version
from typing import NamedTuple

# Prices may change with a prompt's length: those of short ones are meant.
_SHORT = 1_000


class Price(NamedTuple):
    """Dollars for a million tokens read (`prompt`) and written (`completion`).

    `source` names the table and its edition, for a bill that can be checked.
    """

    prompt: float
    completion: float
    source: str = ""


def price_of(model: str, base_url: str | None = None) -> Price | None:
    """The price of a model at an endpoint, or None where the table has none or is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from genai_prices import Usage, calc_price
    except ImportError:
        return None

    def dollars(usage: Usage) -> float:
        found = calc_price(usage, model_ref=model, provider_api_url=base_url)
        return float(found.total_price * 1_000_000 / _SHORT)

    try:
        read, written = Usage(input_tokens=_SHORT), Usage(output_tokens=_SHORT)
        return Price(dollars(read), dollars(written), f"genai-prices {version('genai-prices')}")
    except LookupError:
        return None
