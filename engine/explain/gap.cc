#include "engine/explain/gap.h"

#include <optional>
#include <utility>

#include "engine/feel/builtins.h"
#include "engine/feel/signs.h"
#include "engine/feel/verdict.h"

namespace zhida::explain {

using feel::Expr;
using feel::Op;

std::string_view UnitName(Unit unit) {
  switch (unit) {
    case Unit::kNone:
      return "";
    case Unit::kMoney:
      return "yuan";
    case Unit::kRatio:
      return "ratio";
    case Unit::kDays:
      return "days";
    case Unit::kMonths:
      return "months";
  }
  return "";
}

namespace {

constexpr size_t kGapsMax = 16;

// What a number of an expression counts, as far as its facts tell.
class UnitOf {
 public:
  explicit UnitOf(const pack::Pack& pack) : pack_(pack) {}

  Unit Of(const Expr& expr, int depth = 0) const {
    constexpr int kDepthMax = 32;
    if (depth > kDepthMax) return Unit::kNone;
    const auto arg = [&](size_t i) { return Of(*expr.args[i], depth + 1); };
    switch (expr.op) {
      case Op::kFact:
        return OfFact(*pack_.schema.facts[static_cast<size_t>(expr.index)].type);
      case Op::kDefinition: {
        const feel::Definition& definition = pack_.model.definitions[static_cast<size_t>(expr.index)];
        const Expr* root = definition.expression.root.get();
        return root == nullptr ? Unit::kNone : Of(*root, depth + 1);
      }
      case Op::kAdd:
      case Op::kSubtract:
        return arg(0) == Unit::kNone ? arg(1) : arg(0);
      case Op::kNegate:
        return arg(0);
      case Op::kMultiply:
        return arg(0) == Unit::kMoney || arg(1) == Unit::kMoney ? Unit::kMoney : Unit::kNone;
      case Op::kDivide:
        return arg(1) != Unit::kMoney ? arg(0) : arg(0) == Unit::kMoney ? Unit::kRatio : Unit::kNone;
      case Op::kIf:
        return arg(1);
      case Op::kCall:
        return expr.args.empty() || expr.args[0] == nullptr ? Unit::kNone : OfCall(expr, depth);
      default:
        return Unit::kNone;
    }
  }

 private:
  static Unit OfFact(const pack::FactType& type) {
    if (type.kind == pack::FactKind::kMoney) return Unit::kMoney;
    if (type.kind == pack::FactKind::kRatio) return Unit::kRatio;
    if (type.element != nullptr && type.members.empty()) return OfFact(*type.element);
    return Unit::kNone;
  }

  // at, sum, max, min, abs, decimal and the like keep the unit of what they are given.
  Unit OfCall(const Expr& expr, int depth) const {
    return expr.type->kind == feel::TypeKind::kNumber ? Of(*expr.args[0], depth + 1) : Unit::kNone;
  }

  const pack::Pack& pack_;
};

class Finder {
 public:
  Finder(const pack::Pack& pack, feel::Interpreter& interpreter) : pack_(pack), interpreter_(interpreter) {}

  void Find(const Part& part, bool want, bool either) {
    const feel::Verdict verdict = feel::ToVerdict(Evaluate(interpreter_, part));
    if (!verdict.is(ToTruth(!want)) || gaps_.size() >= kGapsMax) return;
    std::vector<Part> parts;
    switch (ShapeOf(pack_.model, part, &parts)) {
      case Shape::kAll:
        for (const Part& inner : parts) Find(inner, want, either || !want);
        break;
      case Shape::kAny:
        for (const Part& inner : parts) Find(inner, want, either || want);
        break;
      case Shape::kNot:
        Find(parts[0], !want, either);
        break;
      case Shape::kNamed:
        Find(parts[0], want, either);
        break;
      case Shape::kAtom:
        AddAtom(part, want, either);
        break;
    }
  }

  std::vector<Gap> Take() { return std::move(gaps_); }

 private:
  void AddAtom(const Part& part, bool want, bool either) {
    Gap gap;
    gap.text = TextOf(pack_.model, part);
    gap.either = either;
    const Expr& expr = *part.root;
    if (feel::IsComparison(expr.op)) {
      Compared(part, want ? expr.op : Opposite(expr.op), &gap);
    } else if (expr.op == Op::kInRange) {
      Ranged(part, want, &gap);
    } else if (expr.op == Op::kFact) {
      gap.measured = gap.text;
      gap.sign = "=";
      gap.value = Evaluate(interpreter_, part);
      gap.bar = Value::Boolean(want);
      gap.facts = {expr.index};
    } else {
      Asked(part, want, &gap);
    }
    gaps_.push_back(std::move(gap));
  }

