// The parts of a policy, for load_policies.cc, load_clauses.cc and load_settlement.cc only.
#ifndef ZHIDA_ENGINE_PACK_LOAD_POLICY_H_
#define ZHIDA_ENGINE_PACK_LOAD_POLICY_H_

#include <string>
#include <vector>

#include "engine/pack/loader.h"

namespace zhida::pack {

// The key `clauses`.
std::vector<Clause> ReadClauses(Loading& loading, MappingReader& policy, const std::string& id);

// The keys that only settlement uses, as one JSON object; also `pay_on`.
void ReadSettlement(Loading& loading, MappingReader& reader, Policy* policy);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_LOAD_POLICY_H_
