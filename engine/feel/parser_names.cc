// Names: what a run of words stands for, and what to say when it stands for nothing; see parser_state.h.
#include <algorithm>
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

// Words that no name of one word can be. Those in the first row begin an expression.
constexpr std::array<std::string_view, 18> kKeywords = {
    "if", "for",     "some", "every", "true", "false",  "null",      "function", "and",
    "or", "between", "in",   "then",  "else", "return", "satisfies", "instance", "of"};

bool IsKeyword(std::string_view word) {
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

// Words that join expressions, so that an unknown name can be cut before them. `of` occurs in names.
bool IsJoiningWord(std::string_view word) { return IsKeyword(word) && word != "of"; }

// The sign of the half-width set that a full-width one was meant to be; 0 for other characters.
char32_t HalfWidthOf(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFEE0;
  switch (c) {
    case 0x3001:
      return ',';  // 、
    case 0x3002:
      return '.';  // 。
    case 0x3008:   // 〈
    case 0x300A:
      return '<';  // 《
    case 0x3009:   // 〉
    case 0x300B:
      return '>';  // 》
    case 0x300C:
    case 0x300D:  // 「」
    case 0x300E:
    case 0x300F:
      return '"';  // 『』
    case 0x3010:
      return '[';  // 【
    case 0x3011:
      return ']';  // 】
    default:
      return 0;
  }
}

bool HoldsFullWidth(std::string_view word) {
  for (size_t at = 0; at < word.size();) {
    if (HalfWidthOf(NextCodePoint(word, &at)) != 0) return true;
  }
  return false;
}

struct Component {
  TypeKind of;
  std::string_view name;
  TypeKind type;
  int scale;
};

// Source: DMN 1.5 table 65. Seconds are whole.
constexpr std::array<Component, 24> kComponents = {{
    {TypeKind::kDate, "year", TypeKind::kNumber, 0},
    {TypeKind::kDate, "month", TypeKind::kNumber, 0},
    {TypeKind::kDate, "day", TypeKind::kNumber, 0},
    {TypeKind::kDate, "weekday", TypeKind::kNumber, 0},
    {TypeKind::kDateTime, "year", TypeKind::kNumber, 0},
    {TypeKind::kDateTime, "month", TypeKind::kNumber, 0},
    {TypeKind::kDateTime, "day", TypeKind::kNumber, 0},
    {TypeKind::kDateTime, "weekday", TypeKind::kNumber, 0},
    {TypeKind::kDateTime, "hour", TypeKind::kNumber, 0},
    {TypeKind::kDateTime, "minute", TypeKind::kNumber, 0},
    {TypeKind::kDateTime, "second", TypeKind::kNumber, 0},
    {TypeKind::kDateTime, "time offset", TypeKind::kDayDuration, -1},
    {TypeKind::kTime, "hour", TypeKind::kNumber, 0},
    {TypeKind::kTime, "minute", TypeKind::kNumber, 0},
    {TypeKind::kTime, "second", TypeKind::kNumber, 0},
    {TypeKind::kTime, "time offset", TypeKind::kDayDuration, -1},
    {TypeKind::kMonthDuration, "years", TypeKind::kNumber, 0},
    {TypeKind::kMonthDuration, "months", TypeKind::kNumber, 0},
    {TypeKind::kDayDuration, "days", TypeKind::kNumber, 0},
    {TypeKind::kDayDuration, "hours", TypeKind::kNumber, 0},
    {TypeKind::kDayDuration, "minutes", TypeKind::kNumber, 0},
    {TypeKind::kDayDuration, "seconds", TypeKind::kNumber, 0},
    {TypeKind::kRange, "start included", TypeKind::kBoolean, -1},
    {TypeKind::kRange, "end included", TypeKind::kBoolean, -1},
}};

// The structure or scalar whose members `type.name` means: over a list, those of its elements.
const Type& MemberOwner(const Type& type) {
  const bool mapped = type.kind == TypeKind::kList && type.element->kind == TypeKind::kStruct;
  return mapped ? *type.element : type;
}

std::optional<Member> FindMember(const Type& owner, std::string_view name) {
  if (owner.kind == TypeKind::kStruct) {
    const Member* member = owner.FindMember(name);
    return member == nullptr ? std::nullopt : std::optional<Member>(*member);
  }
  if (owner.kind == TypeKind::kRange && (name == "start" || name == "end")) {
    // An open range has no such end.
    return Member{std::string(name), "", WithNullable(owner.element, true)};
  }
  for (const Component& component : kComponents) {
    if (component.of != owner.kind || component.name != name) continue;
    TypePtr type =
        component.type == TypeKind::kNumber ? NumberType(component.scale) : MakeType(component.type);
    // A local time has no offset.
    if (component.type == TypeKind::kDayDuration) type = WithNullable(type, true);
    return Member{std::string(component.name), "", std::move(type)};
  }
  return std::nullopt;
}

std::vector<std::string> MemberNames(const Type& owner) {
  std::vector<std::string> names;
  for (const Member& member : owner.members) {
    names.push_back(member.name.empty() ? member.id : member.name);
    if (!member.name.empty()) names.push_back(member.id);
  }
  if (owner.kind == TypeKind::kRange) names = {"start", "end"};
  for (const Component& component : kComponents) {
    if (component.of == owner.kind) names.emplace_back(component.name);
  }
  return names;
}

std::string ListedNames(std::vector<std::string> names) {
  constexpr size_t kShownMax = 6;
  const bool more = names.size() > kShownMax;
  if (more) names.resize(kShownMax);
  return Join(names, ", ") + (more ? ", ..." : "");
}

// An unknown name ends before the first operator or joining word: in `foo - bar and x` it is foo.
size_t LastPlainPiece(const NameRun& run, std::string_view text) {
  size_t last = 0;
  for (size_t i = 1; i < run.pieces.size(); ++i) {
    const NameRun::Piece& piece = run.pieces[i];
    const std::string_view written = text.substr(piece.text_begin, piece.text_end - piece.text_begin);
    if ((piece.symbol && written != "'") || IsJoiningWord(written)) break;
    last = i;
  }
  return last;
}

}  // namespace

