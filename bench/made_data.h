// Packs and firms of zhida_generate, read once and kept for the benchmarks that ask for them.
#ifndef ZHIDA_BENCH_MADE_DATA_H_
#define ZHIDA_BENCH_MADE_DATA_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/generator.h"
#include "engine/facts/fact_block.h"
#include "engine/pack/pack.h"
#include "engine/plan/plan.h"

namespace zhida::bench {

struct MadeData {
  std::unique_ptr<Generator> generator;  // which judges the same firms in its own way
  pack::PackPtr pack;
  plan::PlanPtr plan;
  std::vector<std::unique_ptr<facts::FactBlock>> blocks;
  std::vector<std::string> lines;  // of the first firms, each with room behind it for the reader
  int64_t rows = 0;
};

// The pack of so many rules in the folder of that name under ZHIDA_BENCH_DATA (build/bench/data unless set),
// and that many firms of the folder 5000. Ends the program if they are not there or not what the generator
// makes today; ./dev bench makes them. ZHIDA_BENCH_MISSING and ZHIDA_BENCH_SELECTIVITY say with which options
// of zhida_generate the folders were made, if with any; ZHIDA_BENCH_SORTED how many firms --sorted were.
const MadeData& DataOf(int rules, int64_t rows);
std::string PackPath(int rules);
// The file of firms: ZHIDA_BENCH_FIRMS_MADE, or firms.ndjson of the folder 5000.
std::string FirmsPath();
// Its first whole lines, about so many bytes, with room behind them for the reader.
std::string FirmsText(size_t bytes);
// ZHIDA_BENCH_ROWS, or 196,608.
int64_t RowsMax();

}  // namespace zhida::bench

#endif  // ZHIDA_BENCH_MADE_DATA_H_
