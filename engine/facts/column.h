// Column: the states and values of one fact, or of one part of nested facts, row by row.
//
// Single values lie in the vector that fits their storage. Lists, structures and series have columns of items
// beneath: a list of structures is spans, below them a structure without values of its own, below that one
// column a member. Items are only ever appended, so those of later rows lie behind those of earlier rows;
// rows that were refused or came out as not known may leave items between them until the block is finished.
// Then each row's items begin where those of the row before end. Value type; whoever fills it keeps the
// vectors equally long.
#ifndef ZHIDA_ENGINE_FACTS_COLUMN_H_
#define ZHIDA_ENGINE_FACTS_COLUMN_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/pack/schema.h"
#include "engine/value/value.h"

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
  kInteger,  // booleans 0/1, scaled numbers, days since 1970-01-01, periods
  kText,     // strings and codes
  kValue,    // date-times
  kList,
  kSeries,
  kStruct,
};
Storage StorageOf(const pack::FactType& type);
// Digits after the point of the whole numbers that a column of numbers keeps; money is kept in fen.
int StoredScale(const pack::FactType& type);

// Where a row's entries are in the columns of its items. Once the block is finished `begin` ascends over all
// rows, those without entries included.
struct Span {
  uint32_t begin = 0;
  uint32_t size = 0;
};

struct Column {
  Storage storage = Storage::kInteger;
  // State | kCommittedBit, one a row. Inside of items only kKnown, kAbsent (null of a nullable member) and
  // kMissing; what a mark or a date does shows on the fact alone.
  std::vector<uint8_t> state;
  std::vector<int64_t> integers;        // kInteger
  std::vector<std::string_view> texts;  // kText
  std::vector<Value> values;            // kValue
  std::vector<Span> spans;              // kList, kSeries; of size 0 where the row is not known
  // kList: one column, the elements. kSeries: two, the periods (kInteger, ascending within a row) and the
  // values, all known. kStruct: one a member in the type's order, each with as many rows as this column and
  // missing where the structure is not known.
  std::vector<Column> items;
  // kStruct: the ids of the members.
  std::shared_ptr<const std::vector<std::string>> member_ids;
  // Numbers beyond int64, by ascending row; integers[row] is 0 there. A row with one in a fact's own column
  // is irregular.
  std::vector<std::pair<uint32_t, Decimal>> wide;
  bool any_unknown = false;  // some row is neither known nor absent
  bool any_absent = false;
  bool any_committed = false;
};

Column MakeColumn(const pack::FactType& type);

// The number beyond int64 at `row`, or null.
const Decimal* WideAt(const Column& column, size_t row);
// The value at a row whose state is known; `type` is the column's.
Value ValueAt(const Column& column, const pack::FactType& type, size_t row);

// Makes a fact's column so long; new rows are missing. Items below spans stay as they are.
void ResizeRows(size_t rows, Column* column);
// Of the rows from `begin` on of a fact's column only those stay whose `keep` is not 0, moved together.
void KeepRows(size_t begin, const std::vector<uint8_t>& keep, Column* column);
// Back to missing and no value. Items are dropped if they are the last, and else belong to no row.
void ClearRow(size_t row, Column* column);
// Sets the any_ flags, drops items of no row and brings the spans into order.
void FinishRows(Column* column);
void ClearRows(Column* column);  // no rows; keeps capacity

// A span begins no later, so that its end is a number too.
inline constexpr size_t kItemsMax = std::numeric_limits<uint32_t>::max() - limits::kListItemsMax;
// Makes a row of a list or series empty; its items are to follow, at most limits::kListItemsMax, each to be
// counted in the span.
inline Span& StartSpan(size_t row, Column* column) {
  const size_t begin = column->items[0].state.size();
  if (begin > kItemsMax) throw std::length_error("a block of facts has too many items");
  Span& span = column->spans[row];
  span = {static_cast<uint32_t>(begin), 0};
  return span;
}
// Appends a missing item and returns its row.
size_t AddItem(Column* column);
// Appends a known whole number.
inline void AddInteger(int64_t integer, Column* column) {
  column->state.push_back(static_cast<uint8_t>(State::kKnown));
  column->integers.push_back(integer);
}
// Items from `rows` on are dropped.
void CutItems(size_t rows, Column* column);
// The items from `begin` on become those of the rows `order`, in that order; of single values only.
void ArrangeItems(size_t begin, const std::vector<uint32_t>& order, Column* column);

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_COLUMN_H_
