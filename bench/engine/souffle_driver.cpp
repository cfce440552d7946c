// One run of a program that Soufflé has compiled: seconds, memory and result sizes as JSON.
//
//   program FACTS THREADS REPEATS CHECK RESULT...
//
// `souffle.py` puts it behind the C++ that Soufflé wrote, and has Soufflé compile the two.
// The clock stands still while facts are read and results are checked. With REPEATS above 1 the
// program is prepared once, and each run starts from the facts alone.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>
#include <sys/resource.h>

namespace {

using Row = std::vector<std::int64_t>;

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double processor_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    auto seconds = [](timeval t) { return double(t.tv_sec) + double(t.tv_usec) * 1e-6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Kilobytes, from the kernel's own account of this process.
long memory(const std::string& field) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind(field + ":", 0) == 0) return std::stol(line.substr(field.size() + 1));
    return 0;
}

// The same as `checksum` in job.py: a sum over rows, so that their order does not matter.
std::uint64_t checksum(const souffle::Relation& relation, std::uint64_t number) {
    std::uint64_t total = 0;
    for (auto& row : relation) {
        std::uint64_t mixed = number;
        for (std::size_t i = 0; i < relation.getArity(); ++i) {
            mixed = (mixed ^ std::uint64_t(std::int64_t(row[i]))) * 0x9E3779B97F4A7C15u;
            mixed ^= mixed >> 29;
        }
        total += mixed;
    }
    return total;
}

std::vector<std::pair<souffle::Relation*, std::vector<Row>>> facts_of(souffle::SouffleProgram& program) {
    std::vector<std::pair<souffle::Relation*, std::vector<Row>>> facts;
    for (auto* relation : program.getInputRelations()) {
        std::vector<Row> rows;
        for (auto& row : *relation) {
            Row copy;
            for (std::size_t i = 0; i < relation->getArity(); ++i) copy.push_back(row[i]);
            rows.push_back(std::move(copy));
        }
        facts.emplace_back(relation, std::move(rows));
    }
    return facts;
}

void clear(souffle::SouffleProgram& program) {
    for (auto* relation : program.getAllRelations()) relation->purge();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5) return 2;
    const std::string folder = argv[1];
    const int threads = std::stoi(argv[2]), repeats = std::stoi(argv[3]);
    const bool check = std::stoi(argv[4]) != 0;
    const double start = now();
    std::unique_ptr<souffle::SouffleProgram> program(
            souffle::ProgramFactory::newInstance("program"));
    if (!program) return 3;
    program->setNumThreads(threads);
    program->loadAll(folder);
    const auto facts = repeats > 1 ? facts_of(*program) : decltype(facts_of(*program)){};
    const double loaded = now(), loaded_processor = processor_seconds();
    const long before = memory("VmRSS");
    volatile std::size_t seen = 0;  // keeps the reading of results from being left out
    if (repeats == 1) program->run();
    for (int i = 0; repeats > 1 && i < repeats; ++i) {
        clear(*program);
        for (const auto& [relation, rows] : facts)
            for (const Row& row : rows) {
                souffle::tuple fact(relation);
                for (auto value : row) fact << souffle::RamSigned(value);
                relation->insert(fact);
            }
        program->run();
        for (int j = 5; j < argc; ++j)
            for (auto& row : *program->getRelation(argv[j])) seen = seen + std::size_t(row[0] >= 0);
    }
    const double done = now(), done_processor = processor_seconds();
    const long peak = memory("VmHWM");
    std::size_t rows = 0;
    std::uint64_t sum = 0;
    for (int j = 5; j < argc; ++j) {
        const souffle::Relation& relation = *program->getRelation(argv[j]);
        rows += relation.size();
        if (check) sum += checksum(relation, std::uint64_t(j - 5));
    }
    std::printf("{\"load\": %.6f, \"run\": %.6f, \"processor\": %.6f, \"before\": %ld, \"peak\": %ld, "
                "\"rows\": %zu, \"checksum\": ",
            loaded - start, done - loaded, done_processor - loaded_processor, before, peak, rows);
    std::printf(check ? "\"%016llx\"}\n" : "null}\n", static_cast<unsigned long long>(sum));
}
