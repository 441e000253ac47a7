// Groups: some thousands of rows of a coded file, each fact by itself, so that only what somebody asks for is
// read. docs/coded-file.md, "Values".
//
// What the rows said is kept, not what became of it: dates and marks are resolved when a group is read, by
// the rules of that run, so that one file serves any day.
#ifndef ZHIDA_ENGINE_FACTS_CODED_GROUP_H_
#define ZHIDA_ENGINE_FACTS_CODED_GROUP_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/facts/coded_column.h"
#include "engine/facts/dates.h"
#include "engine/facts/fact_block.h"
#include "engine/facts/reading.h"

namespace zhida::facts {

// The bytes of a group: the facts one after the other, and the head behind them.
struct WrittenGroup {
  std::string facts;
  std::string head;
};
// `block` has kept what its rows said; its row numbers count from `first_row`.
WrittenGroup WriteGroup(const FactBlock& block, int64_t first_row, const ReadCounts& counts);
// The end of the head: the group's rejects as they are written for people, one a line. They are known later
// than the rest, since their places in the input are.
void AddRejects(std::string_view rejects, WrittenGroup* group);

// What a group says of itself.
struct GroupHead {
  struct Fact {
    uint64_t begin = 0;  // in the group
    uint64_t size = 0;   // 0: no row speaks of the fact
    uint64_t checksum = 0;
  };
  uint32_t rows = 0;
  ReadCounts counts;
  std::string_view rejects;
  std::vector<int64_t> input_rows;
  std::vector<uint32_t> irregular_rows;
  std::vector<int64_t> row_dates;  // empty if there are none
  std::vector<Fact> facts;
  // False if the bytes are not sound. `group` is the whole group, of which the last `head_size` are the head.
  bool Read(std::string_view group, uint64_t head_size, size_t fact_count);
};

// One group for a run: loads columns, resolved by the run's rules. One thread at a time.
class GroupSource : public ColumnSource {
 public:
  // All must outlive it, and the bytes what is loaded.
  GroupSource(const ReadingPlan& plan, const StateRules& states, ValuesReader* values, std::string_view group,
              GroupHead head);

  void Load(int fact, Column* column) override;
  // The whole block at once; counts the warnings. False if the bytes are not sound.
  bool LoadAll(FactBlock* block, ReadCounts* counts);
  const GroupHead& head() const { return head_; }
  // Whether all that was loaded so far was sound.
  bool ok() const { return ok_; }

 private:
  bool ReadFact(size_t fact, Column* column, RowWarnings* warnings);

  const ReadingPlan& plan_;
  const StateRules& states_;
  ValuesReader* const values_;
  const std::string_view group_;
  const GroupHead head_;
  bool ok_ = true;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_CODED_GROUP_H_
