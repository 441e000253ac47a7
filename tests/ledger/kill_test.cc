// A process that reserves, exports and posts, and is killed with SIGKILL again and again.
//
// The worker tells through a pipe what the ledger has acknowledged to it. After each kill the ledger must
// hold all of that, once, and the next worker repeats the step at which the last one died.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <vector>

#include "tests/ledger/fixture.h"
#include "tests/test_size.h"

namespace zhida::ledger {
namespace {

constexpr int kBatch = 8;  // events of a round
constexpr int64_t kAmountFen = 1'000;
constexpr int64_t kBudgetFen = int64_t{1} << 50;

std::vector<Reservation> RequestsOf(int round) {
  std::vector<Reservation> requests;
  for (int i = 0; i < kBatch; ++i) {
    requests.push_back(Request(std::to_string(round) + "." + std::to_string(i), kAmountFen));
  }
  return requests;
}

std::vector<std::string> IdsOf(int round) {
  std::vector<std::string> ids;
  for (const Reservation& request : RequestsOf(round)) ids.push_back(PaymentId(request.key, 1));
  return ids;
}

enum Phase { kReserved, kExported, kPosted, kPhases };

bool DoPhase(Ledger* ledger, int round, int phase) {
  Diagnostics diagnostics;
  std::vector<ReserveAnswer> reserved;
  std::vector<ChangeAnswer> changed;
  const std::string file = "file " + std::to_string(round);
  if (phase == kReserved) return ledger->Reserve(RequestsOf(round), kPlanner, &reserved, &diagnostics);
  if (phase == kExported) {
    return ledger->Export({file, "sha256:" + file, ""}, IdsOf(round), kPayer, &diagnostics);
  }
  std::vector<Change> changes;
  for (const std::string& id : IdsOf(round)) changes.push_back({id, EntryKind::kPost, 0, "", "", ""});
  return ledger->Apply(changes, kPayer, &changed, &diagnostics);
}

// Never returns. One byte down the pipe for each acknowledged phase.
[[noreturn]] void Work(const std::string& path, int step, int acknowledged) {
  Diagnostics diagnostics;
  auto ledger = Ledger::Open(path, {}, &diagnostics);
  if (!ledger) _exit(3);
  for (;; ++step) {
    if (!DoPhase(ledger.get(), step / kPhases, step % kPhases)) _exit(4);
    if (write(acknowledged, "x", 1) != 1) _exit(5);
  }
}

// Starts a worker at `step`, kills it after `wait_us`, and gives the number of phases it was told of.
int RunAndKill(const std::string& path, int step, useconds_t wait_us) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t worker = fork();
  if (worker == 0) {
    close(ends[0]);
    Work(path, step, ends[1]);
  }
  close(ends[1]);
  usleep(wait_us);
  kill(worker, SIGKILL);
  int status = 0;
  waitpid(worker, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the worker ended by itself with " << WEXITSTATUS(status);
  int told = 0;
  char bytes[4096];
  ssize_t got = 0;
  while ((got = read(ends[0], bytes, sizeof bytes)) > 0) told += static_cast<int>(got);
  close(ends[0]);
  return told;
}

// `step` phases were acknowledged; the next may have been done as well.
void ExpectAcknowledged(Ledger* ledger, int step) {
  std::map<State, int64_t> counts;
  int64_t payments = 0;
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger->ForEachPayment(
      {},
      [&](const Payment& payment) {
        ++counts[payment.state];
        return ++payments != 0;
      },
      &diagnostics));
  const auto rounds = [&](int phase) { return (step + kPhases - 1 - phase) / kPhases; };
  const auto is = [&](int64_t count, int phase) {
    const int64_t low = int64_t{kBatch} * rounds(phase);
    return count == low || (step % kPhases == phase && count == low + kBatch);
  };
  const int64_t posted = counts[State::kPaid];
  const int64_t exported = posted + counts[State::kExported];
  EXPECT_TRUE(is(posted, kPosted)) << posted << " posted after step " << step;
  EXPECT_TRUE(is(exported, kExported)) << exported << " exported after step " << step;
  EXPECT_TRUE(is(payments, kReserved)) << payments << " reserved after step " << step;
  const Balance balance = BalanceOf(ledger);
  EXPECT_EQ(balance.posted_fen, posted * kAmountFen);
  EXPECT_EQ(balance.reserved_fen, (payments - posted) * kAmountFen);
  ExpectSound(ledger);
}

TEST(KillTest, NothingLostNothingTwice) {
  const char* const given = std::getenv("ZHIDA_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  std::mt19937_64 random(seed);
  const int kills = FullSize() ? 300 : 20;
  Place place(Backend::kSqlite, Disk::kReal);
  {
    const auto ledger = place.Open();
    Diagnostics diagnostics;
    ASSERT_TRUE(ledger->SetBudget("pool", 2026, kBudgetFen, kPlanner, &diagnostics));
  }
  int step = 0;
  int silent = 0;
  // Grows where the worker is slow to begin, as on a busy machine and under a sanitizer.
  uint64_t longest_us = 60'000;
  for (int i = 0; i < kills; ++i) {
    const int told = RunAndKill(place.url(), step, static_cast<useconds_t>(random() % longest_us));
    silent += told == 0 ? 1 : 0;
    longest_us = told == 0 ? std::min<uint64_t>(longest_us * 3 / 2, 1'000'000)
                           : std::max<uint64_t>(longest_us * 2 / 3, 60'000);
    step += told;
    const auto ledger = place.Open();
    ASSERT_TRUE(ledger);
    ExpectAcknowledged(ledger.get(), step);
    ASSERT_FALSE(HasFailure()) << "kill " << i << ", ZHIDA_SEED=" << seed;
  }
  EXPECT_GT(step, kills / 2) << "the workers got nowhere";
  std::printf("kills: %d (%d before anything was acknowledged), %d steps acknowledged, seed %llu\n", kills,
              silent, step, static_cast<unsigned long long>(seed));
}

TEST(TwoProcesses, TheSecondIsRefused) {
  Place place(Backend::kSqlite);
  const auto ledger = place.Open();
  const pid_t second = fork();
  if (second == 0) {
    Diagnostics diagnostics;
    const auto other = Ledger::Open(place.url(), {}, &diagnostics);
    _exit(other == nullptr && CodeOf(diagnostics) == "ZD7103" ? 0 : 1);
  }
  int status = 0;
  waitpid(second, &status, 0);
  EXPECT_EQ(status, 0);
  // The one that was there is not disturbed.
  Diagnostics diagnostics;
  EXPECT_TRUE(ledger->SetBudget("pool", 2026, 5, kPlanner, &diagnostics)) << diagnostics.Text();
}

}  // namespace
}  // namespace zhida::ledger
