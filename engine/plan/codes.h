// Codes: what the tests of a column need to know of a value, as one small number.
//
// A column whose number or text is a fact of the subject itself has a code for each stretch of the number
// line between its cut points and for each kind of text that its tests tell apart. All tests of the column
// are functions of the code, so a subject is coded once a column, however many policies ask. Columns of
// lists of texts are coded an item. Other columns (sums, series, tables) have no codes; they are evaluated
// where somebody still asks.
//
// Codes of texts are given in the order in which kinds of texts are first met and never change afterwards.
// Shared by all threads; each has its own Local.
#ifndef ZHIDA_ENGINE_PLAN_CODES_H_
#define ZHIDA_ENGINE_PLAN_CODES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/facts/fact_block.h"
#include "engine/plan/numbers.h"
#include "engine/plan/places.h"
#include "engine/plan/plan.h"
#include "engine/plan/text_tests.h"

namespace zhida::plan {

using Code = uint16_t;
inline constexpr Code kUnknownCode = 0;
inline constexpr Code kAbsentCode = 1;
inline constexpr Code kAskCode =
    2;  // the interpreter must say: a number beyond int64, a text of no kept kind
inline constexpr Code kFirstCode = 3;

// Of a value that is not known, or must be asked for.
constexpr Code CodeOf(Known known) {
  return known == Known::kUnknown ? kUnknownCode : known == Known::kNull ? kAbsentCode : kAskCode;
}
// Of a list as a whole; null is an error to whoever asks for its items.
constexpr Code ListCode(Known known) {
  return known == Known::kKnown ? kFirstCode : known == Known::kUnknown ? kUnknownCode : kAskCode;
}

// A column's codes of some rows; of a list, those of its items, and where each row's items begin.
struct CodeSpan {
  const uint8_t* narrow = nullptr;   // either these
  const Code* wide = nullptr;        // or these
  const uint32_t* begins = nullptr;  // lists: by row, and the end; positions in the codes
  const uint8_t* lists = nullptr;    // lists: kUnknownCode, kAskCode, or kFirstCode where the list is known
};

// The codes of some rows, kept, or borrowed from where they are kept. Filled by one thread, then read by any.
class CodedRows {
 public:
  size_t row_count() const { return rows_; }
  // One a coded column, from row 0 on; what they point to must stay until the next filling.
  void Borrow(size_t rows, std::vector<CodeSpan> columns) {
    rows_ = rows;
    borrowed_ = std::move(columns);
  }
  CodeSpan At(size_t coded, size_t first_row) const;
  size_t byte_count() const;

 private:
  friend class Codebook;
  struct Column {
    std::vector<uint8_t> narrow;
    std::vector<Code> wide;
    std::vector<uint32_t> begins;
    std::vector<uint8_t> lists;
  };
  std::vector<Column> columns_;
  std::vector<CodeSpan> borrowed_;  // if not empty, instead of the columns
  size_t rows_ = 0;
};

// The codes of one row.
struct RowCodes {
  struct Items {
    uint32_t begin = 0;
    uint32_t end = 0;
  };
  std::vector<Code>
      codes;  // by coded column; of a list: kUnknownCode, kAskCode, or kFirstCode where it is known
  std::vector<Items> lists;  // by coded column: where a list's items are
  std::vector<Code> items;
};

class Codebook {
 public:
  Codebook(const Plan& plan, TextTests& texts);  // both must outlive it

