#include "engine/pack/loader.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "engine/base/digest.h"
#include "engine/base/limits.h"
#include "engine/base/pipeline.h"
#include "engine/base/text.h"
#include "engine/pack/definition_scope.h"
#include "engine/pack/json_reader.h"
#include "engine/pack/yaml_reader.h"

namespace zhida::pack {
namespace {

constexpr std::array<std::string_view, 7> kFolders = {"definitions", "tables",   "params", "lists",
                                                      "calendars",   "policies", "cases"};

bool EndsInOneOf(std::string_view path, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [path](std::string_view end) { return path.ends_with(end); });
}

// Why a file that looks like a part of the pack is none.
std::string FileAdvice(const std::string& path) {
  if (path.ends_with(".yml")) return "rename it to " + path.substr(0, path.size() - 3) + "yaml";
  const size_t slash = path.find('/');
  const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash);
  const std::vector<std::string> folders(kFolders.begin(), kFolders.end());
  if (folder == "lists") return "lists and zones stand in lists/index.yaml";
  std::string near = NearestName(folder, folders);
  // A plural may be further off than a slip: policy, policies.
  constexpr size_t kStem = 4;
  for (const std::string& other : folders) {
    if (near.empty() && folder.size() >= kStem && other.starts_with(folder.substr(0, kStem))) near = other;
  }
  if (!near.empty()) return "did you mean " + near + path.substr(slash) + "?";
  return "put it into one of " + Join(folders, ", ") + ", or give it another ending";
}

// Unknown names and functions: the only findings that a file that could not be read may have caused.
bool IsUnknownName(const Diagnostic& finding) { return finding.code == "ZD3101" || finding.code == "ZD3105"; }

// The byte at which a line and column of `text` begin.
size_t OffsetAt(std::string_view text, int line, int column) {
  size_t at = 0;
  for (; line > 1 && at < text.size(); --line) at = std::min(text.find('\n', at), text.size() - 1) + 1;
  for (; column > 1 && at < text.size(); --column) NextCodePoint(text, &at);
  return at;
}

// Several packs that were asked for go by one name and one title.
std::string Joined(const std::vector<SourcePack>& sources, std::string SourcePack::*member,
                   std::string_view mark) {
  std::vector<std::string> parts;
  for (const SourcePack& source : sources) {
    const bool repeated = std::find(parts.begin(), parts.end(), source.*member) != parts.end();
    if (source.asked && (!repeated || member == &SourcePack::version)) parts.push_back(source.*member);
  }
  return Join(parts, mark);
}

void CheckKinds(Loading& loading) {
  const SourcePack* first = nullptr;
  for (const SourcePack& source : loading.sources()) {
    if (source.kind.empty() || source.kind == kAnyKind) continue;
    if (first == nullptr) first = &source;
    if (source.kind == first->kind) continue;
    loading.diagnostics().Error("ZD2038", source.kind_where,
                                "pack " + source.id + " is about a " + source.kind + ", but pack " +
                                    first->id + " about a " + first->kind,
                                "join only packs of one kind of subject");
  }
  loading.pack().schema.kind = first != nullptr ? first->kind : loading.sources().front().kind;
}

std::shared_ptr<const Pack> Load(Closure closure, const LoadOptions& options, Diagnostics& diagnostics) {
  if (closure.packs.empty()) return nullptr;
  const auto kept = std::make_shared<Loading>(std::move(closure), options, diagnostics);
  Loading& loading = *kept;
  CheckKinds(loading);
  LoadLists(loading);
  LoadSchema(loading);
  LoadCalendars(loading);
  LoadParams(loading);
  LoadDefinitions(loading);
  loading.CheckListReferences();
  LoadSettlementFiles(loading);
  LoadPopulation(loading);
  loading.NamesAreSettled();
  LoadPolicies(loading);
  CheckSettlement(loading);
  LoadCases(loading);
  loading.ReportFilesNotRead();
  const std::shared_ptr<Pack> pack = loading.Finish();
  pack->loading = kept;
  return pack;
}

// Gives the caller what was found, in order, and the pack if nothing was wrong.
PackPtr Hand(std::shared_ptr<const Pack> pack, Diagnostics found, Diagnostics* diagnostics) {
  found.Sort();
  for (const Diagnostic& finding : found.all()) diagnostics->Add(finding);
  return found.ok() ? pack : nullptr;
}

}  // namespace

