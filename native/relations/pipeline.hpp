// A pipeline: the steps of one plan, run over batches of bindings that stay in the cache.
//
//     path(x, z) :- path(x, y), edge(y, z).
//     scan path [delta] -> x y | probe edge by y -> z | insert path (x, z)
//
// A binding is one value for each register. A step takes a batch and hands on the bindings that
// satisfy it, so candidates are never kept: they go into the head's set batch by batch.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/watch.hpp"
#include "relations/relation.hpp"

namespace trivium::relations {

using namespace base;

/// A register, or a constant.
struct Operand {
    int reg = -1;
    int64_t value = 0;
};

enum class Operation {
    kAdd, kSubtract, kMultiply, kDivide, kRemainder, kNegate, kMin, kMax,
    kAnd, kOr, kXor, kToFloat,
};

enum class Comparison { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

struct Step {
    enum Form { kProbe, kExists, kAbsent, kTest, kCompute };
    explicit Step(Form form) : form(form) {}
    Form form;
    Relation* relation = nullptr;
    Index* index = nullptr;  // null: ask the relation's set, whose columns the keys are
    Version version = Version::kFull;
    std::vector<Operand> keys;
    std::vector<std::pair<int, int>> binds;  // column, register
    std::vector<std::pair<int, int>> equal;  // columns that must be the same
    int row = -1;                            // register for the number of the row
    std::vector<int> live;                   // registers that later steps read
    Kind kind = Kind::kInt;
    Operation operation = Operation::kAdd;
    Comparison comparison = Comparison::kEqual;
    Operand left, right;
    int target = -1;

    /// Of a probe: a later step that checks what it finds, and does so already here.
    struct Meeting {
        Relation* relation = nullptr;  // null: there is none
        Operand key;                   // what is known before
        bool turned = false;           // whether the relation's second column is the known one
        bool ready = false;
    };
    Meeting meeting;
    int met = -1;  // of a check: the place of the probe that may do it already
};

/// What a run may use.
struct Budget {
    Watch watch;
    int64_t bytes = -1;  // that the sink may grow by; negative: no limit
    int64_t rows = -1;   // that may be added
};

struct Scan {
    Relation* relation = nullptr;
    Version version = Version::kFull;
    std::vector<std::pair<int, int>> binds;
    std::vector<std::pair<int, int64_t>> constants;  // column, value
    std::vector<std::pair<int, int>> equal;
    int row = -1;
    bool each = true;  // whether every row counts, or a binding is enough once
};

/// What takes the bindings that satisfy every step.
class Sink {
   public:
    virtual ~Sink() = default;
    virtual void take(const int64_t* const* columns, size_t n) = 0;
    virtual size_t rows() const = 0;   // that it keeps
    virtual size_t bytes() const = 0;  // that it holds
    virtual size_t growth() const { return 0; }  // what is due besides

    /// Whether parts of the bindings may go to sinks of their own, which are added up in order.
    virtual bool divisible() const { return false; }
    virtual std::unique_ptr<Sink> another() const { return nullptr; }
    virtual void add(std::vector<std::unique_ptr<Sink>>& parts) { parts.clear(); }
};

class Worker;

class Pipeline {
   public:
    explicit Pipeline(int registers);
    ~Pipeline();
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    void scan(Scan scan) {
        scan_ = std::move(scan);
        scans_ = true;
    }
    void add(Step step) { steps_.push_back(std::move(step)); }

    /// The columns that the bindings give; said last.
    void head(std::vector<Operand> head);
    size_t width() const { return head_.size(); }
    const std::vector<int64_t>& passed() const { return passed_; }

    struct Outcome {
        Stop stop = Stop::kDone;
    };

    /// Run over the scanned rows, or over `given` bindings (a column for each register or null).
    /// `head` is the relation that the sink fills, if it does. What is found does not depend on
    /// `threads`, nor does its order.
    Outcome run(Sink& sink, Relation* head, const Budget& budget,
                const std::vector<const int64_t*>& given, size_t given_length, size_t threads);

   private:
    friend class Worker;
    template <class Go>
    Stop in_shards(Sink& sink, Relation& head, const Budget& budget, size_t from, size_t to,
                           Go go);
    template <class Go>
    Stop in_blocks(Sink& sink, const Budget& budget, size_t from, size_t to, size_t threads,
                           Go go);
    void arrange_meetings();
    bool may_wait() const;
    void make_ready(Relation* head, size_t threads, const Watch& watch);
    void follow(size_t threads, const Watch& watch);
    void count(const Worker& worker);
    Worker& worker(size_t number);

    int registers_;
    bool scans_ = false;
    Scan scan_;
    std::vector<Step> steps_;
    std::vector<Operand> head_;
    std::vector<int64_t> passed_;
    size_t split_ = ~size_t{0};  // the place where the first column of a pair is known
    bool fused_ = false;         // the last step finds the second column, beside a first one
    bool may_wait_ = false;      // what the scan binds second may wait, see `may_wait`
    const Index* waiting_ = nullptr;  // what it waits in, in this run
    std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace trivium::relations
