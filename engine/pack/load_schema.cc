// Facts, from schema.yaml of every pack.
#include <algorithm>

#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/feel/scope.h"
#include "engine/pack/loader.h"
#include "engine/pack/type_text.h"

namespace zhida::pack {
namespace {

constexpr Named<bool> kCommitments[] = {{"allowed", true}, {"denied", false}};
constexpr Named<bool> kChecks[] = {{"uscc", true}};
using Measure = PopulationFact::Measure;
constexpr Named<Measure> kMeasures[] = {{"count", Measure::kCount},
                                        {"sum", Measure::kSum},
                                        {"share", Measure::kShare},
                                        {"least", Measure::kLeast},
                                        {"greatest", Measure::kGreatest}};

// The parts of a fact and of a member that say how it is supplied.
struct Supply {
  FactTypePtr type;  // a boolean after a report
  bool known = true;
  bool nullable = false;
};

class SchemaReader {
 public:
  explicit SchemaReader(Loading& loading) : loading_(loading), schema_(loading.pack().schema) {}

  void Run() {
    for (const SourcePack& source : loading_.sources()) ReadFile(source);
    CheckKey();
  }

 private:
  Diagnostics& diagnostics() { return loading_.diagnostics(); }

  void ReadFile(const SourcePack& source) {
    const Node* root = loading_.RootOf(source, "schema");
    if (root == nullptr) return;
    MappingReader reader(*root, diagnostics(), "schema.yaml");
    const std::optional<std::string> kind = reader.OptionalString("kind");
    if (kind && !source.kind.empty() && *kind != source.kind) {
      reader.Error("kind", "ZD2211",
                   "the schema is about a " + *kind + ", but pack " + source.id + " about a " + source.kind,
                   "correct one of the two");
    }
    if (std::optional<std::string> key = reader.OptionalString("key"))
      ReadKey(*key, root->Find("key")->Where());
    for (const Node* fact : reader.List("facts")) ReadFact(*fact);
    for (const Node* fact : reader.List("population")) ReadPopulation(*fact);
    reader.Finish();
  }

  void ReadKey(const std::string& key, const Location& where) {
    if (key_.empty()) {
      key_ = key;
      key_where_ = where;
    } else if (key != key_) {
      diagnostics().Error(
          "ZD2212", where,
          "the key is " + JsonQuote(key) + ", but " + JsonQuote(key_) + " at " + PlaceText(key_where_),
          "name subjects of one closure by one fact");
    }
  }

  void CheckKey() {
    schema_.key = schema_.Find(feel::NormalisedName(key_));
    if (schema_.key < 0 && loading_.names_may_be_missing()) return;
    // Calendars and lists alone are about nobody yet; no engine is made of them.
    if (key_.empty() && schema_.facts.empty() && schema_.kind == kAnyKind) return;
    if (key_.empty()) {
      const SourcePack& last = loading_.sources().back();
      diagnostics().Error("ZD2213", {last.FileLabel("schema.yaml")},
                          "no schema names the fact that names the subject",
                          "write key: and the id of a fact of type string");
      return;
    }
    if (schema_.key < 0) {
      std::vector<std::string> ids;
      for (const Fact& fact : schema_.facts) ids.push_back(fact.id);
      diagnostics().Error("ZD2214", key_where_, "the key " + JsonQuote(key_) + " is no fact",
                          "declare it as a fact of type string" + DidYouMean(key_, ids));
      return;
    }
    const Fact& fact = schema_.facts[static_cast<size_t>(schema_.key)];
    if (fact.type->kind == FactKind::kString && !fact.nullable) return;
    diagnostics().Error("ZD2215", fact.where, "the key " + fact.id + " must be a string that cannot be null",
                        "write type: string, and leave out nullable");
  }

