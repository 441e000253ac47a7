#include "engine/facade/layers.h"

#include <algorithm>
#include <utility>

#include "engine/plan/plan.h"

namespace zhida::facade {

Layers::Layers(std::shared_ptr<const point::PointEngine> first) {
  Layer layer;
  layer.live = first->plan().policies.size();
  layer.point = std::move(first);
  layers_.push_back(std::move(layer));
}

void Layers::MarkStale(int slot) {
  for (Layer& layer : layers_) {
    size_t policy = static_cast<size_t>(slot);
    if (!layer.slots.empty()) {
      const auto found = std::find(layer.slots.begin(), layer.slots.end(), slot);
      policy = static_cast<size_t>(found - layer.slots.begin());
    }
    if (policy >= layer.size() || layer.IsStale(policy)) continue;
    layer.stale.resize((layer.size() + 63) / 64);
    layer.stale[policy / 64] |= uint64_t{1} << (policy % 64);
    --layer.live;
  }
}

Layers Layers::WithDropped(int slot) const {
  Layers next = *this;
  next.MarkStale(slot);
  std::erase_if(next.layers_, [](const Layer& layer) { return layer.live == 0 && !layer.slots.empty(); });
  return next;
}

Layers Layers::WithPut(const PolicyList& policies, int slot) const {
  Layers next = WithDropped(slot);
  Layer layer;
  layer.slots = {slot};
  // Layers that are no larger go into the new one.
  while (next.layers_.size() > 1 && next.layers_.back().live <= layer.slots.size()) {
    const Layer& last = next.layers_.back();
    for (size_t i = 0; i < last.size(); ++i) {
      if (!last.IsStale(i)) layer.slots.push_back(last.slots[i]);
    }
    next.layers_.pop_back();
  }
  std::vector<pack::PolicyPtr> own;
  for (const int of : layer.slots) own.push_back(policies.OwnAt(of));
  const plan::Plan& first = next.first().plan();
  layer.point =
      std::make_shared<const point::PointEngine>(plan::Compile(first.pack, std::move(own), first.as_of));
  layer.live = layer.slots.size();
  next.layers_.push_back(std::move(layer));
  return next;
}

Layers::Finder::Finder(const Layers& layers, const PolicyList& policies)
    : layers_(layers), policies_(policies) {
  for (const Layer& layer : layers.layers_)
    workers_.push_back(std::make_unique<point::PointEngine::Worker>(*layer.point));
}

void Layers::Finder::Find(const facts::FactBlock& block, size_t row, point::Want want,
                          std::vector<point::Match>* matches) {
  if (!layers_.changed()) return workers_.front()->Find(block, row, want, matches);
  matches->clear();
  for (size_t i = 0; i < workers_.size(); ++i) {
    const Layer& layer = layers_.layers_[i];
    workers_[i]->Find(block, row, want, &found_);
    for (point::Match& match : found_) {
      const auto policy = static_cast<size_t>(match.policy);
      if (layer.IsStale(policy)) continue;
      match.policy = policies_.PositionOf(layer.SlotOf(policy));
      matches->push_back(match);
    }
  }
  std::sort(matches->begin(), matches->end(),
            [](const point::Match& a, const point::Match& b) { return a.policy < b.policy; });
}

void Layers::Finder::Run(const facts::FactBlock& block, size_t row, std::vector<pack::Judgement>* out) {
  if (!layers_.changed()) return workers_.front()->Run(block, row, out);
  out->resize(policies_.size());
  for (size_t i = 0; i < workers_.size(); ++i) {
    const Layer& layer = layers_.layers_[i];
    workers_[i]->Run(block, row, &judgements_);
    for (size_t policy = 0; policy < judgements_.size(); ++policy) {
      if (layer.IsStale(policy)) continue;
      (*out)[static_cast<size_t>(policies_.PositionOf(layer.SlotOf(policy)))] = judgements_[policy];
    }
  }
}

}  // namespace zhida::facade
