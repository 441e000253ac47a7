// Bounds of the ledger, each with its unit and its reason. One that is hit is named in the message.
#ifndef ZHIDA_ENGINE_LEDGER_BOUNDS_H_
#define ZHIDA_ENGINE_LEDGER_BOUNDS_H_

#include <cstddef>
#include <cstdint>

namespace zhida::limits {

inline constexpr size_t kLedgerTextBytesMax = 1'024;        // one name, account, memo, reason
inline constexpr size_t kLedgerBatchMax = 100'000;          // requests of one call, which is one transaction
inline constexpr int64_t kBudgetFenMax = int64_t{1} << 56;  // 720 trillion yuan; sums stay far from 2^63
inline constexpr int32_t kAttemptsMax = 1'000;              // of one event key; finding the latest counts up
inline constexpr int64_t kAuditWindowPayments = 1'000'000;  // followed at a time by an audit, 80 bytes each
inline constexpr size_t kAuditFindingsMax = 100;            // that one audit lists
inline constexpr int64_t kLedgerPageRows = 4'096;           // read from the store at a time

}  // namespace zhida::limits

#endif  // ZHIDA_ENGINE_LEDGER_BOUNDS_H_
