// The parts of a policy, for load_policies.cc, load_clauses.cc and load_settlement.cc only.
#ifndef ZHIDA_ENGINE_PACK_LOAD_POLICY_H_
#define ZHIDA_ENGINE_PACK_LOAD_POLICY_H_

#include <string>
#include <vector>

#include "engine/pack/loader.h"

namespace zhida::pack {

// The key `clauses`.
std::vector<Clause> ReadClauses(Loading& loading, MappingReader& policy, const std::string& id);

// The keys that only settlement uses; also `pay_on`. `locals` are those of the policy's amount.
void ReadSettlement(Loading& loading, MappingReader& reader, const std::vector<feel::Member>& locals,
                    Policy* policy);

// A sum of money at `key`: a quantity, or an expression in yuan. `what` names it in messages.
Sum ReadSum(Loading& loading, MappingReader& reader, std::string_view key, const std::string& what,
            const std::vector<feel::Member>& locals);
// The keys name, account_name, account and bank.
Payee ReadPayee(Loading& loading, const Node& node, const std::string& what,
                const std::vector<feel::Member>& locals);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_LOAD_POLICY_H_
