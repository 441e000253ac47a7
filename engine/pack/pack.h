// Pack: a versioned folder of policies with everything they need, read, checked and typed, together with the
// packs it uses (its closure). Immutable after loading and shared by any number of threads.
//
// Loading reports every mistake of the closure at once. No date enters here: a pack is compiled for an as-of
// date later.
#ifndef ZHIDA_ENGINE_PACK_PACK_H_
#define ZHIDA_ENGINE_PACK_PACK_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/feel/model.h"
#include "engine/pack/policy.h"
#include "engine/pack/schema.h"

namespace zhida::pack {

// A test case as written. Facts are kept as one JSON object, so that cases go the way of all other facts.
struct ExpectedPolicy {
  std::string policy;
  std::optional<std::string> outcome;
  std::optional<std::string> reason;
  bool has_amount = false;
  std::optional<int64_t> amount_fen;                         // null is an expectation too, where has_amount
  std::vector<std::pair<std::string, std::string>> clauses;  // id -> true | false | unknown | error
  Location where;
};

struct ExpectedValue {
  std::string name;  // of a definition or decision, id or name
  std::string text;  // FEEL text of the value, or unknown, or error
  Location where;
};

struct Case {
  std::string id;
  std::string title;
  Date as_of;
  std::string facts_json;
  std::vector<ExpectedPolicy> policies;
  std::vector<ExpectedValue> definitions;
  std::vector<ExpectedValue> decisions;
  bool rejected = false;
  Location where;
};

// A fact that is counted over all subjects of a run: those of one key make up a group, and what is measured
// of the group is a fact of each of them.
struct PopulationFact {
  enum class Measure : uint8_t { kCount, kSum, kShare, kLeast, kGreatest };
  int fact = -1;
  Measure measure = Measure::kCount;
  feel::Expression by;     // one key, or a list of keys
  feel::Expression of;     // a number; no root for kCount
  feel::Expression where;  // which subjects are measured; no root: all
};

using PolicyPtr = std::shared_ptr<const Policy>;
class Loading;

struct Pack {
  std::string id;
  std::string version;
  std::string title;
  std::string jurisdiction;
  bool official = false;
  std::string digest;                 // "sha256:..." over the whole closure, settings included
  std::string files_digest;           // of the files alone
  std::vector<std::string> settings;  // `id.entry = value`: parameters that were set while loading
  std::vector<std::string> uses;      // ids, in order
  Schema schema;
  feel::Model model;             // model.facts runs parallel to schema.facts
  std::vector<Policy> policies;  // used packs first, then own; in file order
  std::vector<int> decisions;    // definitions of kind: decision
  std::vector<PopulationFact> population;
  Settlement settlement;
  std::vector<Case> cases;  // own cases only
  std::vector<SettlementCase> settlement_cases;
  std::vector<Diagnostic> warnings;
  std::shared_ptr<Loading> loading;  // what LoadFurtherPolicies() needs

  const Policy* FindPolicy(std::string_view id) const;
};
using PackPtr = std::shared_ptr<const Pack>;

// A parameter given another value while a pack is loaded, for trying it out: `award.cap` or, where there is
// one entry only, `award`, by ids or names; the value as a pack writes it ("8%", "60万元"). It takes the
// place of the value in all versions of the parameter.
struct Setting {
  std::string name;
  std::string value;
};

struct LoadOptions {
  std::vector<std::string>
      search_path;  // more folders in which `uses` looks, after the pack's own neighbours
  // Tests of the messages may lower it; the default is limits::kPackBytesMax.
  size_t bytes_max = 0;
  // Packs of many policies are read by this many; 0: all cores, 1: the caller's thread alone.
  int threads = 0;
  std::vector<Setting> settings;  // part of the pack's digest
};

// Loads folders (or several packs of one kind joined). Null when `diagnostics` has an error.
PackPtr LoadPack(const std::vector<std::string>& folders, const LoadOptions& options,
                 Diagnostics* diagnostics);

// The same from memory: paths relative to a common root, one folder a pack: "quanzhou/pack.yaml". With a
// single pack the folder may be left out.
PackPtr LoadPackFiles(const std::map<std::string, std::string>& files, Diagnostics* diagnostics,
                      const LoadOptions& options = {});

// Policies as a policy file holds them, one or a list, YAML or JSON, that use the names of `pack`, which they
// do not become part of. `label` names the text in messages. Empty when `diagnostics` has an error; warnings
// are added too. Any thread.
std::vector<PolicyPtr> LoadFurtherPolicies(const Pack& pack, std::string_view text, const std::string& label,
                                           Diagnostics* diagnostics);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_PACK_H_
