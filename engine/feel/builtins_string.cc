// Functions of strings. Positions and lengths count code points.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/feel/builtins_family.h"
#include "engine/feel/letter_case.h"
#include "engine/feel/pattern.h"

namespace zhida::feel {
namespace {

constexpr TypeKind kNumber = TypeKind::kNumber;
constexpr TypeKind kString = TypeKind::kString;
constexpr TypeKind kBoolean = TypeKind::kBoolean;

// What one call may build; limits on steps bound all calls together.
constexpr size_t kReplaceBytesMax = limits::kLineBytesMax;

Value StringOf(const Args& args, const CallContext& context) {
  const Value& from = args[0];
  if (from.kind() == ValueKind::kString) return from;
  // An unknown deep inside has no text, and the result as a whole is no less unknown.
  if (const std::optional<Cause> cause = UnknownInside(from)) return Value::Unknown(*cause);
  std::string text = from.ToText();
  if (!AffordBytes(context, text.size())) return Value::Error(kTooManySteps);
  return Value::String(std::move(text));
}

TypePtr StringOfType(const Types&, std::string*) { return MakeType(kString); }

Value StringLength(const Args& args, const CallContext&) {
  return Value::Number(static_cast<int64_t>(CodePointCount(args[0].string())));
}

TypePtr StringLengthType(const Types& args, std::string* problem) {
  return Wants("string length", args, 0, {kString}, problem) ? NumberType(0) : nullptr;
}

// Byte offset of the code point with that index; the end where there are fewer.
size_t OffsetOf(std::string_view text, size_t index) {
  size_t offset = 0;
  for (; index > 0 && offset < text.size(); --index) NextCodePoint(text, &offset);
  return offset;
}

// The start counts from 1, or from the end if negative; a length beyond the end means up to the end.
Value Substring(const Args& args, const CallContext&) {
  const std::string& text = args[0].string();
  const size_t size = CodePointCount(text);
  const std::optional<int64_t> start = WholeAt(args, 1);
  if (!start) return Value::Error(kNotWhole);
  const std::optional<size_t> first = IndexOf(*start, size);
  if (!first) return Value::Error(kIndexOutOfRange);
  size_t count = size - *first;
  if (args.size() > 2) {
    // FEEL drops the part of a length after the point.
    const std::optional<Decimal> length = args[2].number().Rounded(0, Rounding::kDown);
    if (!length || length->is_negative()) return Value::Error("a length below zero");
    const std::optional<int64_t> wanted = length->ToInt64();
    if (wanted && static_cast<uint64_t>(*wanted) < count) count = static_cast<size_t>(*wanted);
  }
  const size_t begin = OffsetOf(text, *first);
  const size_t end = begin + OffsetOf(std::string_view(text).substr(begin), count);
  return Value::String(text.substr(begin, end - begin));
}

Value Upper(const Args& args, const CallContext&) { return Value::String(UpperCase(args[0].string())); }

Value Lower(const Args& args, const CallContext&) { return Value::String(LowerCase(args[0].string())); }

// The empty string where `match` does not occur.
Value SubstringBefore(const Args& args, const CallContext&) {
  const size_t found = args[0].string().find(args[1].string());
  return Value::String(found == std::string::npos ? "" : args[0].string().substr(0, found));
}

Value SubstringAfter(const Args& args, const CallContext&) {
  const size_t found = args[0].string().find(args[1].string());
  return Value::String(found == std::string::npos ? ""
                                                  : args[0].string().substr(found + args[1].string().size()));
}

Value Contains(const Args& args, const CallContext&) {
  return Value::Boolean(args[0].string().find(args[1].string()) != std::string::npos);
}

Value StartsWith(const Args& args, const CallContext&) {
  return Value::Boolean(args[0].string().starts_with(args[1].string()));
}

Value EndsWith(const Args& args, const CallContext&) {
  return Value::Boolean(args[0].string().ends_with(args[1].string()));
}

// Patterns.

// The pattern in argument 1 with the flags in argument `flags`, null or absent for none.
std::shared_ptr<const Pattern> PatternOf(const Args& args, size_t flags) {
  const bool given = flags < args.size() && !args[flags].is_null();
  return Pattern::Get(args[1].string(), given ? std::string_view(args[flags].string()) : std::string_view());
}

// Constant patterns are checked when the pack is loaded; this is for computed ones.
constexpr const char* kBadPattern = "the text is not a usable pattern";
constexpr const char* kNullText = "null stands where a string is needed";

bool AnyNull(const Args& args, size_t count) {
  return std::any_of(args.begin(), args.begin() + static_cast<std::ptrdiff_t>(count),
                     [](const Value& value) { return value.is_null(); });
}

Value Matches(const Args& args, const CallContext& context) {
  if (AnyNull(args, 2)) return Value::Error(kNullText);
  const std::shared_ptr<const Pattern> pattern = PatternOf(args, 2);
  if (!pattern->problem().empty()) return Value::Error(kBadPattern);
  if (!AffordBytes(context, args[0].string().size())) return Value::Error(kTooManySteps);
  return Value::Boolean(pattern->Matches(args[0].string()));
}

Value Replace(const Args& args, const CallContext& context) {
  if (AnyNull(args, 3)) return Value::Error(kNullText);
  const std::shared_ptr<const Pattern> pattern = PatternOf(args, 3);
  if (!pattern->problem().empty()) return Value::Error(kBadPattern);
  const char* error = nullptr;
  std::optional<std::string> text =
      pattern->Replace(args[0].string(), args[2].string(), kReplaceBytesMax, &error);
  if (!text) return Value::Error(error);
  if (!AffordBytes(context, args[0].string().size() + text->size())) return Value::Error(kTooManySteps);
  return Value::String(std::move(*text));
}

Value Split(const Args& args, const CallContext& context) {
  const std::shared_ptr<const Pattern> pattern = Pattern::Get(args[1].string(), "");
  if (!pattern->problem().empty()) return Value::Error(kBadPattern);
  const char* error = nullptr;
  std::optional<std::vector<std::string>> parts = pattern->Split(args[0].string(), &error);
  if (!parts) return Value::Error(error);
  if (!TakeSteps(context, parts->size())) return Value::Error(kTooManySteps);
  std::vector<Value> values;
  values.reserve(parts->size());
  for (std::string& part : *parts) values.push_back(Value::String(std::move(part)));
  return Value::List(std::move(values));
}

// The first `count` arguments are strings that cannot be null, the one after them may be flags or null.
template <FunctionName kName, TypeKind kResult>
TypePtr PatternType(const Types& args, size_t count, std::string* problem) {
  for (size_t i = 0; i < count; ++i) {
    if (!Wants(kName.text, args, i, {kString}, problem)) return nullptr;
    if (!WantsValue(kName.text, args, i, problem)) return nullptr;
  }
  if (!Wants(kName.text, args, count, {kString, TypeKind::kNull}, problem)) return nullptr;
  return MakeType(kResult);
}

TypePtr MatchesType(const Types& args, std::string* problem) {
  return PatternType<"matches", kBoolean>(args, 2, problem);
}

TypePtr ReplaceType(const Types& args, std::string* problem) {
  return PatternType<"replace", kString>(args, 3, problem);
}

TypePtr SplitType(const Types& args, std::string* problem) {
  const TypePtr part = Plain<"split", kString, kString, kString>(args, problem);
  return part == nullptr ? nullptr : ListOf(part);
}

// Null items are left out.
Value StringJoin(const Args& args, const CallContext& context) {
  if (args[0].is_null()) return Value::Error("string join of null");
  const auto part = [&args](size_t i) {
    return i < args.size() && !args[i].is_null() ? std::string_view(args[i].string()) : std::string_view();
  };
  const std::string_view delimiter = part(1);
  std::string text(part(2));
  bool first = true;
  for (const Value& item : args[0].list()) {
    if (item.is_null()) continue;
    if (item.kind() != ValueKind::kString) return Value::Error("string join of something else than strings");
    const size_t before = text.size();
    if (!first) text += delimiter;
    text += item.string();
    first = false;
    if (!AffordBytes(context, text.size() - before)) return Value::Error(kTooManySteps);
  }
  text += part(3);
  return Value::String(std::move(text));
}

TypePtr StringJoinType(const Types& args, std::string* problem) {
  const TypePtr item = ElementType("string join", args, 0, problem);
  if (item == nullptr || !WantsValue("string join", args, 0, problem)) return nullptr;
  if (item->kind != kString && item->kind != TypeKind::kAny && item->kind != TypeKind::kNull) {
    *problem = "string join needs a list of string first, not " + WithArticle(TypeText(*args[0]));
    return nullptr;
  }
  for (size_t i = 1; i < args.size(); ++i) {
    if (!Wants("string join", args, i, {kString, TypeKind::kNull}, problem)) return nullptr;
  }
  return MakeType(kString);
}

template <FunctionName kName>
Builtin Test(BuiltinBody body) {
  return {.name = kName.text,
          .parameters = {"string", "match"},
          .result = Plain<kName, kBoolean, kString, kString>,
          .body = body};
}

template <FunctionName kName>
Builtin Change(BuiltinBody body) {
  return {
      .name = kName.text, .parameters = {"string"}, .result = Plain<kName, kString, kString>, .body = body};
}

template <FunctionName kName>
Builtin Part(BuiltinBody body) {
  return {.name = kName.text,
          .parameters = {"string", "match"},
          .result = Plain<kName, kString, kString, kString>,
          .body = body};
}

}  // namespace

void AddStringBuiltins(std::vector<Builtin>* all) {
  all->insert(
      all->end(),
      {
          {.name = "string", .parameters = {"from"}, .result = StringOfType, .body = StringOf},
          {.name = "string length",
           .parameters = {"string"},
           .result = StringLengthType,
           .body = StringLength},
          {.name = "substring",
           .parameters = {"string", "start position", "length?"},
           .result = Plain<"substring", kString, kString, kNumber, kNumber>,
           .body = Substring},
          Change<"upper case">(Upper),
          Change<"lower case">(Lower),
          Part<"substring before">(SubstringBefore),
          Part<"substring after">(SubstringAfter),
          Test<"contains">(Contains),
          Test<"starts with">(StartsWith),
          Test<"ends with">(EndsWith),
          {.name = "matches",
           .parameters = {"input", "pattern", "flags?"},
           .takes_null = true,
           .result = MatchesType,
           .body = Matches},
          {.name = "replace",
           .parameters = {"input", "pattern", "replacement", "flags?"},
           .takes_null = true,
           .result = ReplaceType,
           .body = Replace},
          {.name = "split", .parameters = {"string", "delimiter"}, .result = SplitType, .body = Split},
          {.name = "string join",
           .parameters = {"list", "delimiter?", "prefix?", "suffix?"},
           .takes_null = true,
           .result = StringJoinType,
           .body = StringJoin},
      });
}

}  // namespace zhida::feel
