// Code lists and functional zones, from lists/index.yaml and the CSV files beside it.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "engine/base/text.h"
#include "engine/pack/csv_columns.h"
#include "engine/pack/loader.h"

namespace zhida::pack {
namespace {

constexpr Named<feel::CodeList::Shape> kShapes[] = {{"none", feel::CodeList::Shape::kFlat},
                                                    {"prefix", feel::CodeList::Shape::kPrefix},
                                                    {"parent", feel::CodeList::Shape::kParent}};

// One code of a list, or one code of a zone, from either kind of file.
struct Row {
  feel::Code code;
  Location where;
  Location parent_where;
};

bool IsCode(std::string_view code) { return !code.empty() && TrimAscii(code) == code; }

void ReportNoCode(const std::string& code, const Location& where, Diagnostics& diagnostics) {
  diagnostics.Error("ZD2301", where,
                    code.empty() ? "a code is empty" : JsonQuote(code) + " has spaces around it",
                    "write the code alone");
}

// False if the file cannot be read.
bool RowsOfCsv(Loading& loading, const Item& item, const Node& file, std::vector<Row>* rows) {
  const CsvTable* table = loading.Csv(*item.source, "lists/" + std::string(file.text()), file.Where());
  if (table == nullptr) return false;
  const CsvColumns columns(*table, {"code", "name"}, {"parent", "from", "to"}, loading.diagnostics());
  if (!columns.ok()) return false;
  for (size_t i = 1; i < table->row_count(); ++i) {
    Row row;
    row.code.code = std::string(columns.Text(i, "code"));
    row.code.name = std::string(columns.Text(i, "name"));
    row.code.parent = std::string(columns.Text(i, "parent"));
    row.code.in_force = columns.Period(i, loading.diagnostics());
    row.where = columns.Where(i, "code");
    row.parent_where = columns.Where(i, "parent");
    rows->push_back(std::move(row));
  }
  return true;
}

// `codes: {A: 优}` or `codes: [{code: A, name: 优}]`.
bool RowsOfCodes(Loading& loading, const Node& codes, std::vector<Row>* rows) {
  Diagnostics& diagnostics = loading.diagnostics();
  if (!codes.is_mapping() && !codes.is_sequence()) {
    diagnostics.Error("ZD2302", codes.Where(), "\"codes\" must be a mapping or a list",
                      "write codes: {A: name of A, B: name of B}");
    return false;
  }
  for (const Entry& entry : codes.entries()) {
    Row row;
    row.code.code = std::string(entry.key);
    row.code.name = ReadText(entry.value, "the name of a code", diagnostics).value_or("");
    row.where = entry.KeyWhere();
    rows->push_back(std::move(row));
  }
  for (const Node& item : codes.items()) {
    MappingReader reader(item, diagnostics, "a code");
    Row row;
    row.where = item.Where();
    row.code.code = reader.RequiredString("code");
    row.code.name = reader.RequiredString("name");
    row.code.parent = reader.OptionalString("parent").value_or("");
    row.parent_where = item.Find("parent") == nullptr ? row.where : item.Find("parent")->Where();
    row.code.in_force = ReadPeriod(reader);
    reader.Finish();
    if (!row.code.code.empty()) rows->push_back(std::move(row));
  }
  return true;
}

// Walks up from every code; a code met again on the way up is reported once.
void ReportCircles(const std::vector<Row>& rows, Diagnostics& diagnostics) {
  std::map<std::string_view, const Row*> by_code;
  for (const Row& row : rows) by_code.emplace(row.code.code, &row);
  std::set<std::string_view> settled;
  for (const Row& row : rows) {
    std::vector<std::string_view> path;
    std::string_view at = row.code.code;
    while (!at.empty() && settled.count(at) == 0) {
      if (std::find(path.begin(), path.end(), at) != path.end()) {
        diagnostics.Error("ZD2305", by_code[at]->parent_where,
                          "the parents of code " + JsonQuote(at) + " lead back to it", "correct one of them");
        break;
      }
      path.push_back(at);
      const auto found = by_code.find(at);
      at = found == by_code.end() ? std::string_view() : std::string_view(found->second->code.parent);
    }
    settled.insert(path.begin(), path.end());
  }
}

void CheckParents(const feel::CodeList& list, const std::vector<Row>& rows, const Location& where,
                  Diagnostics& diagnostics) {
  const auto has_parent = [](const Row& row) { return !row.code.parent.empty(); };
  const auto first = std::find_if(rows.begin(), rows.end(), has_parent);
  if (list.shape != feel::CodeList::Shape::kParent) {
    if (first != rows.end()) {
      diagnostics.Error("ZD2303", first->parent_where,
                        "list " + list.id + " has parents, but is no tree by them",
                        "write tree: parent, or delete the parents");
    }
    return;
  }
  if (first == rows.end()) {
    diagnostics.Error("ZD2303", where, "list " + list.id + " is a tree by parents, but no code has a parent",
                      "add the column parent, or write tree: prefix");
  }
  std::vector<std::string> codes;
  for (const Row& row : rows) codes.push_back(row.code.code);
  for (const Row& row : rows) {
    if (row.code.parent.empty() || list.Has(row.code.parent)) continue;
    diagnostics.Error("ZD2304", row.parent_where,
                      "the parent " + JsonQuote(row.code.parent) + " is not in list " + list.id,
                      "add it, or correct it" + DidYouMean(row.code.parent, codes));
  }
  ReportCircles(rows, diagnostics);
}

void ReportOverlapsByCode(const std::vector<Row>& rows, const std::string& what, Diagnostics& diagnostics) {
  std::map<std::string_view, std::vector<DatedPlace>> places;
  for (const Row& row : rows) places[row.code.code].push_back({row.code.in_force, row.where});
  for (const auto& [code, periods] : places) {
    if (periods.size() > 1) ReportOverlaps(periods, what + " " + JsonQuote(code), diagnostics);
  }
}

void LoadList(Loading& loading, const Item& item) {
  Diagnostics& diagnostics = loading.diagnostics();
  MappingReader reader(*item.node, diagnostics, "a list");
  if (!reader.is_mapping()) return;
  feel::CodeList list;
  list.id = ReadId(reader, "id", IdForm::kWord);
  list.name = reader.OptionalString("name").value_or(list.id);
  list.shape = reader.Enum("tree", kShapes, feel::CodeList::Shape::kFlat);
  list.open = reader.Bool("open", false);
  if (list.open && list.shape != feel::CodeList::Shape::kPrefix) {
    reader.Error("open", "ZD2306", "only a tree by prefix can be open",
                 "write tree: prefix, or leave out open");
  }
  const Node* file = reader.Optional("file");
  const Node* codes = reader.Optional("codes");
  reader.Finish();
  std::vector<Row> rows;
  bool whole = reader.ok();
  if ((file == nullptr) == (codes == nullptr)) {
    whole = false;
    diagnostics.Error("ZD2307", item.node->Where(), "a list needs either \"file\" or \"codes\"",
                      file == nullptr ? "add one of them" : "keep one of them");
  }
  if (file != nullptr) whole = RowsOfCsv(loading, item, *file, &rows) && whole;
  if (codes != nullptr) whole = RowsOfCodes(loading, *codes, &rows) && whole;
  for (const Row& row : rows) {
    if (!IsCode(row.code.code)) ReportNoCode(row.code.code, row.where, diagnostics);
    list.Add(row.code);
  }
  ReportOverlapsByCode(rows, "period of code", diagnostics);
  CheckParents(list, rows, item.node->Where(), diagnostics);
  if (whole && rows.empty()) {
    diagnostics.Error("ZD2308", item.node->Where(), "list " + list.id + " has no codes",
                      "add some, or delete the list");
  }
  loading.lists.Declare(list.id, static_cast<int>(loading.model().code_lists.size()), item.node->Where(),
                        diagnostics);
  loading.model().code_lists.push_back(std::move(list));
  loading.list_is_partial.push_back(!whole);
}

// A CSV file of zones, which may hold several; rows of zones that nobody declares are reported in the end.
struct ZoneFile {
  std::optional<CsvColumns> columns;
  std::map<std::string, std::vector<size_t>, std::less<>> rows_by_zone;
  std::set<std::string, std::less<>> zones;  // that name the file
};
using ZoneFiles = std::map<std::string, ZoneFile>;

// The file's rows in order; its header is looked at once, however many zones name it.
ZoneFile& OpenZoneFile(const CsvTable& table, ZoneFiles* files, Diagnostics& diagnostics) {
  const auto [entry, added] = files->try_emplace(table.file());
  ZoneFile& file = entry->second;
  if (!added) return file;
  file.columns.emplace(table, std::vector<std::string>{"zone", "code"},
                       std::vector<std::string>{"from", "to"}, diagnostics);
  if (!file.columns->ok()) return file;
  for (size_t i = 1; i < table.row_count(); ++i) {
    file.rows_by_zone[std::string(file.columns->Text(i, "zone"))].push_back(i);
  }
  return file;
}

bool MembersOfCsv(Loading& loading, const Item& item, const Node& node, const std::string& zone,
                  ZoneFiles* files, std::vector<Row>* rows) {
  const CsvTable* table = loading.Csv(*item.source, "lists/" + std::string(node.text()), node.Where());
  if (table == nullptr) return false;
  ZoneFile& file = OpenZoneFile(*table, files, loading.diagnostics());
  file.zones.insert(zone);
  const auto found = file.rows_by_zone.find(zone);
  if (found == file.rows_by_zone.end()) return file.columns->ok();
  for (const size_t i : found->second) {
    Row row;
    row.code.code = std::string(file.columns->Text(i, "code"));
    row.code.in_force = file.columns->Period(i, loading.diagnostics());
    row.where = file.columns->Where(i, "code");
    rows->push_back(std::move(row));
  }
  return true;
}

void MembersOfList(MappingReader& zone, Diagnostics& diagnostics, std::vector<Row>* rows) {
  for (const Node* item : zone.List("members")) {
    MappingReader reader(*item, diagnostics, "a member of a zone");
    Row row;
    row.where = item->Where();
    row.code.code = reader.RequiredString("code");
    row.code.in_force = ReadPeriod(reader);
    reader.Finish();
    if (!row.code.code.empty()) rows->push_back(std::move(row));
  }
}

void CheckMembers(Loading& loading, const feel::Zone& zone, const std::vector<Row>& rows) {
  const int number = loading.lists.Find(zone.code_list);
  if (number < 0 || loading.list_is_partial[static_cast<size_t>(number)]) return;
  const feel::CodeList& list = loading.model().code_lists[static_cast<size_t>(number)];
  for (const Row& row : rows) {
    if (row.code.code.empty()) {
      ReportNoCode("", row.where, loading.diagnostics());
    } else if (!list.Has(row.code.code)) {
      std::vector<std::string> codes;
      for (const feel::Code& code : list.codes()) codes.push_back(code.code);
      loading.diagnostics().Error("ZD2311", row.where,
                                  "code " + JsonQuote(row.code.code) + " is not in list " + list.id,
                                  "add it to the list, or correct it" + DidYouMean(row.code.code, codes));
    }
  }
}

void LoadZone(Loading& loading, const Item& item, ZoneFiles* files) {
  Diagnostics& diagnostics = loading.diagnostics();
  MappingReader reader(*item.node, diagnostics, "a zone");
  if (!reader.is_mapping()) return;
  feel::Zone zone;
  zone.id = ReadId(reader, "id", IdForm::kDashed);
  zone.name = reader.OptionalString("name").value_or(zone.id);
  zone.code_list = reader.RequiredString("of");
  if (const Node* of = item.node->Find("of"); of != nullptr && !zone.code_list.empty())
    loading.ReferToList(zone.code_list, of->Where());
  const Node* file = reader.Optional("file");
  const bool has_members = reader.Has("members");
  std::vector<Row> rows;
  MembersOfList(reader, diagnostics, &rows);
  reader.Finish();
  bool whole = reader.ok();
  if ((file != nullptr) == has_members) {
    whole = false;
    diagnostics.Error("ZD2309", item.node->Where(), "a zone needs either \"file\" or \"members\"",
                      file == nullptr ? "add one of them" : "keep one of them");
  }
  if (file != nullptr) whole = MembersOfCsv(loading, item, *file, zone.id, files, &rows) && whole;
  if (whole && rows.empty()) {
    diagnostics.Error("ZD2310", item.node->Where(), "zone " + zone.id + " has no members",
                      file == nullptr ? "add some, or delete the zone"
                                      : "add rows with " + zone.id + " in the column zone");
  }
  ReportOverlapsByCode(rows, "period of member", diagnostics);
  CheckMembers(loading, zone, rows);
  for (const Row& row : rows) zone.members.push_back({row.code.code, row.code.in_force});
  loading.zones.Declare(zone.id, static_cast<int>(loading.model().zones.size()), item.node->Where(),
                        diagnostics);
  loading.model().zones.push_back(std::move(zone));
}

void ReportStrayRows(const ZoneFile& file, Diagnostics& diagnostics) {
  const std::vector<std::string> known(file.zones.begin(), file.zones.end());
  for (const auto& [zone, rows] : file.rows_by_zone) {
    if (file.zones.count(zone) > 0) continue;
    diagnostics.Error("ZD2312", file.columns->Where(rows.front(), "zone"),
                      "no zone " + JsonQuote(zone) + " takes its members from this file",
                      "declare it in lists/index.yaml" + DidYouMean(zone, known));
  }
}

}  // namespace

void LoadLists(Loading& loading) {
  std::vector<Item> zones;
  for (const SourcePack& source : loading.sources()) {
    const Node* root = loading.RootOf(source, "lists/index");
    if (root == nullptr) continue;
    MappingReader reader(*root, loading.diagnostics(), "lists/index.yaml");
    for (const Node* list : reader.List("lists")) LoadList(loading, {&source, list});
    for (const Node* zone : reader.List("zones")) zones.push_back({&source, zone});
    reader.Finish();
  }
  // A zone may be made of a list of any pack of the closure.
  ZoneFiles files;
  for (const Item& zone : zones) LoadZone(loading, zone, &files);
  for (const auto& [path, file] : files) ReportStrayRows(file, loading.diagnostics());
}

}  // namespace zhida::pack
