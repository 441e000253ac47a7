// Pools: which awards ask which pool, in what order, and what each is given.
//
// Three steps, each in parallel: Collect() looks at the lines of a piece and puts together what they ask of
// each part of a pool (a region with a quota, or the rest); GiveOut() settles one part over all pieces;
// WriteBack() tells the lines of a piece. The pieces are in the order of their lines, which breaks ties, and
// nothing depends on where they end.
#ifndef ZHIDA_ENGINE_PAYOUT_POOLS_H_
#define ZHIDA_ENGINE_PAYOUT_POOLS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/payout/allocate.h"
#include "engine/payout/award.h"
#include "engine/payout/history.h"
#include "engine/payout/line.h"
#include "engine/payout/rules.h"
#include "engine/value/decimal.h"

namespace zhida::payout {

// What a pool had and gave, or a region of it. asked = paid + held + cut; left = free - paid - held.
struct PoolTotals {
  int32_t pool = -1;
  std::string region;       // "" for the whole pool, or what the regions with quotas leave
  bool has_budget = false;  // else the sums of money that it has are 0
  int64_t total_fen = 0;
  int128_t carried_fen = 0;
  int128_t committed_fen = 0;
  int128_t free_fen = 0;
  int128_t asked_fen = 0;
  int128_t paid_fen = 0;
  int128_t held_fen = 0;
  int64_t awards = 0;  // that asked
  int64_t paid_awards = 0;
  Reason trouble = Reason::kNone;  // why it pays nothing at all
};

// A line that asks a part of a pool. All that the part looks at is here, because its lines are far apart in
// memory.
struct Asking {
  int64_t fen = 0;    // asked
  int64_t least = 0;  // as in Claim
  int64_t key = 0;    // the first that the pool puts awards in order by, rising
  int64_t given = 0;
  uint32_t line = 0;  // in the piece
  uint32_t row = 0;   // of the award
  uint32_t turn = 0;  // from 1; 0: the part pays nothing at all
  bool at_least = true;
  bool too_small = false;
  PayeeState payee = PayeeState::kFine;
};

// What the lines of one piece ask: by part, and by line within a part.
struct Askings {
  std::vector<Asking> rows;
  std::vector<uint32_t> ends;  // by part
  std::span<Asking> Of(size_t part) {
    const size_t begin = part == 0 ? 0 : ends[part - 1];
    return {rows.data() + begin, ends[part] - begin};
  }
};

using GivenBudgets = std::vector<std::pair<int32_t, pack::Budget>>;  // by pool, in place of the pack's

class Pools {
 public:
  // `bounded` false: no line asks a pool. Rules and awards outlive the pools.
  Pools(const Rules& rules, const AwardTable& awards, const History& history, const GivenBudgets& given,
        bool bounded);

  size_t parts() const { return parts_.size(); }
  // Lines that are to be paid and ask no pool are settled at once, and those that cannot ask are held.
  // `found` is room that may be used again.
  using Found = std::vector<std::pair<uint32_t, Asking>>;
  void Collect(std::span<Line> lines, Found* found, Askings* askings) const;
  // Different parts at once; `threads` for one of them.
  void GiveOut(size_t part, std::span<Askings> pieces, int threads);
  void WriteBack(Askings* askings, std::span<Line> lines) const;
  std::vector<PoolTotals> TakeTotals() { return std::move(parts_); }

 private:
  // -1 if none is asked, which may leave the line held.
  int64_t PartOf(const Award& award, Line* line) const;
  bool KeyOf(const pack::Pool& pool, const Award& award, int64_t* key) const;

  const Rules& rules_;
  const AwardTable& awards_;
  bool bounded_;
  std::vector<PoolTotals> parts_;
  std::vector<size_t> first_part_;  // by pool
};

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_POOLS_H_
