// Literals, brackets, structures and the keywords that begin an expression; see parser_state.h.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "engine/feel/parser_state.h"

namespace zhida::feel {
namespace {

std::optional<Value> AtValue(const std::string& text) {
  if (const auto date = Date::Parse(text)) return Value::OfDate(*date);
  if (const auto moment = DateTime::Parse(text)) return Value::OfDateTime(*moment);
  if (const auto time = TimeOfDay::Parse(text)) return Value::OfTime(*time);
  if (const auto months = ParseMonthDuration(text)) return Value::OfMonths(*months);
  if (const auto days = ParseDayDuration(text)) return Value::OfDayDuration(*days);
  return std::nullopt;
}

}  // namespace

ExprPtr Parser::ParsePrimary() {
  const int begin = offset();
  if (findings_.Full({begin, begin})) return nullptr;
  if (lexer_.at_end()) return Unexpected("a value");
  if (lexer_.AtNumber()) return ParseNumber();
  if (At("\"")) return ParseString();
  if (At("(")) return ParseParenthesis();
  if (At("[")) return ParseSquare();
  if (At("{")) return ParseStruct();
  if (At("@")) return ParseAtLiteral();
  if (Take("]")) {
    ExprPtr low = ParseExpression();
    return low == nullptr ? nullptr : ParseRangeRest(std::move(low), false, begin);
  }
  if (Take("?")) {
    if (ExprPtr input = Variable("?", SpanFrom(begin))) return input;
    findings_.Error("ZD3113", SpanFrom(begin), "? has no meaning here",
                    "write ? only in the cells of a table and behind in");
    return MakeWrong(SpanFrom(begin));
  }
  if (IsNameStart(lexer_.Point())) return ParseName();
  return Unexpected("a value");
}

ExprPtr Parser::ParseNumber() {
  const int begin = offset();
  LexProblem problem;
  const std::string_view digits = lexer_.TakeNumber(&problem);
  if (digits.empty()) return StopAt(problem);
  const std::optional<Decimal> number = Decimal::Parse(digits);
  Advance();
  const Span span = SpanFrom(begin);
  if (number) return MakeLiteral(Value::Number(*number), span);
  findings_.Error("ZD3005", span, findings_.Source(span) + " is beyond the numbers of FEEL",
                  "write at most 34 digits");
  return MakeWrong(span);
}

ExprPtr Parser::ParseString() {
  const int begin = offset();
  LexProblem problem;
  std::string value;
  if (!lexer_.TakeString(&value, &problem)) return StopAt(problem);
  Advance();
  return MakeLiteral(Value::String(std::move(value)), SpanFrom(begin));
}

ExprPtr Parser::ParseAtLiteral() {
  const int begin = offset();
  Take("@");
  if (!At("\"")) return Unexpected("a text in double quotes behind @");
  LexProblem problem;
  std::string text;
  if (!lexer_.TakeString(&text, &problem)) return StopAt(problem);
  Advance();
  const Span span = SpanFrom(begin);
  if (std::optional<Value> value = AtValue(text)) return MakeLiteral(std::move(*value), span);
  findings_.Error(
      "ZD3006", span, Quoted(text) + " is no date, time or duration",
      "write as @\"2025-12-31\", @\"09:30:00\", @\"2025-12-31T09:30:00\", @\"P1Y6M\" or @\"P30D\"");
  return MakeWrong(span);
}

// (a), (low..high] or (< 5) as a value.
ExprPtr Parser::ParseParenthesis() {
  const int begin = offset();
  Take("(");
  if (AtComparison()) return ParseUnaryRange(begin);
  ExprPtr inner = ParseExpression();
  if (inner == nullptr) return nullptr;
  if (At("..")) return ParseRangeRest(std::move(inner), false, begin);
  return Expect(")", "the parenthesis") ? inner : nullptr;
}

ExprPtr Parser::ParseUnaryRange(int begin) {
  const std::optional<Op> op = TakeComparison();
  const bool below = op == Op::kLess || op == Op::kLessEqual;
  if (!below && op != Op::kGreater && op != Op::kGreaterEqual) {
    return Stop("ZD3001", SpanFrom(begin), "only < <= > >= make a range",
                "write the value itself, or a test behind in");
  }
  ExprPtr end = ParseExpression();
  if (end == nullptr || !Expect(")", "the range")) return nullptr;
  const bool closed = op == Op::kLessEqual || op == Op::kGreaterEqual;
  if (below) return checker_.RangeValue(nullptr, std::move(end), {false, closed}, SpanFrom(begin));
  return checker_.RangeValue(std::move(end), nullptr, {closed, false}, SpanFrom(begin));
}

// [low..high] or [item, item].
ExprPtr Parser::ParseSquare() {
  const int begin = offset();
  Take("[");
  std::vector<ExprPtr> items;
  if (Take("]")) return checker_.List(std::move(items), SpanFrom(begin));
  do {
    ExprPtr item = ParseExpression();
    if (item == nullptr) return nullptr;
    if (items.empty() && At("..")) return ParseRangeRest(std::move(item), true, begin);
    items.push_back(std::move(item));
  } while (Take(","));
  if (!Expect("]", "the list")) return nullptr;
  return checker_.List(std::move(items), SpanFrom(begin));
}

// From `..` on. The high end may be closed by [ as well, which is then no filter of it.
ExprPtr Parser::ParseRangeRest(ExprPtr low, bool low_closed, int begin) {
  if (!Take("..")) return Unexpected("\"..\" of the range");
  const bool outer = std::exchange(in_range_end_, true);
  ExprPtr high = ParseAdditive();
  in_range_end_ = outer;
  if (high == nullptr) return nullptr;
  const bool high_closed = At("]");
  if (!Take("]") && !Take(")") && !Take("[")) return Unexpected("\"]\" or \")\" of the range");
  return checker_.RangeValue(std::move(low), std::move(high), {low_closed, high_closed}, SpanFrom(begin));
}

// In ]a..b[ the last bracket closes; in [a..L[1]] the inner one opens a filter. It closes if nothing follows
// that could begin an expression.
bool Parser::SquareClosesRange() const {
  if (!in_range_end_) return false;
  Lexer ahead(lexer_.text());
  ahead.Seek(lexer_.offset() + 1);
  if (!ahead.SkipSpace() || ahead.at_end()) return true;
  for (const std::string_view mark : {")", "]", "}", ",", ":", ".", "=", "<", ">", "!", "+", "*", "/"}) {
    if (ahead.At(mark)) return true;
  }
  const std::string_view next = ahead.Word();
  for (const std::string_view word :
       {"and", "or", "in", "between", "instance", "then", "else", "return", "satisfies"}) {
    if (next == word) return true;
  }
  return false;
}

// Entries see those before them, so each is bound to a slot.
ExprPtr Parser::ParseStruct() {
  const int begin = offset();
  Take("{");
  const BindingBlock block(*this);
  const int base = NewSlots();
  std::vector<ExprPtr> values;
  std::vector<Member> members;
  std::vector<std::string> names;
  while (!At("}")) {
    std::string key;
    Span key_span;
    if (!ParseKey(&key, &key_span) || !Expect(":", "the structure")) return nullptr;
    if (std::find(names.begin(), names.end(), key) != names.end()) {
      findings_.Error("ZD3110", key_span, Quoted(key) + " is named twice", "name each member once");
    }
    ExprPtr value = ParseExpression();
    if (value == nullptr) return nullptr;
    bindings_.push_back({key, "", base + static_cast<int>(values.size()), value->type});
    members.push_back({key, "", value->type});
    names.push_back(std::move(key));
    values.push_back(std::move(value));
    if (!Take(",")) break;
  }
  if (!Expect("}", "the structure")) return nullptr;
  auto node = MakeNode(Op::kStruct, StructOf(std::move(members)), SpanFrom(begin), std::move(values));
  node->names = std::move(names);
  node->index = base;
  return node;
}

bool Parser::ParseKey(std::string* key, Span* span) {
  const int begin = offset();
  NameRun run;
  if (At("\"")) {
    LexProblem problem;
    if (!lexer_.TakeString(key, &problem)) {
      StopAt(problem);
      return false;
    }
    *key = NormalisedName(*key);
  } else if (lexer_.ScanName(&run)) {
    *key = run.normal;
    lexer_.Seek(run.pieces.back().text_end);
  } else {
    Unexpected("a name of the structure");
    return false;
  }
  Advance();
  *span = SpanFrom(begin);
  return true;
}

// Null without a report when `word` is no keyword that begins an expression.
ExprPtr Parser::ParseKeyword(std::string_view word) {
  const int begin = offset();
  if (word == "true" || word == "false" || word == "null") {
    Value value = word == "null" ? Value::Null() : Value::Boolean(word == "true");
    TakeWord(word);
    return MakeLiteral(std::move(value), SpanFrom(begin));
  }
  if (word == "if") return ParseIf(begin);
  if (word == "for") return ParseLoop(Op::kFor, begin);
  if (word == "some") return ParseLoop(Op::kSome, begin);
  if (word == "every") return ParseLoop(Op::kEvery, begin);
  if (word == "function") {
    const Span span{begin, begin + static_cast<int>(word.size())};
    return Stop("ZD3009", span, "packs have no functions of their own", "write a definition instead");
  }
  return Unexpected("a value");
}

ExprPtr Parser::ParseIf(int begin) {
  TakeWord("if");
  ExprPtr condition = ParseExpression();
  if (condition == nullptr || !ExpectWord("then", "if")) return nullptr;
  ExprPtr yes;
  {
    const GuardedBlock block(checker_.guards());
    checker_.guards().Assume(NotNullIfTrue(*condition));
    yes = ParseExpression();
  }
  if (yes == nullptr || !ExpectWord("else", "if")) return nullptr;
  const GuardedBlock block(checker_.guards());
  checker_.guards().Assume(NotNullIfFalse(*condition));
  ExprPtr no = ParseExpression();
  if (no == nullptr) return nullptr;
  return checker_.If(std::move(condition), std::move(yes), std::move(no), SpanFrom(begin));
}

// for x in L, y in M return e; some and every with satisfies. Later domains see earlier variables.
ExprPtr Parser::ParseLoop(Op op, int begin) {
  const std::string_view word = op == Op::kFor ? "for" : op == Op::kSome ? "some" : "every";
  const std::string_view body_word = op == Op::kFor ? "return" : "satisfies";
  TakeWord(word);
  const BindingBlock block(*this);
  const int base = NewSlots();
  std::vector<ExprPtr> args;
  std::vector<std::string> names;
  do {
    std::string name;
    if (!ParseVariable(&name) || !ExpectWord("in", word)) return nullptr;
    TypePtr type;
    ExprPtr domain = ParseDomain(op, &type);
    if (domain == nullptr) return nullptr;
    bindings_.push_back({name, "", base + static_cast<int>(names.size()), std::move(type)});
    names.push_back(std::move(name));
    args.push_back(std::move(domain));
  } while (Take(","));
  if (!ExpectWord(body_word, word)) return nullptr;
  ExprPtr body = ParseExpression();
  if (body == nullptr) return nullptr;
  if (op != Op::kFor) checker_.Condition(*body, "what follows satisfies");
  TypePtr type = op == Op::kFor ? ListOf(body->type) : MakeType(TypeKind::kBoolean);
  args.push_back(std::move(body));
  auto node = MakeNode(op, std::move(type), SpanFrom(begin), std::move(args));
  node->names = std::move(names);
  node->index = base;
  return node;
}

// A variable's name ends at the first separate `in`.
bool Parser::ParseVariable(std::string* name) {
  NameRun run;
  size_t count = 0;
  if (lexer_.ScanName(&run)) {
    while (count < run.pieces.size()) {
      const NameRun::Piece& piece = run.pieces[count];
      if (lexer_.text().substr(piece.text_begin, piece.text_end - piece.text_begin) == "in") break;
      ++count;
    }
  }
  if (count == 0) {
    Unexpected("the name of a variable");
    return false;
  }
  *name = std::string(run.Normal(count - 1));
  lexer_.Seek(run.pieces[count - 1].text_end);
  Advance();
  return true;
}

ExprPtr Parser::ParseDomain(Op op, TypePtr* variable) {
  ExprPtr domain = ParseExpression();
  if (domain == nullptr) return nullptr;
  *variable = MakeType(TypeKind::kAny);
  if (op == Op::kFor && Take("..")) {
    ExprPtr high = ParseExpression();
    if (high == nullptr) return nullptr;
    const bool dates = domain->type->kind == TypeKind::kDate;
    *variable = dates ? MakeType(TypeKind::kDate) : NumberType(0);
    for (const ExprPtr& end : {domain, high}) {
      const TypeKind kind = end->type->kind;
      if (!checker_.NeedsValue(*end, "..") || kind == (*variable)->kind || kind == TypeKind::kAny) continue;
      findings_.Error("ZD3215", end->span, findings_.Describe(*end) + " cannot end an iteration",
                      "iterate over whole numbers, or over dates");
      break;
    }
    const Span span = Joined(*domain, *high);
    return MakeNode(Op::kIterationRange, ListOf(*variable), span, {std::move(domain), std::move(high)});
  }
  if (domain->type->kind == TypeKind::kList) {
    if (checker_.NeedsValue(*domain, "in")) *variable = domain->type->element;
  } else if (domain->type->kind != TypeKind::kAny) {
    findings_.Error("ZD3212", domain->span, findings_.Describe(*domain) + " is not a list",
                    "name a list behind in");
  }
  return domain;
}

}  // namespace zhida::feel
