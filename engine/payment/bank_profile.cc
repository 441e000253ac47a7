#include "engine/payment/bank_profile.h"

#include <memory>

#include "engine/base/text.h"
#include "engine/pack/tree.h"
#include "engine/pack/yaml_reader.h"

namespace zhida::payment {
namespace {

using pack::MappingReader;
using pack::Named;
using pack::Node;

constexpr Named<FileFormat> kFormats[] = {{"pain.001.001.09", FileFormat::kPain001},
                                          {"csv", FileFormat::kCsv}};
constexpr Named<CsvEncoding> kEncodings[] = {
    {"utf-8", CsvEncoding::kUtf8}, {"utf-8-bom", CsvEncoding::kUtf8Bom}, {"gb18030", CsvEncoding::kGb18030}};
constexpr Named<bool> kLineEnds[] = {{"crlf", true}, {"lf", false}};
constexpr Named<char> kSeparators[] = {{"comma", ','}, {"tab", '\t'}, {"semicolon", ';'}, {"bar", '|'}};

// Those up to the payer's are known once for a file, the others for each transfer.
constexpr Named<CellField> kCellFields[] = {
    {"batch", CellField::kBatch},
    {"date", CellField::kDate},
    {"count", CellField::kCount},
    {"total", CellField::kTotal},
    {"total_fen", CellField::kTotalFen},
    {"payer_name", CellField::kPayerName},
    {"payer_account", CellField::kPayerAccount},
    {"payer_bank", CellField::kPayerBank},
    {"line", CellField::kLine},
    {"id", CellField::kId},
    {"amount", CellField::kAmount},
    {"amount_fen", CellField::kAmountFen},
    {"payee_name", CellField::kPayeeName},
    {"payee_account", CellField::kPayeeAccount},
    {"payee_bank", CellField::kPayeeBank},
    {"memo", CellField::kMemo},
};

std::vector<std::string> FieldNames(bool of_transfers) {
  std::vector<std::string> names;
  for (const auto& field : kCellFields) {
    if (of_transfers || field.value < CellField::kLine) names.emplace_back(field.name);
  }
  return names;
}

class ProfileReader {
 public:
  explicit ProfileReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  BankProfile Read(const Node& root) {
    BankProfile profile;
    MappingReader reader(root, diagnostics_, "a bank profile");
    if (const Node* debtor = reader.RequiredMapping("debtor")) profile.debtor = ReadDebtor(*debtor);
    profile.format = reader.RequiredEnum("format", kFormats).value_or(FileFormat::kPain001);
    profile.transfers_max =
        reader.OptionalInt("transfers_max", 1, kTransfersMax).value_or(profile.transfers_max);
    if (profile.format == FileFormat::kCsv) {
      if (const Node* csv = reader.RequiredMapping("csv")) profile.csv = ReadCsv(*csv);
    }
    reader.Finish();
    return profile;
  }

 private:
  void Mistake(const Node& node, const std::string& what, std::string mend) {
    diagnostics_.Error("ZD8001", node.Where(), what, std::move(mend));
  }

  BankAccount ReadDebtor(const Node& node) {
    BankAccount account;
    MappingReader reader(node, diagnostics_, "the debtor");
    account.name = reader.RequiredString("name");
    account.number = reader.RequiredString("account");
    account.bank = reader.RequiredString("bank");
    reader.Finish();
    if (!reader.ok()) return account;
    for (const std::string& fault :
         {TextFault("the payer's name", account.name, kNameCharactersMax),
          NumberFault("the payer's account", account.number, kAccountCharactersMax),
          NumberFault("the payer's bank", account.bank, kIdCharactersMax)}) {
      if (!fault.empty()) Mistake(node, fault, "write it as the bank knows it");
    }
    return account;
  }

  CsvLayout ReadCsv(const Node& node) {
    CsvLayout layout;
    MappingReader reader(node, diagnostics_, "\"csv\" of a bank profile");
    layout.encoding = reader.Enum("encoding", kEncodings, CsvEncoding::kUtf8);
    layout.crlf = reader.Enum("line_end", kLineEnds, true);
    layout.separator = reader.Enum("separator", kSeparators, ',');
    layout.titles = reader.Bool("titles", true);
    for (const Node* line : reader.List("head")) layout.head.push_back(ReadLine(*line));
    for (const Node* column : reader.RequiredList("columns")) ReadColumn(*column, &layout);
    for (const Node* line : reader.List("tail")) layout.tail.push_back(ReadLine(*line));
    reader.Finish();
    CheckColumns(node, layout);
    return layout;
  }

