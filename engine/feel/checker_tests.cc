// Comparisons, ranges and membership; see checker.h.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "engine/feel/checker.h"
#include "engine/feel/operators.h"
#include "engine/feel/signs.h"

namespace zhida::feel {
namespace {

constexpr size_t kCodesShownMax = 5;

TypePtr BooleanType() { return MakeType(TypeKind::kBoolean); }

bool IsEquality(Op op) { return op == Op::kEqual || op == Op::kNotEqual; }

}  // namespace

ExprPtr Checker::Compare(Op op, ExprPtr a, ExprPtr b, Span span) {
  auto node = MakeNode(op, BooleanType(), span, {a, b});
  const std::string sign(SignOf(op));
  if (CommonType(a->type, b->type) == nullptr) {
    findings_.Error(
        "ZD3201", span,
        "cannot compare " + findings_.Describe(*a) + " with " + findings_.Describe(*b) + " by " + sign,
        ClashAdvice(*a, *b));
    return node;
  }
  if (a->type->kind == TypeKind::kSeries || b->type->kind == TypeKind::kSeries) {
    findings_.Error("ZD3201", span, "cannot compare a whole series by " + sign, ClashAdvice(*a, *b));
    return node;
  }
  if (IsEquality(op)) {
    if (!SameCodeList(*a, *b->type, *b, "compare")) return node;
    CheckCode(a->type->code_list, *b);
    CheckCode(b->type->code_list, *a);
    WarnAboutNull(*a, *b);
    WarnAboutNull(*b, *a);
    return node;
  }
  // All are looked at, so that both sides are reported.
  const bool a_known = NeedsValue(*a, sign);
  const bool b_known = NeedsValue(*b, sign);
  if (!a_known || !b_known) return node;
  for (const ExprPtr& side : {a, b}) {
    if (IsOrdered(side->type->kind)) continue;
    findings_.Error("ZD3205", side->span,
                    findings_.Describe(*side) + " has no order, so " + sign + " cannot compare it",
                    "compare with = or !=");
    break;
  }
  return node;
}

// People write `x != null` to ask whether x is known; of what is never null it tells nothing.
void Checker::WarnAboutNull(const Expr& path, const Expr& null) {
  const bool declared = path.op == Op::kFact || path.op == Op::kDefinition || path.op == Op::kMember;
  if (null.type->kind != TypeKind::kNull || !declared) return;
  if (path.type->nullable || path.type->kind == TypeKind::kAny || guards_.Narrows(path)) return;
  findings_.Warning("ZD3350", path.span,
                    findings_.Source(path) + " is never null: a value that nobody supplied is unknown",
                    "drop the test, or declare the fact nullable");
}

bool Checker::SameCodeList(const Expr& a, const Type& b, const Expr& b_source, std::string_view verb) {
  const std::string& list = a.type->code_list;
  if (list.empty() || b.code_list.empty() || list == b.code_list) return true;
  findings_.Error("ZD3219", Joined(a, b_source),
                  "cannot " + std::string(verb) + " codes of two lists: " + findings_.Describe(a) + " and " +
                      findings_.Describe(b_source),
                  "use codes of one list");
  return false;
}

void Checker::CheckCode(const std::string& code_list, const Expr& text) {
  if (code_list.empty()) return;
  if (text.op == Op::kIf) {
    CheckCode(code_list, *text.args[1]);
    CheckCode(code_list, *text.args[2]);
    return;
  }
  if (!IsStringLiteral(text)) return;
  const std::string& code = text.literal.string();
  if (scope_.HasCode(code_list, code) || findings_.Full(text.span)) return;
  const std::vector<std::string> codes = scope_.Codes(code_list);
  const std::string nearest = NearestName(code, codes);
  std::string mend;
  if (!nearest.empty()) {
    mend = "did you mean " + Quoted(nearest) + "?";
  } else if (!codes.empty()) {
    std::vector<std::string> shown;
    for (size_t i = 0; i < std::min(codes.size(), kCodesShownMax); ++i) shown.push_back(Quoted(codes[i]));
    mend = "write one of its codes: " + Join(shown, ", ") + (codes.size() > kCodesShownMax ? ", ..." : "");
  }
  findings_.Error("ZD3108", text.span, Quoted(code) + " is not in the code list " + code_list,
                  std::move(mend));
}

// Both ends hold values of one ordered type. A range that is written backwards is legal and empty.
TypePtr Checker::RangeEnds(const ExprPtr& low, const ExprPtr& high, Span span) {
  const TypePtr any = MakeType(TypeKind::kAny);
  bool good = true;
  for (const ExprPtr& end : {low, high}) {
    if (end == nullptr) continue;
    good = NeedsValue(*end, "the end of a range") && good;
    if (!good || IsOrdered(end->type->kind)) continue;
    findings_.Error("ZD3205", end->span, findings_.Describe(*end) + " has no order, so it cannot end a range",
                    "list the values: x in (a, b)");
    good = false;
  }
  if (!good) return any;
  if (low == nullptr || high == nullptr) return low == nullptr ? high->type : low->type;
  TypePtr common = CommonType(low->type, high->type);
  if (common == nullptr) {
    findings_.Error("ZD3215", span,
                    "the range runs from " + findings_.Describe(*low) + " to " + findings_.Describe(*high),
                    ClashAdvice(*low, *high, "give both ends one type"));
    return any;
  }
  const bool constant = low->op == Op::kLiteral && high->op == Op::kLiteral;
  if (constant && zhida::Compare(low->literal, high->literal).value_or(0) > 0) {
    findings_.Warning(
        "ZD3251", span,
        "the range from " + findings_.Source(*low) + " to " + findings_.Source(*high) + " is empty",
        "write the lower end first");
  }
  return common;
}

ExprPtr Checker::Between(ExprPtr x, ExprPtr low, ExprPtr high, Span span) {
  const TypePtr end = RangeEnds(low, high, span);
  return InRange(std::move(x), std::move(low), std::move(high), end, {}, span);
}

ExprPtr Checker::InRange(ExprPtr x, ExprPtr low, ExprPtr high, const TypePtr& end, Brackets brackets,
                         Span span) {
  const bool known = NeedsValue(*x, "the test of a range");
  if (known && CommonType(x->type, end) == nullptr) {
    const Expr& shown = low != nullptr ? *low : *high;
    findings_.Error("ZD3201", span,
                    "cannot compare " + findings_.Describe(*x) + " with " + findings_.Describe(shown) +
                        " as the end of a range",
                    ClashAdvice(*x, shown));
  }
  auto node = MakeNode(Op::kInRange, BooleanType(), span, {std::move(x), std::move(low), std::move(high)});
  node->low_closed = brackets.low_closed;
  node->high_closed = brackets.high_closed;
  return node;
}

ExprPtr Checker::RangeValue(ExprPtr low, ExprPtr high, Brackets brackets, Span span) {
  TypePtr end = RangeEnds(low, high, span);
  auto node = MakeNode(Op::kRange, RangeOf(std::move(end)), span, {std::move(low), std::move(high)});
  node->low_closed = brackets.low_closed;
  node->high_closed = brackets.high_closed;
  return node;
}

ExprPtr Checker::InList(ExprPtr x, ExprPtr list, Span span) {
  auto node = MakeNode(Op::kInList, BooleanType(), span, {x, list});
  NeedsValue(*list, "in");
  const TypePtr& element = list->type->element;
  const bool ranges = element->kind == TypeKind::kRange && x->type->kind != TypeKind::kRange;
  if (ranges) NeedsValue(*x, "the test of a range");
  const TypePtr& tested = ranges ? element->element : element;
  if (CommonType(x->type, tested) == nullptr) {
    findings_.Error("ZD3201", span, findings_.Describe(*x) + " cannot be in " + findings_.Describe(*list),
                    "use values of one type");
    return node;
  }
  CheckMembership(*x, *list);
  return node;
}

bool Checker::CheckMembership(const Expr& x, const Expr& candidates) {
  const Type& type = candidates.type->kind == TypeKind::kList ? *candidates.type->element : *candidates.type;
  if (!SameCodeList(x, type, candidates, "look up")) return false;
  CheckCode(type.code_list, x);
  CheckCode(x.type->code_list, candidates);
  if (candidates.op == Op::kList) {
    for (const ExprPtr& item : candidates.args) CheckCode(x.type->code_list, *item);
  }
  return true;
}

ExprPtr Checker::Test(const ExprPtr& subject, const UnaryTest& test) {
  const ExprPtr& value = test.value;
  if (test.comparison) return Compare(*test.comparison, subject, value, test.span);
  if (value->op == Op::kRange) {
    const Brackets brackets{value->low_closed, value->high_closed};
    return InRange(subject, value->args[0], value->args[1], value->type->element, brackets, test.span);
  }
  switch (value->type->kind) {
    case TypeKind::kRange:
      return InList(subject, List({value}, value->span), test.span);
    case TypeKind::kList: {
      // A list against a list of its own type is compared as a whole.
      const bool whole =
          subject->type->kind == TypeKind::kList && CommonType(subject->type, value->type) != nullptr;
      return whole ? Compare(Op::kEqual, subject, value, test.span) : InList(subject, value, test.span);
    }
    case TypeKind::kBoolean: {
      if (test.uses_input) {
        Condition(*value, "a test");
        return value;
      }
      const TypeKind kind = subject->type->kind;
      if (kind == TypeKind::kBoolean || kind == TypeKind::kAny) break;
      findings_.Error("ZD3206", value->span,
                      "the test " + findings_.Source(*value) + " is a condition that does not look at ?",
                      "write the condition with ?, or test a value");
      return value;
    }
    default:
      break;
  }
  return Compare(Op::kEqual, subject, value, test.span);
}

}  // namespace zhida::feel
