// Calls: arguments, the functions with nodes of their own, and built-ins; see parser_state.h.
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

struct SpecialFunction {
  std::string_view name;
  size_t arguments;
  bool decision;  // in decisions only
};

constexpr std::array<SpecialFunction, 6> kSpecialFunctions = {{
    {"not", 1, false},
    {"zone", 1, false},
    {"unknown", 1, false},
    {"today", 0, false},
    {"known", 1, true},
    {"cause", 1, true},
}};

const SpecialFunction* FindSpecial(std::string_view name) {
  const auto found = std::find_if(kSpecialFunctions.begin(), kSpecialFunctions.end(),
                                  [name](const SpecialFunction& function) { return function.name == name; });
  return found == kSpecialFunctions.end() ? nullptr : &*found;
}

const Builtin& BuiltinAt(int index) { return Builtins()[static_cast<size_t>(index)]; }

bool IsOptional(std::string_view parameter) { return parameter.ends_with('?'); }
std::string_view ParameterName(std::string_view parameter) {
  return IsOptional(parameter) ? parameter.substr(0, parameter.size() - 1) : parameter;
}

// The code list of `under` is told by its first argument and not written.
bool IsUnder(const Builtin& function) { return function.name == "under"; }

std::vector<std::string_view> WrittenParameters(const Builtin& function) {
  std::vector<std::string_view> parameters = function.parameters;
  if (IsUnder(function) && parameters.size() > 2) parameters.resize(2);
  return parameters;
}

std::string Signature(const Builtin& function) {
  std::vector<std::string> parameters;
  for (const std::string_view parameter : WrittenParameters(function)) parameters.emplace_back(parameter);
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
  return static_cast<int>(std::max<int64_t>(*scale, 0));
}

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
std::optional<Value> FoldTime(const std::string& text) { return Wrapped(TimeOfDay::Parse(text), &Value::OfTime); }
std::optional<Value> FoldMoment(const std::string& text) {
  // A date alone is its midnight.
  if (const auto date = Date::Parse(text)) return Value::OfDateTime({*date, TimeOfDay{}});
  return Wrapped(DateTime::Parse(text), &Value::OfDateTime);
}
std::optional<Value> FoldDuration(const std::string& text) {
  if (const auto months = ParseMonthDuration(text)) return Value::OfMonths(*months);
  return Wrapped(ParseDayDuration(text), &Value::OfDayDuration);
}
std::optional<Value> FoldNumber(const std::string& text) {
  const std::optional<Decimal> number = Decimal::Parse(text);
  return number ? std::optional<Value>(Value::Number(*number)) : std::nullopt;
}

constexpr std::array<TextFolding, 5> kTextFoldings = {{
    {"date", &FoldDate, "date(\"2025-12-31\")"},
    {"time", &FoldTime, "time(\"09:30:00\")"},
    {"date and time", &FoldMoment, "date and time(\"2025-12-31T09:30:00\")"},
    {"duration", &FoldDuration, "duration(\"P1Y6M\") or duration(\"P30D\")"},
    {"number", &FoldNumber, "number(\"12.5\")"},
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
  return Wrapped(Date::FromCivil(parts[0], static_cast<int>(parts[1]), static_cast<int>(parts[2])), &Value::OfDate);
}

}  // namespace

bool Parser::IsFunction(std::string_view name) const {
  return FindSpecial(name) != nullptr || FindBuiltin(name) >= 0;
}

std::vector<std::string> Parser::FunctionNames() const {
  std::vector<std::string> names;
  for (const SpecialFunction& function : kSpecialFunctions) {
    if (!function.decision || options_.decision) names.emplace_back(function.name);
  }
  for (const Builtin& function : Builtins()) names.emplace_back(function.name);
  return names;
}

ExprPtr Parser::ParseCall(std::string_view name, int begin) {
  const SpecialFunction* special = FindSpecial(name);
  const int builtin = special != nullptr ? -1 : FindBuiltin(name);
  std::vector<Argument> arguments;
  const bool parsed =
      ParseArguments(builtin < 0 ? std::vector<std::string_view>{} : WrittenParameters(BuiltinAt(builtin)), &arguments);
  if (!parsed) return nullptr;
  const Span span = SpanFrom(begin);
  if (builtin >= 0) return BuiltinCall(builtin, arguments, span);
  if (arguments.size() == special->arguments) return SpecialCall(name, arguments, span);
  if (!findings_.full_width()) {
    findings_.Error("ZD3214", span,
                    std::string(name) + " takes " + std::to_string(special->arguments) + " argument" +
                        (special->arguments == 1 ? "" : "s") + ", but " + std::to_string(arguments.size()) + " are given",
                    name == "not" ? "negate several tests as not(a or b)" : "correct the arguments");
  }
  return MakeWrong(span);
}

