// Parser: recursive descent over one expression, building the typed tree as it goes.
//
// Types are inferred while parsing because names need them: what may follow `.` depends on the type to its
// left, and inside `L[...]` the members of an element are names of their own. Every Parse function returns
// null after a syntax error, which has been reported, and the whole parse ends with it. What is only wrong in
// its names or types is reported and parsed on. Internal to the parser's files; users see parser.h. One
// object parses one text, on one thread.
#ifndef ZHIDA_ENGINE_FEEL_PARSER_STATE_H_
#define ZHIDA_ENGINE_FEEL_PARSER_STATE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feel/builtins.h"
#include "engine/feel/checker.h"
#include "engine/feel/findings.h"
#include "engine/feel/lexer.h"
#include "engine/feel/parser.h"

namespace zhida::feel {

// What an expression binds: a variable, `?`, or the element that a filter looks at.
struct Binding {
  std::string name;  // normal form; "item" for a filter's element
  std::string id;    // second name, or ""
  int slot = 0;
  TypePtr type;
  bool is_item = false;  // members of the element may be named directly
  bool used = false;
};

struct Argument {
  std::string name;  // "" when given by position
  Span name_span;
  ExprPtr value;
};

// The name of a built-in's parameter, without the mark that it is optional.
std::string_view ParameterName(std::string_view parameter);

class Parser {
 public:
  Parser(std::string_view text, Scope& scope, const ParseOptions& options, Diagnostics* diagnostics);

  std::optional<Expression> ParseWhole();
  std::optional<Expression> ParseCell();

 private:
  class Nesting;
  class BindingBlock;

  // parser.cc: entry, positions, and what fails everywhere.
  bool Prepare();
  void BindOptions(bool input);
  std::optional<Expression> Finish(ExprPtr root);
  void CheckResult(const Expr& root);
  ExprPtr Stop(const char* code, Span span, std::string what, std::string mend);
  ExprPtr StopAt(const LexProblem& problem);
  // Something stands here that cannot; `expected` says what could.
  ExprPtr Unexpected(std::string_view expected);
  void Advance();  // notes the end of what was taken, and skips to what comes next
  bool At(std::string_view mark) const { return lexer_.At(mark); }
  bool Take(std::string_view mark);
  bool AtWord(std::string_view word) const { return At(word) && lexer_.Word() == word; }
  bool TakeWord(std::string_view word);
  // Takes `mark` or `word`, else reports it as missing. `where` is "the list" or "if".
  bool Expect(std::string_view mark, std::string_view where);
  bool ExpectWord(std::string_view word, std::string_view where);
  int offset() const { return static_cast<int>(lexer_.offset()); }
  Span SpanFrom(int begin) const { return {begin, last_end_}; }
  bool CountOperand();
  // Slots are handed out in blocks and renumbered at the end, when it is known how many each binder needs.
  int NewSlots() { return ++binders_ * kSlotBlock; }
  ExprPtr Local(const Binding& binding, Span span) const;

  // parser_expression.cc
  ExprPtr ParseExpression();
  ExprPtr ParseJunction(Op op);
  ExprPtr ParseComparison();
  ExprPtr ParseBetween(ExprPtr x);
  std::optional<Op> TakeComparison();
  bool AtComparison() const;
  ExprPtr ParseAdditive();
  ExprPtr ParseMultiplicative();
  ExprPtr ParsePower();
  ExprPtr ParseSigned();
  ExprPtr ParseInstance();
  TypePtr ParseTypeName();
  ExprPtr ParsePostfix();
  ExprPtr ParseMember(ExprPtr base);
  ExprPtr ParseBracket(ExprPtr list);
  ExprPtr Bracketed(ExprPtr list, ExprPtr test, const Binding& item, Span span);
  ExprPtr Indexed(ExprPtr list, ExprPtr index, const Binding& item, Span span);

  // parser_primary.cc
  ExprPtr ParsePrimary();
  ExprPtr ParseNumber();
  ExprPtr ParseString();
  ExprPtr ParseAtLiteral();
  ExprPtr ParseParenthesis();
  ExprPtr ParseUnaryRange(int begin);
  ExprPtr ParseSquare();
  ExprPtr ParseRangeRest(ExprPtr low, bool low_closed, int begin);
  bool SquareClosesRange() const;
  ExprPtr ParseStruct();
  bool ParseKey(std::string* key, Span* span);
  ExprPtr ParseKeyword(std::string_view word);
  ExprPtr ParseIf(int begin);
  ExprPtr ParseLoop(Op op, int begin);
  ExprPtr ParseDomain(Op op, TypePtr* variable);
  bool ParseVariable(std::string* name);