// The longest beginning of the run that is a name wins, over keywords too; a function's name counts only with
// its parenthesis, so that a fact may be called date.
ExprPtr Parser::ParseName() {
  NameRun run;
  if (!lexer_.ScanName(&run)) return Unexpected("a value");
  const int begin = offset();
  for (size_t i = run.pieces.size(); i-- > 0;) {
    const std::string_view name = run.Normal(i);
    const size_t end = run.pieces[i].text_end;
    const bool last = i + 1 == run.pieces.size();
    if (last && lexer_.PointAfterSpace(end) == '(' && IsFunction(name)) {
      lexer_.Seek(end);
      Advance();
      return ParseCall(name, begin);
    }
    if (i == 0 && IsKeyword(name)) return ParseKeyword(name);
    if (!IsVariable(name)) continue;
    lexer_.Seek(end);
    Advance();
    return Variable(name, SpanFrom(begin));
  }
  return Undefined(run);
}

bool Parser::IsVariable(std::string_view name) const {
  for (const Binding& binding : bindings_) {
    if (binding.name == name || (!binding.id.empty() && binding.id == name)) return true;
    const bool members = binding.is_item && binding.type->kind == TypeKind::kStruct;
    if (members && binding.type->FindMember(name) != nullptr) return true;
  }
  return name == "as_of" || name == "Y" || scope_.HasName(name);
}

// Null when nothing is called so. The innermost binding wins, and declared names win over as_of and Y.
ExprPtr Parser::Variable(std::string_view name, Span span) {
  for (auto binding = bindings_.rbegin(); binding != bindings_.rend(); ++binding) {
    if (ExprPtr bound = Bound(*binding, name, span)) return bound;
  }
  if (const std::optional<Symbol> symbol = scope_.Find(name)) return Declared(*symbol, name, span);
  // What is declared and yet not found is itself wrong, and its own place reports it.
  if (scope_.HasName(name)) return MakeWrong(span);
  if (name == "as_of") return MakeNode(Op::kAsOf, MakeType(TypeKind::kDate), span);
  if (name == "Y") return MakeNode(Op::kYear, NumberType(0), span);
  return nullptr;
}

