// What the tests of payment share: made-up batches and profiles, a sink in memory.
#ifndef ZHIDA_TESTS_PAYMENT_FIXTURE_H_
#define ZHIDA_TESTS_PAYMENT_FIXTURE_H_

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/payment/bank_profile.h"
#include "engine/payment/file_writer.h"
#include "engine/payment/transfer.h"

namespace zhida::payment {

class TextSink final : public ByteSink {
 public:
  bool Write(std::string_view bytes) override {
    text += bytes;
    return true;
  }
  std::string text;
};

inline constexpr std::string_view kPain001Profile =
    "debtor: {name: 样例市财政局, account: \"3500123456789012345\", bank: \"102391000018\"}\n"
    "format: pain.001.001.09\n";

inline constexpr std::string_view kCsvProfile =
    "debtor: {name: 样例市财政局, account: \"3500123456789012345\", bank: \"102391000018\"}\n"
    "format: csv\n"
    "csv:\n"
    "  head:\n"
    "    - [批次号, \"{batch}\", 笔数, \"{count}\", 总金额, \"{total}\"]\n"
    "  columns:\n"
    "    - {title: 序号, value: \"{line}\"}\n"
    "    - {title: 收款户名, value: \"{payee_name}\"}\n"
    "    - {title: 收款账号, value: \"{payee_account}\"}\n"
    "    - {title: 行号, value: \"{payee_bank}\"}\n"
    "    - {title: 金额, value: \"{amount}\"}\n"
    "    - {title: 附言, value: \"{memo}\"}\n"
    "    - {title: 业务编号, value: \"{id}\"}\n";

inline BankProfile Profile(std::string_view text) {
  Diagnostics diagnostics;
  std::optional<BankProfile> profile = ReadBankProfile(text, "bank.yaml", diagnostics);
  if (!profile) throw std::runtime_error(diagnostics.Text());
  return *profile;
}

inline Batch BatchOf(const std::vector<Transfer>& transfers) {
  Batch batch;
  batch.id = "ZD-20261130-0001";
  batch.created_at = "2026-11-29T09:30:00+08:00";
  batch.execution = *Date::FromCivil(2026, 11, 30);
  batch.debtor = {"样例市财政局", "3500123456789012345", "102391000018"};
  batch.count = static_cast<int64_t>(transfers.size());
  for (const Transfer& transfer : transfers) batch.total_fen += transfer.amount_fen;
  return batch;
}

inline Transfer TransferOf(int number, int64_t amount_fen, std::string name = "泉州样例机械有限公司") {
  const std::string digits = std::to_string(number);
  return {"ZD" + std::string(32 - digits.size(), '0') + digits,
          amount_fen,
          {std::move(name), "622202" + std::string(13 - digits.size(), '0') + digits, "105397000017"},
          "研发投入增量奖补"};
}

// The bytes, or the diagnostics where it fails.
inline std::string Written(const BankProfile& profile, const Batch& batch,
                           const std::vector<Transfer>& transfers) {
  Diagnostics diagnostics;
  TextSink sink;
  const std::unique_ptr<FileWriter> writer = MakeFileWriter(profile, batch, sink, diagnostics);
  bool ok = writer != nullptr && writer->Begin();
  for (const Transfer& transfer : transfers) ok = ok && writer->Add(transfer);
  ok = ok && writer->Finish();
  return ok ? sink.text : diagnostics.Text();
}

inline std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A folder of its own for one test, gone at its end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "zhida-payment-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch folder");
    path_ = name;
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace zhida::payment

#endif  // ZHIDA_TESTS_PAYMENT_FIXTURE_H_
