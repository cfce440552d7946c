"""The native backend: relations, primitives and whole plans in C++, their meaning unchanged.

    before:  numpy arrays, sorted and searched      after:  sets and indexes that grow with the rows

module       the compiled module, where it was built
backend      `Native`: the primitives
relation     a relation in C++
executor     whole plans as pipelines; what these lack goes step by step
lower        from the steps of a plan to the calls that build a pipeline
"""

from trivium.engine.native.backend import Native
from trivium.engine.native.module import available, native_module

__all__ = ["Native", "available", "native_module"]
