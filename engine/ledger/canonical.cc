#include "engine/ledger/canonical.h"

#include "engine/base/digest.h"
#include "engine/ledger/ledger.h"

namespace zhida::ledger {
namespace {

constexpr size_t kEventBytesUsual = 160;

void AppendBigEndian(uint64_t value, int bytes, std::string* out) {
  char text[8];
  for (int i = 0; i < bytes; ++i) text[i] = static_cast<char>(value >> (8 * (bytes - 1 - i)));
  out->append(text, static_cast<size_t>(bytes));
}

void AppendNumber(int64_t value, std::string* out) { AppendBigEndian(static_cast<uint64_t>(value), 8, out); }

void AppendText(std::string_view text, std::string* out) {
  AppendBigEndian(text.size(), 4, out);
  out->append(text);
}

void AppendKey(const EventKey& key, std::string* out) {
  AppendText(key.subject, out);
  AppendText(key.kind, out);
  AppendText(key.object, out);
  AppendNumber(key.year, out);
  AppendText(key.part, out);
}

}  // namespace

std::string EventBytes(const EventKey& key, int32_t attempt) {
  std::string bytes;
  bytes.reserve(kEventBytesUsual);
  AppendText("zhida event 1", &bytes);
  AppendKey(key, &bytes);
  AppendNumber(attempt, &bytes);
  return bytes;
}

void AppendEntryBytes(const Entry& entry, std::string* out) {
  AppendText("zhida entry 1", out);
  AppendNumber(entry.seq, out);
  AppendText(EntryKindName(entry.kind), out);
  AppendNumber(entry.at, out);
  AppendText(entry.actor, out);
  AppendNumber(entry.payment, out);
  AppendKey(entry.key, out);
  AppendNumber(entry.attempt, out);
  AppendText(entry.policy, out);
  AppendText(entry.payee.name, out);
  AppendText(entry.payee.account, out);
  AppendText(entry.payee.bank, out);
  AppendText(entry.memo, out);
  AppendText(entry.link, out);
  AppendText(entry.pool, out);
  AppendNumber(entry.pool_year, out);
  AppendNumber(entry.amount_fen, out);
  AppendText(entry.file, out);
  AppendText(entry.reference, out);
  AppendText(entry.reason, out);
}

Digest ChainDigest(const Digest& before, const Entry& entry, std::string* buffer) {
  buffer->assign(reinterpret_cast<const char*>(before.data()), before.size());
  AppendEntryBytes(entry, buffer);
  return Sha256Bytes(*buffer);
}

std::string PaymentId(const EventKey& key, int32_t attempt) {
  const std::array<uint8_t, 32> digest = Sha256Bytes(EventBytes(key, attempt));
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string id(34, 'Z');
  id[1] = 'D';
  for (size_t i = 0; i < 16; ++i) {
    id[2 * i + 2] = kDigits[digest[i] >> 4];
    id[2 * i + 3] = kDigits[digest[i] & 15];
  }
  return id;
}

}  // namespace zhida::ledger
