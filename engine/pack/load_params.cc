// Dated parameters.
#include <algorithm>
#include <array>

#include "engine/base/text.h"
#include "engine/pack/constant.h"
#include "engine/pack/loader.h"
#include "engine/pack/yaml_reader.h"

namespace zhida::pack {
namespace {

// What the values of one entry have been in the versions so far.
struct EntryKind {
  ValueKind kind = ValueKind::kNull;
  int scale = 0;
  Location where;
};

std::string KindText(ValueKind kind) {
  switch (kind) {
    case ValueKind::kBoolean:
      return "true or false";
    case ValueKind::kNumber:
      return "a number";
    case ValueKind::kDate:
      return "a date";
    default:
      return "a text";
  }
}

feel::TypePtr TypeOf(const EntryKind& kind) {
  switch (kind.kind) {
    case ValueKind::kBoolean:
      return feel::MakeType(feel::TypeKind::kBoolean);
    case ValueKind::kNumber:
      return feel::NumberType(kind.scale);
    case ValueKind::kDate:
      return feel::MakeType(feel::TypeKind::kDate);
    case ValueKind::kString:
      return feel::MakeType(feel::TypeKind::kString);
    default:
      return feel::MakeType(feel::TypeKind::kAny);
  }
}

class ParameterReader {
 public:
  ParameterReader(Loading& loading, const Item& item)
      : loading_(loading),
        diagnostics_(loading.diagnostics()),
        node_(*item.node),
        reader_(node_, diagnostics_, "a parameter") {}

  void Run() {
    if (!reader_.is_mapping()) return;
    parameter_.id = ReadId(reader_, "id", IdForm::kWord);
    parameter_.name = ReadName(reader_, "name", parameter_.id, true);
    ReadEntries();
    for (const Node* version : reader_.RequiredList("versions")) ReadVersion(*version);
    reader_.OptionalString("note");
    reader_.Finish();
    ReportOverlaps(places_, "version of " + parameter_.id, diagnostics_);
    std::stable_sort(parameter_.versions.begin(), parameter_.versions.end(),
                     [](const feel::ParameterVersion& a, const feel::ParameterVersion& b) {
                       return b.in_force.from && (!a.in_force.from || *a.in_force.from < *b.in_force.from);
                     });
    ApplySettings(&loading_.settings);
    for (size_t i = 0; i < kinds_.size(); ++i) parameter_.entries[i].type = TypeOf(kinds_[i]);
    loading_.names().Declare("parameter", parameter_.id, parameter_.name, feel::Symbol::Kind::kParameter,
                             static_cast<int>(loading_.model().parameters.size()), node_.Where(),
                             diagnostics_);
    loading_.parameter_types.push_back(feel::StructOf(parameter_.entries));
    loading_.model().parameters.push_back(std::move(parameter_));
  }

 private:
  void ReadEntries() {
    const Node* entries = reader_.RequiredMapping("entries");
    if (entries == nullptr) return;
    if (entries->entries().empty()) {
      reader_.Error("entries", "ZD2401", "the parameter has no entries", "write entries: {rate: 比例}");
    }
    NameTable names;
    for (const Entry& entry : entries->entries()) {
      const std::string id(entry.key);
      if (!IsId(id, IdForm::kWord)) {
        diagnostics_.Error(
            "ZD2011", entry.KeyWhere(), JsonQuote(id) + " is no id",
            "begin with a small letter and use small letters, digits and _ only, like rd_increase");
      }
      std::string name = id;
      if (!entry.value.is_null())
        name = ReadText(entry.value, "the name of an entry", diagnostics_).value_or(id);
      CheckMemberName(name, entry.value.Where(), diagnostics_);
      names.Declare("entry", id, name, feel::Symbol::Kind::kFact, static_cast<int>(parameter_.entries.size()),
                    entry.KeyWhere(), diagnostics_);
      parameter_.entries.push_back({id, name, feel::MakeType(feel::TypeKind::kAny)});
    }
    kinds_.resize(parameter_.entries.size());
  }

  void ReadVersion(const Node& node) {
    MappingReader reader(node, diagnostics_, "a version of a parameter");
    feel::ParameterVersion version;
    version.in_force = ReadPeriod(reader);
    version.citation = reader.OptionalString("cite").value_or("");
    reader.OptionalString("note");
    version.values.resize(parameter_.entries.size());
    if (const Node* values = reader.RequiredMapping("values")) ReadValues(*values, &version);
    reader.Finish();
    places_.push_back({version.in_force, node.Where()});
    parameter_.versions.push_back(std::move(version));
  }

  void ReadValues(const Node& values, feel::ParameterVersion* version) {
    if (parameter_.entries.empty()) return;
    MappingReader reader(values, diagnostics_, "\"values\" of a version of " + parameter_.id);
    for (size_t i = 0; i < parameter_.entries.size(); ++i) {
      const Node* node = reader.Required(parameter_.entries[i].id);
      if (node == nullptr) continue;
      const std::optional<Value> value =
          ReadConstant(*node, "the value of " + parameter_.entries[i].id, diagnostics_);
      if (!value) continue;
      AddKind(i, *value, *node);
      version->values[i] = *value;
    }
    reader.Finish();
  }

