// FactBlock: the facts of some hundreds or thousands of subjects by column, as every engine reads them.
//
// A column holds, for each row, the state of the fact after all marks and dates were resolved, and the value
// in the form that fits its type: column.h. Rows are judged rows only; rejected ones are not here. Owns its
// buffers, except that texts may point into an Arrow batch or a mapped file which `keep_alive` holds. Filled
// by one thread; afterwards any thread may read it, or one at a time if its columns are loaded when asked
// for.
#ifndef ZHIDA_ENGINE_FACTS_FACT_BLOCK_H_
#define ZHIDA_ENGINE_FACTS_FACT_BLOCK_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/facts/column.h"
#include "engine/feel/interpreter.h"
#include "engine/pack/schema.h"

namespace zhida::facts {

// Of dates as days since 1970-01-01.
inline constexpr int64_t kUndated = std::numeric_limits<int64_t>::min();

// What rows say of a fact beside its value, before dates and marks are resolved; kept only on request.
struct SaidColumn {
  std::vector<uint8_t> said;   // by row; the coding is that of dates.h, and 0 is nothing at all
  std::vector<int64_t> dates;  // by row
};
struct SaidRows {
  std::vector<SaidColumn> facts;
  std::vector<int64_t> row_dates;
};

// Where columns come from that are filled when somebody asks for them.
class ColumnSource {
 public:
  virtual ~ColumnSource() = default;
  // Fills the fact's column, which is empty, flags and all. What cannot be loaded is left missing, and
  // whoever made the source tells.
  virtual void Load(int fact, Column* column) = 0;
};

class FactBlock {
 public:
  // An empty block for `schema`, which must outlive it.
  explicit FactBlock(const pack::Schema& schema);

  const pack::Schema& schema() const { return *schema_; }
  size_t row_count() const { return rows_.size(); }
  // Position of a row in the whole input, rejected rows included.
  int64_t input_row(size_t row) const { return rows_[row]; }
  std::string_view subject(size_t row) const { return column(schema_->key).texts[row]; }
  const Column& column(int fact) const {
    Column& column = columns_[static_cast<size_t>(fact)];
    if (source_ != nullptr && loaded_[static_cast<size_t>(fact)] == 0) Load(fact);
    return column;
  }
  bool any_committed() const { return any_committed_; }
  // Of one fact; loads nothing.
  bool any_committed(int fact) const { return columns_[static_cast<size_t>(fact)].any_committed; }
  // Rows that hold a number beyond int64; the fast engines leave them to the interpreter.
  const std::vector<uint32_t>& irregular_rows() const { return irregular_rows_; }

  Value Get(int fact, size_t row, feel::Reading reading) const;

  // For readers. A reader makes the columns longer first, fills the new rows in place, calls AddRow() for
  // each that is judged, and cuts the columns back to row_count().
  Column& mutable_column(int fact) { return columns_[static_cast<size_t>(fact)]; }
  // Readers keep what they were told instead of resolving it, until the next Clear().
  void KeepSaid();
  SaidRows* said() { return said_.get(); }  // or null
  const SaidRows* said() const { return said_.get(); }
  void ResizeColumns(size_t rows);  // new rows are missing everywhere; the row numbers are left alone
  // Of the columns' rows from `begin` on only those stay whose `keep` is not 0, moved together.
  void KeepColumnRows(size_t begin, const std::vector<uint8_t>& keep);
  void AddRow(int64_t input_row) { rows_.push_back(input_row); }
  void Finish();  // sets the any_ flags and the irregular rows; call when filled
  // Instead of Finish(), where the filler has kept the columns' flags itself and no number is wide.
  void FinishKept(bool any_committed) {
    any_committed_ = any_committed;
    irregular_rows_.clear();
  }
  // Instead of all that: the rows are there, and `source` fills each column when it is first asked for.
  void FillLater(std::shared_ptr<ColumnSource> source, std::vector<int64_t> input_rows,
                 std::vector<uint32_t> irregular_rows, const std::vector<int>& committed_facts);
  std::string_view KeepText(std::string_view text);  // copies into the block's arena
  void KeepAlive(std::shared_ptr<const void> owner) { keep_alive_.push_back(std::move(owner)); }
  void Clear();  // for reuse; keeps capacity

 private:
  void Load(int fact) const;

  const pack::Schema* schema_;
  std::vector<int64_t> rows_;
  mutable std::vector<Column> columns_;
  std::shared_ptr<ColumnSource> source_;
  mutable std::vector<uint8_t> loaded_;  // by fact, if there is a source
  std::unique_ptr<SaidRows> said_;
  std::vector<uint32_t> irregular_rows_;
  std::vector<std::unique_ptr<char[]>> arena_;
  size_t arena_used_ = 0;
  size_t arena_size_ = 0;
  std::vector<std::shared_ptr<const void>> keep_alive_;
  bool any_committed_ = false;
};

// One row of a block as the interpreter reads it. It asks for the same fact again and again, so lists,
// structures and series are built once and kept. One thread.
class BlockRow : public feel::FactSource {
 public:
  BlockRow(const FactBlock& block, size_t row) : block_(block), row_(row) {}
  Value Get(int fact, feel::Reading reading) const override {
    return block_.column(fact).items.empty() ? block_.Get(fact, row_, reading) : GetKept(fact, reading);
  }

 private:
  Value GetKept(int fact, feel::Reading reading) const;

  const FactBlock& block_;
  size_t row_;
  // By fact and reading; a search through a few is quicker than a table of all facts is made.
  mutable std::vector<std::pair<int, Value>> kept_;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_FACT_BLOCK_H_
