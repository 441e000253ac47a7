/* What the C programs of this folder share: checks that count, and short forms for texts and errors. Each
 * program is one file, so all of it is static here; what a program has no use for costs it nothing. */
#ifndef ZHIDA_TESTS_CAPI_CHECK_H_
#define ZHIDA_TESTS_CAPI_CHECK_H_

#include <stdio.h>
#include <string.h>

#include "zhida/zhida.h"

static int failures = 0;

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "%s:%d: %s is false\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                              \
    }                                                                          \
  } while (0)

static inline zhida_str str(const char* text) {
  zhida_str s;
  s.data = text;
  s.size = strlen(text);
  return s;
}

static inline int contains(zhida_str text, const char* part) {
  size_t size = strlen(part);
  size_t i;
  for (i = 0; i + size <= text.size; ++i) {
    if (memcmp(text.data + i, part, size) == 0) return 1;
  }
  return 0;
}

/* Whether the text holds a part; frees the text. */
static inline int says(zhida_text* text, const char* part) {
  const int found = text != NULL && contains(zhida_text_view(text), part);
  if (!found && text != NULL) {
    fprintf(stderr, "%.*s\n", (int)zhida_text_view(text).size, zhida_text_view(text).data);
  }
  zhida_text_free(text);
  return found;
}

/* Whether the first diagnostic has the code; frees the error. */
static inline int failed_with(zhida_error* error, const char* code) {
  zhida_diagnostic found;
  int same;
  if (error == NULL || zhida_error_diagnostic_count(error) == 0) return 0;
  zhida_error_diagnostic(error, 0, &found);
  same = contains(found.code, code);
  zhida_error_free(error);
  return same;
}

#endif /* ZHIDA_TESTS_CAPI_CHECK_H_ */
