// Columns as bytes of a coded file, and back: docs/coded-file.md, "Values".
//
// A column of texts is a dictionary and a place in it for each row, one of whole numbers is packed, lists and
// series are their lengths and a column of items. Writing and reading are each other's inverse for all rows;
// what is read is checked as far as the engine relies on it, whatever the bytes are.
#ifndef ZHIDA_ENGINE_FACTS_CODED_COLUMN_H_
#define ZHIDA_ENGINE_FACTS_CODED_COLUMN_H_

#include <cstdint>
#include <vector>

#include "engine/facts/coded_bytes.h"
#include "engine/facts/column.h"
#include "engine/facts/scalar_rules.h"
#include "engine/facts/type_plan.h"

namespace zhida::facts {

// Appends the values of `rows` of the column, in that order; their states are left to the caller.
void WriteValues(const Column& column, const std::vector<uint32_t>& rows, ByteWriter* out);

// Reads columns of one pack. Codes become the pack's own texts; other texts stay in the bytes that were read,
// which must live as long as the column. One thread.
class ValuesReader {
 public:
  explicit ValuesReader(const ReadingPlan& plan);
  // Fills a column without rows; its states are left as they are. False if the bytes are not sound.
  bool Read(const TypePlan& type, size_t rows, ByteReader* in, Column* column);

 private:
  bool ReadNumbers(const TypePlan& type, size_t rows, ByteReader* in, Column* column);
  bool ReadTexts(const TypePlan& type, size_t rows, ByteReader* in, std::vector<std::string_view>* texts);
  bool ReadMoments(size_t rows, ByteReader* in, std::vector<Value>* values);
  bool ReadItems(const TypePlan& type, size_t rows, ByteReader* in, Column* column);
  bool ReadSpans(const TypePlan& type, size_t rows, ByteReader* in, Column* column);
  bool PeriodsAscend(const Column& series) const;

  std::vector<CodeCache> codes_;  // by code list
  std::vector<std::string_view> dictionary_;
  std::vector<uint32_t> numbers_;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_CODED_COLUMN_H_
