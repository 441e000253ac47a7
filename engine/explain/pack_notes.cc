#include "engine/explain/pack_notes.h"

#include <algorithm>
#include <utility>

#include "engine/base/json_writer.h"

namespace zhida::explain {
namespace {

class NothingKnown : public feel::FactSource {
 public:
  Value Get(int, feel::Reading) const override { return Value::Unknown(Cause::kMissing); }
};

std::string_view GroupName(pack::Clause::Form form) {
  switch (form) {
    case pack::Clause::Form::kAll:
      return "all";
    case pack::Clause::Form::kAny:
      return "any";
    case pack::Clause::Form::kNone:
      return "none";
    case pack::Clause::Form::kWhen:
      return "";
  }
  return "";
}

// The note in the slot, or `made`, which is put in. Several threads may make the same note; the first one to
// come stays.
template <class Note>
const Note* Kept(std::atomic<const Note*>* slot, std::unique_ptr<const Note> made) {
  const Note* known = nullptr;
  return slot->compare_exchange_strong(known, made.get(), std::memory_order_acq_rel) ? made.release() : known;
}

}  // namespace

PolicyNote::PolicyNote(const pack::Policy& policy) {
  JsonWriter json;
  json.Key("policy").String(policy.id).Key("title").String(policy.title);
  json.OptionalString("title_en", policy.title_en).OptionalString("department", policy.department);
  json.OptionalString("document", policy.document)
      .Key("status")
      .String(policy.official ? "official" : "sample")
      .Key("outcome");
  text_ = json.Take();
  head_ = text_.size();
  Add(policy.clauses, 0);
  text_.shrink_to_fit();
}

void PolicyNote::Add(const std::vector<pack::Clause>& clauses, int depth) {
  for (const pack::Clause& clause : clauses) {
    JsonWriter json;
    const auto end = [&] { return static_cast<uint32_t>(text_.size() + json.text().size()); };
    Ends ends;
    json.BeginObject().Key("id").String(clause.id).Key("depth").Int(depth).Key("truth").Part("");
    ends.begin = end();
    json.OptionalString("title", clause.title).OptionalString("article", clause.article);
    json.OptionalString("cite", clause.cite).OptionalString("cure", clause.cure);
    json.OptionalString("refer_department", clause.refer_department)
        .OptionalString("refer_where", clause.refer_where);
    json.Key("scope").Bool(clause.scope).Key("later").Bool(clause.later_allowed);
    ends.middle = end();
    json.OptionalString("cured_by", clause.cured_by);
    if (clause.curable) json.Key("curable").Bool(*clause.curable);
    ends.cure = end();
    if (clause.form == pack::Clause::Form::kWhen) {
      json.Key("text").String(clause.when.text);
    } else {
      json.Key("group").String(GroupName(clause.form));
    }
    ends.end = end();
    text_ += json.text();
    clauses_.push_back(ends);
    Add(clause.parts, depth + 1);
  }
}

PolicyNote::ClauseText PolicyNote::clause(size_t index) const {
  const Ends& ends = clauses_[index];
  const size_t start = index == 0 ? head_ : clauses_[index - 1].end;
  const auto part = [this](size_t from, size_t to) {
    return std::string_view(text_).substr(from, to - from);
  };
  return {part(start, ends.begin), part(ends.begin, ends.middle), part(ends.middle, ends.cure),
          part(ends.cure, ends.end)};
}

size_t PolicyNote::bytes() const {
  return sizeof(PolicyNote) + text_.capacity() + clauses_.capacity() * sizeof(Ends);
}

PackNotes::PackNotes(const pack::Pack& pack, Date as_of, size_t policy_bytes_max)
    : pack_(pack), as_of_(as_of), policies_(pack.policies.size()), policy_bytes_max_(policy_bytes_max) {
  for (const pack::Policy& policy : pack.policies) Add(policy.clauses);
  conditions_ = Slots<ConditionNote>(places_.size());
}

PackNotes::~PackNotes() {
  for (const auto& note : conditions_) delete note.load(std::memory_order_relaxed);
  for (const auto& note : policies_) delete note.load(std::memory_order_relaxed);
}

void PackNotes::Add(const std::vector<pack::Clause>& clauses) {
  for (const pack::Clause& clause : clauses) {
    if (clause.when.root != nullptr) places_.try_emplace(clause.when.root.get(), places_.size());
    Add(clause.parts);
  }
}

const ConditionNote* PackNotes::Of(const feel::Expression& condition) const {
  const auto place = places_.find(condition.root.get());
  if (place == places_.end()) return nullptr;
  std::atomic<const ConditionNote*>& slot = conditions_[place->second];
  const ConditionNote* known = slot.load(std::memory_order_acquire);
  return known != nullptr ? known : Kept(&slot, Make(condition));
}

std::shared_ptr<const PolicyNote> PackNotes::OfPolicy(int policy) const {
  const auto index = static_cast<size_t>(policy);
  std::atomic<const PolicyNote*>& slot = policies_[index];
  const PolicyNote* known = slot.load(std::memory_order_acquire);
  if (known == nullptr) {
    auto made = std::make_unique<PolicyNote>(pack_.policies[index]);
    made->set_plain(IsPlain(pack_.policies[index]));
    if (policy_bytes_.load(std::memory_order_relaxed) >= policy_bytes_max_) return made;
    policy_bytes_.fetch_add(made->bytes(), std::memory_order_relaxed);
    known = Kept<PolicyNote>(&slot, std::move(made));
  }
  return {std::shared_ptr<void>(), known};  // owns nothing: the note stays as long as these do
}

bool PackNotes::IsPlain(const pack::Policy& policy) const {
  size_t facts = 0;
  return !policy.amount && IsPlain(policy.clauses, &facts) && facts <= kExactFactsMax;
}

bool PackNotes::IsPlain(const std::vector<pack::Clause>& clauses, size_t* facts) const {
  return std::all_of(clauses.begin(), clauses.end(), [&](const pack::Clause& clause) {
    if (clause.later_allowed) return false;
    const ConditionNote* note = clause.when.root == nullptr ? nullptr : Of(clause.when);
    if (note != nullptr) *facts += note->looks.facts.size();
    return (note == nullptr || !note->looks.knowledge) && IsPlain(clause.parts, facts);
  });
}

std::unique_ptr<const ConditionNote> PackNotes::Make(const feel::Expression& condition) const {
  auto note = std::make_unique<ConditionNote>();
  note->looks = LooksOf(pack_.model, PartOf(condition));
  const Looks& looks = note->looks;
  if (looks.facts.size() == 1 && !looks.definitions && !looks.dated() && !looks.year) {
    const NothingKnown facts;
    feel::Interpreter interpreter(pack_.model, facts, feel::Reading::kPromised,
                                  {as_of_, Value::OfDate(as_of_), as_of_.civil().year});
    note->lone = LoneConditions(pack_, interpreter, facts).Find(condition, looks.facts[0]);
  }
  return note;
}

}  // namespace zhida::explain
