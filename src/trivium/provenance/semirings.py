"""The semirings of `trivium.probability.semirings`, at the address that they once had."""

from trivium.probability.semirings import *  # noqa: F403
from trivium.probability.semirings import __all__ as __all__
