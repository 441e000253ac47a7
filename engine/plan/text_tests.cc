#include "engine/plan/text_tests.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "engine/feel/builtins.h"
#include "engine/plan/lowering.h"

namespace zhida::plan {

TextTests::TextTests(const Plan& plan, int64_t pattern_bytes) : plan_(plan) {
  const auto& columns = plan.graph.columns;
  shared_.resize(columns.size());
  plain_.resize(columns.size());
  patterns_.resize(columns.size());
  null_answers_.resize(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].kind != Column::Kind::kText) continue;
    shared_[i] = std::make_unique<Shared>();
    plain_[i] = MakePlain(columns[i]);
    if (!plain_[i]) patterns_[i] = MakePatterns(columns[i], pattern_bytes);
    null_answers_[i] = Evaluate(static_cast<ColumnId>(i), Value::Null());
  }
}

bool TextTests::PlainTest::Holds(std::string_view subject) const {
  switch (kind) {
    case Kind::kIs:
      return subject == text;
    case Kind::kIsNot:
      return subject != text;
    case Kind::kStartsWith:
      return subject.starts_with(text);
    case Kind::kEndsWith:
      return subject.ends_with(text);
    case Kind::kContains:
      return subject.find(text) != std::string_view::npos;
  }
  return false;
}

std::unique_ptr<TextTests::PlainColumn> TextTests::MakePlain(const Column& column) const {
  constexpr size_t kTestsMax = 6;
  const Graph& graph = plan_.graph;
  const pack::FactType& type = column.fact < graph.fact_count
                                   ? *plan_.pack->schema.facts[static_cast<size_t>(column.fact)].type
                                   : *graph.parts[static_cast<size_t>(column.fact - graph.fact_count)].type;
  if (type.kind != pack::FactKind::kString || column.text_tests.size() > kTestsMax) return nullptr;
  auto plain = std::make_unique<PlainColumn>();
  for (const TextTest& test : column.text_tests) {
    const feel::Expr& expr = *test.expression.root;
    const bool of_text = expr.args.size() == 2 && expr.args[0]->op == feel::Op::kFact &&
                         expr.args[1]->op == feel::Op::kLiteral &&
                         expr.args[1]->literal.kind() == ValueKind::kString;
    if (!of_text) return nullptr;
    PlainTest made{PlainTest::Kind::kIs, expr.args[1]->literal.string()};
    if (expr.op == feel::Op::kNotEqual) {
      made.kind = PlainTest::Kind::kIsNot;
    } else if (expr.op == feel::Op::kCall) {
      const std::string_view name = feel::Builtins()[static_cast<size_t>(expr.index)].name;
      if (name != "starts with" && name != "ends with" && name != "contains") return nullptr;
      made.kind = name == "starts with" ? PlainTest::Kind::kStartsWith
                  : name == "ends with" ? PlainTest::Kind::kEndsWith
                                        : PlainTest::Kind::kContains;
    } else if (expr.op != feel::Op::kEqual) {
      return nullptr;
    }
    plain->tests.push_back(std::move(made));
  }
  for (size_t holds = 0; holds < size_t{1} << plain->tests.size(); ++holds) {
    TextAnswers answers;
    for (size_t i = 0; i < plain->tests.size(); ++i) answers.truths.push_back(ToTruth((holds >> i & 1) != 0));
    answers.id = static_cast<int>(holds);
    plain->answers.push_back(std::move(answers));
  }
  return plain;
}

TextTests::Patterns TextTests::MakePatterns(const Column& column, int64_t memory_bytes) {
  Patterns patterns;
  std::vector<feel::PatternText> texts;
  for (size_t i = 0; i < column.text_tests.size(); ++i) {
    const feel::Expr& expr = *column.text_tests[i].expression.root;
    if (expr.op != feel::Op::kCall || expr.args.empty() || expr.args[0]->op != feel::Op::kFact) continue;
    if (feel::Builtins()[static_cast<size_t>(expr.index)].name != "matches") continue;
    const bool constant = std::all_of(expr.args.begin() + 1, expr.args.end(), [](const auto& arg) {
      return arg->op == feel::Op::kLiteral && arg->literal.kind() == ValueKind::kString;
    });
    if (!constant) continue;
    const std::string_view flags =
        expr.args.size() > 2 ? std::string_view(expr.args[2]->literal.string()) : "";
    texts.push_back({expr.args[1]->literal.string(), flags});
    patterns.tests.push_back(i);
  }
  patterns.set = feel::PatternSet::Make(texts, memory_bytes);
  return patterns;
}

TextTests::Local TextTests::MakeLocal() const {
  Local local;
  local.seen.resize(shared_.size());
  return local;
}

