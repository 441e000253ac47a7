#include "engine/payment/bank_csv.h"

#include <iconv.h>

#include <cerrno>

namespace zhida::payment {
namespace {

// glibc's converter; a text of valid UTF-8 always has a form in GB18030.
class Gb18030 {
 public:
  Gb18030() : converter_(iconv_open("GB18030", "UTF-8")) {}
  ~Gb18030() {
    if (ok()) iconv_close(converter_);
  }
  Gb18030(const Gb18030&) = delete;
  Gb18030& operator=(const Gb18030&) = delete;

  bool ok() const { return converter_ != reinterpret_cast<iconv_t>(-1); }

  // False if the text cannot be converted; `text` is then left as it was.
  bool Convert(std::string* text) {
    std::string out(text->size() * 2 + 8, '\0');  // no character takes more than twice its UTF-8 bytes
    char* from = text->data();
    size_t from_left = text->size();
    char* to = out.data();
    size_t to_left = out.size();
    if (!ok() || iconv(converter_, &from, &from_left, &to, &to_left) == static_cast<size_t>(-1)) return false;
    out.resize(out.size() - to_left);
    *text = std::move(out);
    return true;
  }

 private:
  iconv_t converter_;
};

bool StartsFormula(std::string_view text) {
  constexpr std::string_view kAscii = "=+-@";
  constexpr std::string_view kFullWidth[] = {"＝", "＋", "－", "＠"};
  if (text.empty()) return false;
  if (kAscii.find(text.front()) != std::string_view::npos) return true;
  for (const std::string_view sign : kFullWidth) {
    if (text.starts_with(sign)) return true;
  }
  return false;
}

class CsvWriter final : public FileWriter {
 public:
  CsvWriter(const BankProfile& profile, const Batch& batch, ByteSink& sink, Diagnostics& diagnostics)
      : FileWriter(batch, sink, diagnostics), layout_(profile.csv) {}

 private:
  void WriteHead(std::string* out) override {
    if (layout_.encoding == CsvEncoding::kUtf8Bom) *out += "\xEF\xBB\xBF";
    for (const LineTemplate& line : layout_.head) AppendLine(line, nullptr, 0, out);
    if (!layout_.titles) return;
    std::string text;
    for (const std::string& title : layout_.column_titles) AppendCell(title, &text);
    AppendEncoded(std::move(text), out);
  }

  void WriteTransfer(const Transfer& transfer, int64_t line, std::string* out) override {
    AppendLine(layout_.columns, &transfer, line, out);
  }

  void WriteTail(std::string* out) override {
    for (const LineTemplate& line : layout_.tail) AppendLine(line, nullptr, 0, out);
  }

  void AppendLine(const LineTemplate& line, const Transfer* transfer, int64_t number, std::string* out) {
    std::string text;
    for (const CellTemplate& cell : line) {
      std::string value;
      for (const CellPart& part : cell) value += ValueOf(part, transfer, number);
      AppendCell(value, &text);
    }
    AppendEncoded(std::move(text), out);
  }

  void AppendCell(std::string_view value, std::string* text) const {
    if (StartsFormula(value)) {
      AppendQuoted("'" + std::string(value), text);
    } else {
      AppendQuoted(value, text);
    }
    *text += layout_.separator;
  }

  void AppendQuoted(std::string_view value, std::string* text) const {
    if (value.find_first_of("\"\r\n") == std::string_view::npos &&
        value.find(layout_.separator) == std::string_view::npos) {
      *text += value;
      return;
    }
    *text += '"';
    for (const char byte : value) {
      if (byte == '"') *text += '"';
      *text += byte;
    }
    *text += '"';
  }

  // Ends the line: each cell has put a separator behind itself, the last one too.
  void AppendEncoded(std::string line, std::string* out) {
    if (!line.empty()) line.pop_back();
    line += layout_.crlf ? "\r\n" : "\n";
    // A text that cannot be converted stays UTF-8, which the check of the count of bytes below cannot see;
    // but every text here was checked to be UTF-8, and all of Unicode is in GB18030.
    if (layout_.encoding == CsvEncoding::kGb18030) gb18030_.Convert(&line);
    *out += line;
  }

  std::string ValueOf(const CellPart& part, const Transfer* transfer, int64_t number) const {
    switch (part.field) {
      case CellField::kText:
        return part.text;
      case CellField::kBatch:
        return batch_.id;
      case CellField::kDate:
        return batch_.execution.ToString();
      case CellField::kCount:
        return std::to_string(batch_.count);
      case CellField::kTotal:
        return FenDecimal(batch_.total_fen);
      case CellField::kTotalFen:
        return std::to_string(batch_.total_fen);
      case CellField::kPayerName:
        return batch_.debtor.name;
      case CellField::kPayerAccount:
        return batch_.debtor.number;
      case CellField::kPayerBank:
        return batch_.debtor.bank;
      case CellField::kLine:
        return std::to_string(number);
      case CellField::kId:
        return transfer->end_to_end_id;
      case CellField::kAmount:
        return FenDecimal(transfer->amount_fen);
      case CellField::kAmountFen:
        return std::to_string(transfer->amount_fen);
      case CellField::kPayeeName:
        return transfer->payee.name;
      case CellField::kPayeeAccount:
        return transfer->payee.number;
      case CellField::kPayeeBank:
        return transfer->payee.bank;
      case CellField::kMemo:
        return transfer->memo;
    }
    return "";
  }

  const CsvLayout& layout_;
  Gb18030 gb18030_;
};

}  // namespace

std::unique_ptr<FileWriter> MakeCsvWriter(const BankProfile& profile, const Batch& batch, ByteSink& sink,
                                          Diagnostics& diagnostics) {
  if (profile.csv.encoding == CsvEncoding::kGb18030 && !Gb18030().ok()) {
    diagnostics.Error("ZD8104", {}, "this system cannot write GB18030",
                      "install the C library's converters (gconv), or choose utf-8");
    return nullptr;
  }
  return std::make_unique<CsvWriter>(profile, batch, sink, diagnostics);
}

}  // namespace zhida::payment
