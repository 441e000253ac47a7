// The two entries of the parser, and what fails the same way everywhere; see parser.h and parser_state.h.
#include "engine/feel/parser.h"

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
#include "engine/feel/parser_state.h"

namespace zhida::feel {
namespace {

struct Hint {
  std::string_view written;
  std::string_view mend;
};

// What people write who know other languages, or who write a condition as they speak.
constexpr std::array<Hint, 29> kHints = {{
    {"&&", "write and"},
    {"||", "write or"},
    {"!", "write not(...)"},
    {"%", "write 6% as 0.06, and the remainder as modulo(a, b)"},
    {"..", "write a range in brackets: [a..b]"},
    {"'", "write texts in double quotes"},
    {"“", "write texts in half-width quotes: \"...\""},
    {"”", "write texts in half-width quotes: \"...\""},
    {"‘", "write texts in half-width quotes: \"...\""},
    {"’", "write texts in half-width quotes: \"...\""},
    {"≥", "write >="},
    {"≤", "write <="},
    {"≠", "write !="},
    {"×", "write *"},
    {"÷", "write /"},
    {"—", "write -"},
    {"大于等于", "write >="},
    {"大于", "write >"},
    {"小于等于", "write <="},
    {"小于", "write <"},
    {"不低于", "write >="},
    {"不少于", "write >="},
    {"不超过", "write <="},
    {"不等于", "write !="},
    {"等于", "write ="},
    {"且", "write and"},
    {"并且", "write and"},
    {"或", "write or"},
    {"属于", "write in"},
}};

const Hint* HintFor(std::string_view rest) {
  const auto found = std::find_if(kHints.begin(), kHints.end(),
                                  [rest](const Hint& hint) { return rest.starts_with(hint.written); });
  return found == kHints.end() ? nullptr : &*found;
}

// Gives each binder of the tree its slots, in the order in which they are met. The nodes were made by this
// parser and nobody else has seen them yet, so that writing to them is safe.
class SlotNumbering {
 public:
  SlotNumbering(int block, int first) : block_(block), next_(first) {}

  // Node before arguments, from left to right, with a stack of its own because chains are deep.
  void Number(const ExprPtr& root) {
    std::vector<const Expr*> todo = {root.get()};
    while (!todo.empty()) {
      const Expr* node = todo.back();
      todo.pop_back();
      if (node == nullptr) continue;
      NumberOne(const_cast<Expr*>(node));
      for (size_t i = node->args.size(); i-- > 0;) todo.push_back(node->args[i].get());
    }
  }

  int count() const { return next_; }

 private:
  void NumberOne(Expr* expr) {
    // A number below one block is final: the node hangs in the tree twice.
    if (expr->index < block_) return;
    if (expr->op == Op::kLocal) {
      expr->index = First(expr->index / block_) + expr->index % block_;
    } else if (const int slots = Slots(*expr); slots >= 0) {
      First(expr->index / block_) = next_;
      expr->index = next_;
      next_ += slots;
    }
  }

  static int Slots(const Expr& expr) {
    switch (expr.op) {
      case Op::kIn:
      case Op::kFilter:
        return 1;
      case Op::kFor:
      case Op::kSome:
      case Op::kEvery:
      case Op::kStruct:
        return static_cast<int>(expr.names.size());
      default:
        return -1;
    }
  }

  int& First(int block) {
    const auto i = static_cast<size_t>(block);
    if (i >= firsts_.size()) firsts_.resize(i + 1);
    return firsts_[i];
  }

