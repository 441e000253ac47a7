// Test cases of the packs that were asked for.
#include "engine/pack/load_cases.h"

#include <algorithm>
#include <limits>
#include <string>

#include "engine/base/text.h"
#include "engine/feel/scope.h"
#include "engine/pack/case_values.h"
#include "engine/pack/loader.h"

namespace zhida::pack {
namespace {

constexpr Named<int> kOutcomes[] = {
    {"eligible", 0}, {"conditional", 1}, {"undetermined", 2}, {"ineligible", 3}, {"error", 4}};
constexpr Named<int> kReasons[] = {{"scope", 0}, {"condition", 1}, {"amount", 2}, {"evaluation", 3}};
constexpr Named<int> kTruths[] = {{"true", 0}, {"false", 1}, {"unknown", 2}, {"error", 3}};

void CollectClauseIds(const std::vector<Clause>& clauses, std::vector<std::string>* ids) {
  for (const Clause& clause : clauses) {
    ids->push_back(clause.id);
    CollectClauseIds(clause.parts, ids);
  }
}

std::vector<std::string> ClauseIds(const Policy& policy) {
  std::vector<std::string> ids;
  if (policy.valid) ids.emplace_back("in_force");
  if (policy.window) ids.emplace_back("open");
  CollectClauseIds(policy.clauses, &ids);
  return ids;
}

class CaseReader {
 public:
  CaseReader(Loading& loading, const Node& node)
      : loading_(loading),
        diagnostics_(loading.diagnostics()),
        node_(node),
        reader_(node, diagnostics_, "a case") {}

  void Run(IdTable* ids) {
    if (!reader_.is_mapping()) return;
    case_.where = node_.Where();
    case_.id = ReadId(reader_, "id", IdForm::kDashed);
    ids->Declare(case_.id, 0, case_.where, diagnostics_);
    case_.title = reader_.OptionalString("title").value_or("");
    if (const std::optional<Date> as_of = reader_.RequiredDate("as_of")) case_.as_of = *as_of;
    if (const Node* facts = reader_.RequiredMapping("facts")) ReadFacts(*facts);
    if (const Node* expect = reader_.RequiredMapping("expect")) ReadExpect(*expect);
    for (const std::string_view key : {"note", "cite"}) reader_.OptionalString(key);
    reader_.Finish();
    loading_.pack().cases.push_back(std::move(case_));
  }

 private:
  void ReadFacts(const Node& facts) {
    std::string& json = case_.facts_json;
    json = "{";
    for (const Entry& entry : facts.entries()) {
      if (json.size() > 1) json += ',';
      json += JsonQuote(entry.key) + ":";
      const FactType* type = TypeOfKey(entry);
      if (type != nullptr) {
        AppendFactJson(entry.value, *type, &json);
      } else {
        AppendJson(entry.value, &json);
      }
    }
    json += '}';
  }

  // The type of the fact that a key names; null for companions (F@state, @date) and, after a report, for
  // unknown ones.
  const FactType* TypeOfKey(const Entry& entry) {
    static const FactType kText{};
    const Schema& schema = loading_.pack().schema;
    const size_t at = entry.key.find('@');
    const std::string_view word = entry.key.substr(0, at);
    // A date beside a fact is a text, as is its state.
    if (at == 0 && (entry.key == "@date" || entry.key == "@source")) return &kText;
    const int fact = schema.Find(word);
    if (fact >= 0) {
      const std::string_view companion =
          at == std::string_view::npos ? std::string_view() : entry.key.substr(at);
      if (companion.empty()) return schema.facts[static_cast<size_t>(fact)].type.get();
      if (companion == "@state" || companion == "@date" || companion == "@source") return &kText;
      const std::vector<std::string> known = {"@state", "@date", "@source"};
      diagnostics_.Error("ZD2802", entry.KeyWhere(), "a fact has no companion " + JsonQuote(companion),
                         "the companions are " + Join(known, ", ") + DidYouMean(companion, known));
      return nullptr;
    }
    if (loading_.names_may_be_missing()) return nullptr;
    std::vector<std::string> known;
    for (const Fact& known_fact : schema.facts) known.insert(known.end(), {known_fact.id, known_fact.name});
    const std::string near = NearestName(word, known);
    diagnostics_.Error("ZD2801", entry.KeyWhere(), JsonQuote(word) + " is no fact of the schema",
                       near.empty() ? "declare it, or leave it out" : "did you mean " + near + "?");
    return nullptr;
  }

  void ReadExpect(const Node& expect) {
    MappingReader reader(expect, diagnostics_, "\"expect\" of a case");
    if (const Node* policies = reader.OptionalMapping("policies")) {
      for (const Entry& entry : policies->entries()) ReadPolicy(entry);
    }
    if (const Node* definitions = reader.OptionalMapping("definitions")) {
      for (const Entry& entry : definitions->entries()) ReadDefinition(entry, false);
    }
    if (const Node* decisions = reader.OptionalMapping("decisions")) {
      for (const Entry& entry : decisions->entries()) ReadDefinition(entry, true);
    }
    case_.rejected = reader.Bool("rejected", false);
    const bool expects = !case_.policies.empty() || !case_.definitions.empty() || !case_.decisions.empty();
    if (case_.rejected && expects) {
      reader.Error("rejected", "ZD2803", "facts that are refused have no outcomes", "expect one of the two");
    } else if (!case_.rejected && !expects && reader.ok()) {
      diagnostics_.Error("ZD2804", expect.Where(), "the case expects nothing",
                         "name at least one policy, definition or decision");
    }
    reader.Finish();
  }

