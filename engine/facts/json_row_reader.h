// JsonRowReader: one JSON object becomes one row of a fact block, or a fault. NDJSON lines, single firms and
// test cases all come here.
//
// Bound to one pack and one set of date rules; owns its parser and caches; one thread. The pack must outlive
// it.
#ifndef ZHIDA_ENGINE_FACTS_JSON_ROW_READER_H_
#define ZHIDA_ENGINE_FACTS_JSON_ROW_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/facts/dates.h"
#include "engine/facts/fact_block.h"
#include "engine/facts/json_tokens.h"
#include "engine/facts/key_table.h"
#include "engine/facts/value_reader.h"

namespace zhida::facts {

class JsonRowReader {
 public:
  JsonRowReader(const pack::Pack& pack, const DateRules& rules);

  // Rows go into this block from now on, until End(). To be called again when its columns were resized.
  void Begin(FactBlock* block);
  // Reads `text` into row `row` of the block's columns, which must be there and untouched. False if the row
  // is rejected: then the columns are as before, and `*field` is the key at fault or "". What must stand
  // behind `text` is said at kJsonPaddingBytes.
  bool ReadRow(std::string_view text, size_t row, std::string* field, Fault* fault);
  // Adds what was counted since Begin(), but for the rows.
  void End(ReadCounts* counts);

 private:
  // How a value is read where it has the usual form.
  enum class Form : uint8_t { kOther, kWhole, kDecimal, kBoolean, kDate, kCode };
  // What reading a value of a fact needs, side by side in one line of the processor's cache.
  struct alignas(64) Target {
    Form form = Form::kOther;
    bool settled = false;  // a value that stands alone is known and no warning, in a row without a date
    bool nullable = false;
    bool check_uscc = false;
    int scale = 0;  // of a number as supplied
    uint8_t* states = nullptr;
    int64_t* integers = nullptr;
    std::string_view* texts = nullptr;
    const CodeCache* codes = nullptr;
    Column* column = nullptr;
    const TypePlan* type = nullptr;
    int64_t settled_after = 0;  // likewise in a row of a date, if that is later
  };
  static Form FormOf(const FactPlan& plan);
  // What the present row says about a fact; reset by the end of the row. Values that stand alone are settled
  // as they are read and say nothing here, until a mark of theirs or the row's date unsettles them.
  struct Said {
    Supplied supplied = Supplied::kNothing;
    Mark mark = Mark::kNone;
    bool touched = false;
    bool bad_check_digit = false;
    int64_t date = kUndated;
  };
  // A fault that does not end the row at once: a mark that comes later may tell to ignore the value at fault.
  struct Deferred {
    int fact;  // whose value it is; -1 if nothing excuses it
    std::string field;
    Fault fault;
  };

  bool ReadObject(JsonCursor* cursor, std::string* field, Fault* fault);
  bool ReadQuick(int place, JsonCursor* cursor);
  bool ReadField(int place, JsonCursor* cursor, std::string* field, Fault* fault);
  int FindKey(JsonCursor* cursor, std::string_view* key, Fault* fault);
  bool Defer(int fact, const JsonCursor& value, JsonCursor* cursor, std::string* field, Fault* fault);
  bool CheckDeferred(std::string* field, Fault* fault);
  bool ReadMeaning(int place, JsonCursor* cursor, Fault* fault);
  bool ReadUnlearnt(std::string_view key, JsonCursor* cursor, std::string* field, Fault* fault);
  bool DeferKey(int place, int before, const JsonCursor& value, JsonCursor* cursor, std::string* field,
                Fault* fault);
  bool ReadFact(size_t fact, JsonCursor* cursor, Fault* fault);
  bool ReadValue(const Target& target, JsonCursor* cursor, Fault* fault);
  bool ReadCompanion(int place, JsonCursor* cursor, Fault* fault);
  bool ReadState(size_t fact, JsonCursor* cursor, Fault* fault);
  bool ReadCompanionDate(JsonCursor* cursor, int64_t* days, Fault* fault);
  bool ReadRowDate(JsonCursor* cursor, Fault* fault);
  bool ReadSource(JsonCursor* cursor, Fault* fault);
  bool KeyTwiceFault(int place, int before, Fault* fault) const;
  bool FinishRow(std::string* field, Fault* fault);
  bool ResolveStates(std::string* field, Fault* fault);
  void TellContradiction(std::string* field, Fault* fault) const;
  void KeepSaid(size_t fact, const Said& said, Column* column);
  bool Settles(size_t fact) const;
  void Note(size_t fact);
  Said& Touch(size_t fact);
  Said& TouchMarked(size_t fact);
  void Unsettle();
  void ClearCell(size_t fact);  // back to missing and no value
  void ClearRowCells();
  void CountRow();

  const ReadingPlan plan_;
  const StateRules states_;
  KeyTable keys_;
  ValueReader values_;
  JsonTokens tokens_;
  std::vector<Target> targets_;  // by fact

  SaidRows* kept_ = nullptr;  // the block's, if it wants to have it
  size_t row_ = 0;
  int64_t stamp_ = 0;                 // of the row
  std::vector<Said> said_;            // by fact
  std::vector<size_t> order_;         // facts that the row speaks of, in its order
  std::vector<size_t> touched_;       // those of them that said_ tells of
  bool marked_ = false;               // some were touched for a mark or a date of theirs
  bool dated_ = false;                // the row's date was read
  int64_t settling_date_ = kUndated;  // and how it settles values from then on
  std::vector<Deferred> deferred_;
  std::vector<int> undeclared_;                  // learnt keys of the row
  std::set<std::string, std::less<>> unlearnt_;  // keys of the row beyond what the table learns
  int64_t row_date_ = kUndated;
  RowWarnings warnings_;
  std::string key_scratch_;
  ReadCounts counts_;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_JSON_ROW_READER_H_
