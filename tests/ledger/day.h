// A scripted day of a ledger: every kind of call, in an order in which each does something. Crash and fault
// tests run it up to a point and go on from the first call that was not acknowledged, whether it was done or
// not.
#ifndef ZHIDA_TESTS_LEDGER_DAY_H_
#define ZHIDA_TESTS_LEDGER_DAY_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/ledger/ledger.h"

namespace zhida::ledger {

// Opens the ledger anew; null when that fails.
using Opener = std::function<std::unique_ptr<Ledger>()>;

// How a day went: calls that were acknowledged, and the head after the last of them.
struct DayReport {
  int calls = 0;  // from the first of the day
  Head head;
  bool complete = false;
};

inline constexpr int kDayCalls = 18;
DayReport RunDay(const Opener& open, int first_call = 0);

// What a ledger must be after the whole day, wherever it was interrupted on the way. Fails the test
// otherwise.
void ExpectDayDone(Ledger* ledger);
// "" or what is wrong with a ledger after a crash that followed `report`: an acknowledged call that is gone,
// an audit that finds something.
std::string FaultAfterCrash(Ledger* ledger, const DayReport& report);

}  // namespace zhida::ledger

#endif  // ZHIDA_TESTS_LEDGER_DAY_H_
