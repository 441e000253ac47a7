#include "engine/facade/matcher.h"

#include <algorithm>
#include <utility>

namespace zhida::facade {

Matcher::Matcher(std::shared_ptr<const Engine> engine, const FactDates& dates)
    : engine_(std::move(engine)),
      reader_(engine_->loaded_pack(), engine_->DateRulesOf(dates)),
      block_(engine_->loaded_pack().schema),
      finder_(engine_->MakeFinder()) {}

const std::vector<point::Match>* Matcher::Match(std::string_view subject_json, point::Want want,
                                                Diagnostics* diagnostics) {
  block_.Clear();
  rejects_.clear();
  facts::ReadCounts counts;
  line_.assign(subject_json);
  AsOneLine(&line_);
  reader_.Read(line_, 1, 0, &block_, &rejects_, &counts);
  if (!rejects_.empty() || block_.row_count() == 0) {
    ReportRefusal(rejects_, diagnostics);
    return nullptr;
  }
  block_.Finish();
  return &Match(block_, want);
}

const std::vector<point::Match>& Matcher::Match(const facts::FactBlock& row, point::Want want) {
  finder_.Find(row, 0, want, &matches_);
  return matches_;
}

}  // namespace zhida::facade
