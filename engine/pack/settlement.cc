#include "engine/pack/settlement.h"

namespace zhida::pack {
namespace {

template <class T>
int IndexOf(const std::vector<T>& things, std::string_view id) {
  for (size_t i = 0; i < things.size(); ++i) {
    if (things[i].id == id) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

std::string_view FormName(Form form) {
  switch (form) {
    case Form::kAdd:
      return "ADD";
    case Form::kMax:
      return "MAX";
    case Form::kTopup:
      return "TOPUP";
    case Form::kIncl:
      return "INCL";
    case Form::kPctUpper:
      return "PCT_UPPER";
    case Form::kOnceId:
      return "ONCE_ID";
    case Form::kCapYear:
      return "CAP_YEAR";
    case Form::kCapContrib:
      return "CAP_CONTRIB";
    case Form::kStaged:
      return "STAGED";
  }
  return "";
}

std::string_view ControlName(Control control) {
  switch (control) {
    case Control::kOpen:
      return "open";
    case Control::kFirstCome:
      return "first_come";
    case Control::kProrata:
      return "prorata";
    case Control::kRanked:
      return "ranked";
  }
  return "";
}

const Budget* Pool::FindBudget(int64_t year) const {
  for (const Budget& budget : budgets) {
    if (budget.year == year) return &budget;
  }
  return nullptr;
}

int Settlement::FindGroup(std::string_view id) const { return IndexOf(groups, id); }
int Settlement::FindPool(std::string_view id) const { return IndexOf(pools, id); }

}  // namespace zhida::pack
