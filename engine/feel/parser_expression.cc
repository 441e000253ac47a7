// Operators, from the loosest to the tightest, and what may follow an operand; see parser_state.h.
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/feel/parser_state.h"
#include "engine/feel/signs.h"

namespace zhida::feel {
namespace {

struct Comparison {
  std::string_view written;
  Op op;
  std::string_view meant;  // "" when it is written so
};

// The longer first. What other languages write is understood, and told how FEEL writes it.
constexpr std::array<Comparison, 10> kComparisons = {{
    {"==", Op::kEqual, "="},
    {"=>", Op::kGreaterEqual, ">="},
    {"=<", Op::kLessEqual, "<="},
    {"<>", Op::kNotEqual, "!="},
    {"!=", Op::kNotEqual, ""},
    {"<=", Op::kLessEqual, ""},
    {">=", Op::kGreaterEqual, ""},
    {"=", Op::kEqual, ""},
    {"<", Op::kLess, ""},
    {">", Op::kGreater, ""},
}};

struct TypeWord {
  std::string_view name;
  TypeKind kind;
};

constexpr std::array<TypeWord, 11> kTypeWords = {{
    {"Any", TypeKind::kAny},
    {"Null", TypeKind::kNull},
    {"boolean", TypeKind::kBoolean},
    {"number", TypeKind::kNumber},
    {"string", TypeKind::kString},
    {"date", TypeKind::kDate},
    {"time", TypeKind::kTime},
    {"date and time", TypeKind::kDateTime},
    {"years and months duration", TypeKind::kMonthDuration},
    {"days and time duration", TypeKind::kDayDuration},
    {"context", TypeKind::kStruct},
}};

}  // namespace

ExprPtr Parser::ParseExpression() {
  const Nesting nesting(*this);
  if (depth_ > limits::kExpressionDepthMax) {
    return Stop("ZD3402", {offset(), offset()},
                options_.what +
                    " nests deeper than kExpressionDepthMax = " + std::to_string(limits::kExpressionDepthMax),
                "give the inner part a name as a definition");
  }
  return ParseJunction(Op::kOr);
}

// What follows `a and` matters only where a is not false, and what follows `a or` only where a is not true,
// so each operand guards those behind it.
ExprPtr Parser::ParseJunction(Op op) {
  const std::string_view word = op == Op::kAnd ? "and" : "or";
  const auto operand = [&] { return op == Op::kOr ? ParseJunction(Op::kAnd) : ParseComparison(); };
  ExprPtr first = operand();
  if (first == nullptr || !AtWord(word)) return first;
  const GuardedBlock block(checker_.guards());
  std::vector<ExprPtr> operands = {std::move(first)};
  while (TakeWord(word)) {
    if (!CountOperand()) return nullptr;
    const Expr& last = *operands.back();
    checker_.guards().Assume(op == Op::kAnd ? NotNullIfTrue(last) : NotNullIfFalse(last));
    ExprPtr next = operand();
    if (next == nullptr) return nullptr;
    operands.push_back(std::move(next));
  }
  const Span span = Joined(*operands.front(), *operands.back());
  return checker_.Junction(op, std::move(operands), span);
}

bool Parser::AtComparison() const { return At("=") || At("<") || At(">") || At("!="); }

std::optional<Op> Parser::TakeComparison() {
  for (const Comparison& comparison : kComparisons) {
    const int begin = offset();
    if (!Take(comparison.written)) continue;
    if (!comparison.meant.empty()) {
      findings_.Error("ZD3001", {begin, begin + 2}, std::string(comparison.written) + " is not an operator",
                      "write " + std::string(comparison.meant));
    }
    return comparison.op;
  }
  return std::nullopt;
}

ExprPtr Parser::ParseComparison() {
  ExprPtr left = ParseAdditive();
  if (left == nullptr) return nullptr;
  ExprPtr result;
  if (TakeWord("between")) {
    result = ParseBetween(std::move(left));
  } else if (TakeWord("in")) {
    result = ParseIn(std::move(left));
  } else if (const std::optional<Op> op = TakeComparison()) {
    ExprPtr right = CountOperand() ? ParseAdditive() : nullptr;
    if (right == nullptr) return nullptr;
    const Span span = Joined(*left, *right);
    result = checker_.Compare(*op, std::move(left), std::move(right), span);
  } else {
    return left;
  }
  if (result != nullptr && AtComparison()) {
    return Stop("ZD3001", {offset(), offset() + 1}, "comparisons cannot follow one another",
                "join two with and: a < b and b < c");
  }
  return result;
}

ExprPtr Parser::ParseBetween(ExprPtr x) {
  ExprPtr low = ParseAdditive();
  if (low == nullptr || !ExpectWord("and", "between")) return nullptr;
  ExprPtr high = ParseAdditive();
  if (high == nullptr) return nullptr;
  const Span span = Joined(*x, *high);
  return checker_.Between(std::move(x), std::move(low), std::move(high), span);
}

ExprPtr Parser::ParseAdditive() {
  ExprPtr left = ParseMultiplicative();
  while (left != nullptr && (At("+") || At("-"))) {
    const Op op = At("+") ? Op::kAdd : Op::kSubtract;
    Take(SignOf(op));
    ExprPtr right = CountOperand() ? ParseMultiplicative() : nullptr;
    if (right == nullptr) return nullptr;
    const Span span = Joined(*left, *right);
    left = checker_.Arithmetic(op, std::move(left), std::move(right), span);
  }
  return left;
}

ExprPtr Parser::ParseMultiplicative() {
  ExprPtr left = ParsePower();
  while (left != nullptr && (At("*") || At("/"))) {
    const Op op = At("*") ? Op::kMultiply : Op::kDivide;
    Take(SignOf(op));
    ExprPtr right = CountOperand() ? ParsePower() : nullptr;
    if (right == nullptr) return nullptr;
    const Span span = Joined(*left, *right);
    left = checker_.Arithmetic(op, std::move(left), std::move(right), span);
  }
  return left;
}

// Groups to the left: 3 ** 4 ** 5 is (3 ** 4) ** 5.
ExprPtr Parser::ParsePower() {
  ExprPtr left = ParseSigned();
  while (left != nullptr && Take("**")) {
    ExprPtr right = CountOperand() ? ParseSigned() : nullptr;
    if (right == nullptr) return nullptr;
    const Span span = Joined(*left, *right);
    left = checker_.Arithmetic(Op::kPower, std::move(left), std::move(right), span);
  }
  return left;
}

// The sign binds tighter than **: -3 ** 2 is 9.
ExprPtr Parser::ParseSigned() {
  std::vector<int> signs;
  for (int begin = offset(); Take("-"); begin = offset()) {
    if (!CountOperand()) return nullptr;
    signs.push_back(begin);
  }
  ExprPtr operand = ParseInstance();
  while (operand != nullptr && !signs.empty()) {
    const Span span{signs.back(), operand->span.end};
    operand = checker_.Negate(std::move(operand), span);
    signs.pop_back();
  }
  return operand;
}

ExprPtr Parser::ParseInstance() {
  ExprPtr operand = ParsePostfix();
  if (operand == nullptr || !TakeWord("instance")) return operand;
  if (!ExpectWord("of", "instance")) return nullptr;
  TypePtr type = ParseTypeName();
  if (type == nullptr) return nullptr;
  auto node =
      MakeNode(Op::kInstanceOf, MakeType(TypeKind::kBoolean), SpanFrom(operand->span.begin), {operand});
  node->type_argument = std::move(type);
  return node;
}

TypePtr Parser::ParseTypeName() {
  const bool list = TakeWord("list");
  if (list || TakeWord("range")) {
    TypePtr element = MakeType(TypeKind::kAny);
    if (Take("<")) {
      const Nesting nesting(*this);
      if (depth_ > limits::kExpressionDepthMax) {
        Stop("ZD3402", {offset(), offset()}, "this type nests deeper than kExpressionDepthMax",
             "test the items instead");
        return nullptr;
      }
      element = ParseTypeName();
      if (element == nullptr || !Expect(">", "the type")) return nullptr;
    }
    return list ? ListOf(std::move(element)) : RangeOf(std::move(element));
  }
  NameRun run;
  lexer_.ScanName(&run);
  for (size_t i = run.pieces.size(); i-- > 0;) {
    for (const TypeWord& word : kTypeWords) {
      if (word.name != run.Normal(i)) continue;
      lexer_.Seek(run.pieces[i].text_end);
      Advance();
      return MakeType(word.kind);
    }
  }
  std::vector<std::string> names = {"list<number>", "range<date>"};
  for (const TypeWord& word : kTypeWords) names.emplace_back(word.name);
  Unexpected("a type: " + Join(names, ", "));
  return nullptr;
}

ExprPtr Parser::ParsePostfix() {
  ExprPtr operand = ParsePrimary();
  while (operand != nullptr) {
    if (At(".") && !At("..")) {
      operand = CountOperand() ? ParseMember(std::move(operand)) : nullptr;
    } else if (At("[") && !SquareClosesRange()) {
      operand = CountOperand() ? ParseBracket(std::move(operand)) : nullptr;
    } else if (At("(")) {
      const bool series = operand->type->kind == TypeKind::kSeries;
      const std::string source = findings_.Source(*operand);
      return Stop("ZD3115", operand->span, source + " is not a function",
                  series ? "take one period of it with at(" + source + ", Y - 1)"
                         : "put an operator before the parenthesis");
    } else {
      break;
    }
  }
  return operand;
}

ExprPtr Parser::ParseMember(ExprPtr base) {
  Take(".");
  const std::optional<Member> member = TakeMember(*base);
  if (!member) return nullptr;
  const Span span = SpanFrom(base->span.begin);
  const bool known = checker_.NeedsValue(*base, "." + member->id);
  TypePtr type = member->type;
  if (base->type->kind == TypeKind::kList) type = ListOf(std::move(type));
  auto node =
      MakeNode(Op::kMember, known ? std::move(type) : MakeType(TypeKind::kAny), span, {std::move(base)});
  node->text = member->id;
  return checker_.Here(std::move(node));
}

// L[...]: a test of each element, whose members are names here, or the number of one element.
ExprPtr Parser::ParseBracket(ExprPtr list) {
  Take("[");
  TypePtr element = MakeType(TypeKind::kAny);
  if (list->type->kind == TypeKind::kList) {
    checker_.NeedsValue(*list, "[...]");
    element = list->type->element;
  } else if (list->type->kind != TypeKind::kAny) {
    findings_.Error("ZD3212", list->span,
                    findings_.Describe(*list) + " is not a list, so [...] cannot follow it",
                    checker_.ClashAdvice(*list, *list, "name a list there"));
  }
  const BindingBlock block(*this);
  bindings_.push_back({"item", "", NewSlots(), element, true});
  ExprPtr test = ParseExpression();
  if (test == nullptr || !Expect("]", "the filter")) return nullptr;
  const Binding item = bindings_.back();
  const Span span = SpanFrom(list->span.begin);
  return Bracketed(std::move(list), std::move(test), item, span);
}

ExprPtr Parser::Bracketed(ExprPtr list, ExprPtr test, const Binding& item, Span span) {
  if (test->type->kind == TypeKind::kNumber) return Indexed(std::move(list), std::move(test), item, span);
  checker_.Condition(*test, "the test in [...]");
  const std::string key = "local:" + std::to_string(item.slot);
  TypePtr kept = Refined(item.type, key, NotNullIfTrue(*test));
  auto node = MakeNode(Op::kFilter, ListOf(std::move(kept)), span, {std::move(list), std::move(test)});
  node->index = item.slot;
  return node;
}

ExprPtr Parser::Indexed(ExprPtr list, ExprPtr index, const Binding& item, Span span) {
  if (item.used) {
    findings_.Error("ZD3211", index->span,
                    findings_.Describe(*index) + " is no test, and an index cannot look at the items",
                    "write a comparison, such as " + findings_.Source(*index) + " > 0");
  } else if (checker_.NeedsValue(*index, "[...]") && IsNumberLiteral(*index)) {
    const Decimal& number = index->literal.number();
    if (number.is_zero()) {
      findings_.Error("ZD3210", index->span, "lists count from 1, so there is no item 0",
                      "write [1] for the first, [-1] for the last");
    } else if (!number.is_integer()) {
      findings_.Error("ZD3210", index->span, findings_.Source(*index) + " is not the number of an item",
                      "write a whole number");
    }
  }
  return checker_.Here(MakeNode(Op::kIndex, item.type, span, {std::move(list), std::move(index)}));
}

}  // namespace zhida::feel
