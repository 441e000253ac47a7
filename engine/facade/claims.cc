#include "engine/facade/claims.h"

#include <algorithm>
#include <functional>
#include <string>
#include <tuple>

#include "engine/base/text.h"
#include "engine/payout/arrow_table.h"

namespace zhida::facade {

using payout::ArrowTable;

Claims::Claims(const pack::Pack& pack, Date as_of) : as_of_(as_of), subjects_(pack.policies.size()) {
  for (size_t p = 0; p < pack.policies.size(); ++p) index_.emplace(pack.policies[p].id, p);
}

bool Claims::Add(ArrowArrayStream* claims, Diagnostics* diagnostics) {
  ArrowTable table(claims, "claims");
  const size_t errors = diagnostics->error_count();
  if (!table.Open(diagnostics)) return false;
  for (const auto& [name, kind, required] : {std::tuple{"subject", ArrowTable::Kind::kText, true},
                                             {"policy", ArrowTable::Kind::kText, true},
                                             {"date", ArrowTable::Kind::kDate, false},
                                             {"amount_fen", ArrowTable::Kind::kInteger, false}}) {
    table.Declare(name, kind, required, diagnostics);
  }
  if (diagnostics->error_count() > errors) return false;
  const auto refuse = [&](int64_t row, const char* code, const std::string& what, const char* mend) {
    diagnostics->Error(code, {}, "row " + std::to_string(table.first_row() + row) + " of the claims: " + what,
                       mend);
    return false;
  };
  while (table.Next(diagnostics)) {
    const ArrowTable::Column subjects = table.Find("subject");
    const ArrowTable::Column policies = table.Find("policy");
    const ArrowTable::Column dates = table.Find("date");
    const ArrowTable::Column amounts = table.Find("amount_fen");
    for (int64_t row = 0; row < table.rows(); ++row) {
      const std::string_view subject = subjects.Text(row).value_or("");
      if (subject.empty()) {
        return refuse(row, "ZD6030", "the claim has no subject", "fill the column subject");
      }
      const std::optional<Date> date = dates.there() ? dates.Day(row) : std::nullopt;
      if (const auto text = dates.Text(row); text && !date) {
        return refuse(row, "ZD6031", JsonQuote(*text) + " is no date", "write a day like 2026-03-01");
      }
      const std::string_view id = policies.Text(row).value_or("");
      const bool came_back = amounts.Integer(row).value_or(0) < 0;
      if (!table.sound()) {
        return refuse(row, "ZD7001", "a value points outside the table or is beyond 64 bits",
                      "correct what produces the table");
      }
      ++rows_;
      const auto policy = index_.find(id);
      if (policy == index_.end()) {
        ++rows_of_no_policy_;
      } else if (date && as_of_ < *date) {
        ++rows_later_;
      } else if (!came_back) {
        subjects_[policy->second].push_back(std::hash<std::string_view>{}(subject));
      }
    }
  }
  return diagnostics->error_count() == errors;
}

std::vector<int64_t> Claims::Claimants() const {
  std::vector<int64_t> claimants;
  for (std::vector<uint64_t> hashes : subjects_) {
    std::sort(hashes.begin(), hashes.end());
    claimants.push_back(std::unique(hashes.begin(), hashes.end()) - hashes.begin());
  }
  return claimants;
}

}  // namespace zhida::facade
