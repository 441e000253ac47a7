// Decision tables: their shape at once, their expressions when definition_scope.cc asks for them.
#include <algorithm>
#include <memory>
#include <utility>

#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/pack/constant.h"
#include "engine/pack/definition_scope.h"
#include "engine/pack/loader.h"
#include "engine/pack/type_text.h"

namespace zhida::pack {
namespace {

using feel::HitPolicy;

// A cell or an output as written, from YAML or from CSV.
struct CellSource {
  const Node* node = nullptr;  // null in a CSV file
  std::string_view text;
  Location where;
};

struct RuleSource {
  std::vector<CellSource> cells;
  std::vector<CellSource> outputs;
  std::string note;
};

struct InputSource {
  std::string label;
  const Node* is = nullptr;
  const Node* values = nullptr;
};

struct OutputSource {
  std::string id;
  std::string name;
  feel::TypePtr type;  // as declared; null when it is not
  std::vector<Value> values;
  const Node* default_node = nullptr;
};

struct TableSource {
  int index = 0;
  bool decision = false;
  bool good = true;
  HitPolicy hit = HitPolicy::kUnique;
  Location where;
  std::vector<InputSource> inputs;
  std::vector<OutputSource> outputs;
  std::vector<RuleSource> rules;
};

bool IsOneOf(HitPolicy hit, std::initializer_list<HitPolicy> set) {
  return std::find(set.begin(), set.end(), hit) != set.end();
}
bool GivesList(HitPolicy hit) {
  return IsOneOf(hit, {HitPolicy::kRuleOrder, HitPolicy::kOutputOrder, HitPolicy::kCollect});
}
bool Aggregates(HitPolicy hit) {
  return IsOneOf(hit, {HitPolicy::kCollectSum, HitPolicy::kCollectMin, HitPolicy::kCollectMax, HitPolicy::kCollectCount});
}

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
    for (const Node* input : reader.RequiredList("inputs")) ReadInput(*input);
    for (const Node* output : reader.RequiredList("outputs")) ReadOutput(*output);
    if (const Node* node = reader.Optional("default")) ReadDefault(*node);
    if (const Node* rules = reader.Required("rules")) ReadRules(*rules);
    for (const std::string_view key : {"cite", "article", "note"}) reader.OptionalString(key);
    reader.Finish();
    CheckHit();
    table_->good = table_->good && !table_->inputs.empty() && !table_->outputs.empty() && !table_->rules.empty();
    return table_;
  }

 private:
  Diagnostics& diagnostics() { return loading_.diagnostics(); }
  const std::string& name() const { return loading_.model().definitions[static_cast<size_t>(table_->index)].name; }

  void Wrong(const char* code, const Location& where, std::string what, std::string mend) {
    diagnostics().Error(code, where, std::move(what), std::move(mend));
  }

