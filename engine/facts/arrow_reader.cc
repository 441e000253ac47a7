#include "engine/facts/arrow_reader.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

#include "engine/facts/arrow_conversion.h"
#include "engine/facts/fault.h"

namespace zhida::facts {
namespace {

// Owns a C structure of the interface; its release callback is called once.
template <class T>
struct Released {
  Released() { std::memset(&value, 0, sizeof value); }
  ~Released() {
    if (value.release != nullptr) value.release(&value);
  }
  Released(const Released&) = delete;
  Released& operator=(const Released&) = delete;
  T value;
};

std::string StreamError(ArrowArrayStream* stream, int error) {
  const char* const said = stream->get_last_error == nullptr ? nullptr : stream->get_last_error(stream);
  if (said != nullptr && *said != '\0') return said;
  return std::string(std::strerror(error)) + " (error " + std::to_string(error) + ")";
}

}  // namespace

class ArrowReader::Impl {
 public:
  Impl(const pack::Pack& pack, const DateRules& rules, ArrowArrayStream* stream) : input_(pack, rules) {
    stream_.value = *stream;
    stream->release = nullptr;
  }

  bool Open(Diagnostics* diagnostics) {
    Released<ArrowSchema> schema;
    const int error = stream_.value.get_schema(&stream_.value, &schema.value);
    if (error != 0) {
      diagnostics->Error(kBadSchema, {},
                         "the Arrow stream has no schema: " + StreamError(&stream_.value, error),
                         "correct what produces it");
      return false;
    }
    input_.table = ParseArrowSchema(schema.value);
    if (input_.table.type.physical != Physical::kStruct || input_.table.dictionary) {
      diagnostics->Error(kBadSchema, {}, "the Arrow stream holds " + input_.table.text + " and not a table",
                         "supply record batches with one column a fact");
      return false;
    }
    return BindColumns(input_.plan, input_.companions, input_.table, &input_.columns, diagnostics);
  }

  bool Next(int64_t rows_max, ArrowSlice* slice) {
    while (batch_ == nullptr || begin_ >= batch_->length) {
      if (done_ || !Fetch()) return false;
    }
    slice->batch = batch_;
    slice->begin = begin_;
    slice->length = std::min(std::max<int64_t>(rows_max, 1), batch_->length - begin_);
    slice->first_row = row_;
    begin_ += slice->length;
    row_ += slice->length;
    return true;
  }

  const std::string& error() const { return error_; }

  void Convert(const ArrowSlice& slice, FactBlock* block, std::vector<Reject>* rejects, ReadCounts* counts) {
    std::unique_ptr<ArrowValues> values = BorrowValues();
    ArrowConversion(input_, slice, values.get(), block).Run(rejects, counts);
    const std::lock_guard lock(mutex_);
    idle_values_.push_back(std::move(values));
  }

 private:
  // With what it has learnt of codes before.
  std::unique_ptr<ArrowValues> BorrowValues() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_values_.empty()) {
        std::unique_ptr<ArrowValues> values = std::move(idle_values_.back());
        idle_values_.pop_back();
        return values;
      }
    }
    return std::make_unique<ArrowValues>(input_.plan);
  }

  // The next batch; false at the end or on failure, after which the stream is not asked again.
  bool Fetch() {
    batch_.reset();
    begin_ = 0;
    auto owner = std::make_shared<Released<ArrowArray>>();
    const int error = stream_.value.get_next(&stream_.value, &owner->value);
    if (error != 0) return Fail("the Arrow stream failed: " + StreamError(&stream_.value, error));
    if (owner->value.release == nullptr) {
      done_ = true;
      return false;
    }
    std::string what;
    if (!CheckBatch(owner->value, &what)) return Fail("the record batch is not sound: " + what);
    batch_ = std::shared_ptr<ArrowArray>(owner, &owner->value);
    return true;
  }

  bool CheckBatch(const ArrowArray& batch, std::string* what) const {
    ArrowShape outer = input_.table;
    outer.children.clear();  // columns that no fact is read from may be what they like
    ArrowArray self = batch;
    self.n_children = 0;
    if (batch.n_children != static_cast<int64_t>(input_.table.children.size()) || batch.children == nullptr) {
      *what = "it has " + std::to_string(batch.n_children) + " columns, not " +
              std::to_string(input_.table.children.size());
      return false;
    }
    if (!CheckArray(outer, self, 0, what)) return false;
    for (const BoundColumn& column : input_.columns.bound) {
      const ArrowArray* const array = batch.children[column.binding.child];
      if (array == nullptr) {
        *what = "column " + column.name + " is missing";
        return false;
      }
      if (!CheckArray(*column.binding.shape, *array, batch.offset + batch.length, what)) {
        *what = "column " + column.name + ": " + *what;
        return false;
      }
    }
    return true;
  }

  bool Fail(const std::string& what) {
    done_ = true;
    error_ = std::string(kStreamFailed) + " after " + std::to_string(row_) + " rows " + what +
             "; the rows before are read, the rest is not";
    return false;
  }

  ArrowInput input_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<ArrowValues>> idle_values_;  // one a thread that converts
  Released<ArrowArrayStream> stream_;
  std::shared_ptr<ArrowArray> batch_;
  int64_t begin_ = 0;  // the first row of the batch that was not handed out
  int64_t row_ = 0;    // rows handed out
  bool done_ = false;
  std::string error_;
};

ArrowReader::ArrowReader() = default;
ArrowReader::~ArrowReader() = default;

std::unique_ptr<ArrowReader> ArrowReader::Open(const pack::Pack& pack, const DateRules& rules,
                                               ArrowArrayStream* stream, Diagnostics* diagnostics) {
  std::unique_ptr<ArrowReader> reader(new ArrowReader());
  reader->impl_ = std::make_unique<Impl>(pack, rules, stream);
  if (!reader->impl_->Open(diagnostics)) return nullptr;
  return reader;
}

bool ArrowReader::Next(int64_t rows_max, ArrowSlice* slice) { return impl_->Next(rows_max, slice); }

const std::string& ArrowReader::error() const { return impl_->error(); }

void ArrowReader::Convert(const ArrowSlice& slice, FactBlock* block, std::vector<Reject>* rejects,
                          ReadCounts* counts) const {
  impl_->Convert(slice, block, rejects, counts);
}

}  // namespace zhida::facts
