#include "engine/explain/motion.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/feel/builtins.h"

namespace zhida::explain {
namespace {

using feel::Expr;
using feel::ExprPtr;
using feel::Op;

constexpr Motion Reversed(Motion motion) {
  switch (motion) {
    case Motion::kUp:
      return Motion::kDown;
    case Motion::kDown:
      return Motion::kUp;
    case Motion::kStill:
    case Motion::kAnyWay:
      return motion;
  }
  return Motion::kAnyWay;
}

// Of a sum, or of and, or.
constexpr Motion Together(Motion a, Motion b) {
  if (a == Motion::kStill) return b;
  if (b == Motion::kStill || a == b) return a;
  return Motion::kAnyWay;
}

class Reader {
 public:
  explicit Reader(const feel::Model& model) : model_(model) {}

  Motion Of(const Expr& expr, int depth = 0) const {
    constexpr int kDepthMax = 64;
    if (depth > kDepthMax) return Motion::kAnyWay;
    const auto arg = [&](size_t i) { return Of(*expr.args[i], depth + 1); };
    switch (expr.op) {
      case Op::kAsOf:
        return Motion::kUp;
      case Op::kDefinition:
        return OfDefinition(expr.index, depth);
      case Op::kAnd:
      case Op::kOr:
      case Op::kAdd:
        return All(expr, depth);
      case Op::kNot:
      case Op::kNegate:
        return Reversed(arg(0));
      case Op::kSubtract:
      case Op::kGreater:
      case Op::kGreaterEqual:
        return Together(arg(0), Reversed(arg(1)));
      case Op::kLess:
      case Op::kLessEqual:
        return Together(Reversed(arg(0)), arg(1));
      case Op::kInRange:
        return OfRange(expr, depth);
      case Op::kMember:
        return OfMember(expr, depth);
      case Op::kSome:
      case Op::kEvery:
        return OfQuantifier(expr, depth);
      case Op::kCall:
        return OfCall(expr, depth);
      default:
        return All(expr, depth) == Motion::kStill ? Motion::kStill : Motion::kAnyWay;
    }
  }

 private:
  Motion All(const Expr& expr, int depth) const {
    Motion motion = Motion::kStill;
    for (const ExprPtr& arg : expr.args) {
      if (arg != nullptr) motion = Together(motion, Of(*arg, depth + 1));
    }
    return motion;
  }

  Motion OfDefinition(int index, int depth) const {
    const feel::Definition& definition = model_.definitions[static_cast<size_t>(index)];
    if (definition.table == nullptr)
      return definition.expression.root == nullptr ? Motion::kStill
                                                   : Of(*definition.expression.root, depth + 1);
    const auto is_still = [&](const feel::Expression& expression) {
      return expression.root == nullptr || Of(*expression.root, depth + 1) == Motion::kStill;
    };
    const feel::Table& table = *definition.table;
    bool still = std::all_of(table.inputs.begin(), table.inputs.end(),
                             [&](const feel::TableInput& input) { return is_still(input.value); });
    for (const feel::TableOutput& output : table.outputs) still = still && is_still(output.default_value);
    for (const feel::TableRule& rule : table.rules) {
      still = still && std::all_of(rule.cells.begin(), rule.cells.end(), is_still) &&
              std::all_of(rule.outputs.begin(), rule.outputs.end(), is_still);
    }
    return still ? Motion::kStill : Motion::kAnyWay;
  }

  // At least the low end and at most the high one.
  Motion OfRange(const Expr& expr, int depth) const {
    const Motion x = Of(*expr.args[0], depth + 1);
    Motion motion = Motion::kStill;
    if (expr.args[1] != nullptr) motion = Together(x, Reversed(Of(*expr.args[1], depth + 1)));
    if (expr.args[2] != nullptr)
      motion = Together(motion, Together(Reversed(x), Of(*expr.args[2], depth + 1)));
    return motion;
  }

  // The years of a duration, or of a date, go the way that it goes; its months and days start anew.
  Motion OfMember(const Expr& expr, int depth) const {
    const Motion motion = Of(*expr.args[0], depth + 1);
    const feel::TypeKind kind = expr.args[0]->type->kind;
    const bool whole = (expr.text == "years" && kind == feel::TypeKind::kMonthDuration) ||
                       (expr.text == "days" && kind == feel::TypeKind::kDayDuration) ||
                       (expr.text == "year" && kind == feel::TypeKind::kDate);
    return motion == Motion::kStill || whole ? motion : Motion::kAnyWay;
  }

  // The lists must stand still; the body tells.
  Motion OfQuantifier(const Expr& expr, int depth) const {
    for (size_t i = 0; i + 1 < expr.args.size(); ++i) {
      if (Of(*expr.args[i], depth + 1) != Motion::kStill) return Motion::kAnyWay;
    }
    return Of(*expr.args.back(), depth + 1);
  }

  Motion OfCall(const Expr& expr, int depth) const {
    const std::string_view name = feel::Builtins()[static_cast<size_t>(expr.index)].name;
    if (name == "now") return Motion::kUp;
    if (name == "working day deadline") return Motion::kAnyWay;
    if (All(expr, depth) == Motion::kStill) return Motion::kStill;
    const auto arg = [&](size_t i) { return Of(*expr.args[i], depth + 1); };
    if (name == "years and months duration" || name == "working days between")
      return Together(Reversed(arg(0)), arg(1));
    constexpr std::array<std::string_view, 7> kKeepOrder = {"floor",         "ceiling",    "max",     "min",
                                                            "round half up", "round down", "round up"};
    const bool keeps = std::find(kKeepOrder.begin(), kKeepOrder.end(), name) != kKeepOrder.end();
    const bool plain = name == "date" && expr.args.size() == 1;
    return keeps || plain ? All(expr, depth) : Motion::kAnyWay;
  }

  const feel::Model& model_;
};

}  // namespace

Motion MotionOf(const feel::Model& model, const feel::Expr& expr) { return Reader(model).Of(expr); }

}  // namespace zhida::explain
