// Functions of lists.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/feel/builtins_family.h"

namespace zhida::feel {
namespace {

constexpr TypeKind kList = TypeKind::kList;
constexpr TypeKind kNumber = TypeKind::kNumber;

// Typing.

// The element type of list argument 0 widened by the types of further items or lists; null after a problem.
TypePtr Widened(std::string_view function, TypePtr element, const TypePtr& other, std::string* problem) {
  TypePtr common = CommonType(element, other);
  if (common == nullptr) {
    *problem = std::string(function) + " puts " + WithArticle(TypeText(*other)) + " beside " +
               WithArticle(TypeText(*element)) + "; a list holds values of one type";
  }
  return common;
}

template <FunctionName kName>
TypePtr SameListType(const Types& args, std::string* problem) {
  const bool fits =
      ElementType(kName.text, args, 0, problem) != nullptr && WantsValue(kName.text, args, 0, problem);
  return fits ? args[0] : nullptr;
}

// Lists joined: concatenate and union.
template <FunctionName kName>
TypePtr JoinedType(const Types& args, std::string* problem) {
  TypePtr element = MakeType(TypeKind::kAny);
  for (size_t i = 0; i < args.size() && element != nullptr; ++i) {
    const TypePtr next = ElementType(kName.text, args, i, problem);
    if (!WantsValue(kName.text, args, i, problem)) return nullptr;
    element = next == nullptr ? nullptr : Widened(kName.text, element, next, problem);
  }
  return element == nullptr ? nullptr : ListOf(element);
}

TypePtr AppendType(const Types& args, std::string* problem) {
  TypePtr element = ElementType("append", args, 0, problem);
  if (element == nullptr || !WantsValue("append", args, 0, problem)) return nullptr;
  for (size_t i = 1; i < args.size() && element != nullptr; ++i)
    element = Widened("append", element, args[i], problem);
  return element == nullptr ? nullptr : ListOf(element);
}

// (list, position, item) -> list
template <FunctionName kName>
TypePtr PlacedType(const Types& args, std::string* problem) {
  TypePtr element = ElementType(kName.text, args, 0, problem);
  if (element == nullptr || !Wants(kName.text, args, 1, {kNumber}, problem)) return nullptr;
  if (!WantsValue(kName.text, args, 0, problem) || !WantsValue(kName.text, args, 1, problem)) return nullptr;
  if (args.size() > 2) element = Widened(kName.text, element, args[2], problem);
  return element == nullptr ? nullptr : ListOf(element);
}

// (list, position...) -> list
template <FunctionName kName>
TypePtr CutType(const Types& args, std::string* problem) {
  if (Plain<kName, kList, kList, kNumber, kNumber>(args, problem) == nullptr) return nullptr;
  return args[0];
}

// The item looked for could be in the list.
bool Comparable(std::string_view function, const Types& args, std::string* problem) {
  const TypePtr element = ElementType(function, args, 0, problem);
  if (element == nullptr || !WantsValue(function, args, 0, problem)) return false;
  if (args.size() < 2 || CommonType(element, args[1]) != nullptr) return true;
  *problem = std::string(function) + " looks for " + WithArticle(TypeText(*args[1])) + " in " +
             WithArticle(TypeText(*args[0]));
  return false;
}

TypePtr ContainsType(const Types& args, std::string* problem) {
  return Comparable("list contains", args, problem) ? MakeType(TypeKind::kBoolean) : nullptr;
}

TypePtr PositionsType(const Types& args, std::string* problem) {
  return Comparable("index of", args, problem) ? ListOf(NumberType(0)) : nullptr;
}

TypePtr FlatType(const Types& args, std::string* problem) {
  TypePtr element = ElementType("flatten", args, 0, problem);
  while (element != nullptr && element->kind == kList) element = element->element;
  return element == nullptr ? nullptr : ListOf(element);
}

TypePtr SortedType(const Types& args, std::string* problem) {
  const TypePtr element = ElementType("sort", args, 0, problem);
  if (element == nullptr) return nullptr;
  switch (element->kind) {
    case TypeKind::kStruct:
    case TypeKind::kList:
    case TypeKind::kSeries:
    case TypeKind::kRange:
    case TypeKind::kBoolean:
      *problem = "sort needs values that have an order, not " + WithArticle(TypeText(*element));
      return nullptr;
    default:
      return args[0];
  }
}

// Bodies.

constexpr const char* kNullList = "null stands where a list is needed";

Value ListContains(const Args& args, const CallContext&) {
  if (args[0].is_null()) return Value::Error(kNullList);
  Verdict any = Verdict::Of(false);
  for (const Value& item : args[0].list()) {
    any = Or(any, EqualVerdict(item, args[1]));
    if (any.is(Truth::kTrue)) break;
  }
  return ToValue(any);
}

Value Positions(const Args& args, const CallContext&) {
  if (args[0].is_null()) return Value::Error(kNullList);
  const std::vector<Value>& items = args[0].list();
  std::vector<Value> positions;
  Verdict total = Verdict::Of(true);
  for (size_t i = 0; i < items.size(); ++i) {
    const Verdict equal = EqualVerdict(items[i], args[1]);
    if (equal.is(Truth::kTrue)) positions.push_back(Value::Number(static_cast<int64_t>(i) + 1));
    if (!equal.is(Truth::kFalse)) total = Undecided(total, equal);
  }
  return total.is(Truth::kTrue) ? Value::List(std::move(positions)) : ToValue(total);
}

Value Append(const Args& args, const CallContext&) {
  if (args[0].is_null()) return Value::Error(kNullList);
  std::vector<Value> items = args[0].list();
  items.insert(items.end(), args.begin() + 1, args.end());
  return Value::List(std::move(items));
}

std::vector<Value> Joined(const Args& lists) {
  std::vector<Value> items;
  for (const Value& list : lists) items.insert(items.end(), list.list().begin(), list.list().end());
  return items;
}

Value Concatenate(const Args& args, const CallContext&) {
  return args.size() == 1 ? args[0] : Value::List(Joined(args));
}

// Index of the element at the position in argument 1.
std::optional<size_t> PlaceIn(const Args& args) {
  if (args[0].is_null() || args[1].is_null()) return std::nullopt;
  const std::optional<int64_t> position = WholeAt(args, 1);
  return position ? IndexOf(*position, args[0].list().size()) : std::nullopt;
}

Value InsertBefore(const Args& args, const CallContext&) {
  const std::optional<size_t> place = PlaceIn(args);
  if (!place) return Value::Error(kIndexOutOfRange);
  std::vector<Value> items = args[0].list();
  items.insert(items.begin() + static_cast<std::ptrdiff_t>(*place), args[2]);
  return Value::List(std::move(items));
}

Value Remove(const Args& args, const CallContext&) {
  const std::optional<size_t> place = PlaceIn(args);
  if (!place) return Value::Error(kIndexOutOfRange);
  std::vector<Value> items = args[0].list();
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(*place));
  return Value::List(std::move(items));
}

Value ListReplace(const Args& args, const CallContext&) {
  const std::optional<size_t> place = PlaceIn(args);
  if (!place) return Value::Error(kIndexOutOfRange);
  std::vector<Value> items = args[0].list();
  items[*place] = args[2];
  return Value::List(std::move(items));
}

Value Reverse(const Args& args, const CallContext&) {
  return Value::List({args[0].list().rbegin(), args[0].list().rend()});
}

// A length beyond the end means up to the end.
Value Sublist(const Args& args, const CallContext&) {
  const std::vector<Value>& items = args[0].list();
  const std::optional<size_t> first = PlaceIn(args);
  if (!first) return Value::Error(kIndexOutOfRange);
  size_t count = items.size() - *first;
  if (args.size() > 2) {
    const std::optional<int64_t> wanted = WholeAt(args, 2);
    if (!wanted) return Value::Error(kNotWhole);
    if (*wanted < 0) return Value::Error("a length below zero");
    if (static_cast<uint64_t>(*wanted) < count) count = static_cast<size_t>(*wanted);
  }
  const auto begin = items.begin() + static_cast<std::ptrdiff_t>(*first);
  return Value::List({begin, begin + static_cast<std::ptrdiff_t>(count)});
}

// Values seen so far, found again by hash where their kind has one.
class DistinctValues {
 public:
  explicit DistinctValues(const CallContext& context) : context_(context) {}