std::unique_ptr<TextAnswers> TextTests::Evaluate(ColumnId id, Value value) const {
  const Column& column = plan_.graph.columns[static_cast<size_t>(id)];
  auto answers = std::make_unique<TextAnswers>();
  answers->truths.assign(column.text_tests.size(), Truth::kError);
  std::vector<bool> decided(column.text_tests.size());
  const Patterns& patterns = patterns_[static_cast<size_t>(id)];
  if (patterns.set && value.kind() == ValueKind::kString) {
    std::vector<int> matching;
    if (patterns.set->Match(value.string(), &matching)) {
      for (const size_t test : patterns.tests) {
        answers->truths[test] = Truth::kFalse;
        decided[test] = true;
      }
      for (const int at : matching) answers->truths[patterns.tests[static_cast<size_t>(at)]] = Truth::kTrue;
    } else {
      patterns_given_up_.fetch_add(1, std::memory_order_relaxed);
    }
  }
  const OneFact subject(column.fact, std::move(value));
  // Nearly all tests stand in the same context.
  std::optional<feel::Interpreter> interpreter;
  int in_context = kNone;
  for (size_t i = 0; i < column.text_tests.size(); ++i) {
    if (decided[i]) continue;
    const TextTest& test = column.text_tests[i];
    if (!interpreter || test.context != in_context) {
      const Context& context = plan_.graph.contexts[static_cast<size_t>(test.context)];
      interpreter.emplace(plan_.pack->model, subject, feel::Reading::kPromised,
                          feel::Dates{plan_.as_of, Value::OfDate(context.event), context.year});
      in_context = test.context;
    }
    answers->truths[i] = interpreter->Evaluate(test.expression).truth();
  }
  evaluations_.fetch_add(static_cast<int64_t>(column.text_tests.size()), std::memory_order_relaxed);
  return answers;
}

void TextTests::Seen::Add(uint64_t hash, std::string_view text, const TextAnswers* answers) {
  if (2 * (used_ + 1) > slots_.size()) {
    std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(std::max<size_t>(16, 2 * slots_.size())));
    used_ = 0;
    for (const Slot& slot : old) {
      if (slot.answers != nullptr) Add(slot.hash, slot.text, slot.answers);
    }
  }
  size_t at = hash & (slots_.size() - 1);
  while (slots_[at].answers != nullptr) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = {hash, text, answers};
  ++used_;
}

size_t TextTests::AnswerCount(ColumnId column) const {
  const size_t index = static_cast<size_t>(column);
  if (plain_[index]) return plain_[index]->answers.size();
  const std::shared_lock lock(shared_[index]->mutex);
  return shared_[index]->by_id.size();
}

const TextAnswers& TextTests::AnswerAt(ColumnId column, int id) const {
  const size_t index = static_cast<size_t>(column);
  if (plain_[index]) return plain_[index]->answers[static_cast<size_t>(id)];
  const std::shared_lock lock(shared_[index]->mutex);
  return *shared_[index]->by_id[static_cast<size_t>(id)];
}

const TextAnswers& TextTests::Find(ColumnId column, std::string_view text, Local* local) {
  if (const PlainColumn* plain = plain_[static_cast<size_t>(column)].get()) {
    size_t holds = 0;
    for (size_t i = 0; i < plain->tests.size(); ++i) holds |= size_t{plain->tests[i].Holds(text)} << i;
    return plain->answers[holds];
  }
  Seen& seen = local->seen[static_cast<size_t>(column)];
  const uint64_t hash = facts::HashBytes(text);
  if (const TextAnswers* known = seen.Find(hash, text)) return *known;
  Shared& shared = *shared_[static_cast<size_t>(column)];
  {
    std::shared_lock lock(shared.mutex);
    if (auto known = shared.entries.find(std::string(text)); known != shared.entries.end()) {
      seen.Add(hash, known->first, known->second);
      return *known->second;
    }
  }
  std::unique_lock lock(shared.mutex);
  auto known = shared.entries.find(std::string(text));
  if (known == shared.entries.end()) {
    auto answers = Evaluate(column, Value::String(std::string(text)));
    auto distinct = shared.distinct.find(answers->truths);
    if (shared.entries.size() >= kEntriesMax) {
      if (distinct != shared.distinct.end()) return *distinct->second;
      local->unshared.push_back(std::move(answers));
      return *local->unshared.back();
    }
    if (distinct == shared.distinct.end()) {
      std::vector<Truth> truths = answers->truths;
      answers->id = static_cast<int>(shared.by_id.size());
      answers->example = text;
      shared.by_id.push_back(answers.get());
      distinct = shared.distinct.emplace(std::move(truths), std::move(answers)).first;
    }
    known = shared.entries.emplace(std::string(text), distinct->second.get()).first;
  }
  // Keys and answers of the shared map never move, so a thread may keep pointing at them.
  seen.Add(hash, known->first, known->second);
  return *known->second;
}

}  // namespace zhida::plan