Loading::Loading(Closure closure, const LoadOptions& options, Diagnostics& diagnostics)
    : settings(options.settings),
      sources_(std::move(closure.packs)),
      threads_(options.threads),
      diagnostics_(&diagnostics),
      owned_pack_(std::make_shared<Pack>()),
      pack_(owned_pack_.get()),
      scope_(std::make_unique<DefinitionScope>(*this)),
      names_may_be_missing_(!closure.whole),
      policies_may_be_missing_(!closure.whole) {
  pack_->id = Joined(sources_, &SourcePack::id, "+");
  pack_->version = Joined(sources_, &SourcePack::version, "+");
  pack_->title = Joined(sources_, &SourcePack::title, " + ");
  pack_->jurisdiction = Joined(sources_, &SourcePack::jurisdiction, " + ");
  pack_->official = true;
  for (const SourcePack& source : sources_) {
    if (source.asked) {
      pack_->official = pack_->official && source.official;
    } else {
      pack_->uses.push_back(source.id);
    }
  }
}

Loading::~Loading() = default;

bool Loading::Modifier::Raises(std::string_view policy, std::string_view of_department) const {
  const auto names = [policy](const auto& list) {
    return std::any_of(list.begin(), list.end(), [policy](const auto& item) { return item.first == policy; });
  };
  return (names(policies) || (!department.empty() && department == of_department)) && !names(except);
}

void Loading::NoteAsRead(const SourcePack& source, const FileSet::File& file) {
  files_read_.insert(&file);
  files_by_label_.emplace(source.FileLabel(file.path), &file);
}

const Node* Loading::Read(const SourcePack& source, const FileSet::File& file) {
  NoteAsRead(source, file);
  trees_.push_back(ReadTree(source, file, diagnostics()));
  return trees_.back() == nullptr ? nullptr : &trees_.back()->root();
}

std::vector<Item> Loading::ItemsBelow(const SourcePack& source, std::string_view folder) {
  std::vector<Item> items;
  const bool declares_names = folder == "definitions" || folder == "tables" || folder == "params";
  for (const FileSet::File* file : source.files.Below(folder, {".yaml", ".json"})) {
    const Node* root = Read(source, *file);
    if (root == nullptr) {
      names_may_be_missing_ = names_may_be_missing_ || declares_names;
    } else if (!root->is_sequence()) {
      items.push_back({&source, root});
    } else {
      for (const Node& item : root->items()) items.push_back({&source, &item});
    }
  }
  return items;
}

// Policies are large, and to move very many of them each time the room gets short costs much.
void Loading::ExpectPolicies(size_t count) {
  const size_t more = std::min(count, limits::kPoliciesMax);
  pack_->policies.reserve(pack_->policies.size() + more);
  policies.Reserve(more);
  conditions_.reserve(conditions_.size() + more / 2);
}

void Loading::ForPolicies(const SourcePack& source, const std::function<bool(const Node&)>& take) {
  // Fewer bytes are read before a second thread has begun.
  constexpr size_t kWorthThreads = size_t{1} << 20;
  const std::vector<const FileSet::File*> files = source.files.Below("policies", {".yaml", ".json"});
  size_t bytes = 0;
  for (const FileSet::File* file : files) bytes += file->bytes.size();
  struct Reading {
    const FileSet::File* file = nullptr;
    std::unique_ptr<const Tree> tree;
    Diagnostics found;
  };
  const OrderedPipeline pipeline(bytes < kWorthThreads ? 1 : threads_);
  std::vector<Reading> readings(pipeline.slots());
  size_t next = 0;
  OrderedPipeline::Steps steps;
  steps.take = [&](size_t slot) {
    if (next == files.size()) return Taken::kEnd;
    readings[slot] = {files[next++], nullptr, {}};
    return Taken::kPiece;
  };
  steps.work = [&](size_t slot, size_t) {
    Reading& reading = readings[slot];
    reading.tree = ReadTree(source, *reading.file, reading.found);
  };
  steps.merge = [&](size_t slot) {
    const Reading reading = std::move(readings[slot]);
    NoteAsRead(source, *reading.file);
    for (const Diagnostic& finding : reading.found.all()) diagnostics().Add(finding);
    if (reading.tree == nullptr) {
      policies_may_be_missing_ = true;
      return true;
    }
    const Node& root = reading.tree->root();
    const std::span<const Node> items = root.is_sequence() ? root.items() : std::span(&root, 1);
    if (reading.file == files.front()) {
      ExpectPolicies(items.size() * bytes / std::max<size_t>(reading.file->bytes.size(), 1) * 9 / 8);
    }
    return std::all_of(items.begin(), items.end(), take);
  };
  pipeline.Run(steps);
}

