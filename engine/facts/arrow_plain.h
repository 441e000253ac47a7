// Plain columns: a stretch of an Arrow array read in one go, where its values lie as the block keeps them, or
// nearly so.
//
// Validity bits become states, whole numbers, decimals and dates are widened, texts and codes are pointed at;
// of a dictionary each entry is looked up once; lists of such values are read by their items. Whatever is
// unusual (a fault, a number beyond 64 bits, another type) makes the whole stretch be left to the reading of
// single cells, which gives the same answers and tells what is wrong. Pure but for the caches in `values`;
// one thread.
#ifndef ZHIDA_ENGINE_FACTS_ARROW_PLAIN_H_
#define ZHIDA_ENGINE_FACTS_ARROW_PLAIN_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/facts/arrow_abi.h"
#include "engine/facts/arrow_schema.h"
#include "engine/facts/arrow_values.h"
#include "engine/facts/column.h"
#include "engine/facts/dates.h"

namespace zhida::facts {

// Elements [begin, begin + supplied.size()) of `array`, counted from its offset, into the rows of `out` from
// `base` on, which are there and missing; their states are the caller's. `supplied` becomes kValue or
// kNothing. False: nothing was read, and the rows are as they were.
bool ReadPlain(const ArrowBinding& binding, const ArrowArray& array, int64_t begin, size_t base,
               ArrowValues* values, std::span<Supplied> supplied, Column* out);

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_ARROW_PLAIN_H_
