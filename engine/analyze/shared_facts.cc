#include "engine/analyze/shared_facts.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/base/text.h"
#include "engine/facts/type_plan.h"
#include "engine/feel/kind_text.h"

namespace zhida::analyze {

using pack::Fact;
using pack::FactKind;
using pack::FactType;

namespace {

constexpr char kMend[] = "simulate reads one file for both packs, so let it mean the same in both";

// What decides how a value is read, in the words of a schema, but for what is inside of members.
std::string TypeText(const FactType& type) {
  switch (type.kind) {
    case FactKind::kBoolean:
      return "boolean";
    case FactKind::kInteger:
      return "integer";
    case FactKind::kDecimal:
      return "decimal(" + std::to_string(type.scale) + ")";
    case FactKind::kRatio:
      return "ratio";
    case FactKind::kMoney:
      return "money in " + std::string(facts::MoneyUnitText(type.unit));
    case FactKind::kDate:
      return "date";
    case FactKind::kDateTime:
      return "datetime";
    case FactKind::kString:
      return "string";
    case FactKind::kCode:
      return "code(" + type.code_list + ")";
    case FactKind::kList:
      return "list of " + TypeText(*type.element);
    case FactKind::kSeries:
      return "series(" + std::string(feel::PeriodWord(type.period)) + ") of " + TypeText(*type.element);
    case FactKind::kStruct: {
      std::vector<std::string> members;
      for (const pack::FactMember& member : type.members) {
        members.push_back(member.id == member.name ? member.id : member.id + " (" + member.name + ")");
      }
      return "struct of " + Join(members, ", ");
    }
  }
  return "";
}

// What is so before and otherwise after.
struct Difference {
  std::string what;
  std::string before;
  std::string after;
};

// Structures of the same members are compared member by member, so that the message is about the one.
void Compare(const std::string& what, const FactType& was, bool was_nullable, const FactType& is,
             bool is_nullable, std::vector<Difference>* differences) {
  const auto text = [](const FactType& type, bool nullable) {
    return TypeText(type) + (nullable ? ", nullable" : "");
  };
  const std::string before = text(was, was_nullable);
  const std::string after = text(is, is_nullable);
  if (before != after) {
    differences->push_back({what, before, after});
    return;
  }
  if (was.element) Compare(what, *was.element, false, *is.element, false, differences);
  for (size_t i = 0; i < was.members.size(); ++i) {
    const pack::FactMember& mine = was.members[i];
    const pack::FactMember& its = is.members[i];
    Compare(what + "." + mine.id, *mine.type, mine.nullable, *its.type, its.nullable, differences);
  }
}

std::string AgeText(const std::optional<pack::MaxAge>& age) {
  if (!age) return "of any age";
  if (age->days == 0) return "at most " + std::to_string(age->months) + " months old";
  if (age->months == 0) return "at most " + std::to_string(age->days) + " days old";
  return "at most " + std::to_string(age->months) + " months and " + std::to_string(age->days) + " days old";
}

// How two lists take other codes, or "".
std::string ListDifference(const feel::CodeList& was, const feel::CodeList& is) {
  if (was.shape != is.shape) return "is another kind of tree before and after";
  if (was.open != is.open) return std::string("is open ") + (was.open ? "before" : "after") + " only";
  for (const auto& [one, other, when] : {std::tuple(&was, &is, "before"), std::tuple(&is, &was, "after")}) {
    for (const feel::Code& code : one->codes()) {
      if (!other->Has(code.code)) return "has code " + code.code + " " + when + " only";
    }
  }
  return "";
}

void CodeListsOf(const FactType& type, std::vector<std::string>* ids) {
  if (type.kind == FactKind::kCode) ids->push_back(type.code_list);
  if (type.element) CodeListsOf(*type.element, ids);
  for (const pack::FactMember& member : type.members) CodeListsOf(*member.type, ids);
}

}  // namespace

int SharedFacts::Find(const std::string& id) const {
  const pack::Schema& schema = reading().schema;
  const int place = schema.Find(id);
  return place >= 0 && schema.facts[static_cast<size_t>(place)].id == id ? place : -1;
}

pack::Pack& SharedFacts::Joined() {
  if (joined_) return *joined_;
  joined_ = std::make_shared<pack::Pack>();
  joined_->id = before_->id;
  joined_->version = before_->version;
  joined_->schema = before_->schema;
  joined_->model.code_lists = before_->model.code_lists;
  return *joined_;
}

void SharedFacts::CheckMeaning(const Fact& was, const Fact& is, Diagnostics* diagnostics) const {
  std::vector<Difference> differences;
  Compare("fact " + is.id, *was.type, was.nullable, *is.type, is.nullable, &differences);
  const auto promise_of = [](const Fact& fact) {
    return fact.commitment_allowed ? "allowed to be promised" : "not to be promised";
  };
  differences.push_back({"fact " + is.id, AgeText(was.max_age), AgeText(is.max_age)});
  differences.push_back({"fact " + is.id, promise_of(was), promise_of(is)});
  for (const auto& [what, before, after] : differences) {
    if (before == after) continue;
    diagnostics->Error("ZD6007", is.where, what + " is " + before + " before and " + after + " after", kMend);
  }
}

void SharedFacts::CheckCodes(const pack::Pack& after, Diagnostics* diagnostics) const {
  std::vector<std::string> told;
  for (const Fact& fact : after.schema.facts) {
    std::vector<std::string> ids;
    CodeListsOf(*fact.type, &ids);
    for (const std::string& id : ids) {
      const feel::CodeList* const was = reading().model.FindCodeList(id);
      const feel::CodeList* const is = after.model.FindCodeList(id);
      if (was == nullptr || is == nullptr || std::ranges::find(told, id) != told.end()) continue;
      const std::string difference = ListDifference(*was, *is);
      if (difference.empty()) continue;
      told.push_back(id);
      diagnostics->Error("ZD6007", fact.where,
                         "fact " + fact.id + " is a code of list " + id + ", which " + difference, kMend);
    }
  }
}

void SharedFacts::CheckWords(const pack::Pack& after, Diagnostics* diagnostics) const {
  const pack::Schema& schema = reading().schema;
  for (const Fact& fact : after.schema.facts) {
    for (const std::string* word : {&fact.id, &fact.name}) {
      const int place = schema.Find(*word);
      if (place < 0 || schema.facts[static_cast<size_t>(place)].id == fact.id) continue;
      diagnostics->Error("ZD6007", fact.where,
                         JsonQuote(*word) + " names fact " + schema.facts[static_cast<size_t>(place)].id +
                             " before and fact " + fact.id + " after",
                         kMend);
    }
  }
}

bool SharedFacts::Add(const pack::Pack& after, Diagnostics* diagnostics) {
  if (after.files_digest == before_->files_digest) return true;
  const pack::Schema& schema = reading().schema;
  if (schema.kind != after.schema.kind) {
    diagnostics->Error("ZD6007", {},
                       "pack " + before_->id + " is about a " + schema.kind + ", pack " + after.id +
                           " about a " + after.schema.kind,
                       "simulate with two packs about the same subjects");
    return false;
  }
  const std::string& key = schema.facts[static_cast<size_t>(schema.key)].id;
  const Fact& its_key = after.schema.facts[static_cast<size_t>(after.schema.key)];
  if (key != its_key.id) {
    diagnostics->Error("ZD6007", its_key.where,
                       "the subject is named by fact " + key + " before and by fact " + its_key.id + " after",
                       kMend);
  }
  for (const Fact& fact : after.schema.facts) {
    const int place = Find(fact.id);
    if (place >= 0) CheckMeaning(schema.facts[static_cast<size_t>(place)], fact, diagnostics);
  }
  CheckCodes(after, diagnostics);
  CheckWords(after, diagnostics);
  if (!diagnostics->ok()) return false;
  for (const Fact& fact : after.schema.facts) {
    if (Find(fact.id) >= 0) continue;
    Joined().schema.by_word.emplace(fact.id, static_cast<int>(joined_->schema.facts.size()));
    joined_->schema.facts.push_back(fact);
    std::vector<std::string> lists;
    CodeListsOf(*fact.type, &lists);
    for (const std::string& list : lists) {
      if (joined_->model.FindCodeList(list) != nullptr) continue;
      if (const feel::CodeList* const its = after.model.FindCodeList(list)) {
        joined_->model.code_lists.push_back(*its);
      }
    }
  }
  // Names too; a fact that has another name in this pack is read by either.
  for (const auto& [word, fact] : after.schema.by_word) {
    if (reading().schema.Find(word) >= 0) continue;
    Joined().schema.by_word.emplace(word, Find(after.schema.facts[static_cast<size_t>(fact)].id));
  }
  return true;
}

FactsOfPack::FactsOfPack(const SharedFacts& facts, const pack::Schema& schema) {
  const pack::Schema& reading = facts.reading().schema;
  for (const Fact& fact : schema.facts) places_.push_back(reading.Find(fact.id));
  std::vector<int> own_places(reading.facts.size());
  std::iota(own_places.begin(), own_places.end(), 0);
  if (places_ == own_places) {
    places_.clear();
  } else {
    own_.emplace(schema);
  }
}

const facts::FactBlock& FactsOfPack::In(const facts::FactBlock& block) {
  if (!own_) return block;
  own_->Clear();
  for (size_t row = 0; row < block.row_count(); ++row) own_->AddRow(block.input_row(row));
  for (size_t fact = 0; fact < places_.size(); ++fact) {
    own_->mutable_column(static_cast<int>(fact)) = block.column(places_[fact]);
  }
  own_->Finish();
  return *own_;
}

}  // namespace zhida::analyze
