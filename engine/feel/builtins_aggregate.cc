// Functions that make one value of many: sums, extremes, averages, and the truth of all.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feel/builtins_family.h"

namespace zhida::feel {
namespace {

constexpr TypeKind kNumber = TypeKind::kNumber;

// Typing.

// The items are numbers; given as a list they may be none, and then some functions are null.
TypePtr NumbersType(std::string_view function, const Types& args, std::string* problem) {
  const TypePtr item = ItemType(function, args, problem);
  if (item == nullptr) return nullptr;
  if (item->kind == kNumber || item->kind == TypeKind::kAny) return item;
  *problem = std::string(function) + " needs numbers, not " + WithArticle(TypeText(*item));
  return nullptr;
}

bool IsOneList(const Types& args) { return args.size() == 1 && args[0]->kind == TypeKind::kList; }

TypePtr SumType(const Types& args, std::string* problem) {
  const TypePtr item = NumbersType("sum", args, problem);
  return item == nullptr ? nullptr : NumberType(item->kind == kNumber ? item->scale : -1);
}

template <FunctionName kName>
TypePtr AverageType(const Types& args, std::string* problem) {
  if (NumbersType(kName.text, args, problem) == nullptr) return nullptr;
  return WithNullable(MakeType(kNumber), IsOneList(args));
}

TypePtr DeviationType(const Types& args, std::string* problem) {
  if (NumbersType("stddev", args, problem) == nullptr) return nullptr;
  return WithNullable(MakeType(kNumber), args.size() == 1);
}

TypePtr ModeType(const Types& args, std::string* problem) {
  const TypePtr item = NumbersType("mode", args, problem);
  return item == nullptr ? nullptr : ListOf(WithNullable(item, false));
}

template <FunctionName kName>
TypePtr ExtremeType(const Types& args, std::string* problem) {
  const TypePtr item = ItemType(kName.text, args, problem);
  if (item == nullptr) return nullptr;
  if (IsOrdered(item->kind)) return WithNullable(item, IsOneList(args));
  *problem =
      std::string(kName.text) + " needs values that have an order, not " + WithArticle(TypeText(*item));
  return nullptr;
}

template <FunctionName kName>
TypePtr JunctionType(const Types& args, std::string* problem) {
  const TypePtr item = ItemType(kName.text, args, problem);
  if (item == nullptr) return nullptr;
  if (item->kind == TypeKind::kBoolean || item->kind == TypeKind::kAny) return MakeType(TypeKind::kBoolean);
  *problem = std::string(kName.text) + " needs booleans, not " + WithArticle(TypeText(*item));
  return nullptr;
}

TypePtr CountType(const Types& args, std::string* problem) {
  return Wants("count", args, 0, {TypeKind::kList}, problem) ? NumberType(0) : nullptr;
}

// Bodies.

bool AllNumbers(const std::vector<Value>& items) {
  return std::all_of(items.begin(), items.end(),
                     [](const Value& item) { return item.kind() == ValueKind::kNumber; });
}

Value NotNumbers(const std::vector<Value>& items) {
  const bool null = std::any_of(items.begin(), items.end(), [](const Value& item) { return item.is_null(); });
  return Value::Error(null ? kNullItem : "an item that is not a number");
}

std::optional<Decimal> SumOf(const std::vector<Value>& items) {
  std::optional<Decimal> sum = Decimal();
  for (const Value& item : items) {
    sum = Decimal::Add(*sum, item.number());
    if (!sum) break;
  }
  return sum;
}

std::optional<Decimal> MeanOf(const std::vector<Value>& items) {
  const std::optional<Decimal> sum = SumOf(items);
  return sum ? Decimal::Divide(*sum, Decimal::FromInt(static_cast<int64_t>(items.size()))) : std::nullopt;
}

std::vector<Decimal> SortedNumbers(const std::vector<Value>& items) {
  std::vector<Decimal> sorted;
  sorted.reserve(items.size());
  for (const Value& item : items) sorted.push_back(item.number());
  std::sort(sorted.begin(), sorted.end(), [](const Decimal& a, const Decimal& b) { return a < b; });
  return sorted;
}

Value Count(const Args& args, const CallContext&) {
  return Value::Number(static_cast<int64_t>(args[0].list().size()));
}

Value Sum(const Args& args, const CallContext&) {
  const std::vector<Value>& items = ItemsOf(args);
  return AllNumbers(items) ? NumberOr(SumOf(items), kOutOfRange) : NotNumbers(items);
}

Value Mean(const Args& args, const CallContext&) {
  const std::vector<Value>& items = ItemsOf(args);
  if (!AllNumbers(items)) return NotNumbers(items);
  return items.empty() ? Value::Null() : NumberOr(MeanOf(items), kOutOfRange);
}

Value Product(const Args& args, const CallContext&) {
  const std::vector<Value>& items = ItemsOf(args);
  if (!AllNumbers(items)) return NotNumbers(items);
  if (items.empty()) return Value::Null();
  Decimal product = Decimal::FromInt(1);
  for (const Value& item : items) {
    const std::optional<Decimal> next = Decimal::Multiply(product, item.number());
    if (!next) return Value::Error(kOutOfRange);
    product = *next;
  }
  return Value::Number(product);
}

Value Median(const Args& args, const CallContext&) {
  const std::vector<Value>& items = ItemsOf(args);
  if (!AllNumbers(items)) return NotNumbers(items);
  if (items.empty()) return Value::Null();
  const std::vector<Decimal> sorted = SortedNumbers(items);
  const size_t middle = sorted.size() / 2;
  if (sorted.size() % 2 == 1) return Value::Number(sorted[middle]);
  const std::optional<Decimal> sum = Decimal::Add(sorted[middle - 1], sorted[middle]);
  return NumberOr(sum ? Decimal::Divide(*sum, Decimal::FromInt(2)) : std::nullopt, kOutOfRange);
}

// The numbers that occur most often, ascending.
Value Mode(const Args& args, const CallContext&) {
  const std::vector<Value>& items = ItemsOf(args);
  if (!AllNumbers(items)) return NotNumbers(items);
  const std::vector<Decimal> sorted = SortedNumbers(items);
  std::vector<Value> modes;
  size_t most = 0;
  for (size_t begin = 0; begin < sorted.size();) {
    size_t end = begin;
    while (end < sorted.size() && sorted[end] == sorted[begin]) ++end;
    if (end - begin > most) modes.clear();
    most = std::max(most, end - begin);
    if (end - begin == most) modes.push_back(Value::Number(sorted[begin]));
    begin = end;
  }
  return Value::List(std::move(modes));
}

// Of a sample: the squares are divided by one less than there are items.
Value Deviation(const Args& args, const CallContext&) {
  const std::vector<Value>& items = ItemsOf(args);
  if (!AllNumbers(items)) return NotNumbers(items);
  if (items.size() < 2) return Value::Null();
  const std::optional<Decimal> mean = MeanOf(items);
  std::optional<Decimal> squares = Decimal();
  for (size_t i = 0; i < items.size() && mean && squares; ++i) {
    const std::optional<Decimal> distance = Decimal::Subtract(items[i].number(), *mean);
    const std::optional<Decimal> square = distance ? Decimal::Multiply(*distance, *distance) : std::nullopt;
    squares = square ? Decimal::Add(*squares, *square) : std::nullopt;
  }
  if (!mean || !squares) return Value::Error(kOutOfRange);
  const std::optional<Decimal> variance =
      Decimal::Divide(*squares, Decimal::FromInt(static_cast<int64_t>(items.size()) - 1));
  return NumberOr(variance ? Decimal::SquareRoot(*variance) : std::nullopt, kOutOfRange);
}

template <Op kBetter>
Value Extreme(const Args& args, const CallContext&) {
  const std::vector<Value>& items = ItemsOf(args);
  if (items.empty()) return Value::Null();
  const Value* best = &items[0];
  for (const Value& item : items) {
    if (item.is_null()) return Value::Error(kNullItem);
    const Verdict better = OrderVerdict(kBetter, item, *best);
    if (better.is(Truth::kError)) return ToValue(better);
    if (better.is(Truth::kTrue)) best = &item;
  }
  return *best;
}

template <bool kAll>
Value Junction(const Args& args, const CallContext&) {
  Verdict total = Verdict::Of(kAll);
  for (const Value& item : ItemsOf(args))
    total = kAll ? And(total, ToVerdict(item)) : Or(total, ToVerdict(item));
  return ToValue(total);
}

Builtin Variadic(std::string_view name, TypePtr (*result)(const Types&, std::string*), BuiltinBody body) {
  return {.name = name, .parameters = {"list"}, .variadic = true, .result = result, .body = body};
}

}  // namespace

void AddAggregateBuiltins(std::vector<Builtin>* all) {
  all->push_back(
      {.name = "count", .parameters = {"list"}, .reads_elements = false, .result = CountType, .body = Count});
  all->push_back(Variadic("sum", SumType, Sum));
  all->push_back(Variadic("min", ExtremeType<"min">, Extreme<Op::kLess>));
  all->push_back(Variadic("max", ExtremeType<"max">, Extreme<Op::kGreater>));
  all->push_back(Variadic("mean", AverageType<"mean">, Mean));
  all->push_back(Variadic("median", AverageType<"median">, Median));
  all->push_back(Variadic("mode", ModeType, Mode));
  all->push_back(Variadic("stddev", DeviationType, Deviation));
  all->push_back(Variadic("product", AverageType<"product">, Product));
  all->push_back(Variadic("all", JunctionType<"all">, Junction<true>));
  all->push_back(Variadic("any", JunctionType<"any">, Junction<false>));
}

}  // namespace zhida::feel