  int block_;
  int next_;
  std::vector<int> firsts_;
};

}  // namespace

Parser::Parser(std::string_view text, Scope& scope, const ParseOptions& options, Diagnostics* diagnostics)
    : scope_(scope),
      options_(options),
      findings_(text, options, diagnostics),
      lexer_(text),
      checker_(scope, findings_) {}

bool Parser::Prepare() {
  const std::string_view text = lexer_.text();
  if (text.size() > limits::kExpressionBytesMax) {
    Stop("ZD3401", {},
         options_.what + " has " + std::to_string(text.size()) +
             " bytes, more than kExpressionBytesMax = " + std::to_string(limits::kExpressionBytesMax),
         "split it into definitions, or use a decision table");
    return false;
  }
  size_t bad = 0;
  if (!IsValidUtf8(text, &bad)) {
    // The text before the bad byte is sound, so that its place can be counted.
    Stop("ZD3011", {static_cast<int>(bad), static_cast<int>(bad)}, "this is not valid UTF-8",
         "save the file as UTF-8");
    return false;
  }
  last_end_ = 0;
  Advance();
  return true;
}

void Parser::BindOptions(bool input) {
  if (input || options_.input_type != nullptr) {
    const TypePtr type = options_.input_type != nullptr ? options_.input_type : MakeType(TypeKind::kAny);
    bindings_.push_back({"?", "", fixed_slots_++, type});
  }
  for (const Member& local : options_.locals) {
    bindings_.push_back({NormalisedName(local.name), NormalisedName(local.id), fixed_slots_++, local.type});
  }
}

std::optional<Expression> Parser::ParseWhole() {
  if (!Prepare()) return std::nullopt;
  BindOptions(false);
  if (lexer_.at_end()) {
    Stop("ZD3010", {}, options_.what + " is empty", "write an expression");
    return std::nullopt;
  }
  ExprPtr root = ParseExpression();
  if (root != nullptr && !lexer_.at_end()) root = Unexpected("an operator or the end of the expression");
  if (root != nullptr) CheckResult(*root);
  return Finish(std::move(root));
}

std::optional<Expression> Parser::ParseCell() {
  if (!Prepare()) return std::nullopt;
  BindOptions(true);
  if (lexer_.at_end()) return Finish(nullptr);
  const int begin = offset();
  if (Take("-") && lexer_.at_end()) return Finish(nullptr);
  lexer_.Seek(static_cast<size_t>(begin));
  ExprPtr root = ParseCellTests();
  if (root != nullptr && !lexer_.at_end()) root = Unexpected("a comma or the end of the cell");
  return Finish(std::move(root));
}

std::optional<Expression> Parser::Finish(ExprPtr root) {
  if (findings_.failed()) return std::nullopt;
  SlotNumbering numbering(kSlotBlock, fixed_slots_);
  numbering.Number(root);
  Expression expression;
  expression.text = std::string(lexer_.text());
  expression.root = std::move(root);
  expression.slot_count = numbering.count();
  return expression;
}

void Parser::CheckResult(const Expr& root) {
  const TypePtr& expected = options_.expected;
  if (expected == nullptr || root.type->kind == TypeKind::kAny) return;
  if (CommonType(root.type, expected) == nullptr) {
    const bool test = expected->kind == TypeKind::kBoolean && root.type->kind == TypeKind::kNumber;
    findings_.Error(
        "ZD3208", root.span,
        options_.what + " must be " + TypeText(*expected) + ", but " + findings_.Describe(root) + " is not",
        test ? "write a comparison, such as " + findings_.Source(root) + " > 0" : "write another expression");
    return;
  }
  if (root.type->nullable && !expected->nullable) {
    const std::string source = findings_.Source(root);
    const bool test = expected->kind == TypeKind::kBoolean;
    findings_.Error(
        "ZD3304", root.span, options_.what + " must not be null, but " + source + " may be",
        test ? "write " + source + " = true, which is false for null"
             : "choose another value for null: if " + source + " != null then " + source + " else ...");
  }
}

ExprPtr Parser::Stop(const char* code, Span span, std::string what, std::string mend) {
  findings_.Stop(code, span, std::move(what), std::move(mend));
  return nullptr;
}

ExprPtr Parser::StopAt(const LexProblem& problem) {
  return Stop(problem.code.c_str(), problem.span, problem.what, problem.mend);
}

ExprPtr Parser::Unexpected(std::string_view expected) {
  const int begin = offset();
  if (lexer_.at_end()) {
    return Stop("ZD3002", {begin, begin},
                "the expression ends where " + std::string(expected) + " should follow", "complete it");
  }
  NameRun run;
  if (lexer_.ScanName(&run)) {
    const Span span{begin, static_cast<int>(run.pieces[0].text_end)};
    if (ReportFullWidth(run, 0, span, "cannot stand here")) return nullptr;
  }
  const Hint* hint = HintFor(lexer_.text().substr(lexer_.offset()));
  size_t end = lexer_.offset();
  NextCodePoint(lexer_.text(), &end);
  if (hint != nullptr) end = lexer_.offset() + hint->written.size();
  const std::string_view word = lexer_.Word();
  if (!word.empty()) end = lexer_.offset() + word.size();
  const Span span{begin, static_cast<int>(end)};
  return Stop("ZD3001", span, Quoted(findings_.Source(span)) + " cannot stand here",
              hint != nullptr ? std::string(hint->mend) : "expected is " + std::string(expected));
}

void Parser::Advance() {
  last_end_ = offset();
  if (lexer_.SkipSpace()) return;
  Stop("ZD3008", {offset(), offset() + 2}, "the comment that begins here is not closed", "close it with */");
  lexer_.Seek(lexer_.text().size());
}

bool Parser::Take(std::string_view mark) {
  if (!lexer_.Take(mark)) return false;
  Advance();
  return true;
}

bool Parser::TakeWord(std::string_view word) {
  if (!lexer_.TakeWord(word)) return false;
  Advance();
  return true;
}

bool Parser::Expect(std::string_view mark, std::string_view where) {
  if (Take(mark)) return true;
  Unexpected(Quoted(mark) + " of " + std::string(where));
  return false;
}

bool Parser::ExpectWord(std::string_view word, std::string_view where) {
  if (TakeWord(word)) return true;
  Unexpected(Quoted(word) + " of " + std::string(where));
  return false;
}

bool Parser::CountOperand() {
  if (++operands_ <= limits::kOperandsMax) return true;
  Stop(
      "ZD3403", {offset(), offset()},
      options_.what + " joins more than kOperandsMax = " + std::to_string(limits::kOperandsMax) + " operands",
      "put the values into a list, or use a decision table");
  return false;
}

ExprPtr Parser::Local(const Binding& binding, Span span) const {
  auto node = MakeNode(Op::kLocal, binding.type, span);
  node->index = binding.slot;
  return checker_.Here(std::move(node));
}

std::optional<Expression> ParseExpression(std::string_view text, Scope& scope, const ParseOptions& options,
                                          Diagnostics* diagnostics) {
  return Parser(text, scope, options, diagnostics).ParseWhole();
}

std::optional<Expression> ParseUnaryTests(std::string_view text, Scope& scope, const ParseOptions& options,
                                          Diagnostics* diagnostics) {
  return Parser(text, scope, options, diagnostics).ParseCell();
}

}  // namespace zhida::feel
