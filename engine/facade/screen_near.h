// What a screen finds out beside outcomes, when it is asked to: near misses, and which facts keep pairs
// undetermined.
//
// A ScreenNear belongs to one thread and sums up what it has seen; its engine must outlive it. Near misses
// are found on planes and told by the interpreter, so their cost is in the telling.
#ifndef ZHIDA_ENGINE_FACADE_SCREEN_NEAR_H_
#define ZHIDA_ENGINE_FACADE_SCREEN_NEAR_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/batch/near_pass.h"
#include "engine/facade/engine.h"
#include "engine/facts/fact_block.h"
#include "engine/point/point.h"
#include "engine/value/decimal.h"

namespace zhida::facade {

// One line of the file of near misses, without the number of its row, which is known only when pieces meet.
struct NearLine {
  int64_t row = 0;  // within the piece, or of the whole input
  std::string members;
  std::string Text(int64_t row_base) const;
};

// A fact that is in the smallest missing set of undetermined pairs.
struct BlockedFact {
  int64_t pairs = 0;
  int64_t pairs_without_amount = 0;  // of which it cannot be told what they would bring
  int128_t could_fen = 0;
};
using BlockedFacts = std::map<int, BlockedFact>;  // by fact
void AddBlocked(const BlockedFacts& part, BlockedFacts* all);
// The money first.
std::string BlockedJson(const pack::Pack& pack, const BlockedFacts& blocked);

class ScreenNear {
 public:
  explicit ScreenNear(const Engine& engine);

  // Tells the near misses that the batch engine found. Adds to *lines.
  void Tell(const facts::FactBlock& block, const std::vector<batch::NearRow>& rows,
            std::vector<NearLine>* lines) const;
  // Sums up what keeps pairs undetermined. `policies`: which are looked at; empty: all.
  void Block(const facts::FactBlock& block, const std::vector<bool>& policies);
  const BlockedFacts& blocked() const { return blocked_; }

 private:
  const Engine& engine_;
  point::PointEngine::Worker worker_;
  std::vector<point::Match> matches_;
  BlockedFacts blocked_;
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_SCREEN_NEAR_H_