// From the opening parenthesis to the closing one.
bool Parser::ParseArguments(const std::vector<std::string_view>& parameters, std::vector<Argument>* arguments) {
  if (!Expect("(", "the call")) return false;
  if (Take(")")) return true;
  do {
    Argument argument;
    if (!ParseArgument(parameters, &argument)) return false;
    const bool mixed = !arguments->empty() && arguments->front().name.empty() != argument.name.empty();
    if (mixed) {
      Stop("ZD3111", argument.value->span, "some arguments have names and others have none", "name all or none");
      return false;
    }
    arguments->push_back(std::move(argument));
  } while (Take(","));
  return Expect(")", "the call");
}

// A run of words before a colon names its argument; no other colon can follow a name here.
bool Parser::ParseArgument(const std::vector<std::string_view>& parameters, Argument* argument) {
  NameRun run;
  if (lexer_.ScanName(&run) && lexer_.PointAfterSpace(run.pieces.back().text_end) == ':') {
    const int begin = offset();
    lexer_.Seek(run.pieces.back().text_end);
    Advance();
    argument->name = run.normal;
    argument->name_span = SpanFrom(begin);
    Take(":");
    std::vector<std::string> names;
    for (const std::string_view parameter : parameters) names.emplace_back(ParameterName(parameter));
    if (std::find(names.begin(), names.end(), run.normal) == names.end()) {
      const std::string nearest = NearestName(run.normal, names);
      findings_.Error("ZD3111", argument->name_span, JsonQuote(run.normal) + " is not an argument of this function",
                      !nearest.empty() ? "did you mean " + nearest + "?"
                      : names.empty()  ? "give it by position"
                                       : "its arguments are " + Join(names, ", "));
    }
  }
  argument->value = ParseExpression();
  return argument->value != nullptr;
}

ExprPtr Parser::SpecialCall(std::string_view name, const std::vector<Argument>& arguments, Span span) {
  if (name == "today") return MakeNode(Op::kAsOf, MakeType(TypeKind::kDate), span);
  const ExprPtr& operand = arguments[0].value;
  if (name == "not") return checker_.Not(operand, span);
  if (name == "zone") return ZoneCall(*operand, span);
  if (name == "unknown") return UnknownCall(*operand, span);
  return DecisionCall(name, operand, span);
}

ExprPtr Parser::ZoneCall(const Expr& id, Span span) {
  if (!IsStringLiteral(id)) {
    if (id.type->kind == TypeKind::kAny) return MakeWrong(span);
    findings_.Error("ZD3106", id.span, "zone needs the id of a zone as a text", "write it as zone(\"id\")");
    return MakeWrong(span);
  }
  const std::string& text = id.literal.string();
  const std::optional<int> zone = scope_.FindZone(text);
  if (!zone) {
    const std::vector<std::string> ids = scope_.ZoneIds();
    const std::string nearest = NearestName(text, ids);
    findings_.Error("ZD3106", id.span, JsonQuote(text) + " is not a zone",
                    nearest.empty() ? "declare it in lists/index.yaml" : "did you mean " + nearest + "?");
    return MakeWrong(span);
  }
  auto node = MakeNode(Op::kZone, ListOf(CodeType(scope_.ZoneCodeList(*zone))), span);
  node->index = *zone;
  return node;
}

ExprPtr Parser::UnknownCall(const Expr& cause, Span span) {
  constexpr std::array<Cause, 5> kCauses = {Cause::kVagueRule, Cause::kConflict, Cause::kNotAuthorised, Cause::kStale,
                                            Cause::kMissing};
  std::vector<std::string> names;
  auto node = MakeNode(Op::kUnknown, MakeType(TypeKind::kAny), span);
  for (const Cause known : kCauses) {
    names.emplace_back(CauseName(known));
    if (!IsStringLiteral(cause) || cause.literal.string() != CauseName(known)) continue;
    node->literal = Value::Unknown(known);
    return node;
  }
  const std::string nearest = IsStringLiteral(cause) ? NearestName(cause.literal.string(), names) : "";
  findings_.Error("ZD3114", cause.span, findings_.Source(cause) + " is not a cause",
                  nearest.empty() ? "the causes are " + Join(names, ", ") : "did you mean " + JsonQuote(nearest) + "?");
  return MakeWrong(span);
}

ExprPtr Parser::DecisionCall(std::string_view name, ExprPtr operand, Span span) {
  if (!options_.decision) {
    findings_.Error("ZD3112", span,
                    std::string(name) + "(...) is allowed in decisions only, since in " + options_.what +
                        " learning a fact could turn yes into no",
                    "test the value itself; what is not known leaves the answer open");
  }
  const bool known = name == "known";
  TypePtr type = known ? MakeType(TypeKind::kBoolean) : WithNullable(MakeType(TypeKind::kString), true);
  return checker_.Here(MakeNode(known ? Op::kKnown : Op::kCause, std::move(type), span, {std::move(operand)}));
}

