// The native engine as a Python module; the files `module_*.cpp` say what is in it.
#include <nanobind/nanobind.h>

#include "base/watch.hpp"

namespace nb = nanobind;

namespace trivium {

void bind_relation(nb::module_& m);   // module_relation.cpp
void bind_pipeline(nb::module_& m);   // module_pipeline.cpp
void bind_tables(nb::module_& m);     // module_tables.cpp
void bind_inference(nb::module_& m);  // module_inference.cpp

}  // namespace trivium

using namespace trivium;
using namespace trivium::base;

NB_MODULE(_native, m) {
    nb::set_leak_warnings(false);
    nb::register_exception_translator([](const std::exception_ptr& thrown, void*) {
        try {
            std::rethrow_exception(thrown);
        } catch (const Stopped& stopped) {
            // An interrupt has set Python's error already.
            if (stopped.why != Stop::kInterrupted) PyErr_SetString(PyExc_TimeoutError, "the time is over");
        }
    });
    m.doc() = "The native engine's primitives: relations, pipelines over them, grouping.";
    bind_relation(m);
    bind_pipeline(m);
    bind_tables(m);
    bind_inference(m);
}