const Node* Loading::RootOf(const SourcePack& source, const std::string& stem) {
  const FileSet::File* yaml = source.files.Find(stem + ".yaml");
  const FileSet::File* json = source.files.Find(stem + ".json");
  if (yaml != nullptr && json != nullptr) {
    files_read_.insert(json);
    diagnostics().Error("ZD2039", {source.FileLabel(json->path)},
                        "there are both " + yaml->path + " and " + json->path, "keep one of the two");
  }
  const FileSet::File* file = yaml != nullptr ? yaml : json;
  if (file == nullptr) return nullptr;
  const Node* root = Read(source, *file);
  if (root == nullptr || !root->is_mapping()) names_may_be_missing_ = true;
  return root;
}

const CsvTable* Loading::Csv(const SourcePack& source, const std::string& path, const Location& where) {
  const FileSet::File* file = source.files.Find(path);
  if (file == nullptr) {
    std::vector<std::string> names;
    const std::string folder = path.substr(0, path.find('/'));
    for (const FileSet::File* other : source.files.Below(folder, {".csv"})) {
      names.push_back(other->path.substr(folder.size() + 1));
    }
    const std::string near = NearestName(path.substr(folder.size() + 1), names);
    diagnostics().Error("ZD2018", where, "there is no file " + source.FileLabel(path),
                        near.empty() ? "put it there, or correct its name" : "did you mean " + near + "?");
    return nullptr;
  }
  files_read_.insert(file);
  const std::string label = source.FileLabel(path);
  const auto [entry, added] = csv_by_label_.try_emplace(label, nullptr);
  if (!added) return entry->second;
  csv_tables_.push_back(ReadCsv(file->bytes, label, diagnostics()));
  return entry->second = csv_tables_.back().get();
}

Location Loading::PlaceOf(const Node& node, size_t offset) {
  const auto file = files_by_label_.find(node.file());
  if (file == files_by_label_.end()) return node.WhereInText(offset);
  return places_.try_emplace(node.file(), file->second->bytes).first->second.PlaceInText(node, offset);
}

std::optional<feel::Expression> Loading::ParseInto(std::string_view text, const feel::ParseOptions& options,
                                                   Grammar grammar, Diagnostics* found) {
  std::optional<feel::Expression> expression = grammar == Grammar::kCell
                                                   ? feel::ParseUnaryTests(text, *scope_, options, found)
                                                   : feel::ParseExpression(text, *scope_, options, found);
  if (expression) {
    scope_->RefuseDecisions(*expression, options.decision, [&](size_t offset, Diagnostic finding) {
      const LineColumn place = LineColumnAt(text, offset);
      const int column = place.line == 1 ? options.origin.column + place.column - 1 : place.column;
      finding.where = {options.origin.file, options.origin.line + place.line - 1, column};
      found->Add(std::move(finding));
    });
  }
  return expression;
}

std::optional<feel::Expression> Loading::Parse(const Node& node, feel::ParseOptions options,
                                               Grammar grammar) {
  const bool empty_cell = node.is_null() && grammar == Grammar::kCell;
  if (!node.is_scalar() && !empty_cell) {
    diagnostics().Error(
        "ZD2019", node.Where(),
        options.what + " must be an expression, found " + std::string(KindName(node.kind())),
        "write the expression as one text, in quotes if it begins with \"{\", \"[\" or \"-\"");
    return std::nullopt;
  }
  const bool is_condition = names_are_settled_ && grammar == Grammar::kExpression && options.locals.empty() &&
                            !options.input_type && !options.decision && options.expected &&
                            options.expected->kind == feel::TypeKind::kBoolean;
  if (is_condition) {
    if (const auto known = conditions_.find(node.text()); known != conditions_.end()) return known->second;
  }
  // The findings are placed in the text first, then in the file.
  options.origin = {node.file(), 1, 1};
  Diagnostics found;
  std::optional<feel::Expression> expression = ParseInto(node.text(), options, grammar, &found);
  if (is_condition && expression && found.all().empty()) conditions_.emplace(node.text(), *expression);
  for (Diagnostic finding : found.all()) {
    if (names_may_be_missing_ && IsUnknownName(finding)) continue;
    finding.where = PlaceOf(node, OffsetAt(node.text(), finding.where.line, finding.where.column));
    diagnostics().Add(std::move(finding));
  }
  return expression;
}