  void ReadFact(const Node& node) {
    MappingReader reader(node, diagnostics(), "a fact");
    if (!reader.is_mapping()) return;
    Fact fact;
    fact.where = node.Where();
    fact.id = ReadId(reader, "id", IdForm::kWord);
    fact.name = ReadName(reader, "name", fact.id, true);
    const Supply supply = ReadSupply(reader);
    fact.type = supply.type;
    fact.nullable = supply.nullable;
    fact.commitment_allowed = reader.Enum("commitment", kCommitments, false);
    fact.check_uscc = reader.Enum("check", kChecks, false);
    if (fact.check_uscc && supply.known && fact.type->kind != FactKind::kString) {
      reader.Error("check", "ZD2206", "only a string can be checked as a credit code", "write type: string");
    }
    fact.changeable = reader.Bool("changeable", false);
    fact.max_age = ReadMaxAge(reader);
    fact.source = reader.OptionalString("source").value_or("");
    if (const Node* remedy = reader.OptionalMapping("remedy")) ReadRemedy(*remedy, &fact);
    reader.OptionalString("note");
    reader.Finish();
    AddFact(std::move(fact), supply.known);
  }

  // A fact that is counted over the run. It is an ordinary fact for whoever reads it.
  void ReadPopulation(const Node& node) {
    MappingReader reader(node, diagnostics(), "a population fact");
    if (!reader.is_mapping()) return;
    Fact fact;
    PopulationSource source;
    fact.where = source.place = node.Where();
    fact.id = ReadId(reader, "id", IdForm::kWord);
    fact.name = ReadName(reader, "name", fact.id, true);
    const std::optional<Measure> measure = reader.RequiredEnum("measure", kMeasures);
    source.measure = measure.value_or(Measure::kCount);
    source.by = reader.Required("by");
    source.of = reader.Optional("of");
    source.where = reader.Optional("where");
    fact.type = PopulationType(reader, source.measure);
    for (const std::string_view key : {"note", "source"}) reader.OptionalString(key);
    if (measure && (source.of == nullptr) != (source.measure == Measure::kCount)) {
      reader.Error(
          "of", "ZD2220",
          source.of == nullptr ? "this measure is of a number, but none is named"
                               : "a count is of subjects, not of a number",
          source.of == nullptr ? "write of: and an expression" : "leave out \"of\"; \"where\" chooses");
    }
    reader.Finish();
    source.fact = static_cast<int>(schema_.facts.size());
    AddFact(std::move(fact), true);
    loading_.population.push_back(source);
  }

  // Counts are whole numbers and shares ratios; the others say what they are.
  FactTypePtr PopulationType(MappingReader& reader, Measure measure) {
    const bool stated = reader.Has("type");
    FactType type;
    type.kind = measure == Measure::kShare ? FactKind::kRatio : FactKind::kInteger;
    type.scale = measure == Measure::kShare ? kScaleMax : 0;
    if (measure == Measure::kCount || measure == Measure::kShare) {
      if (stated) {
        reader.Error("type", "ZD2221", "the type follows from the measure", "leave out \"type\"");
      }
      return std::make_shared<FactType>(type);
    }
    const Node* node = reader.Required("type");
    std::optional<TypeWords> words;
    if (node != nullptr) words = ParseTypeWords(*node, loading_);
    if (!words) return std::make_shared<FactType>(type);
    FactTypePtr found = MakeFactType(*words, MoneyUnit{}, {});
    if (found->is_number()) return found;
    reader.Error("type", "ZD2221", "what is measured is a number",
                 "write integer, decimal(s), ratio or money");
    return std::make_shared<FactType>(type);
  }

  void ReadRemedy(const Node& node, Fact* fact) {
    MappingReader reader(node, diagnostics(), "a remedy");
    fact->material = reader.OptionalString("material").value_or("");
    fact->obtain = reader.OptionalString("obtain").value_or("");
    reader.Finish();
  }

  void AddFact(Fact fact, bool known) {
    if (schema_.facts.size() == limits::kFactsMax) {
      diagnostics().Error("ZD2016", fact.where,
                          "there are more facts than kFactsMax = " + std::to_string(limits::kFactsMax),
                          "join series and lists, or split the pack by kind of subject");
    }
    const int index = static_cast<int>(schema_.facts.size());
    loading_.names().Declare("fact", fact.id, fact.name, feel::Symbol::Kind::kFact, index, fact.where,
                             diagnostics());
    for (const std::string* word : {&fact.id, &fact.name}) {
      if (word->empty()) continue;
      schema_.by_word.emplace(*word, index);
      schema_.by_word.emplace(feel::NormalisedName(*word), index);
    }
    // A fact whose type is wrong takes part in everything, so that the mistake is told once.
    feel::TypePtr type = known ? ExpressionType(fact) : feel::MakeType(feel::TypeKind::kAny);
    loading_.model().facts.push_back({fact.id, fact.name, std::move(type)});
    schema_.facts.push_back(std::move(fact));
  }

