// Unary tests: what stands behind `in`, and in the cells of decision tables; see parser_state.h.
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/feel/parser_state.h"

namespace zhida::feel {

// One test that does not look at `?` is built on the subject itself, so that `x in (5)` and `x = 5`, `x in
// [1..5]` and `x between 1 and 5` are one tree. Otherwise the subject is bound to a slot.
ExprPtr Parser::ParseIn(ExprPtr subject) {
  const BindingBlock block(*this);
  const GuardedBlock guarded(checker_.guards());
  const size_t input = bindings_.size();
  bindings_.push_back({"?", "", NewSlots(), subject->type});
  const int begin = offset();
  bool list = Take("(");
  std::optional<UnaryTest> test = ParseTest(input, list);
  if (!test) return nullptr;
  if (list && At("..")) {
    // It was no list of tests but a range without its low end.
    test->value = ParseRangeRest(std::move(test->value), false, begin);
    if (test->value == nullptr) return nullptr;
    test->uses_input = bindings_[input].used;
    list = false;
  }
  if (test->uses_input || (list && At(",")))
    return ParseTests(std::move(subject), input, std::move(*test), list);
  if (list && !Expect(")", "the tests")) return nullptr;
  test->span = SpanFrom(subject->span.begin);
  return checker_.Test(subject, *test);
}

// Each test guards those behind it, as the operands of an or do: x in (null, ? > 5).
ExprPtr Parser::ParseTests(ExprPtr subject, size_t input, UnaryTest first, bool list) {
  const Span subject_span = subject->span;
  std::vector<ExprPtr> args = {std::move(subject)};
  std::optional<UnaryTest> test = std::move(first);
  for (;;) {
    args.push_back(checker_.Test(Local(bindings_[input], subject_span), *test));
    checker_.guards().Assume(NotNullIfFalse(*args.back()));
    if (!list || !Take(",")) break;
    test = CountOperand() ? ParseTest(input, true) : std::nullopt;
    if (!test) return nullptr;
  }
  if (list && !Expect(")", "the tests")) return nullptr;
  auto node = MakeNode(Op::kIn, MakeType(TypeKind::kBoolean), SpanFrom(subject_span.begin), std::move(args));
  node->index = bindings_[input].slot;
  return node;
}

// `< 5` or a value. Behind a bare `in` the value ends before the next comparison.
std::optional<UnaryTest> Parser::ParseTest(size_t input, bool in_list) {
  const int begin = offset();
  bindings_[input].used = false;
  UnaryTest test;
  test.comparison = TakeComparison();
  test.value = in_list && !test.comparison ? ParseExpression() : ParseAdditive();
  if (test.value == nullptr) return std::nullopt;
  test.uses_input = bindings_[input].used;
  test.span = SpanFrom(begin);
  return test;
}

// `not` is a keyword only at the start of a cell, where it negates all the tests in its parentheses.
ExprPtr Parser::ParseCellTests() {
  const GuardedBlock guarded(checker_.guards());
  constexpr size_t input = 0;  // see BindOptions()
  const int begin = offset();
  const bool negated = AtWord("not") && lexer_.PointAfterSpace(lexer_.offset() + 3) == '(';
  if (negated) {
    TakeWord("not");
    Take("(");
  }
  std::vector<ExprPtr> tests;
  do {
    const std::optional<UnaryTest> test = CountOperand() ? ParseTest(input, true) : std::nullopt;
    if (!test) return nullptr;
    tests.push_back(checker_.Test(Local(bindings_[input], {}), *test));
    checker_.guards().Assume(NotNullIfFalse(*tests.back()));
  } while (Take(","));
  if (negated && !Expect(")", "not")) return nullptr;
  const Span span = SpanFrom(begin);
  ExprPtr root = tests.size() == 1 ? std::move(tests[0]) : checker_.Junction(Op::kOr, std::move(tests), span);
  return negated ? checker_.Not(std::move(root), span) : root;
}

}  // namespace zhida::feel
