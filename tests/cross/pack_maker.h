// Made-up packs: the same facts, lists and parameters in each; tables, definitions, modifiers and policies at
// random.
#ifndef ZHIDA_TESTS_CROSS_PACK_MAKER_H_
#define ZHIDA_TESTS_CROSS_PACK_MAKER_H_

#include "tests/cross/generator.h"
#include "tests/cross/random.h"

namespace zhida::cross {

// Fills in all but the seed and the rows.
void MakePack(int policies, Random* random, MadeCase* made);

}  // namespace zhida::cross

#endif  // ZHIDA_TESTS_CROSS_PACK_MAKER_H_
