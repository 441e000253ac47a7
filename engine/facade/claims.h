// Claims: how many subjects have claimed each policy of a pack, counted from a table of claims or payments.
//
// Columns: subject, policy; optional date (what is later than the as-of day is not known yet) and amount_fen
// (below zero it is money that came back, and no claim). Others are ignored, so that the table of earlier
// payments will do. Memory is 8 bytes a row that counts. One thread. Codes ZD6030, ZD6031 and those of
// ArrowTable.
#ifndef ZHIDA_ENGINE_FACADE_CLAIMS_H_
#define ZHIDA_ENGINE_FACADE_CLAIMS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/facts/arrow_abi.h"
#include "engine/pack/pack.h"

namespace zhida::facade {

class Claims {
 public:
  // The pack must outlive the claims.
  Claims(const pack::Pack& pack, Date as_of);

  // The stream is moved in and released, on failure too. False with diagnostics.
  bool Add(ArrowArrayStream* claims, Diagnostics* diagnostics);

  int64_t rows() const { return rows_; }
  int64_t rows_of_no_policy() const { return rows_of_no_policy_; }
  int64_t rows_later() const { return rows_later_; }
  // Distinct subjects by policy, parallel to the pack's policies.
  std::vector<int64_t> Claimants() const;

 private:
  Date as_of_;
  std::unordered_map<std::string_view, size_t> index_;
  std::vector<std::vector<uint64_t>> subjects_;  // by policy: hashes; a clash counts one subject too few
  int64_t rows_ = 0;
  int64_t rows_of_no_policy_ = 0;
  int64_t rows_later_ = 0;
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_CLAIMS_H_
