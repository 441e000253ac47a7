#include "engine/payout/history.h"

#include <algorithm>
#include <functional>
#include <tuple>

namespace zhida::payout {

namespace {

size_t HashOf(std::string_view subject, int32_t pool) {
  return std::hash<std::string_view>{}(subject)*31 + static_cast<size_t>(pool);
}

}  // namespace

History::History(const Rules& rules, const AwardTable& awards)
    : rules_(rules), awards_(awards), used_(rules.groups().size()) {
  std::string_view last;
  for (const Award& award : awards.rows) {
    const std::string_view subject = awards.View(award.subject);
    const int32_t pool = rules.policy(award.policy).pool;
    if (award.region.size > 0 && pool >= 0) regions_.emplace(HashOf(subject, pool), award.region);
    if (subject == last) continue;
    subjects_.insert(std::hash<std::string_view>{}(subject));
    last = subject;
  }
}

void History::Add(const PaymentInput& input) {
  ++rows_;
  Payment payment;
  payment.fen = input.fen;
  payment.policy = rules_.FindPolicy(input.policy);
  payment.kind = rules_.FindKind(input.kind);
  // A policy alone says what kind of event it pays for.
  if (input.kind.empty() && payment.policy >= 0) payment.kind = rules_.policy(payment.policy).kind;
  payment.year = input.year;
  payment.part = input.part;
  payment.paid_year = input.paid_year;
  int32_t pool = rules_.pack().settlement.FindPool(input.pool);
  if (pool < 0 && payment.policy >= 0) pool = rules_.policy(payment.policy).pool;
  if (pool >= 0) {
    std::string_view region;
    if (!rules_.pools()[static_cast<size_t>(pool)].quotas_fen.empty()) {
      region = input.region;
      // A payment that does not say goes to the region that the subject has now.
      const auto now = regions_.find(HashOf(input.subject, pool));
      if (region.empty() && now != regions_.end()) region = awards_.View(now->second);
    }
    const int32_t year = input.pool_year != 0 ? input.pool_year : payment.paid_year;
    spent_[{pool, year, std::string(region)}] += input.fen;
  }
  if (payment.policy < 0 && payment.kind < 0) {
    ++rows_of_no_policy_;
    return;
  }
  if (payment.policy >= 0 && !input.object.empty()) {
    for (const pack::Membership& member : rules_.policy(payment.policy).combine) {
      const auto group = static_cast<size_t>(member.group);
      if (rules_.groups()[group].all_subjects) used_[group].emplace(input.object);
    }
  }
  if (!subjects_.contains(std::hash<std::string_view>{}(input.subject))) return;
  payment.subject = texts_.Add(input.subject);
  payment.object = texts_.Add(input.object);
  payments_.push_back(payment);
}

void History::Sort() {
  std::sort(payments_.begin(), payments_.end(), [this](const Payment& a, const Payment& b) {
    const int subject = View(a.subject).compare(View(b.subject));
    if (subject != 0) return subject < 0;
    const int object = View(a.object).compare(View(b.object));
    if (object != 0) return object < 0;
    return std::tie(a.policy, a.kind, a.year, a.part, a.paid_year, a.fen) <
           std::tie(b.policy, b.kind, b.year, b.part, b.paid_year, b.fen);
  });
}

std::span<const Payment> History::Of(std::string_view subject, size_t* hint) const {
  size_t begin = *hint;
  if (begin == 0) {
    begin = static_cast<size_t>(std::lower_bound(payments_.begin(), payments_.end(), subject,
                                                 [this](const Payment& payment, std::string_view name) {
                                                   return View(payment.subject) < name;
                                                 }) -
                                payments_.begin());
  } else {
    while (begin < payments_.size() && View(payments_[begin].subject) < subject) ++begin;
  }
  size_t end = begin;
  while (end < payments_.size() && View(payments_[end].subject) == subject) ++end;
  *hint = end;
  return {payments_.data() + begin, end - begin};
}

bool History::IsUsed(int group, std::string_view identity) const {
  const auto& used = used_[static_cast<size_t>(group)];
  return used.find(identity) != used.end();
}

int128_t History::Committed(int32_t pool, int32_t year, std::string_view region) const {
  const auto found = spent_.find({pool, year, std::string(region)});
  return found == spent_.end() ? 0 : found->second;
}

int128_t History::CommittedAll(int32_t pool, int32_t year) const {
  int128_t sum = 0;
  for (auto at = spent_.lower_bound({pool, year, ""}); at != spent_.end(); ++at) {
    if (at->first.pool != pool || at->first.year != year) break;
    sum += at->second;
  }
  return sum;
}

}  // namespace zhida::payout
