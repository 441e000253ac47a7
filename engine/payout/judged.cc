#include "engine/payout/judged.h"

#include <optional>
#include <string>

#include "engine/value/decimal.h"

namespace zhida::payout {
namespace {

constexpr int kOrderDigits = 6;  // of a number that awards are put in order by

// Texts stay as they are; numbers and days as FEEL writes them.
std::string TextOfValue(const Value& value) {
  if (value.kind() == ValueKind::kString) return std::string(value.string());
  return value.blocked() || value.is_null() ? std::string() : value.ToText();
}

bool IsKnown(const Value& value) { return !value.blocked(); }

// Dates are days, numbers millionths, yes comes before no.
int64_t OrderOfValue(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kDate:
      return value.date().days;
    case ValueKind::kBoolean:
      return value.boolean() ? 0 : 1;
    case ValueKind::kNumber: {
      const std::optional<int128_t> scaled = value.number().ToScaled(kOrderDigits);
      if (!scaled || *scaled != static_cast<int64_t>(*scaled)) return kUnknownFen;
      return static_cast<int64_t>(*scaled);
    }
    case ValueKind::kDateTime:
      return value.date_time().instant_seconds();
    default:
      return kUnknownFen;
  }
}

int64_t FenOf(const pack::JudgedSum& sum) { return sum.given ? sum.fen.value_or(kUnknownFen) : kNoFen; }

PayeeState StateOf(const pack::JudgedAward& award, bool has_payee) {
  if (!has_payee) return PayeeState::kFine;
  const std::string account_name = TextOfValue(award.payee_account_name);
  if (TextOfValue(award.payee_account).empty() || !IsKnown(award.payee_name) ||
      !IsKnown(award.payee_account_name)) {
    return PayeeState::kUnknown;
  }
  const bool differs = !account_name.empty() && account_name != TextOfValue(award.payee_name);
  return differs ? PayeeState::kOtherName : PayeeState::kFine;
}

}  // namespace

std::vector<Wanted> WantedOf(const pack::Pack& pack) {
  std::vector<Wanted> wanted(pack.policies.size());
  for (size_t i = 0; i < pack.policies.size(); ++i) {
    wanted[i].award = wanted[i].award || pack.policies[i].amount.has_value();
    for (const pack::Membership& member : pack.policies[i].settlement.combine) {
      if (member.form == pack::Form::kPctUpper) wanted[i].award = true;
      if (member.form == pack::Form::kMax || member.form == pack::Form::kOnceId)
        wanted[i].undetermined = true;
      for (const int upper : member.of) wanted[static_cast<size_t>(upper)].undetermined = true;
    }
  }
  return wanted;
}

void AwardsOfPair(pack::SubjectJudge& judge, std::string_view subject, int policy, pack::Outcome outcome,
                  const std::function<void(const AwardInput&)>& take) {
  const pack::JudgedAwards judged = judge.Awards(policy, outcome);
  AwardInput input;
  input.subject = subject;
  input.policy = policy;
  input.outcome = outcome;
  if (judged.year) input.year = static_cast<int32_t>(*judged.year);
  input.min_pay_fen = FenOf(judged.min_pay);
  std::vector<int64_t> order;
  for (const Value& value : judged.order) order.push_back(OrderOfValue(value));
  input.order = order;
  const std::string region = TextOfValue(judged.region);
  input.region = region;
  for (const pack::JudgedAward& award : judged.awards) {
    const std::string object = TextOfValue(award.object);
    input.object = object;
    input.object_known = IsKnown(award.object);
    input.amount_fen = award.fen.value_or(kNoFen);
    input.unclipped_fen = award.unclipped_fen.value_or(kNoFen);
    std::vector<std::string> keys;
    std::vector<AwardInput::Link> links;
    keys.reserve(award.links.size());
    for (const pack::JudgedAward::Link& link : award.links) {
      keys.push_back(TextOfValue(link.key));
      links.push_back({keys.back(), IsKnown(link.key), FenOf(link.sum)});
    }
    input.links = links;
    const std::string name =
        TextOfValue(award.payee_account_name.is_null() ? award.payee_name : award.payee_account_name);
    const std::string account = TextOfValue(award.payee_account);
    const std::string bank = TextOfValue(award.payee_bank);
    input.payee_name = name;
    input.payee_account = account;
    input.payee_bank = bank;
    input.payee_state = StateOf(award, judged.has_payee);
    take(input);
  }
}

}  // namespace zhida::payout
