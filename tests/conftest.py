"""Property tests look for new cases on every developer's run, and at the same ones in CI.

TRIVIUM_NATIVE names a native engine to test in place of the installed one: `make sanitize` builds
one that checks each address, and all arithmetic.
"""

from __future__ import annotations

import os
import sys
from importlib.util import module_from_spec, spec_from_file_location

from hypothesis import settings

if os.environ.get("TRIVIUM_NATIVE"):
    found = spec_from_file_location("trivium._native", os.environ["TRIVIUM_NATIVE"])
    assert found is not None
    assert found.loader is not None
    sys.modules["trivium._native"] = module_from_spec(found)
    found.loader.exec_module(sys.modules["trivium._native"])

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("local", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")
