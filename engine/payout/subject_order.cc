#include "engine/payout/subject_order.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/base/parallel.h"

namespace zhida::payout {
namespace {

constexpr size_t kRunRows = 65'536;    // that one thread reads at a time
constexpr size_t kPicksPerPiece = 16;  // the more, the more alike pieces are in size
constexpr size_t kHeadBytes = sizeof(Stretch::head);

// Big-endian, so that numbers compare as bytes do; a text that ends before is filled with zeros.
std::array<uint64_t, 3> HeadOf(std::string_view text) {
  std::array<uint64_t, 3> head{};
  std::memcpy(head.data(), text.data(), std::min(text.size(), kHeadBytes));
  for (uint64_t& word : head) {
    if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
  }
  return head;
}

}  // namespace

int SubjectOrder::Compare(const Stretch& a, const Stretch& b) const {
  for (size_t i = 0; i < a.head.size(); ++i) {
    if (a.head[i] != b.head[i]) return a.head[i] < b.head[i] ? -1 : 1;
  }
  return SubjectOf(a).compare(SubjectOf(b));
}

std::vector<Stretch> SubjectOrder::StretchesOf(size_t first, size_t last) const {
  std::vector<Stretch> found;
  TextRef before;
  for (size_t row = first; row < last; ++row) {
    // The table keeps the text of a subject once for rows that follow each other.
    const TextRef subject = awards_.rows[row].subject;
    if (!found.empty() && subject == before) {
      ++found.back().count;
      continue;
    }
    before = subject;
    found.push_back({HeadOf(awards_.View(subject)), static_cast<uint32_t>(row), 1});
  }
  return found;
}

// Subjects that divide the pieces: a subject belongs to the piece behind the last divider that is not above
// it.
std::vector<Stretch> SubjectOrder::PickDividers(std::span<const std::vector<Stretch>> runs,
                                                size_t pieces) const {
  size_t count = 0;
  for (const std::vector<Stretch>& run : runs) count += run.size();
  const size_t step = std::max<size_t>(1, count / (pieces * kPicksPerPiece));
  std::vector<Stretch> picks;
  size_t at = 0;
  for (const std::vector<Stretch>& run : runs) {
    for (; at < run.size(); at += step) picks.push_back(run[at]);
    at -= run.size();
  }
  std::sort(picks.begin(), picks.end(),
            [this](const Stretch& a, const Stretch& b) { return Compare(a, b) < 0; });
  std::vector<Stretch> dividers;
  for (size_t piece = 1; piece < pieces; ++piece) {
    const Stretch& pick = picks[piece * picks.size() / pieces];
    if (dividers.empty() || !SameSubject(dividers.back(), pick)) dividers.push_back(pick);
  }
  return dividers;
}

SubjectOrder::SubjectOrder(const AwardTable& awards, size_t piece_rows, int threads) : awards_(awards) {
  const size_t rows = awards.rows.size();
  std::vector<std::vector<Stretch>> runs((rows + kRunRows - 1) / kRunRows);
  ParallelFor(runs.size(), threads, [&](size_t run) {
    runs[run] = StretchesOf(run * kRunRows, std::min(rows, (run + 1) * kRunRows));
  });
  const std::vector<Stretch> dividers = PickDividers(runs, rows / piece_rows + 1);
  const size_t pieces = dividers.size() + 1;
  // Where the stretches of each run begin within each piece: first their number, then the place.
  std::vector<std::vector<uint32_t>> piece_of(runs.size());
  std::vector<std::vector<size_t>> places(runs.size());
  std::vector<std::vector<size_t>> row_counts(runs.size());
  ParallelFor(runs.size(), threads, [&](size_t run) {
    places[run].resize(pieces);
    row_counts[run].resize(pieces);
    piece_of[run].reserve(runs[run].size());
    for (const Stretch& stretch : runs[run]) {
      const auto above = std::upper_bound(
          dividers.begin(), dividers.end(), stretch,
          [this](const Stretch& a, const Stretch& divider) { return Compare(a, divider) < 0; });
      const auto piece = static_cast<size_t>(above - dividers.begin());
      piece_of[run].push_back(static_cast<uint32_t>(piece));
      ++places[run][piece];
      row_counts[run][piece] += stretch.count;
    }
  });
  size_t place = 0;
  size_t row = 0;
  for (size_t piece = 0; piece < pieces; ++piece) {
    begins_.push_back(place);
    first_rows_.push_back(row);
    for (size_t run = 0; run < runs.size(); ++run) {
      row += row_counts[run][piece];
      place += std::exchange(places[run][piece], place);
    }
  }
  begins_.push_back(place);
  first_rows_.push_back(row);
  stretches_.resize(place);
  ParallelFor(runs.size(), threads, [&](size_t run) {
    for (size_t i = 0; i < runs[run].size(); ++i) stretches_[places[run][piece_of[run][i]]++] = runs[run][i];
    runs[run] = {};
  });
}

std::span<const Stretch> SubjectOrder::Sort(size_t piece) {
  const std::span<Stretch> found(stretches_.data() + begins_[piece], begins_[piece + 1] - begins_[piece]);
  std::sort(found.begin(), found.end(), [this](const Stretch& a, const Stretch& b) {
    const int order = Compare(a, b);
    return order != 0 ? order < 0 : a.begin < b.begin;
  });
  return found;
}

}  // namespace zhida::payout
