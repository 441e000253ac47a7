// What holds for every finished block, whoever filled it: docs in engine/facts/column.h.
#ifndef ZHIDA_TESTS_FACTS_COLUMN_CHECKS_H_
#define ZHIDA_TESTS_FACTS_COLUMN_CHECKS_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "engine/facts/fact_block.h"

namespace zhida::facts {

inline void ExpectSoundColumn(const Column& column, const pack::FactType& type, size_t rows, bool inside,
                              const std::string& where) {
  SCOPED_TRACE(where);
  const auto wanted = [&](Storage storage) { return column.storage == storage ? rows : 0; };
  const bool spans = column.storage == Storage::kList || column.storage == Storage::kSeries;
  ASSERT_EQ(column.storage, StorageOf(type));
  ASSERT_EQ(column.state.size(), rows);
  ASSERT_EQ(column.integers.size(), wanted(Storage::kInteger));
  ASSERT_EQ(column.texts.size(), wanted(Storage::kText));
  ASSERT_EQ(column.values.size(), wanted(Storage::kValue));
  ASSERT_EQ(column.spans.size(), spans ? rows : 0);

  bool unknown = false;
  bool absent = false;
  bool committed = false;
  for (const uint8_t state : column.state) {
    unknown |= StateOf(state) > State::kAbsent;
    absent |= StateOf(state) == State::kAbsent;
    committed |= IsCommitted(state);
    EXPECT_TRUE(!inside || state <= static_cast<uint8_t>(State::kMissing));
  }
  EXPECT_EQ(column.any_unknown, unknown);
  EXPECT_EQ(column.any_absent, absent);
  EXPECT_EQ(column.any_committed, committed);

  for (size_t i = 0; i < column.wide.size(); ++i) {
    ASSERT_LT(column.wide[i].first, rows);
    EXPECT_EQ(column.integers[column.wide[i].first], 0);
    EXPECT_TRUE(i == 0 || column.wide[i - 1].first < column.wide[i].first);
  }

  size_t end = 0;
  for (size_t row = 0; row < column.spans.size(); ++row) {
    const Span span = column.spans[row];
    EXPECT_EQ(span.begin, end);  // nothing between the items of two rows
    end = size_t{span.begin} + span.size;
    EXPECT_TRUE(span.size == 0 || StateOf(column.state[row]) == State::kKnown);
    if (column.storage != Storage::kSeries) continue;
    for (uint32_t i = span.begin; i < end; ++i) {
      EXPECT_EQ(StateOf(column.items[1].state[i]), State::kKnown);
      EXPECT_TRUE(i == span.begin || column.items[0].integers[i - 1] < column.items[0].integers[i]);
    }
  }

  if (column.storage == Storage::kStruct) {
    ASSERT_EQ(column.items.size(), type.members.size());
    for (size_t i = 0; i < column.items.size(); ++i) {
      const Column& member = column.items[i];
      ExpectSoundColumn(member, *type.members[i].type, rows, true, where + "." + type.members[i].id);
      for (size_t row = 0; row < rows; ++row) {
        EXPECT_TRUE(StateOf(column.state[row]) == State::kKnown ||
                    StateOf(member.state[row]) == State::kMissing);
      }
    }
  } else if (spans) {
    ASSERT_EQ(column.items.size(), column.storage == Storage::kSeries ? 2u : 1u);
    const size_t items = column.items[0].state.size();
    EXPECT_EQ(end, items);
    if (column.storage == Storage::kSeries) {
      EXPECT_EQ(column.items[0].storage, Storage::kInteger);
      EXPECT_EQ(column.items[0].integers.size(), items);
    }
    ExpectSoundColumn(column.items.back(), *type.element, items, true, where + "[]");
  } else {
    EXPECT_TRUE(column.items.empty());
  }
}

inline void ExpectSound(const FactBlock& block) {
  for (size_t fact = 0; fact < block.schema().facts.size(); ++fact) {
    const pack::Fact& declared = block.schema().facts[fact];
    ExpectSoundColumn(block.column(static_cast<int>(fact)), *declared.type, block.row_count(), false,
                      declared.id);
  }
}

}  // namespace zhida::facts

#endif  // ZHIDA_TESTS_FACTS_COLUMN_CHECKS_H_