  // A file without these pays nobody, or cannot be joined with the bank's answer.
  void CheckColumns(const Node& node, const CsvLayout& layout) {
    const auto has = [&](CellField field) {
      for (const CellTemplate& cell : layout.columns) {
        for (const CellPart& part : cell) {
          if (part.field == field) return true;
        }
      }
      return false;
    };
    if (!has(CellField::kAmount) && !has(CellField::kAmountFen)) {
      Mistake(node, "no column holds the amount", "add {title: 金额, value: \"{amount}\"}");
    }
    for (const auto& [field, name] :
         {std::pair(CellField::kPayeeName, "payee_name"),
          std::pair(CellField::kPayeeAccount, "payee_account"), std::pair(CellField::kId, "id")}) {
      if (has(field)) continue;
      Mistake(node, std::string("no column holds {") + name + "}",
              field == CellField::kId ? "add one, for the bank's answer is joined by it"
                                      : "add one, for the bank pays by it");
    }
  }

  void ReadColumn(const Node& node, CsvLayout* layout) {
    MappingReader reader(node, diagnostics_, "a column");
    layout->column_titles.push_back(reader.RequiredString("title"));
    const Node* value = reader.Required("value");
    layout->columns.push_back(value == nullptr ? CellTemplate() : ReadCell(*value, /*of_transfers=*/true));
    reader.Finish();
  }

  LineTemplate ReadLine(const Node& node) {
    LineTemplate line;
    if (!node.is_sequence()) {
      Mistake(node, "a line is a list of cells, not " + std::string(pack::KindName(node.kind())),
              "write [批次号, \"{batch}\"]");
    }
    for (const Node& cell : node.items()) line.push_back(ReadCell(cell, /*of_transfers=*/false));
    return line;
  }

  CellTemplate ReadCell(const Node& node, bool of_transfers) {
    CellTemplate cell;
    const std::optional<std::string> text = pack::ReadText(node, "a cell", diagnostics_);
    if (!text) return cell;
    if (const std::string fault = TextFault("a cell", *text, kNameCharactersMax, true); !fault.empty()) {
      Mistake(node, fault, "shorten or mend it");
      return cell;
    }
    size_t at = 0;
    while (at < text->size()) {
      const size_t open = text->find('{', at);
      if (open != at) {
        cell.push_back({CellField::kText, text->substr(at, open - at)});
        if (open == std::string::npos) break;
      }
      const size_t close = text->find('}', open);
      const std::string name = text->substr(open + 1, close == std::string::npos ? close : close - open - 1);
      const std::optional<CellField> field = close == std::string::npos ? std::nullopt : FieldOf(name);
      if (!field || (!of_transfers && *field >= CellField::kLine)) {
        const std::vector<std::string> names = FieldNames(of_transfers);
        Mistake(node, JsonQuote("{" + name + "}") + " stands for nothing here",
                "there are {" + Join(names, "} {") + "}" + DidYouMean(name, names));
        return cell;
      }
      cell.push_back({*field, ""});
      at = close + 1;
    }
    return cell;
  }

  static std::optional<CellField> FieldOf(std::string_view name) {
    for (const auto& field : kCellFields) {
      if (field.name == name) return field.value;
    }
    return std::nullopt;
  }

  Diagnostics& diagnostics_;
};

}  // namespace

std::optional<BankProfile> ReadBankProfile(std::string_view bytes, const std::string& file,
                                           Diagnostics& diagnostics) {
  const std::unique_ptr<const pack::Tree> tree = pack::ReadYaml(bytes, file, diagnostics);
  if (tree == nullptr) return std::nullopt;
  const size_t before = diagnostics.error_count();
  BankProfile profile = ProfileReader(diagnostics).Read(tree->root());
  if (diagnostics.error_count() != before) return std::nullopt;
  return profile;
}

}  // namespace zhida::payment
