#include "bench/demo_firms.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "engine/facade/chunks.h"
#include "engine/facts/ndjson.h"

namespace zhida::bench {

std::string DemoFirmsPath() {
  const char* path = std::getenv("ZHIDA_BENCH_FIRMS");
  if (path == nullptr) {
    std::fprintf(stderr, "set ZHIDA_BENCH_FIRMS to an NDJSON file of firms, or run ./dev bench\n");
    std::exit(2);
  }
  return path;
}

std::shared_ptr<const facade::Engine> SampleEngine(int threads) {
  Diagnostics diagnostics;
  const auto pack = pack::LoadPack({ZHIDA_SOURCE_DIR "/rules/quanzhou"}, {}, &diagnostics);
  if (!pack) {
    std::fprintf(stderr, "%s", diagnostics.Text().c_str());
    std::exit(2);
  }
  return std::make_shared<const facade::Engine>(pack, *Date::Parse("2025-06-30"), threads);
}

int64_t ReadDemoFirms(const facade::Engine& engine, DemoFirms* keep) {
  facade::ChunkReader chunks({DemoFirmsPath()});
  const facts::DateRules rules = engine.DateRulesOf({});
  facts::NdjsonReader reader(engine.pack(), rules);
  facade::Chunk chunk;
  std::vector<facts::Reject> rejects;
  facts::ReadCounts counts;
  auto block = std::make_unique<facts::FactBlock>(engine.pack().schema);
  int64_t rows = 0;
  while (chunks.Next(&chunk) == Taken::kPiece) {
    block->Clear();
    reader.Read(std::string_view(chunk.text.data(), chunk.size), 1, 0, block.get(), &rejects, &counts);
    block->Finish();
    rows += static_cast<int64_t>(block->row_count());
    if (keep == nullptr) continue;
    keep->blocks.push_back(std::move(block));
    block = std::make_unique<facts::FactBlock>(engine.pack().schema);
  }
  return rows;
}

const DemoFirms& TheDemoFirms() {
  static const DemoFirms firms = [] {
    DemoFirms made;
    made.engine = SampleEngine(1);
    made.rows = ReadDemoFirms(*made.engine, &made);
    return made;
  }();
  return firms;
}

}  // namespace zhida::bench
