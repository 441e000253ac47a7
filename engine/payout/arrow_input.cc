#include "engine/payout/arrow_input.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/payout/arrow_table.h"

namespace zhida::payout {
namespace {

using Kind = ArrowTable::Kind;
using Column = ArrowTable::Column;

constexpr int64_t kYearMax = 9999;
constexpr int64_t kPartMax = 1'000'000'000;
constexpr size_t kOrderKeysMax = 255;
constexpr size_t kRowsMax = std::numeric_limits<uint32_t>::max();

// Says what is wrong with one row; false, for the caller to return.
bool Refuse(const ArrowTable& table, int64_t row, const char* code, const std::string& what,
            const std::string& mend, Diagnostics* diagnostics) {
  diagnostics->Error(
      code, {}, "row " + std::to_string(table.first_row() + row) + " of the " + table.what() + ": " + what,
      mend);
  return false;
}

constexpr const char* kNotSound = "a value points outside the table or is beyond 64 bits";
constexpr const char* kTooLong = "a text is longer than 65,536 bytes";
static_assert(limits::kStringBytesMax == 65'536);

bool AnyTooLong(std::span<const std::string_view> texts) {
  return std::any_of(texts.begin(), texts.end(),
                     [](std::string_view text) { return text.size() > limits::kStringBytesMax; });
}

// -1 stands for a sum that there is but nobody knows.
int64_t SumOf(std::optional<int64_t> given) {
  if (!given) return kNoFen;
  return *given < 0 ? kUnknownFen : *given;
}

class AwardReader {
 public:
  AwardReader(ArrowTable& table, Settlement& settlement, Diagnostics* diagnostics)
      : table_(table), settlement_(settlement), diagnostics_(diagnostics) {}

  bool Run() {
    const size_t errors = diagnostics_->error_count();
    if (!table_.Open(diagnostics_)) return false;
    for (const auto& [name, kind, required] : {std::tuple{"subject", Kind::kText, true},
                                               {"policy", Kind::kText, true},
                                               {"amount_fen", Kind::kInteger, true},
                                               {"outcome", Kind::kText, false},
                                               {"object", Kind::kText, false},
                                               {"object_unknown", Kind::kFlag, false},
                                               {"year", Kind::kInteger, false},
                                               {"unclipped_fen", Kind::kInteger, false},
                                               {"min_pay_fen", Kind::kInteger, false},
                                               {"order", Kind::kList, false},
                                               {"region", Kind::kText, false},
                                               {"groups", Kind::kList, false},
                                               {"payee_name", Kind::kText, false},
                                               {"payee_account", Kind::kText, false},
                                               {"payee_bank", Kind::kText, false},
                                               {"payee_state", Kind::kText, false}}) {
      table_.Declare(name, kind, required, diagnostics_);
    }
    if (diagnostics_->error_count() > errors) return false;
    while (table_.Next(diagnostics_)) {
      Bind();
      for (int64_t row = 0; row < table_.rows(); ++row) {
        if (!Read(row)) return false;
      }
    }
    return diagnostics_->error_count() == errors;
  }

 private:
  void Bind() {
    subject_ = table_.Find("subject");
    policy_ = table_.Find("policy");
    outcome_ = table_.Find("outcome");
    amount_ = table_.Find("amount_fen");
    unclipped_ = table_.Find("unclipped_fen");
    object_ = table_.Find("object");
    object_unknown_ = table_.Find("object_unknown");
    year_ = table_.Find("year");
    min_pay_ = table_.Find("min_pay_fen");
    order_ = table_.Find("order");
    region_ = table_.Find("region");
    groups_ = table_.Find("groups");
    payee_name_ = table_.Find("payee_name");
    payee_account_ = table_.Find("payee_account");
    payee_bank_ = table_.Find("payee_bank");
    payee_state_ = table_.Find("payee_state");
  }

  bool Wrong(int64_t row, const char* code, const std::string& what, const std::string& mend) {
    return Refuse(table_, row, code, what, mend, diagnostics_);
  }

  bool Read(int64_t row) {
    AwardInput input;
    input.subject = subject_.Text(row).value_or("");
    if (input.subject.empty())
      return Wrong(row, "ZD7004", "the award has no subject", "fill the column subject");
    if (settlement_.awards().rows.size() >= kRowsMax) {
      return Wrong(row, "ZD7015", "there are more awards than fit into one settlement",
                   "settle pool by pool");
    }
    const std::string_view policy = policy_.Text(row).value_or("");
    input.policy = settlement_.rules().FindPolicy(policy);
    if (input.policy < 0) {
      return Wrong(row, "ZD7005", "there is no policy " + JsonQuote(policy), "name a policy of the pack");
    }
    if (!ReadOutcome(row, &input) || !ReadAmount(row, &input)) return false;
    input.object = object_.Text(row).value_or("");
    input.object_known = !object_unknown_.Flag(row);
    input.region = region_.Text(row).value_or("");
    input.min_pay_fen = SumOf(min_pay_.Integer(row));
    if (const std::optional<int64_t> year = year_.Integer(row)) {
      if (*year < 1 || *year > kYearMax)
        return Wrong(row, "ZD7008", "the year " + std::to_string(*year) + " is none",
                     "write a year like 2026");
      input.year = static_cast<int32_t>(*year);
    }
    if (!ReadLinks(row, &input)) return false;
    ReadOrder(row);
    input.order = orders_;
    if (orders_.size() > kOrderKeysMax) {
      return Wrong(row, "ZD7020", "order has " + std::to_string(orders_.size()) + " numbers",
                   "give as many as the pool has order_by");
    }
    input.payee_name = payee_name_.Text(row).value_or("");
    input.payee_account = payee_account_.Text(row).value_or("");
    input.payee_bank = payee_bank_.Text(row).value_or("");
    if (!ReadPayeeState(row, &input)) return false;
    if (!table_.sound()) return Wrong(row, "ZD7001", kNotSound, "correct what produces the table");
    const std::array texts = {input.subject,    input.object,        input.region,
                              input.payee_name, input.payee_account, input.payee_bank};
    if (AnyTooLong(texts) || AnyKeyTooLong()) return Wrong(row, "ZD7009", kTooLong, "shorten it");
    settlement_.awards().Add(input);
    return true;
  }

  bool AnyKeyTooLong() const {
    return std::any_of(links_.begin(), links_.end(), [](const AwardInput::Link& link) {
      return link.key.size() > limits::kStringBytesMax;
    });
  }

  bool ReadPayeeState(int64_t row, AwardInput* input) {
    const std::string_view state = payee_state_.Text(row).value_or("fine");
    if (state == "fine") return true;
    input->payee_state = state == "unknown" ? PayeeState::kUnknown : PayeeState::kOtherName;
    if (state == "unknown" || state == "other_name") return true;
    return Wrong(row, "ZD7019", "there is no payee_state " + JsonQuote(state),
                 "write fine, unknown or other_name");
  }

  bool ReadOutcome(int64_t row, AwardInput* input) {
    const std::string_view outcome = outcome_.Text(row).value_or("eligible");
    for (const pack::Outcome each :
         {pack::Outcome::kEligible, pack::Outcome::kConditional, pack::Outcome::kUndetermined}) {
      if (pack::OutcomeName(each) != outcome) continue;
      input->outcome = each;
      return true;
    }
    return Wrong(row, "ZD7006", "an award cannot be " + JsonQuote(outcome),
                 "leave out what is neither eligible, conditional nor undetermined");
  }

  bool ReadAmount(int64_t row, AwardInput* input) {
    const std::optional<int64_t> amount = amount_.Integer(row);
    if (amount && *amount < 0) {
      return Wrong(row, "ZD7007", "the amount " + std::to_string(*amount) + " fen is negative",
                   "amounts are never below 0");
    }
    input->amount_fen = amount.value_or(kNoFen);
    input->unclipped_fen = unclipped_.Integer(row).value_or(input->amount_fen);
    const uint32_t forms = settlement_.rules().policy(input->policy).forms;
    const bool by_percentage = (forms & BitOf(pack::Form::kPctUpper)) != 0;
    if (amount || by_percentage || input->outcome == pack::Outcome::kUndetermined) return true;
    return Wrong(row, "ZD7010", "the award has no amount, or one beyond 64 bits of fen",
                 "fill the column amount_fen");
  }

  std::span<const pack::Membership> CombineOf(const AwardInput& input) const {
    return settlement_.rules().policy(input.policy).combine;
  }

  void ReadOrder(int64_t row) {
    orders_.clear();
    int64_t begin = 0;
    int64_t end = 0;
    const Column items = order_.Items(row, &begin, &end);
    for (int64_t i = begin; i < end; ++i) orders_.push_back(items.Integer(i).value_or(kUnknownFen));
  }

  bool ReadLinks(int64_t row, AwardInput* input) {
    links_.clear();
    const std::span<const pack::Membership> combine = CombineOf(*input);
    for (const pack::Membership& member : combine) {
      AwardInput::Link link;
      if (member.form == pack::Form::kOnceId) link = {input->object, input->object_known, kNoFen};
      // Who does not say what the upper level pays while the policy asks for it does not know.
      if (member.upper.given()) link.fen = member.upper.fen.value_or(kUnknownFen);
      links_.push_back(link);
    }
    int64_t begin = 0;
    int64_t end = 0;
    const Column items = groups_.Items(row, &begin, &end);
    for (int64_t i = begin; i < end; ++i) {
      const std::string_view group = items.Member("group").Text(i).value_or("");
      const int index = settlement_.rules().pack().settlement.FindGroup(group);
      bool found = false;
      for (size_t m = 0; m < combine.size(); ++m) {
        if (combine[m].group != index) continue;
        found = true;
        if (const std::optional<std::string_view> key = items.Member("key").Text(i)) links_[m].key = *key;
        links_[m].key_known = !items.Member("key_unknown").Flag(i);
        if (const std::optional<int64_t> fen = items.Member("fen").Integer(i)) links_[m].fen = SumOf(fen);
      }
      if (!found) {
        return Wrong(row, "ZD7011", "the policy is in no group " + JsonQuote(group),
                     "name a group of its combine");
      }
    }
    input->links = links_;
    return true;
  }

  ArrowTable& table_;
  Settlement& settlement_;
  Diagnostics* diagnostics_;
  std::vector<int64_t> orders_;
  std::vector<AwardInput::Link> links_;
  Column subject_, policy_, outcome_, amount_, unclipped_, object_, object_unknown_, year_, min_pay_, order_,
      region_, groups_, payee_name_, payee_account_, payee_bank_, payee_state_;
};

int32_t PartOf(const Column& column, int64_t row) {
  const std::optional<Decimal> text = Decimal::Parse(column.Text(row).value_or(""));
  const std::optional<int128_t> number = text ? text->ToScaled(0) : std::optional<int128_t>();
  const int128_t part = number.value_or(column.Integer(row).value_or(1));
  return part >= 1 && part < kPartMax ? static_cast<int32_t>(part) : 1;
}

bool ReadPayment(ArrowTable& table, int64_t row, Settlement* settlement, Diagnostics* diagnostics) {
  const Rules& rules = settlement->rules();
  PaymentInput input;
  input.subject = table.Find("subject").Text(row).value_or("");
  input.policy = table.Find("policy").Text(row).value_or("");
  input.kind = table.Find("kind").Text(row).value_or("");
  input.object = table.Find("object").Text(row).value_or("");
  input.region = table.Find("region").Text(row).value_or("");
  input.pool = table.Find("pool").Text(row).value_or("");
  if (input.subject.empty() || (input.policy.empty() && input.kind.empty())) {
    return Refuse(table, row, "ZD7012", "a payment needs a subject, and a policy or a kind",
                  "fill these columns", diagnostics);
  }
  if (!input.pool.empty() && rules.pack().settlement.FindPool(input.pool) < 0) {
    return Refuse(table, row, "ZD7013", "there is no pool " + JsonQuote(input.pool),
                  "name a pool of the pack", diagnostics);
  }
  const std::optional<int64_t> amount = table.Find("amount_fen").Integer(row);
  const std::optional<Date> date = table.Find("date").Day(row);
  if (!amount || *amount == kNoFen || !date) {
    return Refuse(table, row, "ZD7014", amount ? "the payment has no date" : "the payment has no amount",
                  "fill the column " + std::string(amount ? "date, like 2026-03-01" : "amount_fen"),
                  diagnostics);
  }
  const std::string_view texts[] = {input.subject, input.kind, input.object, input.region};
  if (AnyTooLong(texts)) return Refuse(table, row, "ZD7009", kTooLong, "shorten it", diagnostics);
  input.fen = *amount;
  input.paid_year = static_cast<int32_t>(date->civil().year);
  // A ledger writes 0 for an event that is of no year, and parts as texts.
  const int64_t year = table.Find("year").Integer(row).value_or(0);
  if (year > 0 && year <= kYearMax) input.year = static_cast<int32_t>(year);
  const int64_t pool_year = table.Find("pool_year").Integer(row).value_or(0);
  if (pool_year > 0 && pool_year <= kYearMax) input.pool_year = static_cast<int32_t>(pool_year);
  input.part = PartOf(table.Find("part"), row);
  if (!table.sound()) {
    return Refuse(table, row, "ZD7001", kNotSound, "correct what produces the table", diagnostics);
  }
  settlement->history().Add(input);
  return true;
}

}  // namespace

bool ReadAwards(ArrowArrayStream* stream, Settlement* settlement, Diagnostics* diagnostics) {
  ArrowTable table(stream, "awards");
  return AwardReader(table, *settlement, diagnostics).Run();
}

bool ReadPayments(ArrowArrayStream* stream, Settlement* settlement, Diagnostics* diagnostics) {
  ArrowTable table(stream, "payments");
  const size_t errors = diagnostics->error_count();
  if (!table.Open(diagnostics)) return false;
  for (const auto& [name, kind, required] : {std::tuple{"subject", Kind::kText, true},
                                             {"amount_fen", Kind::kInteger, true},
                                             {"date", Kind::kDate, true},
                                             {"policy", Kind::kText, false},
                                             {"kind", Kind::kText, false},
                                             {"object", Kind::kText, false},
                                             {"year", Kind::kInteger, false},
                                             {"region", Kind::kText, false},
                                             {"pool", Kind::kText, false},
                                             {"pool_year", Kind::kInteger, false}}) {
    table.Declare(name, kind, required, diagnostics);
  }
  if (diagnostics->error_count() > errors) return false;
  while (table.Next(diagnostics)) {
    for (int64_t row = 0; row < table.rows(); ++row) {
      if (!ReadPayment(table, row, settlement, diagnostics)) return false;
    }
  }
  return diagnostics->error_count() == errors;
}

}  // namespace zhida::payout
