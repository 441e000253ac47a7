#include "tests/cross/generator.h"

#include "engine/base/text.h"
#include "tests/cross/firm_maker.h"
#include "tests/cross/pack_maker.h"

namespace zhida::cross {

std::string MadePolicy::Json() const {
  std::string text = "{" + head + "\"clauses\":[";
  for (size_t i = 0; i < clauses.size(); ++i) text += (i == 0 ? "" : ",") + clauses[i].json;
  return text + "]" + tail + "}";
}

std::string MadeRow::Json() const {
  std::string text = "{";
  for (size_t i = 0; i < members.size(); ++i) {
    text += (i == 0 ? "" : ",") + JsonQuote(members[i].first) + ":" + members[i].second;
  }
  return text + "}";
}

std::map<std::string, std::string> MadeCase::Files() const {
  std::map<std::string, std::string> all = files;
  std::string text = "[";
  for (size_t i = 0; i < policies.size(); ++i) text += (i == 0 ? "" : ",\n") + policies[i].Json();
  all["policies/all.json"] = text + "]";
  return all;
}

MadeCase Make(uint64_t seed, const MakeOptions& options) {
  MadeCase made;
  made.seed = seed;
  Random random(seed);
  MakePack(options.policies, &random, &made);
  for (int i = 0; i < options.rows; ++i) made.rows.push_back(MakeFirm(i, &random));
  return made;
}

}  // namespace zhida::cross
