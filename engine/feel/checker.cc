#include "engine/feel/checker.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/text.h"

namespace zhida::feel {
namespace {

TypePtr LiteralType(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kBoolean:
      return MakeType(TypeKind::kBoolean);
    case ValueKind::kNumber:
      return NumberType(value.number().scale());
    case ValueKind::kString:
      return MakeType(TypeKind::kString);
    case ValueKind::kDate:
      return MakeType(TypeKind::kDate);
    case ValueKind::kTime:
      return MakeType(TypeKind::kTime);
    case ValueKind::kDateTime:
      return MakeType(TypeKind::kDateTime);
    case ValueKind::kMonthDuration:
      return MakeType(TypeKind::kMonthDuration);
    case ValueKind::kDayDuration:
      return MakeType(TypeKind::kDayDuration);
    case ValueKind::kNull:
      return MakeType(TypeKind::kNull);
    default:
      return MakeType(TypeKind::kAny);
  }
}

bool IsTruthWord(std::string_view text) {
  return text == "true" || text == "false" || text == "是" || text == "否";
}

bool IsRangeOf(const Type& range, const TypePtr& value) {
  return range.kind == TypeKind::kRange && CommonType(range.element, value) != nullptr;
}

}  // namespace

std::shared_ptr<Expr> MakeNode(Op op, TypePtr type, Span span, std::vector<ExprPtr> args) {
  auto node = std::make_shared<Expr>();
  node->op = op;
  node->type = std::move(type);
  node->span = span;
  node->args = std::move(args);
  return node;
}

ExprPtr MakeLiteral(Value value, Span span) {
  auto node = MakeNode(Op::kLiteral, LiteralType(value), span);
  node->literal = std::move(value);
  return node;
}

ExprPtr MakeWrong(Span span) {
  auto node = MakeNode(Op::kUnknown, MakeType(TypeKind::kAny), span);
  node->literal = Value::Unknown(Cause::kVagueRule);
  return node;
}

Span Joined(const Expr& first, const Expr& last) { return {first.span.begin, last.span.end}; }

bool IsStringLiteral(const Expr& expr) {
  return expr.op == Op::kLiteral && expr.literal.kind() == ValueKind::kString;
}

bool IsNumberLiteral(const Expr& expr) {
  return expr.op == Op::kLiteral && expr.literal.kind() == ValueKind::kNumber;
}

ExprPtr Checker::Here(std::shared_ptr<Expr> node) const {
  node->type = guards_.TypeHere(*node);
  return node;
}

bool Checker::NeedsValue(const Expr& expr, std::string_view user) {
  if (!expr.type->nullable) return true;
  const std::string source = findings_.Source(expr);
  const std::string by(user);
  if (expr.type->kind == TypeKind::kNull) {
    findings_.Error("ZD3301", expr.span, by + " needs a value, not null",
                    "test for null with = null or != null");
  } else {
    findings_.Error(
        "ZD3301", expr.span, source + " may be null, but " + by + " needs a value",
        "guard it: " + source + " != null and ..., or if " + source + " != null then ... else ...");
  }
  return false;
}

bool Checker::Condition(const Expr& expr, std::string_view role) {
  const TypeKind kind = expr.type->kind;
  if (kind == TypeKind::kAny) return true;
  if (kind == TypeKind::kBoolean && !expr.type->nullable) return true;
  if (kind == TypeKind::kBoolean) {
    const std::string source = findings_.Source(expr);
    findings_.Error("ZD3303", expr.span,
                    std::string(role) + " must be true or false, but " + source + " may be null",
                    "write " + source + " = true, which is false for null");
    return false;
  }
  const bool counts = kind == TypeKind::kNumber;
  findings_.Error("ZD3203", expr.span,
                  std::string(role) + " must be true or false, but " + findings_.Describe(expr) + " is not",
                  "write a comparison, such as " + findings_.Source(expr) + (counts ? " > 0" : " = ..."));
  return false;
}

ExprPtr Checker::Junction(Op op, std::vector<ExprPtr> operands, Span span) {
  std::vector<ExprPtr> flat;
  for (ExprPtr& operand : operands) {
    Condition(*operand, op == Op::kAnd ? "each side of and" : "each side of or");
    if (operand->op == op) {
      flat.insert(flat.end(), operand->args.begin(), operand->args.end());
    } else {
      flat.push_back(std::move(operand));
    }
  }
  return MakeNode(op, MakeType(TypeKind::kBoolean), span, std::move(flat));
}

ExprPtr Checker::Not(ExprPtr operand, Span span) {
  Condition(*operand, "the operand of not");
  return MakeNode(Op::kNot, MakeType(TypeKind::kBoolean), span, {std::move(operand)});
}

ExprPtr Checker::If(ExprPtr condition, ExprPtr yes, ExprPtr no, Span span) {
  Condition(*condition, "the condition of if");
  TypePtr type = CommonType(yes->type, no->type);
  if (type == nullptr) {
    findings_.Error("ZD3204", no->span,
                    "then gives " + findings_.Describe(*yes) + " and else gives " + findings_.Describe(*no),
                    ClashAdvice(*yes, *no, "give both branches one type"));
    type = MakeType(TypeKind::kAny);
  }
  return MakeNode(Op::kIf, std::move(type), span, {std::move(condition), std::move(yes), std::move(no)});
}

ExprPtr Checker::List(std::vector<ExprPtr> items, Span span) {
  TypePtr element = MakeType(TypeKind::kAny);
  for (const ExprPtr& item : items) {
    TypePtr common = CommonType(element, item->type);
    if (common == nullptr) {
      const bool range = IsRangeOf(*element, item->type) || IsRangeOf(*item->type, element);
      findings_.Error(
          "ZD3207", item->span, findings_.Describe(*item) + " does not fit a list of " + TypeText(*element),
          range ? "test values and ranges together as x in (1, [5..7])" : "give all items one type");
      element = MakeType(TypeKind::kAny);
      break;
    }
    element = std::move(common);
  }
  return MakeNode(Op::kList, ListOf(std::move(element)), span, std::move(items));
}

std::string Checker::ClashAdvice(const Expr& a, const Expr& b, std::string general) const {
  const bool a_text = IsStringLiteral(a);
  const Expr& text = a_text ? a : b;
  const Expr& other = a_text ? b : a;
  const TypeKind kind = other.type->kind;
  if (IsStringLiteral(text)) {
    const std::string& value = text.literal.string();
    if (kind == TypeKind::kNumber && Decimal::Parse(value)) return "write " + value + " without quotes";
    if (kind == TypeKind::kBoolean && IsTruthWord(value)) return "write true or false without quotes";
    if (kind == TypeKind::kDate && Date::Parse(value)) return "write date(" + Quoted(value) + ")";
    if (kind == TypeKind::kDate) return "write a date as date(\"2025-12-31\")";
  }
  for (const Expr* side : {&a, &b}) {
    const std::string source = findings_.Source(*side);
    if (side->type->kind == TypeKind::kSeries)
      return "take one period of it, such as at(" + source + ", Y - 1)";
    if (side->type->kind == TypeKind::kList)
      return "test membership with in, or count it with count(" + source + ")";
    if (side->type->kind == TypeKind::kStruct)
      return "name a member of it, such as " + source + "." +
             (side->type->members.empty() ? "x" : side->type->members[0].id);
  }
  return general;
}

}  // namespace zhida::feel