  // parser_names.cc
  ExprPtr ParseName();
  ExprPtr Variable(std::string_view name, Span span);
  ExprPtr Bound(Binding& binding, std::string_view name, Span span);
  ExprPtr Declared(const Symbol& symbol, std::string_view name, Span span);
  ExprPtr ParseEntry(const Symbol& symbol, std::string_view name, Span span);
  ExprPtr Undefined(const NameRun& run);
  bool ReportFullWidth(const NameRun& run, size_t last, Span span, std::string_view sort);
  std::string HalfWidth(std::string_view word) const;
  bool IsVariable(std::string_view name) const;
  std::vector<std::string> VariableNames() const;
  // Takes the longest run of pieces here that `type` has as a member; null after a report.
  std::optional<Member> TakeMember(const Expr& base);

  // parser_calls.cc: arguments, and the functions that have nodes of their own.
  bool IsFunction(std::string_view name) const;
  std::vector<std::string> FunctionNames() const;
  ExprPtr ParseCall(std::string_view name, int begin);
  // `parameters` are null for a function that does not exist, whose arguments may be called anything.
  bool ParseArguments(const std::vector<std::string_view>* parameters, std::vector<Argument>* arguments);
  bool ParseArgument(const std::vector<std::string_view>* parameters, Argument* argument);
  void CheckArgumentName(const std::vector<std::string_view>& parameters, const Argument& argument);
  ExprPtr SpecialCall(std::string_view name, const std::vector<Argument>& arguments, Span span);
  ExprPtr ZoneCall(const Expr& id, Span span);
  ExprPtr UnknownCall(const Expr& cause, Span span);
  ExprPtr DecisionCall(std::string_view name, ExprPtr operand, Span span);

  // parser_builtins.cc
  ExprPtr BuiltinCall(int builtin, const std::vector<Argument>& arguments, Span span);
  bool Place(int builtin, const std::vector<Argument>& arguments, std::vector<ExprPtr>* placed, Span span);
  bool CheckArguments(int builtin, const std::vector<ExprPtr>& arguments);
  bool CheckLiterals(const Builtin& function, const std::vector<ExprPtr>& arguments);
  bool CheckCalendar(const Expr& id);
  bool CheckPattern(const Expr& pattern, const Expr* flags);
  bool CheckPeriod(const Expr& series, const Expr& period);
  TypePtr CallType(int builtin, const std::vector<ExprPtr>& arguments, Span span);

  // parser_folding.cc: a constant for a call of literals; nullopt when it is none.
  std::optional<ExprPtr> Folded(std::string_view name, const std::vector<ExprPtr>& arguments, Span span);

  // parser_tests.cc
  ExprPtr ParseIn(ExprPtr subject);
  // From behind the first test; `list` if they stand in parentheses. `input` is the binding of `?`.
  ExprPtr ParseTests(ExprPtr subject, size_t input, UnaryTest first, bool list);
  std::optional<UnaryTest> ParseTest(size_t input, bool in_list);
  ExprPtr ParseCellTests();

  static constexpr int kSlotBlock = 1 << 16;  // more than an expression's bytes can name

  Scope& scope_;
  const ParseOptions& options_;
  Findings findings_;
  Lexer lexer_;
  Checker checker_;
  std::vector<Binding> bindings_;  // the innermost last
  int last_end_ = 0;
  int depth_ = -1;  // of parentheses, brackets, branches and bodies round this place
  int operands_ = 0;
  int binders_ = 0;
  int fixed_slots_ = 0;
  bool in_range_end_ = false;  // a `[` may close the range instead of opening a filter
};

// Counts nesting for the length of a block.
class Parser::Nesting {
 public:
  explicit Nesting(Parser& parser) : parser_(parser), range_end_(parser.in_range_end_) {
    ++parser.depth_;
    parser.in_range_end_ = false;
  }
  ~Nesting() {
    --parser_.depth_;
    parser_.in_range_end_ = range_end_;
  }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  Parser& parser_;
  bool range_end_;
};

// Forgets bindings at the end of a block.
class Parser::BindingBlock {
 public:
  explicit BindingBlock(Parser& parser) : parser_(parser), size_(parser.bindings_.size()) {}
  ~BindingBlock() { parser_.bindings_.resize(size_); }
  BindingBlock(const BindingBlock&) = delete;
  BindingBlock& operator=(const BindingBlock&) = delete;

 private:
  Parser& parser_;
  size_t size_;
};

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_PARSER_STATE_H_