  void AddKind(size_t entry, const Value& value, const Node& node) {
    EntryKind& kind = kinds_[entry];
    if (kind.kind == ValueKind::kNull) {
      kind.kind = value.kind();
      kind.where = node.Where();
    } else if (kind.kind != value.kind()) {
      diagnostics_.Error("ZD2402", node.Where(),
                         "the value of " + parameter_.entries[entry].id + " is " + KindText(value.kind()) +
                             ", but at " + PlaceText(kind.where) + " it is " + KindText(kind.kind),
                         "give all versions values of one kind");
    }
    if (value.kind() == ValueKind::kNumber) kind.scale = std::max(kind.scale, value.number().scale());
  }

  // Takes out the settings that name this parameter.
  void ApplySettings(std::vector<Setting>* settings) {
    std::erase_if(*settings, [this](const Setting& setting) {
      const size_t dot = setting.name.find('.');
      const std::string_view word = std::string_view(setting.name).substr(0, dot);
      if (word != parameter_.id && word != parameter_.name) return false;
      Apply(setting, dot == std::string::npos ? "" : setting.name.substr(dot + 1));
      return true;
    });
  }

  void Apply(const Setting& setting, const std::string& word) {
    const std::string label = "setting " + setting.name;
    const std::optional<size_t> entry = EntryOf(word, label);
    const std::unique_ptr<const Tree> text = entry ? ReadYaml(setting.value, label, diagnostics_) : nullptr;
    if (text == nullptr) return;
    const std::optional<Value> value =
        ReadConstant(text->root(), "the value of " + setting.name, diagnostics_);
    if (!value) return;
    EntryKind& kind = kinds_[*entry];
    if (kind.kind != value->kind()) {
      diagnostics_.Error("ZD2405", {label, 1, 1},
                         JsonQuote(setting.value) + " is " + KindText(value->kind()) + ", but " +
                             setting.name + " is " + KindText(kind.kind),
                         "give a value like the one at " + PlaceText(kind.where));
      return;
    }
    if (value->kind() == ValueKind::kNumber) kind.scale = std::max(kind.scale, value->number().scale());
    for (feel::ParameterVersion& version : parameter_.versions) version.values[*entry] = *value;
    loading_.pack().settings.push_back(parameter_.id + "." + parameter_.entries[*entry].id + " = " +
                                       value->ToText());
  }

  // nullopt after a report.
  std::optional<size_t> EntryOf(const std::string& word, const std::string& label) {
    if (word.empty() && parameter_.entries.size() == 1) return 0;
    std::vector<std::string> names;
    for (size_t i = 0; i < parameter_.entries.size(); ++i) {
      const feel::Member& entry = parameter_.entries[i];
      if (word == entry.id || word == entry.name) return i;
      names.push_back(entry.id);
    }
    const std::string near = word.empty() ? "" : NearestName(word, names);
    diagnostics_.Error("ZD2404", {label, 0, 0},
                       word.empty() ? "parameter " + parameter_.id + " has several entries"
                                    : "parameter " + parameter_.id + " has no entry " + JsonQuote(word),
                       near.empty()
                           ? "name one of " + parameter_.id + "." + Join(names, ", " + parameter_.id + ".")
                           : "did you mean " + parameter_.id + "." + near + "?");
    return std::nullopt;
  }

  Loading& loading_;
  Diagnostics& diagnostics_;
  const Node& node_;
  MappingReader reader_;
  feel::Parameter parameter_;
  std::vector<EntryKind> kinds_;
  std::vector<DatedPlace> places_;
};

// What no parameter has taken.
void ReportUnknownSettings(Loading& loading) {
  std::vector<std::string> names;
  for (const feel::Parameter& parameter : loading.model().parameters) {
    names.push_back(parameter.id);
    if (parameter.name != parameter.id) names.push_back(parameter.name);
  }
  for (const Setting& setting : loading.settings) {
    const std::string word = setting.name.substr(0, setting.name.find('.'));
    const std::string near = NearestName(word, names);
    const std::string known = names.empty() ? "this pack has no parameters" : "see the files below params/";
    loading.diagnostics().Error("ZD2403", {"setting " + setting.name, 0, 0},
                                "there is no parameter " + JsonQuote(word),
                                near.empty() ? known : "did you mean " + near + "?");
  }
}

}  // namespace

void LoadParams(Loading& loading) {
  for (const SourcePack& source : loading.sources()) {
    for (const Item& item : loading.ItemsBelow(source, "params")) ParameterReader(loading, item).Run();
  }
  if (!loading.names_may_be_missing()) ReportUnknownSettings(loading);
}

}  // namespace zhida::pack
