// zhida_counts: ten fixed pieces of work, one a call, for counting their instructions (./dev bench --counts).
//
// Everything is made in memory from fixed seeds and runs on one thread, so the count hangs on nothing but the
// code, the compiler and the libraries. Only what happens inside zhida_counted() is counted.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/generator.h"
#include "engine/batch/batch.h"
#include "engine/facade/engine.h"
#include "engine/facade/matcher.h"
#include "engine/facade/result_batch.h"
#include "engine/facts/ndjson.h"
#include "engine/point/point.h"

// The only function whose instructions are counted, those that it calls included. Must stay one function.
#if defined(__clang__)
#define ZHIDA_KEEP_WHOLE __attribute__((noinline))
#else
#define ZHIDA_KEEP_WHOLE __attribute__((noipa))
#endif
extern "C" ZHIDA_KEEP_WHOLE void zhida_counted(const std::function<void()>& work) { work(); }

namespace zhida::bench {
namespace {

constexpr const char* kAsOf = "2026-06-30";
constexpr size_t kPadding = 64;  // the reader may look this far beyond its text

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "zhida_counts: %s\n", what.c_str());
  std::exit(2);
}

void Check(bool holds, const char* what) {
  if (!holds) Fail(std::string(what) + ": the answer is wrong");
}

struct World {
  Generator generator;
  std::map<std::string, std::string> files;
  pack::PackPtr pack;
  std::shared_ptr<const facade::Engine> engine;
  std::vector<std::string> lines;
  std::string text;  // the lines, with padding behind
  size_t text_size = 0;
  facts::FactBlock block;
  std::vector<int64_t> expected;  // by firm, how many policies hold; of the first firms

  World(int rules, int64_t firms) : generator({.rules = rules}), pack(Load()), block(pack->schema) {
    engine = std::make_shared<const facade::Engine>(pack, *Date::Parse(kAsOf), 1);
    for (int64_t i = 0; i < firms; ++i) {
      lines.push_back(generator.Json(generator.MakeFirm(i)));
      text += lines.back() + "\n";
      lines.back().reserve(lines.back().size() + kPadding);
    }
    text_size = text.size();
    text.append(kPadding, ' ');
    Read(&block);
    for (int64_t i = 0; i < std::min<int64_t>(firms, 64); ++i) {
      const Firm firm = generator.MakeFirm(i);
      int64_t holds = 0;
      for (const Rule& rule : generator.rules()) holds += generator.Holds(rule, firm) ? 1 : 0;
      expected.push_back(holds);
    }
  }

  pack::PackPtr Load() {
    if (files.empty()) {
      for (auto& [path, bytes] : generator.Pack()) files[path] = bytes;
    }
    Diagnostics diagnostics;
    pack::PackPtr loaded = pack::LoadPackFiles(files, &diagnostics);
    if (!loaded) Fail(diagnostics.Text());
    return loaded;
  }

  void Read(facts::FactBlock* into) const {
    facts::DateRules rules;
    rules.as_of = *Date::Parse(kAsOf);
    facts::NdjsonReader reader(*pack, rules);
    std::vector<facts::Reject> rejects;
    facts::ReadCounts counts;
    reader.Read({text.data(), text_size}, 1, 0, into, &rejects, &counts);
    into->Finish();
    if (!rejects.empty() || into->row_count() != lines.size()) Fail("rows were refused");
  }
};