  void ReadPolicy(const Entry& entry) {
    ExpectedPolicy expected;
    expected.policy = std::string(entry.key);
    expected.where = entry.KeyWhere();
    const int index = loading_.policies.Find(entry.key);
    const Policy* policy = index < 0 ? nullptr : &loading_.pack().policies[static_cast<size_t>(index)];
    if (policy == nullptr && !loading_.policies_may_be_missing()) {
      const std::string near = NearestName(entry.key, loading_.policies.Ids());
      diagnostics_.Error("ZD2805", entry.KeyWhere(), "there is no policy " + JsonQuote(entry.key),
                         near.empty() ? "name a policy of the pack" : "did you mean " + near + "?");
    }
    MappingReader reader(entry.value, diagnostics_, "an expectation of a policy");
    if (reader.is_mapping()) ReadOutcome(reader, entry.value, &expected);
    if (const Node* clauses = reader.OptionalMapping("clauses")) {
      for (const Entry& clause : clauses->entries()) ReadClause(clause, policy, &expected);
    }
    reader.Finish();
    case_.policies.push_back(std::move(expected));
  }

  void ReadOutcome(MappingReader& reader, const Node& node, ExpectedPolicy* expected) {
    const Node* outcome = reader.Optional("outcome");
    if (outcome != nullptr && ReadWord(reader, "outcome", kOutcomes))
      expected->outcome = std::string(outcome->text());
    const Node* reason = reader.Optional("reason");
    if (reason != nullptr && ReadWord(reader, "reason", kReasons))
      expected->reason = std::string(reason->text());
    expected->has_amount = node.FindEntry("amount_fen") != nullptr;
    constexpr int64_t kFenMax = std::numeric_limits<int64_t>::max();
    expected->amount_fen = reader.OptionalInt("amount_fen", 0, kFenMax);
  }

  template <size_t kCount>
  static bool ReadWord(MappingReader& reader, std::string_view key, const Named<int> (&words)[kCount]) {
    return reader.RequiredEnum(key, words).has_value();
  }

  void ReadClause(const Entry& entry, const Policy* policy, ExpectedPolicy* expected) {
    std::string_view names[4];
    for (size_t i = 0; i < 4; ++i) names[i] = kTruths[i].name;
    const std::optional<size_t> truth = ReadChoice(entry.value, names, "the truth of a clause", diagnostics_);
    if (policy == nullptr) return;
    const std::vector<std::string> ids = ClauseIds(*policy);
    if (std::find(ids.begin(), ids.end(), entry.key) == ids.end()) {
      const std::string near = NearestName(entry.key, ids);
      diagnostics_.Error("ZD2806", entry.KeyWhere(),
                         "policy " + policy->id + " has no clause " + JsonQuote(entry.key),
                         near.empty() ? "its clauses are " + Join(ids, ", ") : "did you mean " + near + "?");
    }
    if (truth) expected->clauses.emplace_back(std::string(entry.key), std::string(names[*truth]));
  }

  bool IsDecision(int definition) const {
    const std::vector<int>& decisions = loading_.pack().decisions;
    return std::find(decisions.begin(), decisions.end(), definition) != decisions.end();
  }

  // Ids and names of definitions, or of decisions, for "did you mean".
  std::vector<std::string> DefinitionNames(bool decisions) const {
    std::vector<std::string> names;
    const std::vector<feel::Definition>& definitions = loading_.model().definitions;
    for (size_t i = 0; i < definitions.size(); ++i) {
      if (IsDecision(static_cast<int>(i)) != decisions) continue;
      names.insert(names.end(), {definitions[i].id, definitions[i].name});
    }
    return names;
  }

  void ReadDefinition(const Entry& entry, bool decision) {
    const NameTable::Entry* name = loading_.names().Find(feel::NormalisedName(entry.key));
    const bool is_definition = name != nullptr && name->kind == feel::Symbol::Kind::kDefinition;
    const bool is_decision = is_definition && IsDecision(name->index);
    const std::string sort = decision ? "decision" : "definition";
    if (!is_definition || is_decision != decision) {
      if (!is_definition && loading_.names_may_be_missing()) return;
      const std::string near = is_definition ? "" : NearestName(entry.key, DefinitionNames(decision));
      std::string mend = near.empty() ? "name a " + sort + " of the pack" : "did you mean " + near + "?";
      if (is_definition) mend = decision ? "move it to \"definitions\"" : "move it to \"decisions\"";
      diagnostics_.Error("ZD2807", entry.KeyWhere(), "there is no " + sort + " " + JsonQuote(entry.key),
                         std::move(mend));
      return;
    }
    const feel::Definition& definition = loading_.model().definitions[static_cast<size_t>(name->index)];
    const std::optional<std::string> text = ExpectedText(entry.value, *definition.type, diagnostics_);
    if (!text) return;
    (decision ? case_.decisions : case_.definitions)
        .push_back({std::string(entry.key), *text, entry.KeyWhere()});
  }

  Loading& loading_;
  Diagnostics& diagnostics_;
  const Node& node_;
  MappingReader reader_;
  Case case_;
};

}  // namespace

void LoadCases(Loading& loading) {
  IdTable ids("case");
  for (const SourcePack& source : loading.sources()) {
    if (!source.asked) continue;
    const std::vector<Item> items = loading.ItemsBelow(source, "cases");
    if (!items.empty() && source.kind == kAnyKind && loading.pack().schema.key < 0) {
      loading.diagnostics().Error("ZD2812", items.front().node->Where(),
                                  "a pack about any kind of subject has none to judge",
                                  "put its cases into a pack that uses it");
      continue;
    }
    for (const Item& item : items) {
      if (item.node->Find("awards") != nullptr) {
        ReadSettlementCase(loading, *item.node, &ids);
      } else {
        CaseReader(loading, *item.node).Run(&ids);
      }
    }
  }
}

}  // namespace zhida::pack
