// Calls: arguments, and the functions that have nodes of their own; see parser_state.h.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "engine/feel/builtins.h"
#include "engine/feel/parser_state.h"

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

}  // namespace

std::string_view ParameterName(std::string_view parameter) {
  return parameter.ends_with('?') ? parameter.substr(0, parameter.size() - 1) : parameter;
}

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
  std::vector<std::string_view> parameters;
  if (builtin >= 0) parameters = Builtins()[static_cast<size_t>(builtin)].parameters;
  if (!ParseArguments(&parameters, &arguments)) return nullptr;
  const Span span = SpanFrom(begin);
  if (builtin >= 0) return BuiltinCall(builtin, arguments, span);
  if (arguments.size() == special->arguments) return SpecialCall(name, arguments, span);
  if (!findings_.full_width()) {
    findings_.Error("ZD3214", span,
                    std::string(name) + " takes " + std::to_string(special->arguments) + " argument" +
                        (special->arguments == 1 ? "" : "s") + ", not " + std::to_string(arguments.size()),
                    name == "not" ? "negate several tests as not(a or b)" : "correct the arguments");
  }
  return MakeWrong(span);
}

// From the opening parenthesis to the closing one.
bool Parser::ParseArguments(const std::vector<std::string_view>* parameters,
                            std::vector<Argument>* arguments) {
  if (!Expect("(", "the call")) return false;
  if (Take(")")) return true;
  do {
    Argument argument;
    if (!ParseArgument(parameters, &argument)) return false;
    const bool mixed = !arguments->empty() && arguments->front().name.empty() != argument.name.empty();
    if (mixed) {
      Stop("ZD3111", argument.value->span, "some arguments have names and others have none",
           "name all or none");
      return false;
    }
    arguments->push_back(std::move(argument));
  } while (Take(","));
  return Expect(")", "the call");
}

// A run of words before a colon names its argument; no other colon can follow a name here.
bool Parser::ParseArgument(const std::vector<std::string_view>* parameters, Argument* argument) {
  NameRun run;
  if (lexer_.ScanName(&run) && lexer_.PointAfterSpace(run.pieces.back().text_end) == ':') {
    const int begin = offset();
    lexer_.Seek(run.pieces.back().text_end);
    Advance();
    argument->name = run.normal;
    argument->name_span = SpanFrom(begin);
    Take(":");
    if (parameters != nullptr) CheckArgumentName(*parameters, *argument);
  }
  argument->value = ParseExpression();
  return argument->value != nullptr;
}

void Parser::CheckArgumentName(const std::vector<std::string_view>& parameters, const Argument& argument) {
  std::vector<std::string> names;
  for (const std::string_view parameter : parameters) names.emplace_back(ParameterName(parameter));
  if (std::find(names.begin(), names.end(), argument.name) != names.end()) return;
  const std::string nearest = NearestName(argument.name, names);
  findings_.Error("ZD3111", argument.name_span,
                  Quoted(argument.name) + " is not an argument of this function",
                  !nearest.empty() ? "did you mean " + nearest + "?"
                  : names.empty()  ? "give it by position"
                                   : "its arguments are " + Join(names, ", "));
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
    findings_.Error("ZD3106", id.span, Quoted(text) + " is not a zone",
                    nearest.empty() ? "declare it in lists/index.yaml" : "did you mean " + nearest + "?");
    return MakeWrong(span);
  }
  auto node = MakeNode(Op::kZone, ListOf(CodeType(scope_.ZoneCodeList(*zone))), span);
  node->index = *zone;
  return node;
}

ExprPtr Parser::UnknownCall(const Expr& cause, Span span) {
  constexpr std::array<Cause, 5> kCauses = {Cause::kVagueRule, Cause::kConflict, Cause::kNotAuthorised,
                                            Cause::kStale, Cause::kMissing};
  std::vector<std::string> names;
  auto node = MakeNode(Op::kUnknown, MakeType(TypeKind::kAny), span);
  for (const Cause known : kCauses) {
    names.emplace_back(CauseName(known));
    if (!IsStringLiteral(cause) || cause.literal.string() != CauseName(known)) continue;
    node->literal = Value::Unknown(known);
    return node;
  }
  const std::string nearest = IsStringLiteral(cause) ? NearestName(cause.literal.string(), names) : "";
  findings_.Error(
      "ZD3114", cause.span, findings_.Source(cause) + " is not a cause",
      nearest.empty() ? "the causes are " + Join(names, ", ") : "did you mean " + Quoted(nearest) + "?");
  return MakeWrong(span);
}

ExprPtr Parser::DecisionCall(std::string_view name, ExprPtr operand, Span span) {
  if (!options_.decision) {
    findings_.Error("ZD3112", span,
                    std::string(name) + "(...) is allowed in decisions only, not in " + options_.what,
                    "test the value itself; what is not known leaves the answer open");
  }
  const bool known = name == "known";
  TypePtr type = known ? MakeType(TypeKind::kBoolean) : WithNullable(MakeType(TypeKind::kString), true);
  return checker_.Here(
      MakeNode(known ? Op::kKnown : Op::kCause, std::move(type), span, {std::move(operand)}));
}

}  // namespace zhida::feel
