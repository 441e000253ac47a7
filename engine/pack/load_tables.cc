// The shape of decision tables; their expressions are parsed in parse_tables.cc when definition_scope.cc
// asks.
#include <algorithm>
#include <memory>
#include <utility>

#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/pack/constant.h"
#include "engine/pack/definition_scope.h"
#include "engine/pack/loader.h"
#include "engine/pack/table_source.h"
#include "engine/pack/type_text.h"

namespace zhida::pack {
namespace {

using feel::HitPolicy;

// Reads the shape of one table.
class TableReader {
 public:
  TableReader(Loading& loading, const Item& item)
      : loading_(loading), item_(item), table_(std::make_shared<TableSource>()) {}

  // Null if the item is no mapping.
  std::shared_ptr<const TableSource> Run() {
    MappingReader reader(*item_.node, diagnostics(), "a table");
    if (!reader.is_mapping()) return nullptr;
    table_->where = item_.node->Where();
    table_->index = DeclareDefinition(loading_, reader, &table_->decision);
    if (const std::optional<std::string> hit = reader.OptionalString("hit")) ReadHit(reader, *hit);
    table_->conditions = reader.Optional("inputs") == nullptr;
    if (table_->conditions) {
      table_->inputs.push_back({"when", nullptr, nullptr});
    } else {
      for (const Node* input : reader.RequiredList("inputs")) ReadInput(*input);
    }
    for (const Node* output : reader.RequiredList("outputs")) ReadOutput(*output);
    if (const Node* node = reader.Optional("default")) ReadDefault(*node);
    if (const Node* rules = reader.Required("rules")) ReadRules(*rules);
    for (const std::string_view key : {"cite", "article", "note"}) reader.OptionalString(key);
    reader.Finish();
    CheckHit();
    table_->good =
        table_->good && !table_->inputs.empty() && !table_->outputs.empty() && !table_->rules.empty();
    return table_;
  }

 private:
  Diagnostics& diagnostics() { return loading_.diagnostics(); }
  const std::string& name() const {
    return loading_.model().definitions[static_cast<size_t>(table_->index)].name;
  }

  void Wrong(const char* code, const Location& where, std::string what, std::string mend) {
    diagnostics().Error(code, where, std::move(what), std::move(mend));
  }

  void ReadHit(MappingReader& reader, const std::string& text) {
    const std::optional<HitPolicy> hit = feel::HitPolicyFromName(text);
    if (hit) {
      table_->hit = *hit;
    } else {
      reader.Error("hit", "ZD2510", JsonQuote(text) + " is no hit policy",
                   "write one of U A P F R O C C+ C< C> C#");
    }
  }

  void ReadInput(const Node& node) {
    MappingReader reader(node, diagnostics(), "an input");
    InputSource input;
    input.label = reader.RequiredString("label");
    input.is = reader.Required("is");
    input.values = reader.Optional("values");
    reader.Finish();
    for (const InputSource& other : table_->inputs) {
      if (!input.label.empty() && other.label == input.label)
        reader.Error("label", "ZD2511", "the label " + JsonQuote(input.label) + " is there twice",
                     "choose another");
    }
    table_->good = table_->good && input.is != nullptr;
    table_->inputs.push_back(std::move(input));
  }

  void ReadOutput(const Node& node) {
    MappingReader reader(node, diagnostics(), "an output");
    OutputSource output;
    output.id = ReadId(reader, "id", IdForm::kWord);
    output.name = ReadName(reader, "name", output.id, false);
    if (const Node* type = reader.Optional("type")) output.type = ParseResultType(*type, loading_);
    for (const Node* value : reader.List("values")) {
      std::optional<Value> constant = ReadConstant(*value, "a value", diagnostics());
      if (constant) output.values.push_back(*std::move(constant));
    }
    reader.Finish();
    for (const OutputSource& other : table_->outputs) {
      if (!output.id.empty() && other.id == output.id)
        reader.Error("id", "ZD2511", "the output " + JsonQuote(output.id) + " is there twice",
                     "choose another id");
    }
    table_->outputs.push_back(std::move(output));
  }

  // One expression, or one for each output by its id.
  void ReadDefault(const Node& node) {
    if (!node.is_mapping() && table_->outputs.size() == 1) {
      table_->outputs[0].default_node = &node;
      return;
    }
    MappingReader reader(node, diagnostics(), "the default of a table with several outputs");
    for (OutputSource& output : table_->outputs) {
      if (!output.id.empty()) output.default_node = reader.Required(output.id);
    }
    reader.Finish();
  }

  void ReadRules(const Node& rules) {
    if (rules.is_scalar()) {
      ReadCsvRules(rules);
    } else if (rules.is_sequence()) {
      for (const Node& rule : rules.items()) ReadRule(rule);
    } else {
      Wrong("ZD2512", rules.Where(), "\"rules\" must be a list or the name of a CSV file",
            "write rules: [...] or rules: name.csv");
      return;
    }
    if (rules.is_sequence() && rules.items().empty())
      Wrong("ZD2512", rules.Where(), "the table has no rules", "add some");
    if (table_->rules.size() > limits::kTableRulesMax) {
      Wrong("ZD2016", rules.Where(),
            "the table has " + std::to_string(table_->rules.size()) +
                " rules, more than kTableRulesMax = " + std::to_string(limits::kTableRulesMax),
            "split it");
      table_->rules.resize(limits::kTableRulesMax);
    }
  }

