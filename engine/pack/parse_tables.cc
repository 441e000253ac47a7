// The expressions of decision tables, and the types that follow from them.
#include <algorithm>
#include <memory>
#include <utility>

#include "engine/base/text.h"
#include "engine/pack/table_source.h"

namespace zhida::pack {
namespace {

using feel::HitPolicy;

// Parses the expressions of one table and finds its type.
class TableParser {
 public:
  TableParser(Loading& loading, const TableSource& source)
      : loading_(loading),
        source_(source),
        definition_(loading.model().definitions[static_cast<size_t>(source.index)]) {}

  bool Run() {
    table_.hit = source_.hit;
    for (const InputSource& input : source_.inputs) ParseInput(input);
    for (const OutputSource& output : source_.outputs)
      table_.outputs.push_back({output.id, output.name, nullptr, output.values, {}});
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
    // Rules that are conditions look at no input.
    std::optional<feel::Expression> value =
        input.is != nullptr
            ? loading_.Parse(*input.is, Options("input " + input.label))
            : loading_.ParseCsv("true", Options("the condition"), Loading::Grammar::kExpression);
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

  feel::Expression ParseCell(size_t input, const CellSource& cell) {
    feel::ParseOptions options = Options("a cell of input " + source_.inputs[input].label);
    options.input_type = input_types_[input];
    return Parsed(cell, options, Loading::Grammar::kCell);
  }

  // A whole expression, so that `not(a) and b` is what it looks like. `-` holds always, as in a cell.
  feel::Expression ParseCondition(const CellSource& cell) {
    const std::string_view text = TrimAscii(cell.text);
    if (text.empty() || text == "-") return {};
    feel::ParseOptions options = Options("a condition");
    options.input_type = input_types_[0];
    options.expected = feel::MakeType(feel::TypeKind::kBoolean);
    return Parsed(cell, options, Loading::Grammar::kExpression);
  }

  void ParseRule(const RuleSource& source) {
    feel::TableRule rule;
    rule.note = source.note;
    bool always = true;
    for (size_t i = 0; i < source.cells.size(); ++i) {
      rule.cells.push_back(source_.conditions ? ParseCondition(source.cells[i])
                                              : ParseCell(i, source.cells[i]));
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
    if (parsed.root != nullptr && declared != nullptr &&
        feel::CommonType(parsed.root->type, declared) == nullptr) {
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
    Wrong("ZD2519", where,
          root.literal.ToText() + " is not among the values of output " + source_.outputs[k].id,
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
            "output " + source_.outputs[k].id + " is " + feel::TypeText(*type) + " here, but " +
                feel::TypeText(*common) + " before",
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
      Wrong("ZD2521", source_.where,
            "hit policy C+ adds numbers, but the outputs are " + feel::TypeText(type),
            "write numbers, or use hit policy C");
    }
    using feel::TypeKind;
    const std::initializer_list<TypeKind> unordered = {TypeKind::kBoolean, TypeKind::kList,
                                                       TypeKind::kStruct,  TypeKind::kSeries,
                                                       TypeKind::kRange,   TypeKind::kNull};
    const bool compares = IsOneOf(source_.hit, {HitPolicy::kCollectMin, HitPolicy::kCollectMax});
    if (compares && std::find(unordered.begin(), unordered.end(), type.kind) != unordered.end()) {
      Wrong("ZD2521", source_.where,
            "hit policy " + hit + " compares outputs, but these are " + feel::TypeText(type),
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
      for (const feel::TableOutput& output : table_.outputs)
        members.push_back({output.id, output.name, output.type});
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

bool ParseTable(Loading& loading, const TableSource& source) { return TableParser(loading, source).Run(); }

}  // namespace zhida::pack
