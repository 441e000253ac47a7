#include "engine/payout/allocate.h"

#include <algorithm>
#include <numeric>

namespace zhida::payout {
namespace {

using pack::Control;

// Claims in their turn until one does not fit; those behind it do not overtake it.
void InTurn(std::span<const Claim> claims, std::span<const uint8_t> out, int64_t free, int64_t* given) {
  bool full = false;
  for (size_t i = 0; i < claims.size(); ++i) {
    if (out[i] != 0) continue;
    full = full || claims[i].fen > free;
    given[i] = full ? 0 : claims[i].fen;
    free -= given[i];
  }
}

// Each the same part of its claim, in whole units; units that rounding down leaves go to the largest
// remainders, the earlier claim among equals.
void ProRata(std::span<const Claim> claims, std::span<const uint8_t> out, int64_t free, int64_t unit,
             int64_t* given) {
  int128_t asked = 0;
  for (size_t i = 0; i < claims.size(); ++i) asked += out[i] != 0 ? 0 : claims[i].fen;
  if (asked <= free) {
    for (size_t i = 0; i < claims.size(); ++i) given[i] = out[i] != 0 ? given[i] : claims[i].fen;
    return;
  }
  const int128_t units = free / unit;
  struct Remainder {
    int128_t rest;
    size_t claim;
  };
  std::vector<Remainder> rests;
  rests.reserve(claims.size());
  int128_t left = units;
  for (size_t i = 0; i < claims.size(); ++i) {
    if (out[i] != 0) continue;
    // At most 2^63 * 2^63, which fits.
    const int128_t share = int128_t{claims[i].fen} * units;
    given[i] = static_cast<int64_t>(share / asked) * unit;
    left -= share / asked;
    // A share is never rounded up beyond the claim itself.
    if (claims[i].fen - given[i] >= unit) rests.push_back({share % asked, i});
  }
  const auto larger = [](const Remainder& a, const Remainder& b) {
    return a.rest != b.rest ? a.rest > b.rest : a.claim < b.claim;
  };
  const size_t winners = std::min(rests.size(), static_cast<size_t>(left));
  std::nth_element(rests.begin(), rests.begin() + static_cast<ptrdiff_t>(winners), rests.end(), larger);
  for (size_t i = 0; i < winners; ++i) given[rests[i].claim] += unit;
}

// One round among the claims that are not out.
void Round(const AllocationRule& rule, std::span<const Claim> claims, std::span<const uint8_t> out,
           int64_t* given) {
  if (rule.control == Control::kProrata) {
    ProRata(claims, out, rule.free_fen, rule.unit_fen, given);
  } else if (rule.control == Control::kOpen) {
    for (size_t i = 0; i < claims.size(); ++i) given[i] = claims[i].fen;
  } else {
    InTurn(claims, out, rule.free_fen, given);
  }
}

}  // namespace

Allocation Allocate(const AllocationRule& rule, std::span<const Claim> claims) {
  Allocation result;
  result.given.resize(claims.size());
  result.too_small.resize(claims.size());
  for (int64_t round = 0; round <= rule.refill; ++round) {
    Round(rule, claims, result.too_small, result.given.data());
    bool dropped = false;
    for (size_t i = 0; i < claims.size(); ++i) {
      const Claim& claim = claims[i];
      const int64_t given = result.given[i];
      if (result.too_small[i] != 0 || given == 0 || !FallsBelow(claim, given)) continue;
      result.too_small[i] = 1;
      dropped = true;
    }
    if (!dropped) break;
  }
  return result;
}

std::vector<int64_t> Share(int64_t fen, std::span<const pack::ShareLevel> levels) {
  std::vector<int64_t> shares(levels.size(), 0);
  int128_t whole = 0;
  for (const pack::ShareLevel& level : levels) whole += level.part;
  int64_t rest = fen;
  for (size_t i = 1; i < levels.size(); ++i) {
    const int128_t twice = 2 * int128_t{fen} * levels[i].part;
    shares[i] = std::min(rest, static_cast<int64_t>((twice + whole) / (2 * whole)));
    rest -= shares[i];
  }
  shares[0] = rest;
  return shares;
}

}  // namespace zhida::payout
