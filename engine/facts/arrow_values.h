// ArrowValues: an element of an Arrow array becomes a value of a fact's type, by the same rules as a JSON
// value.
//
// Functions that read a cell want one that holds a value, and return false with a fault where it is not good.
// Bound to one plan; keeps caches; one thread. Texts point into the batch or the pack.
#ifndef ZHIDA_ENGINE_FACTS_ARROW_VALUES_H_
#define ZHIDA_ENGINE_FACTS_ARROW_VALUES_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/facts/arrow_column.h"
#include "engine/facts/arrow_schema.h"
#include "engine/facts/fault.h"
#include "engine/facts/scalar_rules.h"

namespace zhida::facts {

class ArrowValues {
 public:
  explicit ArrowValues(const ReadingPlan& plan);

  bool ReadNumber(const ArrowBinding& binding, const ArrowCell& cell, Number* out, Fault* fault) const;
  bool ReadDate(const ArrowBinding& binding, const ArrowCell& cell, int64_t* days, Fault* fault) const;
  bool ReadText(const ArrowBinding& binding, const ArrowCell& cell, std::string_view* out, Fault* fault);
  // Any kind; null only where the cell is not there at all, which is unknown(missing).
  bool ReadElement(const ArrowBinding& binding, const ArrowArray& array, int64_t i, Value* out, Fault* fault);

 private:
  bool ReadScalar(const ArrowBinding& binding, const ArrowCell& cell, Value* out, Fault* fault);
  bool ReadDateTime(const ArrowBinding& binding, const ArrowCell& cell, DateTime* out, Fault* fault) const;
  bool ReadList(const ArrowBinding& binding, const ArrowCell& cell, Value* out, Fault* fault);
  bool ReadStruct(const ArrowBinding& binding, const ArrowCell& cell, Value* out, Fault* fault);
  bool ReadSeries(const ArrowBinding& binding, const ArrowCell& cell, Value* out, Fault* fault);
  bool ReadPeriod(const ArrowBinding& series, const ArrowArray& entries, int64_t i, int32_t* period,
                  Fault* fault);

  std::vector<CodeCache> codes_;
};

// The fault of a cell whose place in the buffers is not sound.
bool BadArrayFault(Fault* fault);

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_ARROW_VALUES_H_
