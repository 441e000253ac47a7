// Calls that are constants: dates, times, durations and numbers written as literals; see parser_state.h.
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "engine/feel/parser_state.h"

namespace zhida::feel {
namespace {

struct TextFolding {
  std::string_view function;
  std::optional<Value> (*fold)(const std::string& text);
  std::string_view example;
};

template <typename T>
std::optional<Value> Wrapped(std::optional<T> parsed, Value (*wrap)(T)) {
  return parsed ? std::optional<Value>(wrap(*parsed)) : std::nullopt;
}

std::optional<Value> FoldDate(const std::string& text) { return Wrapped(Date::Parse(text), &Value::OfDate); }
std::optional<Value> FoldTime(const std::string& text) {
  return Wrapped(TimeOfDay::Parse(text), &Value::OfTime);
}
std::optional<Value> FoldMoment(const std::string& text) {
  // A date alone is its midnight.
  if (const auto date = Date::Parse(text)) return Value::OfDateTime({*date, TimeOfDay{}});
  return Wrapped(DateTime::Parse(text), &Value::OfDateTime);
}
std::optional<Value> FoldDuration(const std::string& text) {
  if (const auto months = ParseMonthDuration(text)) return Value::OfMonths(*months);
  return Wrapped(ParseDayDuration(text), &Value::OfDayDuration);
}

constexpr std::array<TextFolding, 4> kTextFoldings = {{
    {"date", &FoldDate, "date(\"2025-12-31\")"},
    {"time", &FoldTime, "time(\"09:30:00\")"},
    {"date and time", &FoldMoment, "date and time(\"2025-12-31T09:30:00\")"},
    {"duration", &FoldDuration, "duration(\"P1Y6M\") or duration(\"P30D\")"},
}};

// date(2025, 12, 31); nullopt when it is not all literals, an empty value when there is no such day.
std::optional<std::optional<Value>> FoldCivil(const std::vector<ExprPtr>& arguments) {
  if (arguments.size() != 3) return std::nullopt;
  std::array<int64_t, 3> parts{};
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!IsNumberLiteral(*arguments[i])) return std::nullopt;
    const std::optional<int64_t> part = arguments[i]->literal.number().ToInt64();
    if (!part || (i > 0 && (*part < 1 || *part > 31))) return std::optional<Value>();
    parts[i] = *part;
  }
  return Wrapped(Date::FromCivil(parts[0], static_cast<int>(parts[1]), static_cast<int>(parts[2])),
                 &Value::OfDate);
}

}  // namespace

// Dates and numbers written as literals become constants, so that every reader of the tree sees them.
std::optional<ExprPtr> Parser::Folded(std::string_view name, const std::vector<ExprPtr>& arguments,
                                      Span span) {
  const auto folded = [&](const std::optional<Value>& value, std::string_view example) -> ExprPtr {
    if (value) return MakeLiteral(*value, span);
    findings_.Error("ZD3217", span, findings_.Source(span) + " means no " + std::string(name),
                    "write it like " + std::string(example));
    return MakeWrong(span);
  };
  if (name == "date") {
    const std::optional<std::optional<Value>> civil = FoldCivil(arguments);
    if (civil) return folded(*civil, "date(2025, 12, 31)");
  }
  if (arguments.size() != 1 || !IsStringLiteral(*arguments[0])) return std::nullopt;
  if (name == "number") {
    if (const auto number = Decimal::Parse(arguments[0]->literal.string())) {
      return MakeLiteral(Value::Number(*number), span);
    }
    // Legal, because texts that are no numbers are errors wherever they come from.
    findings_.Warning("ZD3252", span, findings_.Source(span) + " is always an error", "write a number");
    return std::nullopt;
  }
  for (const TextFolding& folding : kTextFoldings) {
    if (folding.function == name)
      return folded(folding.fold(arguments[0]->literal.string()), folding.example);
  }
  return std::nullopt;
}

}  // namespace zhida::feel
