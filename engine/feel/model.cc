#include "engine/feel/model.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zhida::feel {
namespace {

struct HitPolicyNames {
  HitPolicy hit;
  std::string_view letter;
  std::string_view name;
};

constexpr std::array kHitPolicies = {
    HitPolicyNames{HitPolicy::kUnique, "U", "UNIQUE"},
    HitPolicyNames{HitPolicy::kAny, "A", "ANY"},
    HitPolicyNames{HitPolicy::kPriority, "P", "PRIORITY"},
    HitPolicyNames{HitPolicy::kFirst, "F", "FIRST"},
    HitPolicyNames{HitPolicy::kRuleOrder, "R", "RULE ORDER"},
    HitPolicyNames{HitPolicy::kOutputOrder, "O", "OUTPUT ORDER"},
    HitPolicyNames{HitPolicy::kCollect, "C", "COLLECT"},
    HitPolicyNames{HitPolicy::kCollectSum, "C+", "COLLECT SUM"},
    HitPolicyNames{HitPolicy::kCollectMin, "C<", "COLLECT MIN"},
    HitPolicyNames{HitPolicy::kCollectMax, "C>", "COLLECT MAX"},
    HitPolicyNames{HitPolicy::kCollectCount, "C#", "COLLECT COUNT"},
};

std::string UpperAscii(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

// The row of `rows` in force on `day`, or null.
const Code* InForceOn(const std::vector<Code>& codes, const std::vector<int>& rows, Date day) {
  for (const int row : rows) {
    const Code& code = codes[static_cast<size_t>(row)];
    if (code.in_force.Covers(day)) return &code;
  }
  return nullptr;
}

}  // namespace

std::optional<HitPolicy> HitPolicyFromName(std::string_view name) {
  const std::string upper = UpperAscii(name);
  for (const HitPolicyNames& known : kHitPolicies) {
    if (upper == known.letter || upper == known.name) return known.hit;
  }
  return std::nullopt;
}

std::string_view HitPolicyName(HitPolicy hit) {
  for (const HitPolicyNames& known : kHitPolicies) {
    if (hit == known.hit) return known.letter;
  }
  return "U";
}

const ParameterVersion* Parameter::InForce(Date day) const {
  // Versions do not overlap and ascend, so the first that has not ended before `day` is the only candidate.
  const auto version = std::partition_point(
      versions.begin(), versions.end(),
      [day](const ParameterVersion& other) { return other.in_force.to && *other.in_force.to < day; });
  return version != versions.end() && version->in_force.Covers(day) ? &*version : nullptr;
}

void CodeList::Add(Code code) {
  rows_[code.code].push_back(static_cast<int>(codes_.size()));
  codes_.push_back(std::move(code));
}

// The rows of `code`, or of the nearest code above it where an open list accepts what lies below its codes.
const std::vector<int>* CodeList::RowsOf(std::string_view code) const {
  const bool shortens = open && shape == Shape::kPrefix;
  for (std::string prefix(code); !prefix.empty(); prefix.pop_back()) {
    const auto found = rows_.find(prefix);
    if (found != rows_.end()) return &found->second;
    if (!shortens) break;
  }
  return nullptr;
}

bool CodeList::Has(std::string_view code) const { return RowsOf(code) != nullptr; }

const Code* CodeList::Find(std::string_view code) const {
  const std::vector<int>* rows = RowsOf(code);
  return rows == nullptr ? nullptr : &codes_[static_cast<size_t>(rows->back())];
}

Truth CodeList::Under(std::string_view code, std::string_view ancestor, Date day, Cause* cause) const {
  const auto rows = rows_.find(std::string(code));
  if (rows == rows_.end() && !Has(code)) return Truth::kError;
  const std::vector<int>* const ancestor_rows = RowsOf(ancestor);
  if (ancestor_rows == nullptr) return Truth::kError;
  const auto unknown = [cause](Cause why) {
    if (cause != nullptr) *cause = why;
    return Truth::kUnknown;
  };
  // A code that an open list accepts below a listed one has no period of its own.
  const Code* row = rows == rows_.end() ? nullptr : InForceOn(codes_, rows->second, day);
  if (row == nullptr && rows != rows_.end()) return unknown(Cause::kStale);
  if (code == ancestor) return Truth::kTrue;
  switch (shape) {
    case Shape::kFlat:
      return Truth::kFalse;
    case Shape::kPrefix:
      if (ancestor.substr(0, code.size()) == code) return unknown(Cause::kMissing);
      return ToTruth(code.substr(0, ancestor.size()) == ancestor);
    case Shape::kParent: {
      if (HasAncestor(row, ancestor, day)) return Truth::kTrue;
      const Code* lower = InForceOn(codes_, *ancestor_rows, day);
      return HasAncestor(lower, code, day) ? unknown(Cause::kMissing) : Truth::kFalse;
    }
  }
  return Truth::kError;
}

// Climbs from parent to parent until it reaches `ancestor`, the top, or a code that is not in force on `day`.
bool CodeList::HasAncestor(const Code* code, std::string_view ancestor, Date day) const {
  // A tree is never higher than it has rows; the bound ends a circle that a loader let through.
  for (size_t height = 0; height < codes_.size() && code != nullptr && !code->parent.empty(); ++height) {
    if (code->parent == ancestor) return true;
    const auto rows = rows_.find(code->parent);
    code = rows == rows_.end() ? nullptr : InForceOn(codes_, rows->second, day);
  }
  return false;
}

std::vector<std::string> Zone::MembersOn(Date day) const {
  std::vector<std::string> codes;
  for (const ZoneMember& member : members) {
    if (!member.in_force.Covers(day)) continue;
    // Periods of one code that touch on a day must not list it twice.
    if (std::find(codes.begin(), codes.end(), member.code) == codes.end()) codes.push_back(member.code);
  }
  return codes;
}

const CodeList* Model::FindCodeList(std::string_view id) const {
  const auto found = std::find_if(code_lists.begin(), code_lists.end(),
                                  [id](const CodeList& list) { return list.id == id; });
  return found == code_lists.end() ? nullptr : &*found;
}

const Calendar* Model::FindCalendar(std::string_view id) const {
  const auto found = std::find_if(calendars.begin(), calendars.end(),
                                  [id](const Calendar& calendar) { return calendar.id == id; });
  return found == calendars.end() ? nullptr : &*found;
}

}  // namespace zhida::feel
