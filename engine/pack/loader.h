// Loader: from the files of a closure to a Pack. Internal to the files of the loader; users see pack.h.
//
// closure.cc       which packs, and in what order
// loader.cc        the order of work, files, digest
// load_schema.cc   facts and their types (type_text.cc)
// load_lists.cc    code lists and zones; load_calendars.cc working days
// load_params.cc   dated parameters (constant.cc)
// definition_scope.cc  what names in expressions mean; parses definitions in the order they need each other
// load_population.cc  what is counted over a run
// load_definitions.cc, load_tables.cc  their shape; parse_tables.cc the expressions of tables
// load_pools.cc    groups, pools and modifiers of settlement.yaml
// load_policies.cc, load_clauses.cc, load_settlement.cc; check_settlement.cc what needs all policies
// load_cases.cc    test cases (case_values.cc); load_settlement_cases.cc those of settlement
//
// Everything is read once, in this order, and every mistake is reported, so nothing stops at the first. A
// thing with a mistake is kept as far as it was understood, so that what refers to it is not reported as
// well; the pack is refused in the end anyhow. One thread.
// The pack keeps its Loading, without the texts of its policies, to read policies that come later.
#ifndef ZHIDA_ENGINE_PACK_LOADER_H_
#define ZHIDA_ENGINE_PACK_LOADER_H_

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/feel/parser.h"
#include "engine/pack/closure.h"
#include "engine/pack/csv_reader.h"
#include "engine/pack/ids.h"
#include "engine/pack/pack.h"
#include "engine/pack/text_place.h"
#include "engine/pack/tree.h"

namespace zhida::pack {

class DefinitionScope;

// One item of a file that holds one item or a list of them.
struct Item {
  const SourcePack* source;
  const Node* node;
};

// A population fact as written: the schema declares the fact, load_population.cc parses its expressions.
struct PopulationSource {
  int fact = -1;
  PopulationFact::Measure measure = PopulationFact::Measure::kCount;
  const Node* by = nullptr;
  const Node* of = nullptr;
  const Node* where = nullptr;
  Location place;
};

// What all parts of the loader share.
class Loading {
 public:
  Loading(Closure closure, const LoadOptions& options, Diagnostics& diagnostics);
  ~Loading();

  Diagnostics& diagnostics() { return *diagnostics_; }
  const std::vector<SourcePack>& sources() const { return sources_; }
  Pack& pack() { return *pack_; }
  feel::Model& model() { return pack_->model; }
  // A policy that has been read.
  void Add(Policy&& policy);
  NameTable& names() { return names_; }
  DefinitionScope& scope() { return *scope_; }

  // The items of all files below `folder` of `source`, in file order.
  std::vector<Item> ItemsBelow(const SourcePack& source, std::string_view folder);
  // Hands over the items of all policy files of `source`, in file order, until `take` returns false. There
  // may be very many, so threads read the files that come next, and their trees are not kept. `take` is
  // called by one thread at a time.
  void ForPolicies(const SourcePack& source, const std::function<bool(const Node&)>& take);
  // The root of `stem`.yaml or `stem`.json; null if there is none, or after a report.
  const Node* RootOf(const SourcePack& source, const std::string& stem);
  // The table in a CSV file of `source`; null after a report, which is placed at `where` if the file is
  // missing.
  const CsvTable* Csv(const SourcePack& source, const std::string& path, const Location& where);

  // What an expression is: a whole one, or the unary tests of a table's cell.
  enum class Grammar : uint8_t { kExpression, kCell };
  // Parses the text of `node`; nullopt after a report. `options.origin` is set here.
  std::optional<feel::Expression> Parse(const Node& node, feel::ParseOptions options,
                                        Grammar grammar = Grammar::kExpression);
  // From here on names mean one thing, so that a condition that was parsed without a finding need not be
  // parsed again wherever it is written: policies repeat each other's conditions.
  void NamesAreSettled() { names_are_settled_ = true; }
  // The same where null is fine, so that only the kind of value is checked; nullopt after a report (ZD2025).
  std::optional<feel::Expression> ParseAs(const Node& node, const feel::TypePtr& type,
                                          feel::ParseOptions options);
  // The same for a cell of a CSV file, whose place `options.origin` says.
  std::optional<feel::Expression> ParseCsv(std::string_view text, const feel::ParseOptions& options,
                                           Grammar grammar);

  // A code list that a type named; checked once all lists are known.
  void ReferToList(const std::string& list, const Location& where) {
    list_references_.push_back({list, where});
  }
  void CheckListReferences();
  // A pack or a file that declares names could not be read, so that names may be unknown only because of
  // that.
  bool names_may_be_missing() const { return names_may_be_missing_; }
  bool policies_may_be_missing() const { return policies_may_be_missing_; }
  std::string Digest() const;
  void ReportFilesNotRead();
  // The pack is then its user's; it must own the Loading.
  std::shared_ptr<Pack> Finish();
  // After Finish(), by any thread: see pack.h.
  std::vector<PolicyPtr> LoadLater(std::string_view text, const std::string& label, Diagnostics& diagnostics);