  // Keeps `value` unless it repeats an earlier one. False when that is not known, is an error, or costs too
  // much.
  bool Add(const Value& value) {
    std::vector<size_t>& bucket = buckets_[HashOf(value)];
    if (!TakeSteps(context_, bucket.size())) {
      blocked_ = Verdict::Error(kTooManySteps);
      return false;
    }
    Verdict repeats = Verdict::Of(false);
    for (const size_t other : bucket) {
      repeats = Or(repeats, EqualVerdict(values_[other], value));
      if (repeats.is(Truth::kTrue)) return true;
    }
    if (!repeats.is(Truth::kFalse)) {
      blocked_ = repeats;
      return false;
    }
    bucket.push_back(values_.size());
    values_.push_back(value);
    return true;
  }

  Value Result() && {
    return blocked_.is(Truth::kTrue) ? Value::List(std::move(values_)) : ToValue(blocked_);
  }

 private:
  // Equal values hash equally. Kinds with unknown parts or more than one notation share a bucket.
  static size_t HashOf(const Value& value) {
    switch (value.kind()) {
      case ValueKind::kNumber:
        return value.number().Hash();
      case ValueKind::kString:
        return std::hash<std::string>()(value.string());
      case ValueKind::kDate:
        return std::hash<int64_t>()(value.date().days);
      default:
        return 0;
    }
  }