void Encode() {
  World world(1'000, 256);
  point::PointEngine::Worker worker(world.engine->point());
  plan::RowCodes codes;
  for (int round = 0; round < 2; ++round) {
    const auto work = [&] {
      for (size_t row = 0; row < world.block.row_count(); ++row) worker.Encode(world.block, row, &codes);
    };
    round == 0 ? work() : zhida_counted(work);
  }
}

void Point(int rules) {
  World world(rules, 256);
  point::PointEngine::Worker worker(world.engine->point());
  std::vector<plan::RowCodes> codes(world.block.row_count());
  std::vector<point::Match> matches;
  std::vector<int64_t> found(codes.size());
  for (size_t row = 0; row < codes.size(); ++row) worker.Encode(world.block, row, &codes[row]);
  // The index learns from the first thousands of rows.
  for (int round = 0; round < 32; ++round) {
    const auto work = [&] {
      for (size_t row = 0; row < codes.size(); ++row) {
        worker.FindCoded(world.block, row, codes[row], point::Want::kEligible, &matches);
        found[row] = static_cast<int64_t>(matches.size());
      }
    };
    round < 31 ? work() : zhida_counted(work);
  }
  for (size_t row = 0; row < world.expected.size(); ++row) Check(found[row] == world.expected[row], "point");
}

void JsonToIds() {
  World world(1'000, 256);
  facade::Matcher matcher(world.engine, {});
  Diagnostics diagnostics;
  std::vector<int64_t> found(world.lines.size());
  for (int round = 0; round < 32; ++round) {
    const auto work = [&] {
      for (size_t row = 0; row < world.lines.size(); ++row) {
        const auto* matches = matcher.Match(world.lines[row], point::Want::kEligible, &diagnostics);
        found[row] = static_cast<int64_t>(matches->size());
      }
    };
    round < 31 ? work() : zhida_counted(work);
  }
  for (size_t row = 0; row < world.expected.size(); ++row) Check(found[row] == world.expected[row], "json");
}

void Batch(bool eligible_only, bool pairs) {
  World world(1'000, 4'096);
  batch::BatchOptions options;
  options.wanted = {pairs, false, false, false, false};
  options.eligible_only = eligible_only;
  const batch::BatchEngine engine(world.engine->plan(), options);
  batch::BatchEngine::Worker worker(engine);
  batch::BlockResult result;
  const facade::ResultBatches batches(facade::PolicyList(world.pack), {true, false, true, false, false});
  worker.Run(world.block, nullptr, &result);
  zhida_counted([&] {
    worker.Run(world.block, nullptr, &result);
    if (pairs) Check(batches.Make(world.block, result.pairs)->length > 0, "batch");
  });
  if (!pairs) return;
  for (size_t row = 0; row < world.expected.size(); ++row) {
    const auto found = result.pairs.row_ends[row] - result.pairs.row_begin(row);
    Check(static_cast<int64_t>(found) == world.expected[row], "batch");
  }
}

void ReadNdjson() {
  World world(1'000, 1'000);
  facts::FactBlock block(world.pack->schema);
  zhida_counted([&] { world.Read(&block); });
}

void Compile() {
  World world(1'000, 1);
  zhida_counted([&] { facade::Engine(world.Load(), *Date::Parse(kAsOf), 1); });
}

void Interpret() {
  World world(1'000, 16);
  std::vector<int64_t> found(world.block.row_count());
  zhida_counted([&] {
    for (size_t row = 0; row < found.size(); ++row) {
      const facts::BlockRow subject(world.block, row);
      pack::SubjectJudge judge(*world.pack, *Date::Parse(kAsOf), subject);
      for (size_t policy = 0; policy < world.pack->policies.size(); ++policy)
        found[row] += judge.Decide(static_cast<int>(policy)).outcome == pack::Outcome::kEligible ? 1 : 0;
    }
  });
  Check(found == world.expected, "interpreter");
}

const std::map<std::string_view, void (*)()> kWork = {
    {"encode_row", Encode},
    {"point_1000", [] { Point(1'000); }},
    {"point_5000", [] { Point(5'000); }},
    {"json_to_ids", JsonToIds},
    {"batch_counts_eligible", [] { Batch(true, false); }},
    {"batch_counts_all", [] { Batch(false, false); }},
    {"batch_pairs", [] { Batch(true, true); }},
    {"read_ndjson", ReadNdjson},
    {"compile", Compile},
    {"interpreter", Interpret},
};

}  // namespace
}  // namespace zhida::bench

int main(int argc, char** argv) {
  const auto work = zhida::bench::kWork.find(argc == 2 ? argv[1] : "");
  if (work == zhida::bench::kWork.end()) {
    // The list is what ./dev bench --counts goes through.
    for (const auto& [name, run] : zhida::bench::kWork)
      std::printf("%.*s\n", static_cast<int>(name.size()), name.data());
    return argc == 1 ? 0 : 2;
  }
  work->second();
  return 0;
}
