#include "engine/feel/guards.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/text.h"

namespace zhida::feel {
namespace {

bool Has(const NotNullKeys& keys, const std::string& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

bool IsNullLiteral(const Expr& expr) { return expr.op == Op::kLiteral && expr.literal.is_null(); }
bool IsValueLiteral(const Expr& expr) { return expr.op == Op::kLiteral && !expr.literal.is_null(); }

NotNullKeys KeyOf(const Expr& expr) {
  if (!expr.type->nullable) return {};
  return {Dump(expr)};
}

// For `a = b`: what holds a value if the equality has the truth `truth`.
NotNullKeys FromEquality(const Expr& equality, bool truth) {
  const Expr& a = *equality.args[0];
  const Expr& b = *equality.args[1];
  const Expr& constant = a.op == Op::kLiteral ? a : b;
  const Expr& other = a.op == Op::kLiteral ? b : a;
  const bool holds = truth ? IsValueLiteral(constant) : IsNullLiteral(constant);
  return holds ? KeyOf(other) : NotNullKeys{};
}

NotNullKeys FromOperands(const Expr& expr, bool truth);

// `x in (t1, t2)`: true needs some test to hold, so x holds a value if every test says so; false needs all of
// them to fail, so one of them is enough.
NotNullKeys FromTests(const Expr& in, bool truth) {
  const Expr& subject = *in.args[0];
  if (!subject.type->nullable) return {};
  const std::string slot = "local:" + std::to_string(in.index);
  const auto says = [&](const ExprPtr& test) {
    return Has(truth ? NotNullIfTrue(*test) : NotNullIfFalse(*test), slot);
  };
  const auto first = in.args.begin() + 1;
  const bool holds =
      truth ? std::all_of(first, in.args.end(), says) : std::any_of(first, in.args.end(), says);
  return holds ? KeyOf(subject) : NotNullKeys{};
}

NotNullKeys FromMembership(const Expr& in_list, bool truth) {
  const Expr& list = *in_list.args[1];
  if (list.op != Op::kList) return {};
  const auto is_value = [](const ExprPtr& item) { return IsValueLiteral(*item); };
  const auto is_null = [](const ExprPtr& item) { return IsNullLiteral(*item); };
  const bool holds = truth ? std::all_of(list.args.begin(), list.args.end(), is_value)
                           : std::any_of(list.args.begin(), list.args.end(), is_null);
  return holds ? KeyOf(*in_list.args[0]) : NotNullKeys{};
}

NotNullKeys From(const Expr& condition, bool truth) {
  switch (condition.op) {
    case Op::kEqual:
      return FromEquality(condition, truth);
    case Op::kNotEqual:
      return FromEquality(condition, !truth);
    case Op::kNot:
      return From(*condition.args[0], !truth);
    case Op::kAnd:
    case Op::kOr:
      return FromOperands(condition, truth);
    case Op::kIn:
      return FromTests(condition, truth);
    case Op::kInList:
      return FromMembership(condition, truth);
    case Op::kInstanceOf: {
      // null instance of T is false for every T but Null.
      const bool holds = truth && condition.type_argument->kind != TypeKind::kNull;
      return holds ? KeyOf(*condition.args[0]) : NotNullKeys{};
    }
    default:
      return {};
  }
}

// An `and` that is true has only true operands, one that is false has some false operand; `or` dually.
NotNullKeys FromOperands(const Expr& expr, bool truth) {
  const bool all_hold = (expr.op == Op::kAnd) == truth;
  NotNullKeys keys = From(*expr.args[0], truth);
  for (size_t i = 1; i < expr.args.size(); ++i) {
    if (!all_hold && keys.empty()) break;
    const NotNullKeys more = From(*expr.args[i], truth);
    if (all_hold) {
      keys.insert(keys.end(), more.begin(), more.end());
    } else {
      std::erase_if(keys, [&more](const std::string& key) { return !Has(more, key); });
    }
  }
  return keys;
}

}  // namespace

NotNullKeys NotNullIfTrue(const Expr& condition) { return From(condition, true); }
NotNullKeys NotNullIfFalse(const Expr& condition) { return From(condition, false); }

TypePtr Refined(const TypePtr& type, const std::string& key, const NotNullKeys& keys) {
  if (keys.empty()) return type;
  TypePtr refined = Has(keys, key) ? WithNullable(type, false) : type;
  if (refined->kind != TypeKind::kStruct) return refined;
  std::vector<Member> members = refined->members;
  bool changed = false;
  for (Member& member : members) {
    // The dump of the member's path; see Dump().
    const TypePtr of_member = Refined(member.type, "(member " + key + " " + JsonQuote(member.id) + ")", keys);
    changed = changed || of_member != member.type;
    member.type = of_member;
  }
  return changed ? WithNullable(StructOf(std::move(members)), refined->nullable) : refined;
}

bool Guards::Narrows(const Expr& expr) const { return !keys_.empty() && Has(keys_, Dump(expr)); }

TypePtr Guards::TypeHere(const Expr& expr) const {
  return expr.type->nullable && Narrows(expr) ? WithNullable(expr.type, false) : expr.type;
}

}  // namespace zhida::feel
