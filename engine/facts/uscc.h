// The unified social credit code of a Chinese organisation: 18 characters, the last of which checks the
// others. Pure; any thread. Source: GB 32100-2015.
#ifndef ZHIDA_ENGINE_FACTS_USCC_H_
#define ZHIDA_ENGINE_FACTS_USCC_H_

#include <string_view>

namespace zhida::facts {

// True if `code` has 18 characters of the standard's alphabet and the check digit fits. False is a reason to
// look at the register and not to refuse the firm: some codes of the early Fujian pilots fail and are in use.
bool UsccCheckHolds(std::string_view code);

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_USCC_H_
