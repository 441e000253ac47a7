#include "bench/made_data.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <utility>

#include "engine/base/diagnostic.h"
#include "engine/facts/ndjson.h"

namespace zhida::bench {

namespace {

constexpr int64_t kRowsPerBlock = 16'384;
constexpr size_t kLinesKept = 4'096;
constexpr size_t kPadding = 64;  // the reader may look this far beyond its text

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(2);
}

std::string Folder(int rules) {
  const char* root = std::getenv("ZHIDA_BENCH_DATA");
  return std::string(root != nullptr ? root : "build/bench/data") + "/" + std::to_string(rules);
}

void ReadFirms(int64_t rows_max, MadeData* made) {
  const std::string path = FirmsPath();
  std::ifstream in(path, std::ios::binary);
  if (!in) Fail(path + " is not there; run ./dev bench, which makes it, or set ZHIDA_BENCH_DATA");
  facts::DateRules rules;
  rules.as_of = made->plan->as_of;
  facts::NdjsonReader reader(*made->pack, rules);
  std::string text;
  std::string line;
  while (made->rows < rows_max) {
    text.clear();
    int64_t lines = 0;
    while (lines < std::min(kRowsPerBlock, rows_max - made->rows) && std::getline(in, line)) {
      text.append(line).push_back('\n');
      if (made->lines.size() < kLinesKept) {
        line.reserve(line.size() + kPadding);
        made->lines.push_back(line);
      }
      ++lines;
    }
    if (lines == 0) break;
    const size_t size = text.size();
    text.append(kPadding, ' ');
    auto block = std::make_unique<facts::FactBlock>(made->pack->schema);
    std::vector<facts::Reject> rejects;
    facts::ReadCounts counts;
    reader.Read({text.data(), size}, 1, 0, block.get(), &rejects, &counts);
    if (!rejects.empty()) Fail("row refused: " + rejects[0].reason);
    block->Finish();
    made->rows += static_cast<int64_t>(block->row_count());
    made->blocks.push_back(std::move(block));
  }
}

Shape ShapeOf(int rules) {
  const auto number = [](const char* name, double otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::atof(text) : otherwise;
  };
  Shape shape;
  shape.rules = rules;
  shape.missing = number("ZHIDA_BENCH_MISSING", shape.missing);
  shape.selectivity = number("ZHIDA_BENCH_SELECTIVITY", shape.selectivity);
  shape.firms = static_cast<int64_t>(number("ZHIDA_BENCH_SORTED", static_cast<double>(shape.firms)));
  shape.sorted = std::getenv("ZHIDA_BENCH_SORTED") != nullptr;
  return shape;
}

// Old data would be judged rightly and yet seem wrong.
void CheckOrigin(const MadeData& made) {
  const Generator& generator = *made.generator;
  for (size_t row = 0; row < std::min<size_t>(made.lines.size(), 16); ++row) {
    if (made.lines[row] != generator.Json(generator.MakeFirm(static_cast<int64_t>(row))))
      Fail(FirmsPath() + " is not what zhida_generate makes today; remove it and run ./dev bench");
  }
  for (size_t policy = 0; policy < generator.rules().size(); ++policy) {
    if (made.pack->policies[policy].id != generator.rules()[policy].id)
      Fail("the pack's policies are not in the order of their numbers");
  }
}

}  // namespace

const MadeData& DataOf(int rules, int64_t rows) {
  static std::map<std::pair<int, int64_t>, std::unique_ptr<MadeData>> all;
  auto& made = all[{rules, rows}];
  if (made) return *made;
  made = std::make_unique<MadeData>();
  Diagnostics diagnostics;
  made->pack = pack::LoadPack({PackPath(rules)}, {}, &diagnostics);
  if (!made->pack) Fail(diagnostics.Text());
  made->plan = plan::Compile(made->pack, *Date::Parse("2026-06-30"));
  ReadFirms(rows, made.get());
  made->generator = std::make_unique<Generator>(ShapeOf(rules));
  CheckOrigin(*made);
  return *made;
}

std::string PackPath(int rules) { return Folder(rules) + "/pack"; }

std::string FirmsPath() {
  const char* path = std::getenv("ZHIDA_BENCH_FIRMS_MADE");
  return path != nullptr ? path : Folder(5000) + "/firms.ndjson";
}

std::string FirmsText(size_t bytes) {
  std::ifstream in(FirmsPath(), std::ios::binary);
  std::string text(bytes, ' ');
  in.read(text.data(), static_cast<std::streamsize>(bytes));
  text.resize(text.rfind('\n', static_cast<size_t>(in.gcount())) + 1);
  text.reserve(text.size() + kPadding);
  return text;
}

int64_t RowsMax() {
  const char* rows = std::getenv("ZHIDA_BENCH_ROWS");
  return rows != nullptr ? std::atoll(rows) : 196'608;
}

}  // namespace zhida::bench