ExprPtr Parser::Bound(Binding& binding, std::string_view name, Span span) {
  if (binding.name == name || (!binding.id.empty() && binding.id == name)) {
    binding.used = true;
    return Local(binding, span);
  }
  if (!binding.is_item || binding.type->kind != TypeKind::kStruct) return nullptr;
  const Member* member = binding.type->FindMember(name);
  if (member == nullptr) return nullptr;
  binding.used = true;
  ExprPtr item = Local(binding, span);
  const bool known = checker_.NeedsValue(*item, "." + member->id);
  auto node = MakeNode(Op::kMember, known ? member->type : MakeType(TypeKind::kAny), span, {std::move(item)});
  node->text = member->id;
  return checker_.Here(std::move(node));
}

ExprPtr Parser::Declared(const Symbol& symbol, std::string_view name, Span span) {
  if (symbol.kind == Symbol::Kind::kParameter) return ParseEntry(symbol, name, span);
  const Op op = symbol.kind == Symbol::Kind::kFact ? Op::kFact : Op::kDefinition;
  auto node = MakeNode(op, symbol.type != nullptr ? symbol.type : MakeType(TypeKind::kAny), span);
  node->index = symbol.index;
  return checker_.Here(std::move(node));
}

// A parameter stands only with one of its entries.
ExprPtr Parser::ParseEntry(const Symbol& symbol, std::string_view name, Span span) {
  if (symbol.type == nullptr) return MakeWrong(span);
  if (!At(".") || At("..")) {
    const std::vector<std::string> entries = MemberNames(*symbol.type);
    findings_.Error("ZD3109", span,
                    std::string(name) + " is a parameter, of which an expression takes one entry",
                    "write " + std::string(name) + "." + (entries.empty() ? "entry" : entries[0]) +
                        "; its entries are " + ListedNames(entries));
    return MakeWrong(span);
  }
  Take(".");
  const auto owner = MakeNode(Op::kParameter, symbol.type, span);
  const std::optional<Member> entry = TakeMember(*owner);
  if (!entry) return nullptr;
  auto node = MakeNode(Op::kParameter, entry->type, SpanFrom(span.begin));
  node->index = symbol.index;
  node->text = entry->id;
  return node;
}

std::optional<Member> Parser::TakeMember(const Expr& base) {
  const Type& owner = MemberOwner(*base.type);
  const int begin = offset();
  NameRun run;
  if (!lexer_.ScanName(&run)) {
    Unexpected("the name of a member");
    return std::nullopt;
  }
  for (size_t i = run.pieces.size(); i-- > 0;) {
    std::optional<Member> member = FindMember(owner, run.Normal(i));
    if (!member) continue;
    lexer_.Seek(run.pieces[i].text_end);
    Advance();
    return member;
  }
  const size_t last = LastPlainPiece(run, lexer_.text());
  lexer_.Seek(run.pieces[last].text_end);
  Advance();
  const Span span = SpanFrom(begin);
  const std::string word(run.Normal(last));
  const std::vector<std::string> names = MemberNames(owner);
  if (owner.kind == TypeKind::kAny) {
    // The left side is wrong already, or takes any shape.
  } else if (names.empty()) {
    findings_.Error("ZD3213", span, findings_.Describe(base) + " has no members", "take it without ." + word);
  } else if (!ReportFullWidth(run, last, span, "is not a member of " + findings_.Source(base))) {
    const std::string nearest = NearestName(word, names);
    findings_.Error(
        "ZD3103", span, Quoted(word) + " is not a member of " + findings_.Describe(base),
        nearest.empty() ? "its members are " + ListedNames(names) : "did you mean " + nearest + "?");
  }
  return Member{word, "", MakeType(TypeKind::kAny)};
}

