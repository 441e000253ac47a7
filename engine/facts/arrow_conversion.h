// ArrowConversion: the rows of one slice of a record batch become rows of a fact block, column by column.
//
// First every column is read into the block's new rows, and rows that are at fault are marked; then marks and
// dates settle the states of the rows that are left; last the rows that were rejected are closed up. Made for
// one slice; one thread.
#ifndef ZHIDA_ENGINE_FACTS_ARROW_CONVERSION_H_
#define ZHIDA_ENGINE_FACTS_ARROW_CONVERSION_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/facts/arrow_reader.h"
#include "engine/facts/arrow_schema.h"
#include "engine/facts/arrow_values.h"
#include "engine/facts/dates.h"

namespace zhida::facts {

// What all slices of one input share.
struct ArrowInput {
  ArrowInput(const pack::Pack& pack, const DateRules& rules) : plan(pack), states(pack.schema, rules) {}

  const ReadingPlan plan;
  const StateRules states;
  const CompanionTypes companions;
  ArrowShape table;
  ArrowColumns columns;
};

class ArrowConversion {
 public:
  // `values` is bound to the input's plan.
  ArrowConversion(const ArrowInput& input, const ArrowSlice& slice, ArrowValues* values, FactBlock* block);

  void Run(std::vector<Reject>* rejects, ReadCounts* counts);

 private:
  // What the input says about one fact beside its value; the vectors are empty where it says nothing.
  struct Said {
    bool in_use = false;
    std::vector<Supplied> supplied;
    std::vector<Mark> marks;
    std::vector<int64_t> dates;
  };
  // Texts of a dictionary that were read before, so that each is checked once.
  struct Memo {
    std::vector<uint8_t> read;  // by position in the dictionary
    std::vector<std::string_view> texts;
  };

  void RejectNullRows();
  void ReadColumn(const BoundColumn& column);
  void ReadValues(const BoundColumn& column);
  void ReadCells(const BoundColumn& column);
  bool StoreValue(const BoundColumn& column, const ArrowCell& cell, size_t row, Memo* memo, Fault* fault);
  bool ReadTextOnce(const BoundColumn& column, const ArrowCell& cell, Memo* memo, std::string_view* out,
                    Fault* fault);
  void ReadMarks(const BoundColumn& column);
  void CheckMarkWords(const BoundColumn& column);
  std::optional<Mark> MarkAt(const BoundColumn& column, size_t row, Fault* fault);
  void ReadDates(const BoundColumn& column, std::vector<int64_t>* dates);
  void CheckSubjects();
  void CheckMarks(size_t fact);
  void ResolveFact(size_t fact, RowWarnings* warnings);
  bool ResolvePlain(size_t fact, RowWarnings* warnings);
  void RejectRow(size_t row, const std::string& field, const Fault& fault);
  ArrowCell CellOf(const BoundColumn& column, size_t row) const;
  Said& SaidOf(size_t fact);

  const ArrowInput& input_;
  const ArrowSlice& slice_;
  FactBlock& block_;
  const size_t base_;  // the block's first new row
  const size_t rows_;
  ArrowValues& values_;
  std::vector<Said> said_;            // by fact
  std::vector<int64_t> row_dates_;    // empty without @date
  std::vector<uint8_t> keep_;         // 0 for rejected rows
  std::map<size_t, Reject> rejects_;  // by row; the first fault in the order of columns
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_ARROW_CONVERSION_H_
