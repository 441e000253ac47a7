// ArrowTable: the rows of an Arrow stream, batch by batch, columns by name and values with all of Arrow's
// encodings resolved. For tables of few columns that are ours to define. One thread.
#ifndef ZHIDA_ENGINE_PAYOUT_ARROW_TABLE_H_
#define ZHIDA_ENGINE_PAYOUT_ARROW_TABLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/facts/arrow_column.h"
#include "engine/facts/arrow_type.h"
#include "engine/value/temporal.h"

namespace zhida::payout {

class ArrowTable {
 public:
  enum class Kind : uint8_t { kText, kInteger, kDate, kFlag, kList };
  // A column of the current batch; not there where the table has none.
  class Column {
   public:
    bool there() const { return shape_ != nullptr; }
    // Empty or null where the cell is null.
    std::optional<std::string_view> Text(int64_t row) const;
    std::optional<int64_t> Integer(int64_t row) const;
    std::optional<Date> Day(int64_t row) const;  // a date, or a text of one
    bool Flag(int64_t row) const;
    // The items of a list, and the column that they lie in.
    Column Items(int64_t row, int64_t* begin, int64_t* end) const;
    Column Member(std::string_view name) const;  // of a structure that is there

   private:
    friend class ArrowTable;
    // nullopt where the cell is null, or not sound.
    std::optional<facts::ArrowCell> Cell(int64_t row) const;
    const facts::ArrowShape* shape_ = nullptr;
    const ArrowArray* array_ = nullptr;
    int64_t base_ = 0;  // the offsets of the structures around it
    bool* sound_ = nullptr;
  };

  // Moves the stream in, which must not have been released.
  ArrowTable(ArrowArrayStream* stream, std::string what);
  ~ArrowTable();
  ArrowTable(const ArrowTable&) = delete;
  ArrowTable& operator=(const ArrowTable&) = delete;

  // False with a diagnostic if the stream has no schema of columns.
  bool Open(Diagnostics* diagnostics);
  // Declares a column; reports one that is missing though required, or of another kind.
  void Declare(std::string_view name, Kind kind, bool required, Diagnostics* diagnostics);
  // The next batch; false at the end, or with a diagnostic.
  bool Next(Diagnostics* diagnostics);

  // False once a value was asked for whose place in the batch cannot be, or that is beyond 64 bits. It was
  // given as null.
  bool sound() const { return sound_; }
  int64_t rows() const { return batch_.length; }     // of the batch
  int64_t first_row() const { return first_row_; }   // its number in the stream
  Column Find(std::string_view name);                // of the batch
  const std::string& what() const { return what_; }  // "awards", for messages

 private:
  void Fail(const std::string& what, Diagnostics* diagnostics) const;

  std::string what_;
  ArrowArrayStream stream_;
  ArrowArray batch_;
  facts::ArrowShape shape_;
  int64_t first_row_ = 0;
  bool sound_ = true;
};

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_ARROW_TABLE_H_