// Names may hold the signs - + * / . themselves, so a longer beginning may be the slip of a declared name.
ExprPtr Parser::Undefined(const NameRun& run) {
  const int begin = offset();
  size_t last = LastPlainPiece(run, lexer_.text());
  const bool call = lexer_.PointAfterSpace(run.pieces[last].text_end) == '(';
  const Span word_span{begin, static_cast<int>(run.pieces[last].text_end)};
  if (ReportFullWidth(run, last, word_span, "is not a known name")) {
    lexer_.Seek(run.pieces[last].text_end);
    Advance();
    return MakeWrong(SpanFrom(begin));
  }
  const std::vector<std::string> known = call ? FunctionNames() : VariableNames();
  std::string nearest = NearestName(run.Normal(last), known);
  for (size_t i = last + 1; nearest.empty() && !call && i < run.pieces.size(); ++i) {
    nearest = NearestName(run.Normal(i), known);
    if (!nearest.empty()) last = i;
  }
  const std::string word(run.Normal(last));
  lexer_.Seek(run.pieces[last].text_end);
  Advance();
  const Span span = SpanFrom(begin);
  const std::string quoted = Quoted(word);
  if (!nearest.empty()) {
    findings_.Error(call ? "ZD3105" : "ZD3101", span,
                    quoted + (call ? " is not a function" : " is not a known name"),
                    "did you mean " + nearest + "?");
  } else if (call) {
    findings_.Error("ZD3105", span, quoted + " is not a function",
                    "use a built-in function, or write a definition");
  } else if (IsFunction(word) || IsFunction(run.Normal(0))) {
    const std::string function = IsFunction(word) ? word : std::string(run.Normal(0));
    findings_.Error("ZD3115", span, Quoted(function) + " is a function",
                    "call it with its arguments: " + function + "(...)");
  } else {
    findings_.Error("ZD3101", span, quoted + " is not a known name",
                    "declare it, correct it, or put a text in double quotes");
  }
  if (!call) return MakeWrong(span);
  std::vector<Argument> arguments;
  return ParseArguments(nullptr, &arguments) ? MakeWrong(SpanFrom(begin)) : nullptr;
}

// Full-width signs are name characters in FEEL, so 注册资本＞＝500 is one name. True after a report.
bool Parser::ReportFullWidth(const NameRun& run, size_t last, Span span, std::string_view sort) {
  const std::string_view word = run.Normal(last);
  // A slip of a name that is declared with such signs is another matter.
  if (!HoldsFullWidth(word) || HoldsFullWidth(NearestName(word, VariableNames()))) return false;
  findings_.FullWidth(span, Quoted(word) + " " + std::string(sort) + " and holds full-width signs",
                      "write " + Quoted(HalfWidth(word)) + " with half-width signs");
  return true;
}

// Names that are declared with full-width signs keep them.
std::string Parser::HalfWidth(std::string_view word) const {
  std::string half;
  word = word.substr(0, kNameBytesMax);  // no name is longer, and the search below is quadratic
  while (!IsValidUtf8(word)) word.remove_suffix(1);
  for (size_t at = 0; at < word.size();) {
    size_t kept = 0;
    for (size_t end = at; end < word.size();) {
      NextCodePoint(word, &end);
      if (IsVariable(word.substr(at, end - at))) kept = end - at;
    }
    if (kept > 0) {
      half += word.substr(at, kept);
      at += kept;
      continue;
    }
    const char32_t point = NextCodePoint(word, &at);
    const char32_t sign = HalfWidthOf(point);
    AppendUtf8(sign != 0 ? sign : point, &half);
  }
  return half;
}

std::vector<std::string> Parser::VariableNames() const {
  std::vector<std::string> names;
  for (const Binding& binding : bindings_) {
    if (!binding.name.empty()) names.push_back(binding.name);
    if (!binding.id.empty()) names.push_back(binding.id);
    if (!binding.is_item) continue;
    for (std::string& member : MemberNames(*binding.type)) names.push_back(std::move(member));
  }
  for (std::string& name : scope_.Names()) names.push_back(std::move(name));
  names.insert(names.end(), {"as_of", "Y"});
  return names;
}

}  // namespace zhida::feel
