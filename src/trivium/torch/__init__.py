"""Programs as layers of neural nets: `Layer`. It needs PyTorch (E401 without)."""

from __future__ import annotations

from trivium.errors import BackendError

try:
    import torch as _torch  # noqa: F401
except ImportError:
    raise BackendError(
        401, "learning needs PyTorch", hint="install it with `pip install trivium[train]`"
    ) from None

from trivium.torch.circuit import TensorCircuit
from trivium.torch.layer import Layer
from trivium.torch.nets import one_hot
from trivium.torch.provider import NetProvider

__all__ = ["Layer", "NetProvider", "TensorCircuit", "one_hot"]