std::optional<feel::Expression> Loading::ParseAs(const Node& node, const feel::TypePtr& type,
                                                 feel::ParseOptions options) {
  std::optional<feel::Expression> expression = Parse(node, options);
  if (!expression || feel::CommonType(expression->root->type, type) != nullptr) return expression;
  diagnostics().Error("ZD2025", PlaceOf(node, 0),
                      options.what + " must be " + feel::TypeText(*type) + ", but is " +
                          feel::TypeText(*expression->root->type),
                      "write another expression");
  return std::nullopt;
}

std::optional<feel::Expression> Loading::ParseCsv(std::string_view text, const feel::ParseOptions& options,
                                                  Grammar grammar) {
  Diagnostics found;
  std::optional<feel::Expression> expression = ParseInto(text, options, grammar, &found);
  for (const Diagnostic& finding : found.all()) {
    if (!names_may_be_missing_ || !IsUnknownName(finding)) diagnostics().Add(finding);
  }
  return expression;
}

void Loading::CheckListReferences() {
  for (const auto& [list, where] : list_references_) {
    if (lists.Find(list) >= 0 || names_may_be_missing_) continue;
    const std::string near = NearestName(list, lists.Ids());
    diagnostics().Error("ZD2202", where, "there is no list " + JsonQuote(list),
                        near.empty() ? "declare it in lists/index.yaml" : "did you mean " + near + "?");
  }
}

// Covers what can change an answer: all files that are read, except test cases.
std::string Loading::Digest() const {
  Sha256 digest;
  for (const SourcePack& source : sources_) {
    digest.Update("pack " + source.id + "\n");
    for (const FileSet::File& file : source.files.files()) {
      if (&file != &source.files.pack_file() && files_read_.count(&file) == 0) continue;
      if (file.path.starts_with("cases/")) continue;
      digest.Update(file.path);
      digest.Update(std::string_view("\0", 1));
      digest.Update(std::to_string(file.bytes.size()) + "\n");
      digest.Update(file.bytes);
    }
  }
  return "sha256:" + digest.Hex();
}

void Loading::ReportFilesNotRead() {
  for (const SourcePack& source : sources_) {
    for (const FileSet::File& file : source.files.files()) {
      const bool others_cases = !source.asked && file.path.starts_with("cases/");
      if (&file == &source.files.pack_file() || files_read_.count(&file) > 0 || others_cases) continue;
      if (EndsInOneOf(file.path, {".yaml", ".yml", ".json"})) {
        diagnostics().Error("ZD2020", {source.FileLabel(file.path)}, "this file is not read",
                            FileAdvice(file.path));
      } else if (file.path.ends_with(".csv") &&
                 EndsInOneOf(file.path.substr(0, file.path.find('/')), {"lists", "tables"})) {
        diagnostics().Warning("ZD2020", {source.FileLabel(file.path)}, "this file is not read",
                              "name it in a list, a zone or a table, or delete it");
      }
    }
  }
}

void Loading::Add(Policy&& policy) {
  if (later_ != nullptr) {
    later_->push_back(std::make_shared<const Policy>(std::move(policy)));
    return;
  }
  policies.Declare(policy.id, static_cast<int>(pack_->policies.size()), policy.where, diagnostics());
  pack_->policies.push_back(std::move(policy));
}

