// Calls of built-ins: places of arguments, nulls, what literals tell, and the type; see parser_state.h.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/feel/builtins.h"
#include "engine/feel/parser_state.h"
#include "engine/feel/pattern.h"

namespace zhida::feel {
namespace {

const Builtin& BuiltinAt(int index) { return Builtins()[static_cast<size_t>(index)]; }

bool IsOptional(std::string_view parameter) { return parameter.ends_with('?'); }

// The code list of `under` is told by its first argument and not written.
bool IsUnder(const Builtin& function) { return function.name == "under"; }

std::string Signature(const Builtin& function) {
  std::vector<std::string> parameters;
  for (const std::string_view parameter : function.parameters) parameters.emplace_back(parameter);
  return std::string(function.name) + "(" + Join(parameters, ", ") + (function.variadic ? ", ..." : "") + ")";
}

bool IsAny(const Type& type) {
  return type.kind == TypeKind::kAny || (type.element != nullptr && IsAny(*type.element));
}

// Digits after the point of a rounding function whose second argument is a literal, or is left out.
std::optional<int> RoundedScale(std::string_view name, const std::vector<ExprPtr>& arguments) {
  constexpr std::array<std::string_view, 7> kRounding = {
      "decimal", "floor", "ceiling", "round up", "round down", "round half up", "round half down"};
  if (std::find(kRounding.begin(), kRounding.end(), name) == kRounding.end()) return std::nullopt;
  if (arguments.size() < 2) return 0;
  if (!IsNumberLiteral(*arguments[1])) return std::nullopt;
  const std::optional<int64_t> scale = arguments[1]->literal.number().ToInt64();
  if (!scale || *scale > limits::kDecimalDigitsMax) return std::nullopt;
  const int rounded = static_cast<int>(std::max<int64_t>(*scale, 0));
  const int before = arguments[0]->type->scale;
  return before < 0 ? rounded : std::min(rounded, before);
}

}  // namespace

ExprPtr Parser::BuiltinCall(int builtin, const std::vector<Argument>& arguments, Span span) {
  const Builtin& function = BuiltinAt(builtin);
  std::vector<ExprPtr> placed;
  if (!Place(builtin, arguments, &placed, span) || !CheckArguments(builtin, placed)) return MakeWrong(span);
  if (const std::optional<ExprPtr> folded = Folded(function.name, placed, span)) return *folded;
  if (!CheckLiterals(function, placed)) return MakeWrong(span);
  if (IsUnder(function)) {
    const Type& code = *placed[0]->type;
    if (code.kind == TypeKind::kAny) return MakeWrong(span);
    if (code.code_list.empty()) {
      findings_.Error("ZD3209", placed[0]->span,
                      "under needs a code, but " + findings_.Describe(*placed[0]) + " is none",
                      "give it a fact of type code(list)");
      return MakeWrong(span);
    }
    placed.push_back(MakeLiteral(Value::String(code.code_list), {span.end, span.end}));
  }
  TypePtr type = CallType(builtin, placed, span);
  auto node = MakeNode(Op::kCall, std::move(type), span, std::move(placed));
  node->index = builtin;
  return checker_.Here(std::move(node));
}

// Puts the arguments in the order of the parameters. False after a report.
bool Parser::Place(int builtin, const std::vector<Argument>& arguments, std::vector<ExprPtr>* placed,
                   Span span) {
  const Builtin& function = BuiltinAt(builtin);
  const std::vector<std::string_view>& parameters = function.parameters;
  std::vector<ExprPtr> slots(parameters.size());
  for (size_t i = 0; i < arguments.size(); ++i) {
    size_t at = i;
    if (!arguments[i].name.empty()) {
      const auto named = std::find_if(parameters.begin(), parameters.end(), [&](std::string_view parameter) {
        return ParameterName(parameter) == arguments[i].name;
      });
      if (named == parameters.end()) return false;  // reported where it was read
      at = static_cast<size_t>(named - parameters.begin());
      if (slots[at] != nullptr) {
        findings_.Error("ZD3110", arguments[i].name_span, Quoted(arguments[i].name) + " is given twice",
                        "give it once");
        return false;
      }
    }
    if (at >= slots.size()) slots.resize(at + 1);
    slots[at] = arguments[i].value;
  }
  const bool too_many = slots.size() > parameters.size() && !function.variadic;
  size_t given = slots.size();
  while (given > 0 && slots[given - 1] == nullptr) --given;
  const bool gap = std::find(slots.begin(), slots.begin() + static_cast<std::ptrdiff_t>(given), nullptr) !=
                   slots.begin() + static_cast<std::ptrdiff_t>(given);
  const bool too_few = given < parameters.size() && !IsOptional(parameters[given]);
  if (too_many || gap || too_few) {
    // A full-width comma joins two arguments into one.
    if (!findings_.full_width()) {
      findings_.Error("ZD3214", span,
                      std::string(function.name) + " cannot be called with " +
                          (gap ? "these arguments" : std::to_string(arguments.size()) + " arguments"),
                      "it is " + Signature(function) + (gap ? "; give all before the last one" : ""));
    }
    return false;
  }
  slots.resize(given);
  *placed = std::move(slots);
  return true;
}

// Null goes only where the function takes it, and not inside lists that it reads.
bool Parser::CheckArguments(int builtin, const std::vector<ExprPtr>& arguments) {
  const Builtin& function = BuiltinAt(builtin);
  if (function.takes_null) return true;
  bool good = true;
  for (const ExprPtr& argument : arguments) {
    good = checker_.NeedsValue(*argument, function.name) && good;
    const bool list = argument->type->kind == TypeKind::kList && function.reads_elements;
    if (!list || !argument->type->element->nullable) continue;
    const std::string source = findings_.Source(*argument);
    findings_.Error("ZD3302", argument->span,
                    "items of " + source + " may be null and " + std::string(function.name) + " needs values",
                    "leave them out: " + source + "[item != null]");
    good = false;
  }
  return good;
}

// What can be told from literals: calendars, patterns, periods and codes.
bool Parser::CheckLiterals(const Builtin& function, const std::vector<ExprPtr>& arguments) {
  const std::string_view name = function.name;
  const auto calendar = std::find(function.parameters.begin(), function.parameters.end(), "calendar");
  if (calendar != function.parameters.end())
    return CheckCalendar(*arguments[static_cast<size_t>(calendar - function.parameters.begin())]);
  if (name == "matches")
    return CheckPattern(*arguments[1], arguments.size() > 2 ? arguments[2].get() : nullptr);
  if (name == "replace")
    return CheckPattern(*arguments[1], arguments.size() > 3 ? arguments[3].get() : nullptr);
  if (name == "split") return CheckPattern(*arguments[1], nullptr);
  if (name == "at") return CheckPeriod(*arguments[0], *arguments[1]);
  if (name == "under") return checker_.CheckMembership(*arguments[0], *arguments[1]);
  if (name == "list contains") return checker_.CheckMembership(*arguments[1], *arguments[0]);
  return true;
}

bool Parser::CheckCalendar(const Expr& id) {
  if (!IsStringLiteral(id) || scope_.HasCalendar(id.literal.string())) return true;
  const std::string& calendar = id.literal.string();
  const std::string nearest = NearestName(calendar, scope_.CalendarIds());
  findings_.Error("ZD3107", id.span, Quoted(calendar) + " is not a calendar",
                  nearest.empty() ? "declare it in calendars/" : "did you mean " + Quoted(nearest) + "?");
  return false;
}

// `flags` are null when none are given.
bool Parser::CheckPattern(const Expr& pattern, const Expr* flags) {
  if (!IsStringLiteral(pattern) || (flags != nullptr && !IsStringLiteral(*flags))) return true;
  const std::string& text = pattern.literal.string();
  if (text.size() > limits::kPatternBytesMax) {
    findings_.Error("ZD3404", pattern.span,
                    "the pattern has " + std::to_string(text.size()) +
                        " bytes, more than kPatternBytesMax = " + std::to_string(limits::kPatternBytesMax),
                    "test in several steps");
    return false;
  }
  const std::string problem =
      PatternProblem(text, flags == nullptr ? std::string_view() : flags->literal.string());
  if (problem.empty()) return true;
  findings_.Error("ZD3216", pattern.span, "this pattern cannot be used: " + problem, "correct the pattern");
  return false;
}

bool Parser::CheckPeriod(const Expr& series, const Expr& period) {
  if (series.type->kind != TypeKind::kSeries || !IsStringLiteral(period)) return true;
  const PeriodKind kind = series.type->period;
  const std::string& text = period.literal.string();
  if (ParsePeriod(kind, text)) return true;
  const bool quarter = kind == PeriodKind::kQuarter;
  findings_.Error("ZD3217", period.span, Quoted(text) + " is no period of " + findings_.Describe(series),
                  kind == PeriodKind::kYear ? "write a year as 2026"
                  : quarter                 ? "write a quarter as \"2026Q1\""
                                            : "write a month as \"2026-03\"");
  return false;
}

TypePtr Parser::CallType(int builtin, const std::vector<ExprPtr>& arguments, Span span) {
  const Builtin& function = BuiltinAt(builtin);
  std::vector<TypePtr> types;
  bool any = false;
  for (const ExprPtr& argument : arguments) {
    types.push_back(argument->type);
    any = any || IsAny(*argument->type);
  }
  std::string problem;
  TypePtr type = function.result(types, &problem);
  if (type == nullptr) {
    // What is wrong or unknown already is not held against the function.
    if (!any) {
      findings_.Error("ZD3209", span, std::move(problem), "it is " + Signature(function));
    }
    return MakeType(TypeKind::kAny);
  }
  const std::optional<int> scale = RoundedScale(function.name, arguments);
  if (scale && type->kind == TypeKind::kNumber) return WithNullable(NumberType(*scale), type->nullable);
  return type;
}

}  // namespace zhida::feel
