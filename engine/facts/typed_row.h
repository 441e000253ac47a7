// TypedRow: the facts of one subject, set by an embedder that has them as typed values already.
//
// Values are taken in the form that columns keep (column.h): whole numbers at the type's scale, days, 0 and
// 1; the caller has checked them as the readers would. Texts are borrowed: they must stay until the row was
// judged. What is not set is missing. One thread; reused from subject to subject without allocating.
#ifndef ZHIDA_ENGINE_FACTS_TYPED_ROW_H_
#define ZHIDA_ENGINE_FACTS_TYPED_ROW_H_

#include <cstdint>
#include <string_view>

#include "engine/facts/fact_block.h"

namespace zhida::facts {

class TypedRow {
 public:
  explicit TypedRow(const pack::Schema& schema);  // must outlive it

  void Clear();  // everything is missing again
  // False if the fact is not kept in this form. A fact of a promise is `committed`.
  bool SetInteger(int fact, int64_t value, bool committed = false);
  bool SetText(int fact, std::string_view text, bool committed = false);
  // A list of texts: starts it empty, then adds to it. Other facts may be set in between.
  bool StartTexts(int fact);
  void AddText(int fact, std::string_view text);
  bool SetAbsent(int fact);  // known not to be there; false if the fact is not nullable
  // kMissing, kStale, kConflict or kNotAuthorised.
  void SetUnknown(int fact, State state);

  // The row as a block of one, valid until the next change.
  const FactBlock& Finish();

 private:
  FactBlock block_;
  bool any_committed_ = false;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_TYPED_ROW_H_
