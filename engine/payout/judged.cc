#include "engine/payout/judged.h"

#include <optional>
#include <string>

#include "engine/base/limits.h"
#include "engine/value/decimal.h"

namespace zhida::payout {
namespace {

constexpr int kOrderDigits = 6;  // of a number that awards are put in order by

// Texts stay as they are; numbers and days as FEEL writes them; "" if there is none. nullopt if it is not
// known, or too long to be a key.
std::optional<std::string> KnownText(const Value& value) {
  if (value.blocked()) return std::nullopt;
  if (value.is_null()) return "";
  std::string text = value.kind() == ValueKind::kString ? std::string(value.string()) : value.ToText();
  return text.size() <= limits::kStringBytesMax ? std::optional(std::move(text)) : std::nullopt;
}

std::string TextOrNone(const Value& value) { return KnownText(value).value_or(""); }

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
  const std::optional<std::string> name = KnownText(award.payee_name);
  const std::optional<std::string> account_name = KnownText(award.payee_account_name);
  const std::string account = TextOrNone(award.payee_account);
  if (!name || !account_name || account.empty()) return PayeeState::kUnknown;
  const bool differs = !account_name->empty() && account_name != name;
  return differs ? PayeeState::kOtherName : PayeeState::kFine;
}

}  // namespace

std::vector<Wanted> WantedOf(const pack::Pack& pack) {
  std::vector<Wanted> wanted(pack.policies.size());
  for (size_t i = 0; i < pack.policies.size(); ++i) {
    wanted[i].award = pack.policies[i].amount.has_value();
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
  const std::string region = TextOrNone(judged.region);
  input.region = region;
  for (const pack::JudgedAward& award : judged.awards) {
    const std::optional<std::string> object = KnownText(award.object);
    input.object_known = object.has_value();
    input.object = input.object_known ? std::string_view(*object) : std::string_view();
    input.amount_fen = award.fen.value_or(kNoFen);
    input.unclipped_fen = award.unclipped_fen.value_or(kNoFen);
    std::vector<std::optional<std::string>> keys;
    std::vector<AwardInput::Link> links;
    keys.reserve(award.links.size());
    for (const pack::JudgedAward::Link& link : award.links) {
      const std::optional<std::string>& key = keys.emplace_back(KnownText(link.key));
      links.push_back({key ? std::string_view(*key) : std::string_view(), key.has_value(), FenOf(link.sum)});
    }
    input.links = links;
    const std::string name =
        TextOrNone(award.payee_account_name.is_null() ? award.payee_name : award.payee_account_name);
    const std::string account = TextOrNone(award.payee_account);
    const std::string bank = TextOrNone(award.payee_bank);
    input.payee_name = name;
    input.payee_account = account;
    input.payee_bank = bank;
    input.payee_state = StateOf(award, judged.has_payee);
    take(input);
  }
}

}  // namespace zhida::payout