ExprPtr Parser::BuiltinCall(int builtin, const std::vector<Argument>& arguments, Span span) {
  const Builtin& function = BuiltinAt(builtin);
  std::vector<ExprPtr> placed;
  if (!Place(builtin, arguments, &placed, span) || !CheckArguments(builtin, placed)) return MakeWrong(span);
  if (const std::optional<ExprPtr> folded = Folded(function.name, placed, span)) return *folded;
  CheckLiterals(function.name, placed);
  if (IsUnder(function)) {
    const Type& code = *placed[0]->type;
    if (code.kind == TypeKind::kAny) return MakeWrong(span);
    if (code.code_list.empty()) {
      findings_.Error("ZD3209", placed[0]->span, "under needs a code, but " + findings_.Describe(*placed[0]) + " is none",
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
bool Parser::Place(int builtin, const std::vector<Argument>& arguments, std::vector<ExprPtr>* placed, Span span) {
  const Builtin& function = BuiltinAt(builtin);
  const std::vector<std::string_view> parameters = WrittenParameters(function);
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
        findings_.Error("ZD3110", arguments[i].name_span, JsonQuote(arguments[i].name) + " is given twice", "give it once");
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
void Parser::CheckLiterals(std::string_view name, const std::vector<ExprPtr>& arguments) {
  const auto text = [&](size_t i) -> const std::string* {
    return i < arguments.size() && IsStringLiteral(*arguments[i]) ? &arguments[i]->literal.string() : nullptr;
  };
  if (name == "add working days" || name == "working days between") {
    const std::string* calendar = text(2);
    if (calendar == nullptr || scope_.HasCalendar(*calendar)) return;
    const std::string nearest = NearestName(*calendar, scope_.CalendarIds());
    findings_.Error("ZD3107", arguments[2]->span, JsonQuote(*calendar) + " is not a calendar",
                    nearest.empty() ? "declare it in calendars/" : "did you mean " + JsonQuote(nearest) + "?");
  } else if (name == "matches" || name == "replace" || name == "split") {
    const size_t flags_at = name == "matches" ? 2 : name == "replace" ? 3 : arguments.size();
    const std::string* pattern = text(1);
    const std::string* flags = text(flags_at);
    if (pattern == nullptr || (flags == nullptr && arguments.size() > flags_at)) return;
    if (pattern->size() > limits::kPatternBytesMax) {
      findings_.Error("ZD3404", arguments[1]->span,
                      "the pattern has " + std::to_string(pattern->size()) + " bytes, more than kPatternBytesMax = " +
                          std::to_string(limits::kPatternBytesMax),
                      "test in several steps");
      return;
    }
    const std::string problem = PatternProblem(*pattern, flags == nullptr ? std::string_view() : *flags);
    if (!problem.empty()) {
      findings_.Error("ZD3216", arguments[1]->span, "the pattern cannot be used: " + problem, "correct the pattern");
    }
  } else if (name == "at" && arguments[0]->type->kind == TypeKind::kSeries) {
    const std::string* period = text(1);
    const PeriodKind kind = arguments[0]->type->period;
    if (period == nullptr || kind == PeriodKind::kYear || ParsePeriod(kind, *period)) return;
    findings_.Error("ZD3217", arguments[1]->span, JsonQuote(*period) + " is not a period of " + findings_.Describe(*arguments[0]),
                    kind == PeriodKind::kQuarter ? "write a quarter as \"2026Q1\"" : "write a month as \"2026-03\"");
  } else if (name == "under" && arguments.size() == 2) {
    checker_.CheckMembership(*arguments[0], *arguments[1]);
  } else if (name == "list contains" && arguments.size() == 2) {
    checker_.CheckMembership(*arguments[1], *arguments[0]);
  }
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
      findings_.Error("ZD3209", span, std::string(function.name) + ": " + problem, "it is " + Signature(function));
    }
    return MakeType(TypeKind::kAny);
  }
  const std::optional<int> scale = RoundedScale(function.name, arguments);
  if (scale && type->kind == TypeKind::kNumber) return WithNullable(NumberType(*scale), type->nullable);
  return type;
}

// Dates and numbers written as literals become constants, so that every reader of the tree sees them.
std::optional<ExprPtr> Parser::Folded(std::string_view name, const std::vector<ExprPtr>& arguments, Span span) {
  const auto folded = [&](const std::optional<Value>& value, std::string_view example) -> ExprPtr {
    if (value) return MakeLiteral(*value, span);
    findings_.Error("ZD3217", span, findings_.Source(span) + " does not exist",
                    "write " + std::string(example));
    return MakeWrong(span);
  };
  if (name == "date") {
    const std::optional<std::optional<Value>> civil = FoldCivil(arguments);
    if (civil) return folded(*civil, "a day of the calendar, such as date(2025, 12, 31)");
  }
  if (arguments.size() != 1 || !IsStringLiteral(*arguments[0])) return std::nullopt;
  for (const TextFolding& folding : kTextFoldings) {
    if (folding.function == name) return folded(folding.fold(arguments[0]->literal.string()), folding.example);
  }
  return std::nullopt;
}

}  // namespace zhida::feel