  void ReadHit(MappingReader& reader, const std::string& text) {
    const std::optional<HitPolicy> hit = feel::HitPolicyFromName(text);
    if (hit) {
      table_->hit = *hit;
    } else {
      reader.Error("hit", "ZD2510", JsonQuote(text) + " is no hit policy", "write one of U A P F R O C C+ C< C> C#");
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
        reader.Error("label", "ZD2511", "the label " + JsonQuote(input.label) + " is there twice", "choose another");
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
        reader.Error("id", "ZD2511", "the output " + JsonQuote(output.id) + " is there twice", "choose another id");
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
      Wrong("ZD2512", rules.Where(), "\"rules\" must be a list or the name of a CSV file", "write rules: [...] or rules: name.csv");
      return;
    }
    if (rules.is_sequence() && rules.items().empty()) Wrong("ZD2512", rules.Where(), "the table has no rules", "add some");
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

  void ReadRule(const Node& node) {
    MappingReader reader(node, diagnostics(), "a rule");
    RuleSource rule;
    rule.cells = CellsOf(reader.RequiredList("when"));
    rule.outputs = CellsOf(reader.RequiredList("then"));
    rule.note = reader.OptionalString("note").value_or("");
    reader.Finish();
    if (rule.cells.empty() || rule.outputs.empty()) return;
    const bool cells = CountFits("when", rule.cells.size(), table_->inputs.size(), "input", *node.Find("when"));
    const bool outputs = CountFits("then", rule.outputs.size(), table_->outputs.size(), "output", *node.Find("then"));
    if (cells && outputs) table_->rules.push_back(std::move(rule));
  }

  bool CountFits(std::string_view key, size_t found, size_t wanted, const std::string& sort, const Node& node) {
    if (found == wanted || wanted == 0) return found == wanted;
    Wrong("ZD2514", node.Where(),
          "\"" + std::string(key) + "\" holds " + std::to_string(found) + (found == 1 ? " text" : " texts") +
              ", but the table has " + std::to_string(wanted) + " " + sort + (wanted == 1 ? "" : "s"),
          key == "when" ? "write one cell for each input, \"-\" where any value will do" : "write one for each output");
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

  // The header names the inputs, then the outputs, then perhaps the note, in the order in which they are declared.
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
          "the header does not fit table " + name() + ": found " + Join(found, ","), "write " + Join(wanted, ",") + " and perhaps note");
    return false;
  }