  // The keys type, unit, members and nullable.
  Supply ReadSupply(MappingReader& reader) {
    Supply supply;
    supply.nullable = reader.Bool("nullable", false);
    supply.type =
        std::make_shared<FactType>(FactType{FactKind::kBoolean, 0, {}, "", PeriodKind::kYear, nullptr, {}});
    const Node* type = reader.Required("type");
    std::optional<TypeWords> words;
    if (type != nullptr) words = ParseTypeWords(*type, loading_);
    std::vector<FactMember> members = ReadMembers(reader);
    const MoneyUnit unit = ReadUnit(reader, words);
    supply.known = words.has_value();
    if (!words) return supply;
    const bool has_members = reader.Optional("members") != nullptr;
    if (words->Holds(FactKind::kStruct) && !has_members) {
      reader.Error("type", "ZD2204", "a struct needs members",
                   "write members: [{id: ..., name: ..., type: ...}]");
    } else if (!words->Holds(FactKind::kStruct) && has_members) {
      reader.Error("members", "ZD2204", "only a struct has members", "write type: struct, or list of struct");
    }
    supply.type = MakeFactType(*words, unit, std::move(members));
    return supply;
  }

  MoneyUnit ReadUnit(MappingReader& reader, const std::optional<TypeWords>& words) {
    const std::optional<std::string> text = reader.OptionalString("unit");
    if (!text) return MoneyUnit{};
    const std::optional<MoneyUnit> unit = MoneyUnitFromName(*text);
    if (!unit) {
      reader.Error("unit", "ZD2203", JsonQuote(*text) + " is no unit of money",
                   "write 分, 元, 千元, 万元 or 亿元");
    } else if (words && !words->Holds(FactKind::kMoney)) {
      reader.Error("unit", "ZD2203", "only money has a unit", "write type: money, or leave out unit");
    }
    return unit.value_or(MoneyUnit{});
  }

  std::vector<FactMember> ReadMembers(MappingReader& reader) {
    std::vector<FactMember> members;
    NameTable names;
    for (const Node* node : reader.List("members")) {
      MappingReader inner(*node, diagnostics(), "a member");
      FactMember member;
      member.id = ReadId(inner, "id", IdForm::kWord);
      member.name = ReadName(inner, "name", member.id, false);
      // Nesting of YAML bounds this recursion.
      const Supply supply = ReadSupply(inner);
      member.type = supply.type;
      member.nullable = supply.nullable;
      inner.OptionalString("note");
      inner.Finish();
      if (!inner.is_mapping()) continue;
      names.Declare("member", member.id, member.name, feel::Symbol::Kind::kFact,
                    static_cast<int>(members.size()), node->Where(), diagnostics());
      members.push_back(std::move(member));
    }
    return members;
  }

  std::optional<MaxAge> ReadMaxAge(MappingReader& reader) {
    const std::optional<std::string> text = reader.OptionalString("max_age");
    if (!text) return std::nullopt;
    constexpr int128_t kDayNanos = int128_t{24} * 60 * 60 * 1'000'000'000;
    const std::optional<MonthDuration> months = ParseMonthDuration(*text);
    if (months && months->months > 0) return MaxAge{months->months, 0};
    const std::optional<DayDuration> days = ParseDayDuration(*text);
    if (days && days->nanos > 0 && days->nanos % kDayNanos == 0)
      return MaxAge{0, static_cast<int64_t>(days->nanos / kDayNanos)};
    reader.Error("max_age", "ZD2205", JsonQuote(*text) + " is no age",
                 "write whole days, months or years: P30D, P6M, P1Y");
    return std::nullopt;
  }

  Loading& loading_;
  Schema& schema_;
  std::string key_;
  Location key_where_;
};

}  // namespace

void LoadSchema(Loading& loading) { SchemaReader(loading).Run(); }

}  // namespace zhida::pack