  // Coded columns are numbered from 0.
  size_t column_count() const { return columns_.size(); }
  ColumnId column(size_t coded) const { return columns_[coded].column; }
  int IndexOf(ColumnId column) const { return index_[static_cast<size_t>(column)]; }  // or kNone
  // The list fact whose items are coded, or kNone.
  int ListOf(size_t coded) const { return columns_[coded].list; }
  bool IsText(size_t coded) const { return columns_[coded].text; }
  // The positions that a test of a number takes from the first to the last, to put tests into an order: -1
  // for an open end, and for texts.
  std::pair<int, int> SpanOf(size_t coded, int test) const;
  bool MayBeAbsent(size_t coded) const { return columns_[coded].nullable; }
  // Codes there are so far, the first three included.
  size_t CodeCount(size_t coded) const;
  // Of a code below CodeCount(); kError where the interpreter must say.
  Truth TruthOf(size_t coded, int test, Code code) const;
  // What the codes of numbers mean, as text that differs if they do. Those of texts follow from the plan.
  std::string Description() const;
  // What the codes of a text column are like: a text of this kind. Empty for numbers.
  std::string_view ExampleOf(size_t coded, Code code) const;

  // What one thread keeps.
  class Local {
   public:
    explicit Local(const Codebook& codes);
    void StartBlock();  // before the first Encode() of another fact block

   private:
    friend class Codebook;
    // Texts are known again by their place, the last of those that share a slot. Codes that are listed lie
    // in the pack and stay; other texts lie in their block, so that what was met of them is forgotten with
    // it.
    struct Met {
      const char* place = nullptr;
      uint32_t size = 0;
      Code code = kUnknownCode;
    };
    struct MetTexts {
      std::vector<Met> slots = std::vector<Met>(kMetSlotsMin);
      int hash_bits = kMetHashBitsMin;
      const feel::CodeList* listed = nullptr;  // where the texts are, if they are codes
      size_t misses = 0;
      bool passing = false;  // some text lies elsewhere
      Met& SlotOf(const char* place) {
        return slots[reinterpret_cast<uintptr_t>(place) * 0x9E3779B97F4A7C15u >> (64 - hash_bits)];
      }
    };
    static constexpr int kMetHashBitsMin = 8;
    static constexpr int kMetHashBitsMax = 12;
    static constexpr size_t kMetSlotsMin = size_t{1} << kMetHashBitsMin;
    TextTests::Local texts_;
    std::vector<MetTexts> met_;
    std::vector<Places> places_;  // by coded column; of texts without bars
    std::vector<Code> codes_;
    // Threads that begin together meet the same texts; two of them do not wait for each other's answers.
    bool backwards_ = false;
  };

  // Gives the codes that another codebook of this plan has given, so that its rows can be read: an example of
  // each, in order. False if they come out otherwise, for instance because others were given before.
  bool Adopt(size_t coded, const std::vector<std::string_view>& examples, Local* local) const;
  // Codes of rows [first, first + count) in the Verified reading, all columns.
  void Encode(const facts::FactBlock& block, size_t first, size_t count, Local* local, CodedRows* out) const;
  // The same of one row. No allocation once `out` and `local` have met their like.
  void EncodeRow(const facts::FactBlock& block, size_t row, TextTests::Local* local, RowCodes* out) const;

 private:
  struct Coded {
    ColumnId column = kNone;
    int source = kNone;
    int list = kNone;
    bool text = false;
    bool nullable = false;
    std::vector<int64_t> bars;  // numbers: how many of these a stored value has reached is its place
  };

  Code TextCode(const Coded& column, std::string_view text, TextTests::Local* local) const;
  void EncodeList(size_t coded, const facts::FactBlock& block, size_t first, size_t count, Local* local,
                  CodedRows::Column* out) const;
  // Of a fact's rows or a list's items.
  void EncodeValues(size_t coded, const facts::Column& values, size_t first, size_t count, Local* local,
                    CodedRows::Column* out) const;
  void EncodeTexts(size_t coded, const facts::Column& values, size_t first, size_t count, Local* local,
                   Code* out) const;

  const Plan& plan_;
  TextTests& texts_;
  std::vector<Coded> columns_;
  std::vector<int> index_;  // by column of the graph
  mutable std::atomic<size_t> locals_made_{0};
};

}  // namespace zhida::plan

#endif  // ZHIDA_ENGINE_PLAN_CODES_H_