  void CheckHit() {
    const TableSource& table = *table_;
    if (Aggregates(table.hit) && table.outputs.size() > 1) {
      Wrong("ZD2516", table.where,
            "hit policy " + std::string(feel::HitPolicyName(table.hit)) + " takes one output, but the table has " +
                std::to_string(table.outputs.size()),
            "make a table for each output");
    }
    for (const OutputSource& output : table.outputs) {
      const bool priority = IsOneOf(table.hit, {HitPolicy::kPriority, HitPolicy::kOutputOrder});
      if (priority && output.values.empty()) {
        Wrong("ZD2517", table.where,
              "hit policy " + std::string(feel::HitPolicyName(table.hit)) + " needs the values of output " + output.id,
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

// Parses the expressions of one table and finds its type.
class TableParser {
 public:
  TableParser(Loading& loading, const TableSource& source)
      : loading_(loading), source_(source), definition_(loading.model().definitions[static_cast<size_t>(source.index)]) {}

  bool Run() {
    table_.hit = source_.hit;
    for (const InputSource& input : source_.inputs) ParseInput(input);
    for (const OutputSource& output : source_.outputs) table_.outputs.push_back({output.id, output.name, nullptr, output.values, {}});
    types_.resize(source_.outputs.size());
    for (const RuleSource& rule : source_.rules) ParseRule(rule);
    for (size_t k = 0; k < source_.outputs.size(); ++k) ParseDefault(k);
    if (!good_) return false;
    definition_.type = TypeOfTable();
    if (!good_) return false;
    definition_.table = std::make_shared<const feel::Table>(std::move(table_));
    return true;
  }

 private:
  feel::ParseOptions Options(std::string what) const {
    feel::ParseOptions options;
    options.decision = source_.decision;
    options.what = std::move(what) + " of table " + definition_.name;
    return options;
  }

  void Wrong(const char* code, const Location& where, std::string what, std::string mend) {
    good_ = false;
    loading_.diagnostics().Error(code, where, std::move(what), std::move(mend));
  }

  // An empty expression after a report.
  feel::Expression Parsed(const CellSource& cell, feel::ParseOptions options, Loading::Grammar grammar) {
    options.origin = cell.where;
    std::optional<feel::Expression> expression = cell.node != nullptr
                                                     ? loading_.Parse(*cell.node, std::move(options), grammar)
                                                     : loading_.ParseCsv(cell.text, options, grammar);
    good_ = good_ && expression.has_value();
    return expression ? *std::move(expression) : feel::Expression{};
  }

  void ParseInput(const InputSource& input) {
    feel::TableInput parsed;
    parsed.label = input.label;
    std::optional<feel::Expression> value = loading_.Parse(*input.is, Options("input " + input.label));
    good_ = good_ && value.has_value();
    feel::TypePtr type = feel::MakeType(feel::TypeKind::kAny);
    if (value) {
      type = value->root->type;
      parsed.value = *std::move(value);
    }
    if (input.values != nullptr) {
      feel::ParseOptions options = Options("values of input " + input.label);
      options.input_type = type;
      parsed.allowed = Parsed({input.values, "", {}}, options, Loading::Grammar::kCell);
    }
    input_types_.push_back(std::move(type));
    table_.inputs.push_back(std::move(parsed));
  }

  void ParseRule(const RuleSource& source) {
    feel::TableRule rule;
    rule.note = source.note;
    bool always = true;
    for (size_t i = 0; i < source.cells.size(); ++i) {
      feel::ParseOptions options = Options("a cell of input " + source_.inputs[i].label);
      options.input_type = input_types_[i];
      rule.cells.push_back(Parsed(source.cells[i], options, Loading::Grammar::kCell));
      always = always && rule.cells.back().root == nullptr;
    }
    always_ = always_ || always;
    for (size_t k = 0; k < source.outputs.size(); ++k) {
      rule.outputs.push_back(ParseOutput(k, source.outputs[k], source_.outputs[k].type));
      if (rule.outputs.back().root == nullptr) continue;
      CheckValue(k, *rule.outputs.back().root, source.outputs[k].where);
      AddType(k, rule.outputs.back().root->type, source.outputs[k].where);
    }
    table_.rules.push_back(std::move(rule));
  }

  // Null is fine whatever type is declared: it makes the table's type nullable.
  feel::Expression ParseOutput(size_t k, const CellSource& cell, const feel::TypePtr& declared) {
    const std::string what = "output " + source_.outputs[k].id;
    feel::Expression parsed = Parsed(cell, Options(what), Loading::Grammar::kExpression);
    if (parsed.root != nullptr && declared != nullptr && feel::CommonType(parsed.root->type, declared) == nullptr) {
      Wrong("ZD2025", cell.where,
            what + " must be " + feel::TypeText(*declared) + ", but is " + feel::TypeText(*parsed.root->type),
            "write another expression");
    }
    return parsed;
  }

  // A constant output outside the declared values would be an error for whoever meets it.
  void CheckValue(size_t k, const feel::Expr& root, const Location& where) {
    const std::vector<Value>& values = source_.outputs[k].values;
    if (values.empty() || root.op != feel::Op::kLiteral || root.literal.is_null()) return;
    const auto is_value = [&root](const Value& value) { return Equal(value, root.literal) == Truth::kTrue; };
    if (std::any_of(values.begin(), values.end(), is_value)) return;
    std::vector<std::string> texts;
    for (const Value& value : values) texts.push_back(value.ToText());
    Wrong("ZD2519", where, root.literal.ToText() + " is not among the values of output " + source_.outputs[k].id,
          "the values are " + Join(texts, ", ") + DidYouMean(root.literal.ToText(), texts));
  }

  void AddType(size_t k, const feel::TypePtr& type, const Location& where) {
    feel::TypePtr& common = types_[k];
    if (common == nullptr) {
      common = type;
      return;
    }
    feel::TypePtr joined = feel::CommonType(common, type);
    if (joined != nullptr) {
      common = std::move(joined);
    } else if (good_) {
      Wrong("ZD2520", where,
            "output " + source_.outputs[k].id + " is " + feel::TypeText(*type) + " here, but " + feel::TypeText(*common) + " before",
            "give all rules outputs of one type");
    }
  }

  void ParseDefault(size_t k) {
    const OutputSource& output = source_.outputs[k];
    // That a list of structures has no default has been said.
    if (output.default_node == nullptr || (GivesList(source_.hit) && types_.size() > 1)) return;
    feel::ParseOptions options = Options("the default of output " + output.id);
    const bool list = GivesList(source_.hit);
    feel::TypePtr type = output.type != nullptr ? output.type : feel::MakeType(feel::TypeKind::kAny);
    if (list) {
      options.expected = feel::ListOf(types_[k] != nullptr ? types_[k] : type);
      type = feel::MakeType(feel::TypeKind::kAny);
    } else if (source_.hit == HitPolicy::kCollectCount) {
      options.expected = type = feel::NumberType(-1);
    }
    std::optional<feel::Expression> parsed = loading_.ParseAs(*output.default_node, type, std::move(options));
    good_ = good_ && parsed.has_value();
    if (!parsed) return;
    if (!list && source_.hit != HitPolicy::kCollectCount) {
      CheckValue(k, *parsed->root, output.default_node->Where());
      AddType(k, parsed->root->type, output.default_node->Where());
    }
    table_.outputs[k].default_value = *std::move(parsed);
  }

  void CheckAggregate(const feel::Type& type) {
    const std::string hit(feel::HitPolicyName(source_.hit));
    const bool number = type.kind == feel::TypeKind::kNumber || type.kind == feel::TypeKind::kAny;
    if (source_.hit == HitPolicy::kCollectSum && !number) {
      Wrong("ZD2521", source_.where, "hit policy C+ adds numbers, but the outputs are " + feel::TypeText(type),
            "write numbers, or use hit policy C");
    }
    using feel::TypeKind;
    const std::initializer_list<TypeKind> unordered = {TypeKind::kBoolean, TypeKind::kList, TypeKind::kStruct,
                                                       TypeKind::kSeries, TypeKind::kRange, TypeKind::kNull};
    const bool compares = IsOneOf(source_.hit, {HitPolicy::kCollectMin, HitPolicy::kCollectMax});
    if (compares && std::find(unordered.begin(), unordered.end(), type.kind) != unordered.end()) {
      Wrong("ZD2521", source_.where, "hit policy " + hit + " compares outputs, but these are " + feel::TypeText(type),
            "write numbers, dates or texts, or use hit policy C");
    }
  }

  feel::TypePtr TypeOfTable() {
    for (size_t k = 0; k < types_.size(); ++k) {
      // A type that only unknown("...") gives says less than the declared one.
      const bool vague = types_[k] == nullptr || types_[k]->kind == feel::TypeKind::kAny;
      const feel::TypePtr& declared = source_.outputs[k].type;
      if (vague) types_[k] = declared != nullptr ? declared : feel::MakeType(feel::TypeKind::kAny);
      table_.outputs[k].type = types_[k];
    }
    if (source_.hit == HitPolicy::kCollectCount) return feel::NumberType(0);
    feel::TypePtr row = types_[0];
    if (types_.size() > 1) {
      std::vector<feel::Member> members;
      for (const feel::TableOutput& output : table_.outputs) members.push_back({output.id, output.name, output.type});
      row = feel::StructOf(std::move(members));
    }
    if (Aggregates(source_.hit) && types_.size() == 1) CheckAggregate(*row);
    if (GivesList(source_.hit)) return feel::ListOf(std::move(row));
    const bool has_default = source_.outputs[0].default_node != nullptr;
    return has_default || always_ ? row : feel::WithNullable(row, true);
  }

  Loading& loading_;
  const TableSource& source_;
  feel::Definition& definition_;
  feel::Table table_;
  std::vector<feel::TypePtr> input_types_;
  std::vector<feel::TypePtr> types_;  // of the outputs, over all rules so far
  bool always_ = false;               // some rule is true whatever the inputs are
  bool good_ = true;
};

}  // namespace

void DeclareTable(Loading& loading, const Item& item) {
  const std::shared_ptr<const TableSource> source = TableReader(loading, item).Run();
  if (source == nullptr) return;
  loading.scope().Declare(source->decision, source->where, [&loading, source] {
    // What lacks inputs, outputs or rules has been reported, and has no meaning to look at.
    return source->good && TableParser(loading, *source).Run();
  });
}

}  // namespace zhida::pack
