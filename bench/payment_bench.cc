// Payment files: a million transfers streamed to disk, synced; and a statement of 100,000 entries read.
// Before the time is believed, the transfers in the file are counted again from its bytes.

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "engine/payment/bank_answer.h"
#include "engine/payment/file_writer.h"

namespace zhida::payment {
namespace {

constexpr char kDebtor[] =
    "debtor: {name: 样例市财政局, account: \"3500123456789012345\", bank: \"102391000018\"}\n";
constexpr char kCsv[] =
    "format: csv\ncsv:\n  encoding: gb18030\n  columns:\n    - {title: 户名, value: \"{payee_name}\"}\n"
    "    - {title: 账号, value: \"{payee_account}\"}\n    - {title: 行号, value: \"{payee_bank}\"}\n"
    "    - {title: 金额, value: \"{amount}\"}\n    - {title: 附言, value: \"{memo}\"}\n"
    "    - {title: 编号, value: \"{id}\"}\n";

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(2);
}

std::string IdOf(int64_t number) {
  char text[40];
  std::snprintf(text, sizeof text, "ZD%032llX", static_cast<unsigned long long>(number));
  return text;
}

int64_t AmountOf(int64_t number) { return 100 + number % 9'999'991; }

int64_t PeakKib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// A text that stands once in each transfer.
int64_t CountInFile(const std::string& path, const std::string& mark) {
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) Fail(path + " is missing");
  int64_t count = 0;
  char* line = nullptr;
  size_t room = 0;
  while (getline(&line, &room, file) > 0) {
    if (std::string_view(line).find(mark) != std::string_view::npos) ++count;
  }
  std::free(line);
  std::fclose(file);
  return count;
}

void WriteMillion(benchmark::State& state, const std::string& profile_text, const std::string& mark) {
  const int64_t count = state.range(0);
  Diagnostics diagnostics;
  const std::optional<BankProfile> profile = ReadBankProfile(profile_text, "bench", diagnostics);
  if (!profile) Fail(diagnostics.Text());
  Batch batch{"ZD-20261130-0001",
              "2026-11-29T09:30:00+08:00",
              *Date::FromCivil(2026, 11, 30),
              profile->debtor,
              count,
              0};
  for (int64_t i = 0; i < count; ++i) batch.total_fen += AmountOf(i);
  const std::string path = (std::filesystem::temp_directory_path() / "zhida-bench-payment").string();
  const int64_t before_kib = PeakKib();
  int64_t bytes = 0;
  for (auto _ : state) {
    std::filesystem::remove(path);
    OutputFile file(path, diagnostics);
    const std::unique_ptr<FileWriter> writer = MakeFileWriter(*profile, batch, file, diagnostics);
    bool ok = writer->Begin();
    for (int64_t i = 0; i < count && ok; ++i) {
      ok = writer->Add({IdOf(i),
                        AmountOf(i),
                        {"泉州样例机械有限公司", "6222021234567890123", "105397000017"},
                        "研发投入增量奖补"});
    }
    if (!ok || !writer->Finish() || !file.Finish() || !file.Publish()) Fail(diagnostics.Text());
    bytes += file.byte_count();
  }
  if (CountInFile(path, mark) != count) Fail("the file does not hold what was written");
  std::filesystem::remove(path);
  state.SetBytesProcessed(bytes);
  state.SetItemsProcessed(count * static_cast<int64_t>(state.iterations()));
  state.counters["file_MB"] = static_cast<double>(bytes) / 1e6 / static_cast<double>(state.iterations());
  state.counters["more_peak_KiB"] = static_cast<double>(PeakKib() - before_kib);
}

void BM_Pain001ToDisk(benchmark::State& state) {
  WriteMillion(state, std::string(kDebtor) + "format: pain.001.001.09\n", "<EndToEndId>ZD");
}
BENCHMARK(BM_Pain001ToDisk)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_CsvToDisk(benchmark::State& state) { WriteMillion(state, std::string(kDebtor) + kCsv, ",ZD0000"); }
BENCHMARK(BM_CsvToDisk)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_ReadStatement(benchmark::State& state) {
  const int64_t count = state.range(0);
  std::string text =
      "<Document "
      "xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr><MsgId>S</MsgId>"
      "</GrpHdr><Stmt>";
  for (int64_t i = 0; i < count; ++i) {
    text +=
        "<Ntry><Amt Ccy=\"CNY\">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><AcctSvcrRef>R" +
        std::to_string(i) + "</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>" + IdOf(i) +
        "</EndToEndId></Refs><Amt Ccy=\"CNY\">1.00</Amt></TxDtls></NtryDtls></Ntry>\n";
  }
  text += "</Stmt></BkToCstmrStmt></Document>";
  for (auto _ : state) {
    Diagnostics diagnostics;
    const std::optional<BankAnswer> answer = ReadBankAnswer(text, "s.xml", diagnostics);
    if (!answer || static_cast<int64_t>(answer->items.size()) != count) Fail(diagnostics.Text());
  }
  state.SetBytesProcessed(static_cast<int64_t>(text.size() * state.iterations()));
  state.SetItemsProcessed(count * static_cast<int64_t>(state.iterations()));
}
BENCHMARK(BM_ReadStatement)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace zhida::payment
