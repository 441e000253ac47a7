#include "engine/batch/near_pass.h"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

namespace zhida::batch {

using plan::PlannedClause;

std::optional<NearMiss> NearMissOf(const pack::JudgementDetail& detail, const std::vector<bool>& curable) {
  NearMiss near;
  int failed = 0;
  int index = -1;
  for (const pack::ClauseTruth& clause : detail.clauses) {
    if (clause.depth > 0) continue;
    if (clause.clause != nullptr) ++index;
    switch (clause.truth) {
      case Truth::kTrue:
        continue;
      case Truth::kUnknown:
        near.open = true;
        continue;
      case Truth::kError:
        return std::nullopt;
      case Truth::kFalse:
        break;
    }
    if (clause.clause == nullptr || !curable[static_cast<size_t>(index)]) return std::nullopt;
    near.clause = index;
    if (++failed > 1) return std::nullopt;
  }
  return failed == 1 ? std::optional<NearMiss>(near) : std::nullopt;
}

NearPass::NearPass(const plan::Plan& plan, const CurableClauses* curable, const SieveKernels& kernels)
    : plan_(plan), curable_(curable), kernels_(kernels), first_piece_(plan.policies.size(), -1) {}

void NearPass::Run(BlockPass& pass, const SieveProgram* program, SieveRun* sieve,
                   const std::vector<bool>& policies, std::vector<int64_t>* counts,
                   std::vector<NearRow>* rows) {
  pass_ = &pass;
  program_ = program == nullptr ? nullptr : &program->near();
  sieve_ = sieve;
  policies_ = &policies;
  counts_ = counts;
  out_ = rows;
  counts->resize(plan_.policies.size());
  committed_.clear();
  row_ends_.assign(pass.row_count(), 0);
  words_ = sieve == nullptr ? pass.words() : sieve->words();
  open_.Resize(words_);
  if (program_ == nullptr) {
    for (uint32_t policy = 0; policy < plan_.policies.size(); ++policy) {
      const std::vector<bool>& curable = (*curable_)[policy];
      if (std::find(curable.begin(), curable.end(), true) == curable.end()) continue;
      if (!policies.empty() && !policies[policy]) continue;
      alive_ = pass.valid();
      one_.assign(pass.words(), 0);
      Look(policy, nullptr);
      AddLooked(policy, nullptr);
    }
  } else {
    ++block_;
    const size_t conditions = program_->conditions().size();
    fails_.Resize(conditions * words_);
    opens_.Resize(conditions * words_);
    opens_made_.resize(conditions, 0);
    stack_.Resize(2 * (program_->depths() + 1) * words_);
    std::copy_n(sieve->planes() + kAllRows * words_, words_, stack_.data());
    std::fill_n(stack_.data() + words_, words_, 0);
    const bool doubt = sieve->any_ask() || pass.block().any_committed();
    kernels_.fails(program_->conditions().data(), conditions, program_->literals().data(), sieve->planes(),
                   words_, fails_.data());
    kernels_.run_near(program_->steps().data(), program_->steps().size(), fails_.data(), words_,
                      stack_.data(), doubt, this);
  }
  AskJudge();
  Finish();
}

void NearPass::TakeOne(uint32_t policy, const uint64_t* one) {
  if (policies_->empty() || (*policies_)[policy]) Add(policy, one);
}

void NearPass::Take(uint32_t policy, const uint64_t* none, const uint64_t* one) {
  if (!policies_->empty() && !(*policies_)[policy]) return;
  const NearProgram::PolicyNote& note = program_->note(policy);
  const size_t words = pass_->words();
  told_.Resize(words_);
  std::copy_n(one, words_, told_.data());
  Plane left(words);
  for (size_t i = 0; i < words; ++i) left[i] = none[i] | one[i];
  Plane doubtful = left;
  if (Doubtful(policy, &doubtful)) {
    alive_ = doubtful;
    one_.assign(words, 0);
    for (size_t i = 0; i < words; ++i) {
      told_.data()[i] &= ~doubtful[i];
      left[i] &= ~doubtful[i];
    }
    Look(policy, nullptr);
    AddLooked(policy, nullptr);
  }
  if (note.rest.empty()) {
    Add(policy, told_.data());
    return;
  }
  alive_ = left;
  one_.assign(told_.data(), told_.data() + words);
  Look(policy, &note.rest);
  AddLooked(policy, told_.data());
}

bool NearPass::Doubtful(uint32_t policy, Plane* rows) {
  if (program_->note(policy).errs) return !IsEmpty(*rows);
  Plane doubtful(sieve_->ask(), sieve_->ask() + rows->size());
  if (pass_->block().any_committed()) {
    for (const int fact : plan_.policies[policy].facts) {
      if (pass_->block().any_committed(fact)) OrInto(CommittedRows(fact), &doubtful);
    }
  }
  for (size_t i = 0; i < rows->size(); ++i) (*rows)[i] &= doubtful[i];
  return !IsEmpty(*rows);
}

const Plane& NearPass::CommittedRows(int fact) {
  for (const auto& [known, rows] : committed_) {
    if (known == fact) return rows;
  }
  Plane& rows = committed_.emplace_back(fact, Plane(pass_->words(), 0)).second;
  const auto& states = pass_->block().column(fact).state;
  for (size_t row = 0; row < pass_->row_count(); ++row) {
    if (facts::IsCommitted(states[pass_->first() + row])) SetBit(&rows, row);
  }
  return rows;
}

void NearPass::Look(uint32_t policy, const std::vector<int>* clauses) {
  const size_t words = pass_->words();
  open_.Clear();
  ask_.assign(words, 0);
  failed_.clear();
  if (IsEmpty(alive_)) return;
  const std::vector<PlannedClause>& planned = plan_.policies[policy].clauses;
  // Those that may not fail first: they take most rows away.
  for (const bool wanted : {false, true}) {
    for (size_t i = 0; i < (clauses != nullptr ? clauses->size() : planned.size()); ++i) {
      const PlannedClause& clause = planned[clauses != nullptr ? static_cast<size_t>((*clauses)[i]) : i];
      const bool may = clause.clause >= 0 && (*curable_)[policy][static_cast<size_t>(clause.clause)];
      if (may != wanted) continue;
      LookAt(clause, may);
      if (IsEmpty(alive_)) return;
    }
  }
}

void NearPass::LookAt(const PlannedClause& clause, bool may) {
  const Planes& truth = pass_->Truth(clause.promised, alive_);
  Plane first(may ? alive_.size() : 0, 0);
  for (size_t i = 0; i < alive_.size(); ++i) {
    const uint64_t fails = alive_[i] & ~truth.can_true[i];
    ask_[i] |= alive_[i] & truth.ask[i];
    open_.data()[i] |= alive_[i] & truth.can_true[i] & truth.can_false[i];
    alive_[i] &= ~(may ? fails & one_[i] : fails);
    if (!may) continue;
    first[i] = fails & ~one_[i];
    one_[i] |= first[i];
  }
  if (may && !IsEmpty(first)) failed_.emplace_back(clause.clause, std::move(first));
}

void NearPass::AddLooked(uint32_t policy, const uint64_t* told) {
  Plane near(alive_.size());
  for (size_t i = 0; i < near.size(); ++i) {
    near[i] = alive_[i] & one_[i] & ~ask_[i];
    ask_[i] &= alive_[i];
  }
  ForEachBit(ask_, [&](size_t row) { asked_.emplace_back(static_cast<uint32_t>(row), policy); });
  (*counts_)[policy] += static_cast<int64_t>(CountBits(near));
  if (out_ == nullptr || IsEmpty(near)) return;
  if (told != nullptr) {
    const Plane looked(open_.data(), open_.data() + near.size());
    MakeOpen(program_->note(policy));
    for (size_t i = 0; i < near.size(); ++i) open_.data()[i] |= looked[i];
  }
  for (const auto& [clause, rows] : failed_) AddPiece(policy, clause, near.data(), rows.data());
  if (told == nullptr) return;
  for (size_t i = 0; i < near.size(); ++i) near[i] &= told[i];
  AddPartsOf(policy, near.data());
}

void NearPass::Add(uint32_t policy, const uint64_t* rows) {
  size_t count = 0;
  for (size_t i = 0; i < pass_->words(); ++i) count += static_cast<size_t>(std::popcount(rows[i]));
  (*counts_)[policy] += static_cast<int64_t>(count);
  if (out_ == nullptr || count == 0) return;
  MakeOpen(program_->note(policy));
  AddPartsOf(policy, rows);
}

void NearPass::MakeOpen(const NearProgram::PolicyNote& note) {
  const std::span<const uint32_t> opening = program_->opening(note);
  for (const uint32_t condition : opening) {
    if (opens_made_[condition] == block_) continue;
    opens_made_[condition] = block_;
    const NearCondition& of = program_->conditions()[condition];
    kernels_.open(program_->literals().data() + of.begin, of.end - of.begin, sieve_->planes(), words_,
                  opens_.data() + condition * words_);
  }
  kernels_.or_of(opens_.data(), opening.data(), opening.size(), words_, open_.data());
}

void NearPass::AddPartsOf(uint32_t policy, const uint64_t* rows) {
  for (const NearProgram::Part& part : program_->parts(program_->note(policy)))
    AddPiece(policy, part.clause, rows, fails_.data() + part.condition * words_);
}

void NearPass::AddPiece(uint32_t policy, int clause, const uint64_t* rows, const uint64_t* within) {
  const size_t begin = piece_rows_count_;
  const size_t enough = begin + pass_->row_count() + kRowsBeyond;
  if (piece_rows_.size() < enough) piece_rows_.resize(2 * enough);
  uint32_t* const listed = piece_rows_.data() + begin;
  const size_t count = kernels_.list(rows, within, open_.data(), pass_->words(), listed);
  if (count == 0) return;
  for (size_t i = 0; i < count; ++i) ++row_ends_[listed[i] & ~kOpenRow];
  piece_rows_count_ += count;
  int& first = first_piece_[policy];
  pieces_.push_back({policy, static_cast<uint32_t>(clause), static_cast<uint32_t>(begin), first});
  first = static_cast<int>(pieces_.size()) - 1;
}

void NearPass::AskJudge() {
  // By row, so that the definitions of a firm are computed once for all its policies.
  std::sort(asked_.begin(), asked_.end());
  Plane one_row(pass_->words(), 0);
  for (size_t i = 0; i < asked_.size();) {
    const uint32_t row = asked_[i].first;
    SetBit(&one_row, row);
    const facts::BlockRow subject(pass_->block(), pass_->first() + row);
    pack::SubjectJudge judge(*plan_.pack, plan_.as_of, subject);
    for (; i < asked_.size() && asked_[i].first == row; ++i) {
      const uint32_t policy = asked_[i].second;
      const auto near = NearMissOf(judge.Explain(plan_.policy(policy)), (*curable_)[policy]);
      if (!near) continue;
      ++(*counts_)[policy];
      if (out_ == nullptr) continue;
      std::fill_n(open_.data(), open_.size(), near->open ? ~uint64_t{0} : 0);
      AddPiece(policy, near->clause, one_row.data(), one_row.data());
    }
    one_row[row / 64] = 0;
  }
  asked_.clear();
}

// Policies in their order, so that each row's come in it too.
void NearPass::Finish() {
  if (out_ == nullptr || piece_rows_count_ == 0) return;
  const size_t before = out_->size();
  out_->resize(before + piece_rows_count_);
  auto sum = static_cast<uint32_t>(before);
  for (uint32_t& row_end : row_ends_) sum += std::exchange(row_end, sum);
  const auto first_row = static_cast<uint32_t>(pass_->first());
  for (int& first : first_piece_) {
    for (int next = std::exchange(first, -1); next >= 0;) {
      const size_t at = static_cast<size_t>(next);
      const Piece& piece = pieces_[at];
      const size_t end = at + 1 < pieces_.size() ? pieces_[at + 1].begin : piece_rows_count_;
      for (size_t i = piece.begin; i < end; ++i) {
        const uint32_t row = piece_rows_[i] & ~kOpenRow;
        (*out_)[row_ends_[row]++] = {first_row + row, piece.policy, piece.clause,
                                     (piece_rows_[i] & kOpenRow) != 0 ? 1u : 0u};
      }
      next = piece.next;
    }
  }
  piece_rows_count_ = 0;
  pieces_.clear();
}

}  // namespace zhida::batch
