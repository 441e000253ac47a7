// Made-up firms for the packs of pack_maker.h: values at and beside every bar, unknowns of every cause,
// nulls, promises, stale and future dates.
#ifndef ZHIDA_TESTS_CROSS_FIRM_MAKER_H_
#define ZHIDA_TESTS_CROSS_FIRM_MAKER_H_

#include "tests/cross/generator.h"
#include "tests/cross/random.h"

namespace zhida::cross {

MadeRow MakeFirm(int index, Random* random);

}  // namespace zhida::cross

#endif  // ZHIDA_TESTS_CROSS_FIRM_MAKER_H_
