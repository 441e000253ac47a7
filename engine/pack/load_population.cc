// What is counted over a run: the expressions of population facts, once all names are known.
#include <utility>

#include "engine/pack/loader.h"
#include "engine/pack/policy_reads.h"

namespace zhida::pack {
namespace {

bool IsKey(const feel::Type& type) {
  switch (type.kind) {
    case feel::TypeKind::kBoolean:
    case feel::TypeKind::kNumber:
    case feel::TypeKind::kString:
    case feel::TypeKind::kDate:
    case feel::TypeKind::kAny:
      return true;
    default:
      return false;
  }
}

class PopulationReader {
 public:
  PopulationReader(Loading& loading, const PopulationSource& source)
      : loading_(loading),
        source_(source),
        name_(loading.pack().schema.facts[static_cast<size_t>(source.fact)].name) {}

  void Run() {
    PopulationFact fact;
    fact.fact = source_.fact;
    fact.measure = source_.measure;
    if (source_.by != nullptr) ReadKey(&fact.by);
    if (source_.of != nullptr) Read("of", *source_.of, feel::NumberType(-1), &fact.of);
    if (source_.where != nullptr)
      Read("where", *source_.where, feel::MakeType(feel::TypeKind::kBoolean), &fact.where);
    CheckReads(fact);
    loading_.pack().population.push_back(std::move(fact));
  }

 private:
  feel::ParseOptions Options(const std::string& key) const {
    feel::ParseOptions options;
    options.what = "\"" + key + "\" of population fact " + name_;
    return options;
  }

  void Read(const std::string& key, const Node& node, const feel::TypePtr& type, feel::Expression* out) {
    std::optional<feel::Expression> parsed = loading_.ParseAs(node, type, Options(key));
    if (parsed) *out = *std::move(parsed);
  }

  void ReadKey(feel::Expression* out) {
    std::optional<feel::Expression> parsed = loading_.Parse(*source_.by, Options("by"));
    if (!parsed) return;
    const feel::Type& type = *parsed->root->type;
    const bool keys = type.kind == feel::TypeKind::kList && type.element != nullptr && IsKey(*type.element);
    if (!keys && !IsKey(type)) {
      loading_.diagnostics().Error(
          "ZD2222", source_.by->Where(),
          "a key is a text, a number, a date or a boolean, or a list of them, but this is " +
              feel::TypeText(type),
          "name what the subjects of a group have in common");
    }
    *out = *std::move(parsed);
  }

  // What is counted cannot rest on what is only known after counting.
  void CheckReads(const PopulationFact& fact) {
    PolicyReads reads(loading_.model());
    for (const feel::Expression* expression : {&fact.by, &fact.of, &fact.where}) reads.Add(*expression);
    for (const PopulationSource& other : loading_.population) {
      if (reads.facts().count(other.fact) == 0) continue;
      loading_.diagnostics().Error("ZD2223", source_.place,
                                   "population fact " + name_ + " reads " +
                                       loading_.pack().schema.facts[static_cast<size_t>(other.fact)].name +
                                       ", which is known only after the count",
                                   "rest it on facts that subjects bring along");
    }
  }

  Loading& loading_;
  const PopulationSource& source_;
  const std::string name_;
};

}  // namespace

void LoadPopulation(Loading& loading) {
  for (const PopulationSource& source : loading.population) PopulationReader(loading, source).Run();
}

}  // namespace zhida::pack
