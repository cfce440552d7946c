// What a worker does with an equivalence relation that is held as its classes: its pairs are told
// one after another, and never stand anywhere.
#include "relations/worker.hpp"

namespace trivium::relations {

void Worker::scan_classes() {
    const Scan& scan = pipe_.scan_;
    const Equivalence& classes = *scan.relation->classes();
    Level& level = levels_[0];
    int64_t pairs[2][kBatch];
    size_t filled = 0;
    auto move_on = [&] {
        level.out.n = filled;
        for (auto [column, reg] : scan.binds) {
            int64_t* out = level.room.of(reg);
            std::copy(pairs[column], pairs[column] + filled, out);
            level.out.reg[reg] = out;
        }
        filled = 0;
        run(0, level.out);
    };
    auto take = [&](int64_t first, int64_t second) {
        for (auto [column, value] : scan.constants)
            if ((column ? second : first) != value) return;
        pairs[0][filled] = first;
        pairs[1][filled] = second;
        if (++filled == kBatch) move_on();
    };
    const bool one_side = !scan.each && scan.binds.size() < 2 && scan.constants.empty();
    if (!scan.equal.empty()) {
        classes.each_loop(scan.version, [&](uint32_t element) {
            take(classes.value(element), classes.value(element));
        });
    } else if (one_side) {
        classes.each_element(scan.version, [&](uint32_t element) {
            take(classes.value(element), classes.value(element));
        });
    } else if (!scan.constants.empty()) {
        const auto [column, value] = scan.constants[0];
        const uint32_t element = classes.find(&value);
        if (element != kNone) {
            classes.each_beside(element, scan.version, [&, column = column, value = value](uint32_t e) {
                column ? take(classes.value(e), value) : take(value, classes.value(e));
            });
        }
    } else {
        classes.each_pair(scan.version, [&](uint32_t element, Equivalence::Range others) {
            const int64_t first = classes.value(element);
            for (uint32_t i = 0; i < others.size; ++i) take(first, classes.value(others.data[i]));
        });
    }
    move_on();
    flush();
}

void Worker::find_elements(const Equivalence& classes, const Operand& operand, const Batch& in,
                           uint32_t* elements) {
    if (operand.reg < 0) {
        std::fill(elements, elements + in.n, classes.find(&operand.value));
        return;
    }
    const int64_t* key = in.reg[operand.reg];
    for (size_t i = 0; i < in.n; ++i) {
        if (i + 16 < in.n) classes.prefetch(&key[i + 16]);
        elements[i] = i && key[i] == key[i - 1] ? elements[i - 1] : classes.find(&key[i]);
    }
}

void Worker::probe_classes(size_t place, const Step& step, const Batch& in) {
    const Equivalence& classes = *step.relation->classes();
    const bool old_only = step.version == Version::kOld;
    Level& level = levels_[place + 1];
    uint32_t elements[kBatch], left[kBatch];
    int64_t payload[kBatch];
    find_elements(classes, step.keys[0], in, elements);
    size_t filled = 0;
    auto move_on = [&] {
        settle(place, step, in, left, payload, filled);
        filled = 0;
        if (level.filled == kBatch) hand_on(place);
    };
    for (size_t i = 0; i < in.n; ++i) {
        if (elements[i] == kNone) continue;
        const Equivalence::Range others = classes.members(elements[i], old_only);
        for (uint32_t at = 0; at < others.size; ++at) {
            left[filled] = static_cast<uint32_t>(i);
            payload[filled] = classes.value(others.data[at]);
            if (level.filled + ++filled == kBatch) move_on();
        }
    }
    move_on();
}

void Worker::choose_classes(size_t place, const Step& step, const Batch& in, bool wanted) {
    const Equivalence& classes = *step.relation->classes();
    const bool old_only = step.version == Version::kOld;
    uint8_t keep[kBatch];
    if (step.keys.empty()) {
        const bool any = old_only ? classes.old_pairs() : classes.pairs();
        std::fill(keep, keep + in.n, any == wanted);
        return pass(place, in, keep);
    }
    uint32_t one[kBatch], other[kBatch];
    find_elements(classes, step.keys[0], in, one);
    if (step.keys.size() > 1) find_elements(classes, step.keys[1], in, other);
    for (size_t i = 0; i < in.n; ++i) {
        bool found = one[i] != kNone;
        if (step.keys.size() > 1) {
            found = found && other[i] != kNone && classes.holds(one[i], other[i], old_only);
        } else if (old_only) {
            found = found && classes.members(one[i], true).size;
        }
        keep[i] = found == wanted;
    }
    pass(place, in, keep);
}

}  // namespace trivium::relations