  // Sends diagnostics elsewhere for the length of a block.
  class Redirect {
   public:
    Redirect(Loading& loading, Diagnostics& diagnostics) : loading_(loading), outer_(loading.diagnostics_) {
      loading.diagnostics_ = &diagnostics;
    }
    ~Redirect() { loading_.diagnostics_ = outer_; }
    Redirect(const Redirect&) = delete;
    Redirect& operator=(const Redirect&) = delete;

   private:
    Loading& loading_;
    Diagnostics* outer_;
  };

  std::vector<Setting> settings;  // that no parameter has taken so far

  // What raises amounts and caps of policies; worked into them as they are read.
  struct Modifier {
    std::string id;
    Location where;
    const Node* raise = nullptr;
    std::string department;                                  // all its policies, or
    std::vector<std::pair<std::string, Location>> policies;  // these
    std::vector<std::pair<std::string, Location>> except;
    bool Raises(std::string_view policy, std::string_view of_department) const;
  };
  std::vector<Modifier> modifiers;
  // A policy that another names in `of`; resolved once all are known.
  struct UpperName {
    size_t policy;
    size_t membership;
    std::string id;
    Location where;
  };
  std::vector<UpperName> upper_names;

  std::vector<feel::TypePtr> parameter_types;  // a structure each, runs parallel to model().parameters
  std::vector<bool> list_is_partial;           // parallel to model().code_lists: some codes could not be read
  std::vector<PopulationSource> population;
  IdTable lists{"list"};
  IdTable zones{"zone"};
  IdTable calendars{"calendar"};
  IdTable policies{"policy"};
  IdTable groups{"group"};
  IdTable pools{"pool"};

 private:
  void ExpectPolicies(size_t count);
  const Node* Read(const SourcePack& source, const FileSet::File& file);
  void NoteAsRead(const SourcePack& source, const FileSet::File& file);
  std::optional<feel::Expression> ParseInto(std::string_view text, const feel::ParseOptions& options,
                                            Grammar grammar, Diagnostics* found);
  // Where a byte of a node's text stands.
  Location PlaceOf(const Node& node, size_t offset);

  std::vector<SourcePack> sources_;
  int threads_;
  Diagnostics* diagnostics_;
  std::shared_ptr<Pack> owned_pack_;  // until Finish()
  Pack* pack_;
  std::vector<PolicyPtr>* later_ = nullptr;  // where policies go after Finish()
  std::mutex mutex_;                         // one later policy at a time
  NameTable names_;
  std::unique_ptr<DefinitionScope> scope_;
  std::vector<std::unique_ptr<const Tree>> trees_;
  std::vector<std::unique_ptr<const CsvTable>> csv_tables_;
  TextMap<const CsvTable*> csv_by_label_;
  TextMap<const FileSet::File*> files_by_label_;  // that were read into trees
  TextMap<FilePlaces> places_;                    // of those that had mistakes
  std::set<const FileSet::File*> files_read_;
  std::vector<std::pair<std::string, Location>> list_references_;
  bool names_may_be_missing_ = false;
  bool policies_may_be_missing_ = false;
  bool names_are_settled_ = false;
  TextMap<feel::Expression> conditions_;  // by text
};

// Each reads one part of every pack of the closure into loading.pack().
void LoadSchema(Loading& loading);
void LoadLists(Loading& loading);
void LoadCalendars(Loading& loading);
void LoadParams(Loading& loading);
void LoadDefinitions(Loading& loading);
// One decision table, declared for LoadDefinitions() to resolve.
void DeclareTable(Loading& loading, const Item& item);
// The keys that definitions and tables share: id, name, kind. Adds the definition, without a type yet, and
// returns its index; `parse` is told that index later.
int DeclareDefinition(Loading& loading, MappingReader& reader, bool* decision);
void LoadSettlementFiles(Loading& loading);
void LoadPopulation(Loading& loading);
void LoadPolicies(Loading& loading);
void CheckSettlement(Loading& loading);
void LoadPolicy(Loading& loading, const Node& node);
void LoadCases(Loading& loading);

// The optional keys `from` and `to`; reports a period that ends before it begins.
feel::Period ReadPeriod(MappingReader& reader);

// The periods of one thing, say the versions of a parameter.
struct DatedPlace {
  feel::Period period;
  Location where;
};
// Reports each period that begins before an earlier one has ended. `what` is "version of rd_award".
void ReportOverlaps(std::vector<DatedPlace> places, const std::string& what, Diagnostics& diagnostics);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_LOADER_H_
