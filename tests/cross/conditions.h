// Conditions of made-up policies, in the words of the pack that pack_maker.cc makes: every form of condition
// that the cross-tester is to compare has its line in conditions.cc.
#ifndef ZHIDA_TESTS_CROSS_CONDITIONS_H_
#define ZHIDA_TESTS_CROSS_CONDITIONS_H_

#include <string>

#include "tests/cross/pieces.h"

namespace zhida::cross {

class Conditions : public Pieces {
 public:
  using Pieces::Pieces;

 protected:
  // `depth` bounds how far they are nested.
  std::string NumberTerm(int depth);
  // On the members of an item: of `x.` in a quantifier, bare in a filter.
  std::string ItemCondition(const std::string& x, int depth);
  std::string Condition(int depth);

 private:
  std::string NumberCondition(int depth);
  std::string RatioCondition();
  std::string DateCondition();
  std::string CodeCondition();
  std::string TextCondition();
  std::string BooleanCondition();
  std::string NullCondition();
  std::string StructCondition();
  std::string ListCondition();
  std::string TableCondition();
};

}  // namespace zhida::cross

#endif  // ZHIDA_TESTS_CROSS_CONDITIONS_H_
