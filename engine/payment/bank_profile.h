// BankProfile: how one bank wants its payment files, and which account pays. Read from a YAML file:
//
//   debtor: {name: 样例市财政局, account: "3500123456789012345", bank: "102391000018"}
//   format: pain.001.001.09        # or csv
//   transfers_max: 10000           # in one file; more make several
//   csv:                           # format: csv alone
//     encoding: gb18030            # or utf-8, utf-8-bom
//     line_end: crlf               # or lf
//     separator: comma             # or tab, semicolon, bar
//     head:                        # lines before the titles; {batch} {date} {count} {total} {total_fen}
//       - [批次号, "{batch}", 笔数, "{count}", 总金额, "{total}"]   # {payer_name} {payer_account}
//       {payer_bank}
//     titles: true                 # a line with the titles of the columns
//     columns:
//       - {title: 户名, value: "{payee_name}"}     # also {line} {id} {payee_account} {payee_bank}
//       - {title: 金额, value: "{amount}"}         # {amount_fen} {memo} and what a head may hold
//     tail: []                     # lines after the last transfer
//
// Immutable once read; any thread. Mistakes are reported all at once with file, line and column: ZD10xx,
// ZD20xx and ZD8001.
#ifndef ZHIDA_ENGINE_PAYMENT_BANK_PROFILE_H_
#define ZHIDA_ENGINE_PAYMENT_BANK_PROFILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/payment/transfer.h"

namespace zhida::payment {

enum class FileFormat : uint8_t { kPain001, kCsv };
enum class CsvEncoding : uint8_t { kUtf8, kUtf8Bom, kGb18030 };

// What a cell of a CSV file may hold, in the order of kCellFields (bank_profile.cc).
enum class CellField : uint8_t {
  kText,  // as written in the profile
  kBatch,
  kDate,
  kCount,
  kTotal,
  kTotalFen,
  kPayerName,
  kPayerAccount,
  kPayerBank,
  kLine,
  kId,
  kAmount,
  kAmountFen,
  kPayeeName,
  kPayeeAccount,
  kPayeeBank,
  kMemo,
};

struct CellPart {
  CellField field = CellField::kText;
  std::string text;
};
using CellTemplate = std::vector<CellPart>;
using LineTemplate = std::vector<CellTemplate>;

struct CsvLayout {
  CsvEncoding encoding = CsvEncoding::kUtf8;
  bool crlf = true;
  char separator = ',';
  bool titles = true;
  std::vector<LineTemplate> head;
  std::vector<std::string> column_titles;
  LineTemplate columns;
  std::vector<LineTemplate> tail;
};

struct BankProfile {
  FileFormat format = FileFormat::kPain001;
  BankAccount debtor;
  int64_t transfers_max = 10'000;
  CsvLayout csv;

  // The ending of its files, with the dot.
  std::string_view extension() const { return format == FileFormat::kCsv ? ".csv" : ".xml"; }
};

std::optional<BankProfile> ReadBankProfile(std::string_view bytes, const std::string& file,
                                           Diagnostics& diagnostics);

}  // namespace zhida::payment

#endif  // ZHIDA_ENGINE_PAYMENT_BANK_PROFILE_H_