  const CallContext& context_;
  std::unordered_map<size_t, std::vector<size_t>> buckets_;
  std::vector<Value> values_;
  Verdict blocked_ = Verdict::Of(true);
};

Value Distinct(const std::vector<Value>& items, const CallContext& context) {
  DistinctValues distinct(context);
  for (const Value& item : items) {
    if (!distinct.Add(item)) break;
  }
  return std::move(distinct).Result();
}

bool AnyNull(const Args& args) {
  return std::any_of(args.begin(), args.end(), [](const Value& value) { return value.is_null(); });
}

Value DistinctOf(const Args& args, const CallContext& context) {
  return args[0].is_null() ? Value::Error(kNullList) : Distinct(args[0].list(), context);
}

Value Union(const Args& args, const CallContext& context) {
  return AnyNull(args) ? Value::Error(kNullList) : Distinct(Joined(args), context);
}

bool FlattenInto(const Value& value, const CallContext& context, std::vector<Value>* out) {
  if (value.kind() != ValueKind::kList) {
    out->push_back(value);
    return TakeSteps(context, 1);
  }
  const std::vector<Value>& items = value.list();
  return std::all_of(items.begin(), items.end(),
                     [&](const Value& item) { return FlattenInto(item, context, out); });
}

Value Flatten(const Args& args, const CallContext& context) {
  std::vector<Value> items;
  return FlattenInto(args[0], context, &items) ? Value::List(std::move(items)) : Value::Error(kTooManySteps);
}

Value Sort(const Args& args, const CallContext&) {
  std::vector<Value> items = args[0].list();
  // Once every item has an order against the first, all have one against each other.
  for (const Value& item : items) {
    if (item.is_null()) return Value::Error(kNullItem);
    const Verdict ordered = OrderVerdict(Op::kLess, items[0], item);
    if (ordered.is(Truth::kError)) return ToValue(ordered);
  }
  std::stable_sort(items.begin(), items.end(), [](const Value& a, const Value& b) {
    return OrderVerdict(Op::kLess, a, b).is(Truth::kTrue);
  });
  return Value::List(std::move(items));
}

}  // namespace

void AddListBuiltins(std::vector<Builtin>* all) {
  all->insert(all->end(), {
                              {.name = "list contains",
                               .parameters = {"list", "element"},
                               .takes_null = true,
                               .result = ContainsType,
                               .body = ListContains},
                              {.name = "index of",
                               .parameters = {"list", "match"},
                               .takes_null = true,
                               .result = PositionsType,
                               .body = Positions},
                              {.name = "append",
                               .parameters = {"list", "item"},
                               .variadic = true,
                               .takes_null = true,
                               .reads_elements = false,
                               .moved_from = 1,
                               .result = AppendType,
                               .body = Append},
                              {.name = "concatenate",
                               .parameters = {"list"},
                               .variadic = true,
                               .reads_elements = false,
                               .result = JoinedType<"concatenate">,
                               .body = Concatenate},
                              {.name = "insert before",
                               .parameters = {"list", "position", "newItem"},
                               .takes_null = true,
                               .reads_elements = false,
                               .moved_from = 2,
                               .result = PlacedType<"insert before">,
                               .body = InsertBefore},
                              {.name = "list replace",
                               .parameters = {"list", "position", "newItem"},
                               .takes_null = true,
                               .reads_elements = false,
                               .moved_from = 2,
                               .result = PlacedType<"list replace">,
                               .body = ListReplace},
                              {.name = "remove",
                               .parameters = {"list", "position"},
                               .reads_elements = false,
                               .result = CutType<"remove">,
                               .body = Remove},
                              {.name = "reverse",
                               .parameters = {"list"},
                               .reads_elements = false,
                               .result = SameListType<"reverse">,
                               .body = Reverse},
                              {.name = "sublist",
                               .parameters = {"list", "start position", "length?"},
                               .reads_elements = false,
                               .result = CutType<"sublist">,
                               .body = Sublist},
                              {.name = "flatten",
                               .parameters = {"list"},
                               .reads_elements = false,
                               .result = FlatType,
                               .body = Flatten},
                              {.name = "union",
                               .parameters = {"list"},
                               .variadic = true,
                               .takes_null = true,
                               .result = JoinedType<"union">,
                               .body = Union},
                              {.name = "distinct values",
                               .parameters = {"list"},
                               .takes_null = true,
                               .result = SameListType<"distinct values">,
                               .body = DistinctOf},
                              {.name = "sort", .parameters = {"list"}, .result = SortedType, .body = Sort},
                          });
}

}  // namespace zhida::feel
