"""What solving needs: Z3, which is an extra."""

import pytest

pytest.importorskip("z3", reason="pip install trivium[solve]")
