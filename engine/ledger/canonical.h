// Canonical bytes: what is hashed, so that anybody can recompute it.
//
// A text is its length in bytes (4 bytes, big end first) and its bytes; a number is 8 bytes, big end first,
// two's complement. Nothing else: no padding, no end mark. docs/ledger.md gives the order of the fields with
// an example. Pure; any thread.
#ifndef ZHIDA_ENGINE_LEDGER_CANONICAL_H_
#define ZHIDA_ENGINE_LEDGER_CANONICAL_H_

#include <string>
#include <string_view>

#include "engine/ledger/entry.h"

namespace zhida::ledger {

// "zhida event 1", subject, kind, object, year, part, attempt.
std::string EventBytes(const EventKey& key, int32_t attempt);

// Every field of an entry but its digest, in the order of the struct, behind "zhida entry 1".
void AppendEntryBytes(const Entry& entry, std::string* out);

// The digest that `entry` must carry when it follows an entry with digest `before` (of the first: all zero).
// `buffer` is working space, kept by the caller so that a chain is hashed without allocating.
Digest ChainDigest(const Digest& before, const Entry& entry, std::string* buffer);

}  // namespace zhida::ledger

#endif  // ZHIDA_ENGINE_LEDGER_CANONICAL_H_
