// FactBlock: the facts of some hundreds or thousands of subjects by column, as every engine reads them.
//
// A column holds, for each row, the state of the fact after all marks and dates were resolved, and the value
// in the form that fits its type: whole numbers for booleans, numbers (scaled) and dates, text for strings
// and codes, and complete values for the rest. Rows are judged rows only; rejected ones are not here. Owns
// its buffers, except that Arrow texts may point into a batch which `keep_alive` holds. Filled by one thread;
// afterwards any thread may read it.
#ifndef ZHIDA_ENGINE_FACTS_FACT_BLOCK_H_
#define ZHIDA_ENGINE_FACTS_FACT_BLOCK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/feel/interpreter.h"
#include "engine/pack/schema.h"

namespace zhida::facts {

enum class State : uint8_t {
  kKnown = 0,
  kAbsent = 1,
  kMissing = 2,
  kStale = 3,
  kConflict = 4,
  kNotAuthorised = 5
};
// Set beside kKnown or kAbsent where the value rests on the firm's promise (and the schema allows that).
inline constexpr uint8_t kCommittedBit = 0x80;

constexpr State StateOf(uint8_t state) { return static_cast<State>(state & 0x7F); }
constexpr bool IsCommitted(uint8_t state) { return (state & kCommittedBit) != 0; }

// How a column keeps its values.
enum class Storage : uint8_t {
  kInteger,  // booleans 0/1, scaled numbers, days since 1970-01-01
  kText,     // strings and codes
  kValue,    // date-times, lists, structures, series
};
Storage StorageOf(const pack::FactType& type);
// Digits after the point of the whole numbers that a column of numbers keeps; money is kept in fen.
int StoredScale(const pack::FactType& type);

struct Column {
  Storage storage = Storage::kInteger;
  std::vector<uint8_t> state;           // State | kCommittedBit, one a row
  std::vector<int64_t> integers;        // kInteger
  std::vector<std::string_view> texts;  // kText
  std::vector<Value> values;            // kValue
  // Numbers beyond int64, by ascending row; integers[row] is 0 there and the row is irregular.
  std::vector<std::pair<uint32_t, Decimal>> wide;
  bool any_unknown = false;  // some row is neither known nor absent
  bool any_absent = false;
  bool any_committed = false;
};

class FactBlock {
 public:
  // An empty block for `schema`, which must outlive it.
  explicit FactBlock(const pack::Schema& schema);

  const pack::Schema& schema() const { return *schema_; }
  size_t row_count() const { return rows_.size(); }
  // Position of a row in the whole input, rejected rows included.
  int64_t input_row(size_t row) const { return rows_[row]; }
  std::string_view subject(size_t row) const {
    return columns_[static_cast<size_t>(schema_->key)].texts[row];
  }
  const Column& column(int fact) const { return columns_[static_cast<size_t>(fact)]; }
  bool any_committed() const { return any_committed_; }
  // Rows that hold a number beyond int64; the fast engines leave them to the interpreter.
  const std::vector<uint32_t>& irregular_rows() const { return irregular_rows_; }

  Value Get(int fact, size_t row, feel::Reading reading) const;

  // For readers. A reader makes the columns longer first, fills the new rows in place, calls AddRow() for
  // each that is judged, and cuts the columns back to row_count().
  Column& mutable_column(int fact) { return columns_[static_cast<size_t>(fact)]; }
  void ResizeColumns(size_t rows);  // new rows are missing everywhere; the row numbers are left alone
  // Of the columns' rows from `begin` on only those stay whose `keep` is not 0, moved together.
  void KeepColumnRows(size_t begin, const std::vector<uint8_t>& keep);
  void AddRow(int64_t input_row) { rows_.push_back(input_row); }
  void Finish();  // sets the any_ flags and the irregular rows; call when filled
  std::string_view KeepText(std::string_view text);  // copies into the block's arena
  void KeepAlive(std::shared_ptr<const void> owner) { keep_alive_.push_back(std::move(owner)); }
  void Clear();  // for reuse; keeps capacity

 private:
  static Value KnownValue(const Column& column, const pack::FactType& type, size_t row);

  const pack::Schema* schema_;
  std::vector<int64_t> rows_;
  std::vector<Column> columns_;
  std::vector<uint32_t> irregular_rows_;
  std::vector<std::unique_ptr<char[]>> arena_;
  size_t arena_used_ = 0;
  size_t arena_size_ = 0;
  std::vector<std::shared_ptr<const void>> keep_alive_;
  bool any_committed_ = false;
};

// One row of a block as the interpreter reads it.
class BlockRow : public feel::FactSource {
 public:
  BlockRow(const FactBlock& block, size_t row) : block_(block), row_(row) {}
  Value Get(int fact, feel::Reading reading) const override { return block_.Get(fact, row_, reading); }

 private:
  const FactBlock& block_;
  size_t row_;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_FACT_BLOCK_H_
