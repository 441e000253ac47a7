#include "engine/ledger/entry.h"

#include <cstddef>

namespace zhida::ledger {
namespace {

constexpr std::array<std::string_view, kStates> kStateNames = {
    "reserved", "held", "exported", "pending", "paid", "rejected", "unknown", "returned", "void",
};
constexpr std::array<std::string_view, kEntryKinds> kKindNames = {
    "budget",  "close", "carry_over", "reserve", "hold",   "release", "export",  "withdraw", "pending",
    "unknown", "post",  "reject",     "void",    "return", "demand",  "recover", "file_out", "file_in",
};

template <typename Name, size_t count>
std::optional<Name> FromName(const std::array<std::string_view, count>& names, std::string_view name) {
  for (size_t i = 0; i < count; ++i) {
    if (names[i] == name) return static_cast<Name>(i);
  }
  return std::nullopt;
}

int HexValue(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

}  // namespace

std::string_view StateName(State state) { return kStateNames[static_cast<size_t>(state)]; }
std::optional<State> StateFromName(std::string_view name) { return FromName<State>(kStateNames, name); }
bool IsLive(State state) { return state != State::kVoid && state != State::kReturned; }

std::string_view EntryKindName(EntryKind kind) { return kKindNames[static_cast<size_t>(kind)]; }
std::optional<EntryKind> EntryKindFromName(std::string_view name) {
  return FromName<EntryKind>(kKindNames, name);
}

std::string DigestHex(const Digest& digest) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const uint8_t byte : digest) {
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 15]);
  }
  return hex;
}

std::optional<Digest> DigestFromHex(std::string_view hex) {
  Digest digest{};
  if (hex.size() != 2 * digest.size()) return std::nullopt;
  for (size_t i = 0; i < digest.size(); ++i) {
    const int high = HexValue(hex[2 * i]);
    const int low = HexValue(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    digest[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return digest;
}

}  // namespace zhida::ledger
