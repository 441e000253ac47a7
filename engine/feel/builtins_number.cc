// Functions of numbers.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "engine/feel/builtins_family.h"

namespace zhida::feel {
namespace {

constexpr TypeKind kNumber = TypeKind::kNumber;
constexpr TypeKind kString = TypeKind::kString;
constexpr TypeKind kBoolean = TypeKind::kBoolean;

// number("1 000,5", " ", ","): takes the separators out, then reads a plain number.
Value NumberFrom(const Args& args, const CallContext&) {
  if (args[0].is_null()) return Value::Error("null is not a number");
  if (args[0].kind() == ValueKind::kNumber) return args[0];
  const auto separator = [&args](size_t i) {
    return i < args.size() && !args[i].is_null() ? args[i].string() : std::string();
  };
  const std::string grouping = separator(1);
  const std::string point = separator(2);
  const bool grouping_fits = grouping.empty() || grouping == " " || grouping == "," || grouping == ".";
  const bool point_fits = point.empty() || point == "," || point == ".";
  if (!grouping_fits || !point_fits || (!grouping.empty() && grouping == point))
    return Value::Error("separators of number() are a space, a comma or a point, and differ");
  std::string text;
  for (const char c : args[0].string()) {
    if (!grouping.empty() && c == grouping[0]) continue;
    // A comma that the caller did not name as the decimal point must not become one.
    const bool is_point = point.empty() ? c == '.' : c == point[0];
    if (!is_point && (c == '.' || c == ',')) return Value::Error("the text is not a number");
    text += is_point ? '.' : c;
  }
  return NumberOr(Decimal::Parse(text), "the text is not a number");
}

TypePtr NumberFromType(const Types& args, std::string* problem) {
  if (!Wants("number", args, 0, {kString, kNumber}, problem)) return nullptr;
  if (!WantsValue("number", args, 0, problem)) return nullptr;
  for (const size_t i : {size_t{1}, size_t{2}}) {
    if (!Wants("number", args, i, {kString, TypeKind::kNull}, problem)) return nullptr;
  }
  return args[0]->kind == kNumber ? args[0] : MakeType(kNumber);
}

// Digits after the point, whole by dropping the rest as FEEL does.
std::optional<int> ScaleAt(const Args& args, size_t i) {
  if (i >= args.size()) return 0;
  const std::optional<Decimal> whole = args[i].number().Rounded(0, Rounding::kDown);
  const std::optional<int64_t> scale = whole ? whole->ToInt64() : std::nullopt;
  constexpr int64_t kScaleMin = -6111;
  constexpr int64_t kScaleMax = 6176;
  if (!scale || *scale < kScaleMin || *scale > kScaleMax) return std::nullopt;
  return static_cast<int>(*scale);
}

template <Rounding kRounding>
Value Round(const Args& args, const CallContext&) {
  const std::optional<int> scale = ScaleAt(args, 1);
  if (!scale) return Value::Error("the number of digits is out of range");
  return NumberOr(args[0].number().Rounded(*scale, kRounding), kOutOfRange);
}

template <FunctionName kName>
TypePtr RoundType(const Types& args, std::string* problem) {
  if (Plain<kName, kNumber, kNumber, kNumber>(args, problem) == nullptr) return nullptr;
  return NumberType(args.size() > 1 ? -1 : 0);
}

template <Rounding kRounding, FunctionName kName>
Builtin Rounder() {
  return {.name = kName.text,
          .parameters = {"n", "scale?"},
          .result = RoundType<kName>,
          .body = Round<kRounding>};
}

Value Absolute(const Args& args, const CallContext&) {
  const Value& n = args[0];
  if (n.kind() == ValueKind::kNumber) return Value::Number(n.number().Absolute());
  const bool negative =
      n.kind() == ValueKind::kMonthDuration ? n.months().months < 0 : n.day_duration().nanos < 0;
  return negative ? NegatedValue(n) : n;
}

TypePtr AbsoluteType(const Types& args, std::string* problem) {
  const auto kinds = {kNumber, TypeKind::kMonthDuration, TypeKind::kDayDuration};
  return Wants("abs", args, 0, kinds, problem) ? args[0] : nullptr;
}

Value Modulo(const Args& args, const CallContext&) {
  if (args[1].number().is_zero()) return Value::Error("division by zero");
  return NumberOr(Decimal::Modulo(args[0].number(), args[1].number()), kOutOfRange);
}

TypePtr ModuloType(const Types& args, std::string* problem) {
  if (Plain<"modulo", kNumber, kNumber, kNumber>(args, problem) == nullptr) return nullptr;
  const bool bounded = args[0]->scale >= 0 && args[1]->scale >= 0;
  return NumberType(bounded ? std::max(args[0]->scale, args[1]->scale) : -1);
}

Value SquareRoot(const Args& args, const CallContext&) {
  return NumberOr(Decimal::SquareRoot(args[0].number()), "the square root of a negative number");
}

Value Exponential(const Args& args, const CallContext&) {
  return NumberOr(Decimal::Exponential(args[0].number()), kOutOfRange);
}

Value NaturalLog(const Args& args, const CallContext&) {
  return NumberOr(Decimal::NaturalLog(args[0].number()), "the logarithm of a number that is not positive");
}

template <bool kOdd>
Value Parity(const Args& args, const CallContext&) {
  if (!args[0].number().is_integer()) return Value::Error(kNotWhole);
  const std::optional<Decimal> rest = Decimal::Modulo(args[0].number(), Decimal::FromInt(2));
  return rest ? Value::Boolean(*rest == Decimal::FromInt(kOdd ? 1 : 0)) : Value::Error(kOutOfRange);
}

}  // namespace

void AddNumberBuiltins(std::vector<Builtin>* all) {
  all->insert(
      all->end(),
      {
          {.name = "number",
           .parameters = {"from", "grouping separator?", "decimal separator?"},
           .takes_null = true,
           .result = NumberFromType,
           .body = NumberFrom},
          {.name = "decimal",
           .parameters = {"n", "scale"},
           .result = RoundType<"decimal">,
           .body = Round<Rounding::kHalfEven>},
          Rounder<Rounding::kFloor, "floor">(),
          Rounder<Rounding::kCeiling, "ceiling">(),
          Rounder<Rounding::kUp, "round up">(),
          Rounder<Rounding::kDown, "round down">(),
          Rounder<Rounding::kHalfUp, "round half up">(),
          Rounder<Rounding::kHalfDown, "round half down">(),
          {.name = "abs", .parameters = {"n"}, .result = AbsoluteType, .body = Absolute},
          {.name = "modulo", .parameters = {"dividend", "divisor"}, .result = ModuloType, .body = Modulo},
          {.name = "sqrt",
           .parameters = {"number"},
           .result = Plain<"sqrt", kNumber, kNumber>,
           .body = SquareRoot},
          {.name = "exp",
           .parameters = {"number"},
           .result = Plain<"exp", kNumber, kNumber>,
           .body = Exponential},
          {.name = "log",
           .parameters = {"number"},
           .result = Plain<"log", kNumber, kNumber>,
           .body = NaturalLog},
          {.name = "odd",
           .parameters = {"number"},
           .result = Plain<"odd", kBoolean, kNumber>,
           .body = Parity<true>},
          {.name = "even",
           .parameters = {"number"},
           .result = Plain<"even", kBoolean, kNumber>,
           .body = Parity<false>},
      });
}

}  // namespace zhida::feel