std::vector<PolicyPtr> Loading::LoadLater(std::string_view text, const std::string& label,
                                          Diagnostics& diagnostics) {
  const std::lock_guard lock(mutex_);
  const Redirect redirect(*this, diagnostics);
  const bool json = text.find_first_of("{[") == text.find_first_not_of(" \t\r\n");
  const std::unique_ptr<const Tree> tree =
      json ? ReadJson(text, label, diagnostics) : ReadYaml(text, label, diagnostics);
  std::vector<PolicyPtr> policies_read;
  if (tree == nullptr) return policies_read;
  later_ = &policies_read;
  const Node& root = tree->root();
  for (const Node& node : root.is_sequence() ? root.items() : std::span(&root, 1)) LoadPolicy(*this, node);
  later_ = nullptr;
  upper_names.clear();  // settlement knows the policies of the pack only
  if (!diagnostics.ok()) policies_read.clear();
  return policies_read;
}

std::shared_ptr<Pack> Loading::Finish() {
  pack_->files_digest = pack_->digest = Digest();
  if (!pack_->settings.empty()) {
    const std::string set = Join(pack_->settings, "\n");
    pack_->digest = "sha256:" + Sha256Hex(pack_->files_digest + "\n" + set);
  }
  Diagnostics sorted = diagnostics();
  sorted.Sort();
  for (const Diagnostic& finding : sorted.all()) {
    if (finding.severity == Severity::kWarning) pack_->warnings.push_back(finding);
  }
  places_.clear();
  files_by_label_.clear();
  for (SourcePack& source : sources_) source.files.DropBytes("policies");
  return std::move(owned_pack_);
}

feel::Period ReadPeriod(MappingReader& reader) {
  feel::Period period;
  period.from = reader.OptionalDate("from");
  period.to = reader.OptionalDate("to");
  if (period.from && period.to && *period.to < *period.from) {
    reader.Error(
        "to", "ZD2021",
        "the period ends on " + period.to->ToString() + ", before it begins on " + period.from->ToString(),
        "swap the two, or correct one");
  }
  return period;
}

void ReportOverlaps(std::vector<DatedPlace> places, const std::string& what, Diagnostics& diagnostics) {
  // An absent beginning is the earliest; places of one beginning stay in the order written.
  std::stable_sort(places.begin(), places.end(), [](const DatedPlace& a, const DatedPlace& b) {
    return b.period.from && (!a.period.from || *a.period.from < *b.period.from);
  });
  const DatedPlace* last = nullptr;  // of the periods so far, the one that ends last
  for (const DatedPlace& place : places) {
    const bool overlaps =
        last != nullptr && (!last->period.to || !place.period.from || *place.period.from <= *last->period.to);
    if (overlaps) {
      diagnostics.Error("ZD2022", place.where,
                        "this " + what + " overlaps the one at " + PlaceText(last->where),
                        "let each end on the day before the next begins");
    }
    if (last == nullptr || !place.period.to || (last->period.to && *last->period.to < *place.period.to))
      last = &place;
  }
}

const Policy* Pack::FindPolicy(std::string_view wanted) const {
  if (&loading->pack() == this) {
    const int found = loading->policies.Find(wanted);
    return found < 0 ? nullptr : &policies[static_cast<size_t>(found)];
  }
  // A copy whose policies have been changed.
  const auto found = std::find_if(policies.begin(), policies.end(),
                                  [wanted](const Policy& policy) { return policy.id == wanted; });
  return found == policies.end() ? nullptr : &*found;
}

std::vector<PolicyPtr> LoadFurtherPolicies(const Pack& pack, std::string_view text, const std::string& label,
                                           Diagnostics* diagnostics) {
  Diagnostics found;
  std::vector<PolicyPtr> policies = pack.loading->LoadLater(text, label, found);
  found.Sort();
  for (const Diagnostic& finding : found.all()) diagnostics->Add(finding);
  return policies;
}

PackPtr LoadPack(const std::vector<std::string>& folders, const LoadOptions& options,
                 Diagnostics* diagnostics) {
  Diagnostics found;
  std::shared_ptr<const Pack> pack = Load(OpenFolders(folders, options, found), options, found);
  return Hand(std::move(pack), std::move(found), diagnostics);
}

PackPtr LoadPackFiles(const std::map<std::string, std::string>& files, Diagnostics* diagnostics,
                      const LoadOptions& options) {
  Diagnostics found;
  std::shared_ptr<const Pack> pack = Load(OpenFiles(files, found), options, found);
  return Hand(std::move(pack), std::move(found), diagnostics);
}

}  // namespace zhida::pack
