#include "engine/plan/codes.h"

#include <algorithm>
#include <limits>

#include "engine/plan/places.h"
#include "engine/plan/row_pass.h"

namespace zhida::plan {

namespace {

constexpr size_t kCodesMax = 65'000;

// The least stored whole number that is at or beyond the cut, when the number is 10^raise times what is
// stored. False if no stored number is.
bool BarOf(const Cut& cut, int raise, int64_t* bar) {
  const int128_t factor = PowerOfTen(raise);
  int128_t least = cut.value / factor;
  const int128_t rest = cut.value % factor;
  if (rest > 0 || (rest == 0 && cut.above)) ++least;
  if (least > std::numeric_limits<int64_t>::max()) return false;
  *bar = static_cast<int64_t>(std::max<int128_t>(least, std::numeric_limits<int64_t>::min()));
  return true;
}

}  // namespace

Codebook::Codebook(const Plan& plan, TextTests& texts) : plan_(plan), texts_(texts) {
  const Graph& graph = plan.graph;
  index_.assign(graph.columns.size(), kNone);
  for (size_t id = 0; id < graph.columns.size(); ++id) {
    const Column& column = graph.columns[id];
    Coded coded;
    coded.column = static_cast<ColumnId>(id);
    coded.list = column.list;
    if (column.kind == Column::Kind::kText) {
      // Items of a list of plain texts; members of structures are left to the engines.
      coded.source = column.fact;
      coded.text = true;
      if (column.list != kNone) {
        const Part& part = graph.parts[static_cast<size_t>(column.fact - graph.fact_count)];
        if (!part.of_items || part.member != kNone) continue;
      } else if (column.fact >= graph.fact_count) {
        continue;
      }
    } else if (column.kind == Column::Kind::kNumber && column.list == kNone && column.divisor == kNone) {
      const Number& number = graph.numbers[static_cast<size_t>(column.number)];
      if (number.kind != Number::Kind::kFact || number.decimal || number.fact >= graph.fact_count) continue;
      const pack::FactType& type = *plan.pack->schema.facts[static_cast<size_t>(number.fact)].type;
      if (facts::StorageOf(type) != facts::Storage::kInteger) continue;
      const int raise = column.cut_scale - facts::StoredScale(type);
      if (raise < 0 || raise > 18 || column.cuts.size() + kFirstCode + 1 > kCodesMax) continue;
      coded.source = number.fact;
      for (const Cut& cut : column.cuts) {
        int64_t bar = 0;
        if (!BarOf(cut, raise, &bar)) break;
        coded.bars.push_back(bar);
      }
    } else {
      continue;
    }
    coded.nullable =
        column.list != kNone || plan.pack->schema.facts[static_cast<size_t>(coded.source)].nullable;
    index_[id] = static_cast<int>(columns_.size());
    columns_.push_back(std::move(coded));
  }
}

size_t Codebook::CodeCount(size_t coded) const {
  const Coded& column = columns_[coded];
  const size_t kinds = column.text ? texts_.AnswerCount(column.column) : column.bars.size() + 1;
  return std::min(kFirstCode + kinds, kCodesMax);
}

Truth Codebook::TruthOf(size_t coded, int test, Code code) const {
  const Coded& column = columns_[coded];
  ColumnValue value;
  switch (code) {
    case kUnknownCode:
      return Truth::kUnknown;
    case kAskCode:
      return Truth::kError;
    case kAbsentCode:
      value.known = Known::kNull;
      break;
    default:
      value.known = Known::kKnown;
      value.position = code - kFirstCode;
      if (column.text) value.answers = &texts_.AnswerAt(column.column, value.position);
      break;
  }
  return TestTruth(plan_.graph.columns[static_cast<size_t>(column.column)], column.column, test, value,
                   texts_);
}

std::pair<int, int> Codebook::SpanOf(size_t coded, int test) const {
  const Column& column = plan_.graph.columns[static_cast<size_t>(columns_[coded].column)];
  if (columns_[coded].text) return {kNone, kNone};
  const auto& stretches = column.number_tests[static_cast<size_t>(test)].stretches;
  return stretches.empty() ? std::pair(kNone, kNone)
                           : std::pair(stretches.front().low, stretches.back().high);
}

std::string_view Codebook::ExampleOf(size_t coded, Code code) const {
  const Coded& column = columns_[coded];
  if (!column.text || code < kFirstCode) return {};
  return texts_.AnswerAt(column.column, code - kFirstCode).example;
}

std::string Codebook::Description() const {
  std::string text;
  for (const Coded& column : columns_) {
    for (const int part : {column.column, column.source, column.list})
      text.append(std::to_string(part)).append(" ");
    text.append(column.text ? "text" : "number").append(column.nullable ? " or null" : "");
    for (const int64_t bar : column.bars) text.append(" ").append(std::to_string(bar));
    // Which texts are of one kind hangs on what is asked of them: an engine with one policy more than its
    // pack may tell more of them apart.
    for (const TextTest& test : plan_.graph.columns[static_cast<size_t>(column.column)].text_tests) {
      const Context& context = plan_.graph.contexts[static_cast<size_t>(test.context)];
      text.append(" ").append(context.event.ToString()).append(" ").append(std::to_string(context.year));
      text.append(" ").append(feel::Dump(*test.expression.root));
    }
    text += '\n';
  }
  return text;
}

bool Codebook::Adopt(size_t coded, const std::vector<std::string_view>& examples, Local* local) const {
  const Coded& column = columns_[coded];
  for (size_t kind = 0; kind < examples.size(); ++kind) {
    // Kinds that are there from the start have no examples.
    const bool is_there = kind < texts_.AnswerCount(column.column) &&
                          texts_.AnswerAt(column.column, static_cast<int>(kind)).example == examples[kind];
    if (is_there) continue;
    if (texts_.Find(column.column, examples[kind], &local->texts_).id != static_cast<int>(kind)) return false;
  }
  return true;
}

CodeSpan CodedRows::At(size_t coded, size_t first_row) const {
  if (!borrowed_.empty()) {
    CodeSpan span = borrowed_[coded];
    if (span.begins != nullptr) {
      span.begins += first_row;
      span.lists += first_row;
    } else if (span.narrow != nullptr) {
      span.narrow += first_row;
    } else {
      span.wide += first_row;
    }
    return span;
  }
  const Column& column = columns_[coded];
  CodeSpan span;
  const size_t first = column.begins.empty() ? first_row : 0;
  if (!column.begins.empty()) {
    span.begins = column.begins.data() + first_row;
    span.lists = column.lists.data() + first_row;
  }
  if (column.wide.empty()) {
    span.narrow = column.narrow.data() + first;
  } else {
    span.wide = column.wide.data() + first;
  }
  return span;
}

size_t CodedRows::byte_count() const {
  size_t bytes = 0;
  for (const Column& column : columns_) {
    bytes += column.narrow.size() + column.wide.size() * sizeof(Code) +
             column.begins.size() * sizeof(uint32_t) + column.lists.size();
  }
  return bytes;
}

Code Codebook::TextCode(const Coded& column, std::string_view text, TextTests::Local* local) const {
  const int id = texts_.Find(column.column, text, local).id;
  const bool kept = id != kNone && static_cast<size_t>(id) + kFirstCode < kCodesMax;
  return kept ? static_cast<Code>(id + kFirstCode) : kAskCode;
}

void Codebook::EncodeRow(const facts::FactBlock& block, size_t row, TextTests::Local* local,
                         RowCodes* out) const {
  out->codes.resize(columns_.size());
  out->lists.resize(columns_.size());
  out->items.clear();
  const KnownTable& known_by = KnownBy(feel::Reading::kVerified);
  for (size_t coded = 0; coded < columns_.size(); ++coded) {
    const Coded& column = columns_[coded];
    if (column.list != kNone) {
      const facts::Column& list = block.column(column.list);
      const Known known = known_by[list.state[row]];
      out->codes[coded] = ListCode(known);
      const uint32_t begin = static_cast<uint32_t>(out->items.size());
      if (known == Known::kKnown) {
        const Source source(plan_.graph, block, column.source, feel::Reading::kVerified);
        const facts::Span span = list.spans[row];
        for (uint32_t item = span.begin; item < span.begin + span.size; ++item) {
          const Known of_item = source.At(item);
          out->items.push_back(of_item == Known::kKnown ? TextCode(column, source.column().texts[item], local)
                                                        : CodeOf(of_item));
        }
      }
      out->lists[coded] = {begin, static_cast<uint32_t>(out->items.size())};
      continue;
    }
    const facts::Column& values = block.column(column.source);
    const Known known = known_by[values.state[row]];
    if (known != Known::kKnown) {
      out->codes[coded] = CodeOf(known);
    } else if (column.text) {
      out->codes[coded] = TextCode(column, values.texts[row], local);
    } else if (!values.wide.empty() && facts::WideAt(values, row) != nullptr) {
      out->codes[coded] = kAskCode;
    } else {
      out->codes[coded] = static_cast<Code>(kFirstCode + Reached(column.bars, values.integers[row]));
    }
  }
}

}  // namespace zhida::plan
