// The two sorts of cases, for load_cases.cc and load_settlement_cases.cc only.
#ifndef ZHIDA_ENGINE_PACK_LOAD_CASES_H_
#define ZHIDA_ENGINE_PACK_LOAD_CASES_H_

#include "engine/pack/loader.h"

namespace zhida::pack {

// A case with the key `awards`. Ids are shared with the other cases.
void ReadSettlementCase(Loading& loading, const Node& node, IdTable* ids);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_LOAD_CASES_H_