  static std::vector<CellSource> CellsOf(const std::vector<const Node*>& nodes) {
    std::vector<CellSource> cells;
    for (const Node* node : nodes) cells.push_back({node, node->text(), node->Where()});
    return cells;
  }

  // A list of cells; a single one may stand without the list where the table needs no more.
  static std::vector<CellSource> CellsAt(MappingReader& reader, std::string_view key, const Node& node,
                                         bool one) {
    if (one && node.is_scalar()) return CellsOf({&node});
    return CellsOf(reader.RequiredList(key));
  }

  void ReadRule(const Node& node) {
    MappingReader reader(node, diagnostics(), "a rule");
    RuleSource rule;
    const Node* when = reader.Required("when");
    const Node* then = reader.Required("then");
    if (when != nullptr) rule.cells = CellsAt(reader, "when", *when, table_->conditions);
    if (then != nullptr) rule.outputs = CellsAt(reader, "then", *then, table_->outputs.size() == 1);
    rule.note = reader.OptionalString("note").value_or("");
    reader.Finish();
    if (rule.cells.empty() || rule.outputs.empty()) return;
    const bool cells =
        CountFits("when", rule.cells.size(), table_->inputs.size(), "input", *node.Find("when"));
    const bool outputs =
        CountFits("then", rule.outputs.size(), table_->outputs.size(), "output", *node.Find("then"));
    if (cells && outputs) table_->rules.push_back(std::move(rule));
  }

  bool CountFits(std::string_view key, size_t found, size_t wanted, const std::string& sort,
                 const Node& node) {
    if (found == wanted || wanted == 0) return found == wanted;
    Wrong("ZD2514", node.Where(),
          "\"" + std::string(key) + "\" holds " + std::to_string(found) + (found == 1 ? " text" : " texts") +
              ", but the table has " + std::to_string(wanted) + " " + sort + (wanted == 1 ? "" : "s"),
          key == "when" ? "write one cell for each input, \"-\" where any value will do"
                        : "write one for each output");
    return false;
  }

  void ReadCsvRules(const Node& file) {
    const CsvTable* csv = loading_.Csv(*item_.source, "tables/" + std::string(file.text()), file.Where());
    if (csv == nullptr || !HeaderFits(*csv)) return;
    if (csv->row_count() == 1) Wrong("ZD2512", {csv->file()}, "the table has no rules", "add some");
    const size_t inputs = table_->inputs.size();
    const size_t outputs = table_->outputs.size();
    for (size_t i = 1; i < csv->row_count(); ++i) {
      const std::span<const CsvCell> row = csv->Row(i);
      RuleSource rule;
      for (size_t k = 0; k < inputs + outputs; ++k) {
        CellSource cell{nullptr, row[k].text, csv->Where(row[k])};
        if (row[k].quoted) ++cell.where.column;
        (k < inputs ? rule.cells : rule.outputs).push_back(std::move(cell));
      }
      if (row.size() > inputs + outputs) rule.note = std::string(row[inputs + outputs].text);
      table_->rules.push_back(std::move(rule));
    }
  }

  // The header names the inputs, then the outputs, then perhaps the note, in the order in which they are
  // declared.
  bool HeaderFits(const CsvTable& csv) {
    std::vector<std::string> wanted;
    for (const InputSource& input : table_->inputs) wanted.push_back(input.label);
    for (const OutputSource& output : table_->outputs) wanted.push_back(output.id);
    const std::span<const CsvCell> header = csv.Row(0);
    std::vector<std::string> found;
    for (const CsvCell& cell : header) found.emplace_back(TrimAscii(cell.text));
    if (found.size() == wanted.size() + 1 && found.back() == "note") found.pop_back();
    if (found == wanted) return true;
    size_t first = 0;
    while (first < found.size() && first < wanted.size() && found[first] == wanted[first]) ++first;
    Wrong("ZD2515", csv.Where(header[std::min(first, header.size() - 1)]),
          "the header does not fit table " + name() + ": found " + Join(found, ","),
          "write " + Join(wanted, ",") + " and perhaps note");
    return false;
  }

  void CheckHit() {
    const TableSource& table = *table_;
    if (Aggregates(table.hit) && table.outputs.size() > 1) {
      Wrong("ZD2516", table.where,
            "hit policy " + std::string(feel::HitPolicyName(table.hit)) +
                " takes one output, but the table has " + std::to_string(table.outputs.size()),
            "make a table for each output");
    }
    for (const OutputSource& output : table.outputs) {
      const bool priority = IsOneOf(table.hit, {HitPolicy::kPriority, HitPolicy::kOutputOrder});
      if (priority && output.values.empty()) {
        Wrong("ZD2517", table.where,
              "hit policy " + std::string(feel::HitPolicyName(table.hit)) + " needs the values of output " +
                  output.id,
              "write values: [best, ..., worst]");
      }
      if (output.default_node != nullptr && table.outputs.size() > 1 && GivesList(table.hit)) {
        Wrong("ZD2518", output.default_node->Where(), "a list of several outputs has no default",
              "leave it out; without a true rule the list is empty");
      }
    }
  }

  Loading& loading_;
  const Item& item_;
  std::shared_ptr<TableSource> table_;
};

}  // namespace

void DeclareTable(Loading& loading, const Item& item) {
  const std::shared_ptr<const TableSource> source = TableReader(loading, item).Run();
  if (source == nullptr) return;
  loading.scope().Declare(source->decision, source->where, [&loading, source] {
    // What lacks inputs, outputs or rules has been reported, and has no meaning to look at.
    return source->good && ParseTable(loading, *source);
  });
}

}  // namespace zhida::pack
