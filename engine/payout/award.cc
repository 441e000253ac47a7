#include "engine/payout/award.h"

namespace zhida::payout {

void AwardTable::Add(const AwardInput& input) {
  Award award;
  // Awards of one subject mostly follow each other; its texts are kept once then.
  const Award* last = rows.empty() ? nullptr : &rows.back();
  award.subject = last != nullptr && texts.View(last->subject) == input.subject ? last->subject
                                                                                : texts.Add(input.subject);
  award.region =
      last != nullptr && texts.View(last->region) == input.region ? last->region : texts.Add(input.region);
  award.object = texts.Add(input.object);
  award.object_known = input.object_known;
  award.amount_fen = input.amount_fen;
  award.unclipped_fen = input.unclipped_fen;
  award.min_pay_fen = input.min_pay_fen;
  award.policy = input.policy;
  award.year = input.year;
  award.outcome = input.outcome;
  award.payee_state = input.payee_state;
  award.order_begin = static_cast<uint32_t>(orders.size());
  award.order_count = static_cast<uint8_t>(input.order.size());
  orders.insert(orders.end(), input.order.begin(), input.order.end());
  award.links_begin = static_cast<uint32_t>(links.size());
  for (const AwardInput::Link& link : input.links) {
    links.push_back({texts.Add(link.key), link.key_known, link.fen});
  }
  const auto same = [&](const PayeeRow& payee) {
    return texts.View(payee.name) == input.payee_name && texts.View(payee.account) == input.payee_account &&
           texts.View(payee.bank) == input.payee_bank;
  };
  if (payees.empty() || !same(payees.back())) {
    payees.push_back(
        {texts.Add(input.payee_name), texts.Add(input.payee_account), texts.Add(input.payee_bank)});
  }
  award.payee = static_cast<uint32_t>(payees.size() - 1);
  rows.push_back(award);
}

}  // namespace zhida::payout
