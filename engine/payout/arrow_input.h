// Awards and earlier payments out of Arrow streams.
//
// Columns are found by name; others are ignored. A stream that lacks a column, or has one of a wrong type, is
// refused before its first row; a row that is wrong fails the call with its number, since money is not
// settled from half a table. One thread. Codes ZD70xx.
//
// Awards: subject, policy, amount_fen; optional outcome (eligible), object, object_unknown, year,
// unclipped_fen, min_pay_fen, order (list of int64), region, groups (list of struct: group, key, key_unknown,
// fen), payee_name, payee_account, payee_bank, payee_state (fine | unknown | other_name). In a sum, -1 means
// that it is not known.
// Payments: subject, amount_fen, date (date or text); policy or kind or both; optional object, year, part,
// region, pool.
#ifndef ZHIDA_ENGINE_PAYOUT_ARROW_INPUT_H_
#define ZHIDA_ENGINE_PAYOUT_ARROW_INPUT_H_

#include "engine/base/diagnostic.h"
#include "engine/facts/arrow_abi.h"
#include "engine/payout/settlement.h"

namespace zhida::payout {

// The stream is moved in and released, on failure too. False with diagnostics.
bool ReadAwards(ArrowArrayStream* stream, Settlement* settlement, Diagnostics* diagnostics);
bool ReadPayments(ArrowArrayStream* stream, Settlement* settlement, Diagnostics* diagnostics);

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_ARROW_INPUT_H_
