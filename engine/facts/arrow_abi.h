// The Arrow C data and stream interfaces: the ABI through which bulk data enters and leaves.
// Source: https://arrow.apache.org/docs/format/CDataInterface.html (structures and guards as the
// specification asks).
#ifndef ZHIDA_ENGINE_FACTS_ARROW_ABI_H_
#define ZHIDA_ENGINE_FACTS_ARROW_ABI_H_

#include "zhida/arrow.h"

#endif  // ZHIDA_ENGINE_FACTS_ARROW_ABI_H_