  void Compared(const Part& part, Op op, Gap* gap) {
    Part measured = PartOf(part, part.root->args[0]);
    Part bar = PartOf(part, part.root->args[1]);
    if (LooksOf(pack_.model, measured).facts.empty() && !LooksOf(pack_.model, bar).facts.empty()) {
      std::swap(measured, bar);
      op = Mirrored(op);
    }
    gap->sign = SignOf(op);
    gap->beyond = op == Op::kLess || op == Op::kGreater;
    Measure(measured, Evaluate(interpreter_, bar), gap);
    if (op == Op::kNotEqual) gap->distance = Value::Null();
  }

  void Ranged(const Part& part, bool want, Gap* gap) {
    const Expr& expr = *part.root;
    const Part measured = PartOf(part, expr.args[0]);
    if (!want) return Measure(measured, Value::Null(), gap);
    // Of a range that the value lies outside, the end that it would have to reach.
    const Value value = Evaluate(interpreter_, measured);
    for (const size_t end : {size_t{1}, size_t{2}}) {
      if (expr.args[end] == nullptr) continue;
      const Value bar = Evaluate(interpreter_, PartOf(part, expr.args[end]));
      const std::optional<int> order = Compare(value, bar);
      const bool closed = end == 1 ? expr.low_closed : expr.high_closed;
      const bool fails = order && (end == 1 ? *order < 0 : *order > 0);
      if (!order || !(fails || (*order == 0 && !closed))) continue;
      gap->sign = end == 1 ? (closed ? ">=" : ">") : (closed ? "<=" : "<");
      gap->beyond = !closed;
      return Measure(measured, bar, gap);
    }
  }

  // What is neither a comparison nor a fact: membership, a quantifier, a function.
  void Asked(const Part& part, bool want, Gap* gap) {
    const Expr& expr = *part.root;
    const bool member = expr.op == Op::kInList || expr.op == Op::kIn;
    if (member) {
      gap->sign = want ? "in" : "not in";
      Measure(PartOf(part, expr.args[0]), Value::Null(), gap);
    }
    gap->facts = LooksOf(pack_.model, part).facts;
  }

  void Measure(const Part& measured, Value bar, Gap* gap) {
    gap->measured = NameOf(measured);
    gap->facts = LooksOf(pack_.model, measured).facts;
    gap->value = Evaluate(interpreter_, measured);
    gap->bar = std::move(bar);
    if (gap->value.kind() != gap->bar.kind()) return;
    switch (gap->value.kind()) {
      case ValueKind::kNumber: {
        const Decimal& bar_number = gap->bar.number();
        const Decimal& number = gap->value.number();
        const bool above = number <= bar_number;
        const std::optional<Decimal> distance =
            above ? Decimal::Subtract(bar_number, number) : Decimal::Subtract(number, bar_number);
        if (!distance) return;
        gap->distance = Value::Number(*distance);
        gap->unit = UnitOf(pack_).Of(*measured.root);
        return;
      }
      case ValueKind::kDate:
        gap->unit = Unit::kDays;
        return Distance(gap->bar.date().days - gap->value.date().days, gap);
      case ValueKind::kMonthDuration:
        gap->unit = Unit::kMonths;
        return Distance(gap->bar.months().months - gap->value.months().months, gap);
      case ValueKind::kDayDuration: {
        constexpr int128_t kDay = int128_t{86'400} * 1'000'000'000;
        gap->unit = Unit::kDays;
        return Distance(
            static_cast<int64_t>((gap->bar.day_duration().nanos - gap->value.day_duration().nanos) / kDay),
            gap);
      }
      default:
        return;
    }
  }

  // As written; but an entry of a series by the period that it stands for: 研发经费 2025, not at(研发经费, Y
  // - 1).
  std::string NameOf(const Part& measured) {
    const Expr& expr = *measured.root;
    const bool entry = expr.op == Op::kCall && expr.args[0]->op == Op::kFact &&
                       feel::Builtins()[static_cast<size_t>(expr.index)].name == "at";
    if (entry) {
      const Value period = Evaluate(interpreter_, PartOf(measured, expr.args[1]));
      const std::string name = TextOf(pack_.model, PartOf(measured, expr.args[0])) + ' ';
      if (period.kind() == ValueKind::kNumber) return name + period.number().ToString();
      if (period.kind() == ValueKind::kString) return name + std::string(period.string());
    }
    return TextOf(pack_.model, measured);
  }

  static void Distance(int64_t distance, Gap* gap) {
    gap->distance = Value::Number(distance < 0 ? -distance : distance);
  }

  const pack::Pack& pack_;
  feel::Interpreter& interpreter_;
  std::vector<Gap> gaps_;
};

}  // namespace

std::vector<Gap> GapsOf(const pack::Pack& pack, feel::Interpreter& interpreter, const Part& condition,
                        bool want) {
  Finder finder(pack, interpreter);
  finder.Find(condition, want, false);
  return finder.Take();
}

}  // namespace zhida::explain
