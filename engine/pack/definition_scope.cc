#include "engine/pack/definition_scope.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"

namespace zhida::pack {
namespace {

// Codes among which a misspelt one is looked for.
constexpr size_t kCodesShownMax = 20'000;

void CollectDefinitions(const feel::Expr& expr, std::vector<const feel::Expr*>* found) {
  if (expr.op == feel::Op::kDefinition) found->push_back(&expr);
  for (const feel::ExprPtr& arg : expr.args) {
    if (arg != nullptr) CollectDefinitions(*arg, found);
  }
}

}  // namespace

std::optional<feel::Symbol> DefinitionScope::Find(std::string_view name) {
  const NameTable::Entry* entry = loading_.names().Find(name);
  if (entry == nullptr) return std::nullopt;
  const auto index = static_cast<size_t>(entry->index);
  feel::Symbol symbol{entry->kind, entry->index, nullptr};
  switch (entry->kind) {
    case feel::Symbol::Kind::kFact:
      symbol.type = loading_.model().facts[index].type;
      return symbol;
    case feel::Symbol::Kind::kParameter:
      symbol.type = loading_.parameter_types[index];
      return symbol;
    case feel::Symbol::Kind::kDefinition:
      break;
  }
  const Entry& definition = entries_[index];
  asked_decision_ = asked_decision_ || definition.decision;
  if (definition.state == State::kNew || definition.state == State::kOpen) wanted_.push_back(entry->index);
  // What is not known yet, or has mistakes of its own, gives no reason for a report here.
  if (definition.state != State::kGood) return std::nullopt;
  asked_.push_back(entry->index);
  symbol.type = loading_.model().definitions[index].type;
  return symbol;
}

bool DefinitionScope::HasName(std::string_view name) const { return loading_.names().Find(name) != nullptr; }

std::vector<std::string> DefinitionScope::Names() const { return loading_.names().Written(); }

std::optional<int> DefinitionScope::FindZone(std::string_view id) const {
  const int zone = loading_.zones.Find(id);
  return zone < 0 ? std::nullopt : std::optional<int>(zone);
}

std::vector<std::string> DefinitionScope::ZoneIds() const { return loading_.zones.Ids(); }

bool DefinitionScope::HasCode(std::string_view code_list, std::string_view code) const {
  const int list = loading_.lists.Find(code_list);
  // A list that is missing or could not be read whole has been reported itself.
  if (list < 0 || loading_.list_is_partial[static_cast<size_t>(list)]) return true;
  return loading_.model().code_lists[static_cast<size_t>(list)].Has(code);
}

std::vector<std::string> DefinitionScope::Codes(std::string_view code_list) const {
  std::vector<std::string> codes;
  const int list = loading_.lists.Find(code_list);
  if (list < 0) return codes;
  for (const feel::Code& code : loading_.model().code_lists[static_cast<size_t>(list)].codes()) {
    if (codes.size() == kCodesShownMax) break;
    codes.push_back(code.code);
  }
  return codes;
}

bool DefinitionScope::HasCalendar(std::string_view id) const { return loading_.calendars.Find(id) >= 0; }

void DefinitionScope::Declare(bool decision, const Location& where, Parse parse) {
  Entry entry;
  entry.decision = decision;
  entry.where = where;
  entry.parse = std::move(parse);
  entries_.push_back(std::move(entry));
}

void DefinitionScope::ResolveAll() {
  for (size_t i = 0; i < entries_.size(); ++i) Resolve(static_cast<int>(i));
}

void DefinitionScope::Resolve(int definition) {
  struct Frame {
    int definition;
    std::vector<int> wanted;
  };
  std::vector<Frame> path = {{definition, {}}};
  while (!path.empty()) {
    const int now = path.back().definition;
    Entry& entry = entries_[static_cast<size_t>(now)];
    if (entry.state == State::kGood || entry.state == State::kBad) {
      path.pop_back();
      continue;
    }
    entry.state = State::kOpen;
    std::vector<int>& wanted = path.back().wanted;
    if (wanted.empty()) {
      if (Try(now)) continue;
      wanted = wanted_;
    }
    const int next = wanted.back();
    wanted.pop_back();
    if (entries_[static_cast<size_t>(next)].state == State::kOpen) {
      std::vector<int> circle;
      for (const Frame& frame : path) circle.push_back(frame.definition);
      circle.erase(circle.begin(), std::find(circle.begin(), circle.end(), next));
      BreakCircle(circle);
    } else {
      path.push_back({next, {}});
    }
  }
}

bool DefinitionScope::Try(int definition) {
  wanted_.clear();
  asked_.clear();
  Diagnostics found;
  bool good = false;
  {
    const Loading::Redirect redirect(loading_, found);
    good = entries_[static_cast<size_t>(definition)].parse();
  }
  if (!wanted_.empty()) return false;
  for (const Diagnostic& finding : found.all()) loading_.diagnostics().Add(finding);
  Settle(definition, good);
  return true;
}

void DefinitionScope::Settle(int definition, bool good) {
  Entry& entry = entries_[static_cast<size_t>(definition)];
  entry.state = good ? State::kGood : State::kBad;
  for (const int asked : asked_)
    entry.height = std::max(entry.height, entries_[static_cast<size_t>(asked)].height + 1);
  // Only the first that is too high is reported: those above it are so because of it.
  if (entry.height != kDefinitionChainMax) return;
  entry.state = State::kBad;
  const feel::Definition& named = loading_.model().definitions[static_cast<size_t>(definition)];
  loading_.diagnostics().Error("ZD2501", entry.where,
                               named.name + " is the top of a chain of more than kDefinitionChainMax = " +
                                   std::to_string(kDefinitionChainMax) + " definitions",
                               "write some of them into those that use them");
}

void DefinitionScope::BreakCircle(const std::vector<int>& circle) {
  std::string text;
  for (const int definition : circle) {
    text += loading_.model().definitions[static_cast<size_t>(definition)].name + " -> ";
    entries_[static_cast<size_t>(definition)].state = State::kBad;
  }
  text += loading_.model().definitions[static_cast<size_t>(circle.front())].name;
  loading_.diagnostics().Error("ZD2502", entries_[static_cast<size_t>(circle.front())].where,
                               "definitions refer to each other in a circle: " + text,
                               "state one of them without the others");
  // Their other mistakes are still worth telling.
  for (const int definition : circle) entries_[static_cast<size_t>(definition)].parse();
}

void DefinitionScope::RefuseDecisions(const feel::Expression& expression, bool in_decision,
                                      const std::function<void(size_t, Diagnostic)>& report) {
  if (!asked_decision_) return;
  asked_decision_ = false;
  if (in_decision || expression.root == nullptr) return;
  std::vector<const feel::Expr*> found;
  CollectDefinitions(*expression.root, &found);
  for (const feel::Expr* expr : found) {
    if (!entries_[static_cast<size_t>(expr->index)].decision) continue;
    const std::string& name = loading_.model().definitions[static_cast<size_t>(expr->index)].name;
    report(static_cast<size_t>(expr->span.begin),
           {"ZD2503",
            Severity::kError,
            {},
            JsonQuote(name) + " is a decision, which only decisions may refer to",
            "move what both need into a definition"});
  }
}

}  // namespace zhida::pack
