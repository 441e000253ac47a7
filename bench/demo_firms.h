// The sample pack, and firms of `zhida demo --write` for it, read once and kept.
//
// Firms come from the file named by ZHIDA_BENCH_FIRMS; ./dev bench makes 100,000 of them. Ends the program
// where something is not there.
#ifndef ZHIDA_BENCH_DEMO_FIRMS_H_
#define ZHIDA_BENCH_DEMO_FIRMS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/facade/engine.h"
#include "engine/facts/fact_block.h"

namespace zhida::bench {

std::shared_ptr<const facade::Engine> SampleEngine(int threads);
std::string DemoFirmsPath();

// Blocks refer to the schema of the engine that they were read for.
struct DemoFirms {
  std::shared_ptr<const facade::Engine> engine;
  std::vector<std::unique_ptr<facts::FactBlock>> blocks;
  int64_t rows = 0;
};

// Reads all firms; keeps them if `keep` is given.
int64_t ReadDemoFirms(const facade::Engine& engine, DemoFirms* keep);
const DemoFirms& TheDemoFirms();

}  // namespace zhida::bench

#endif  // ZHIDA_BENCH_DEMO_FIRMS_H_
