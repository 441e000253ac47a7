# The benchmarks: bench/*.cc become zhida_bench, built on request (ninja zhida_bench) or with ZHIDA_BENCH.

file(GLOB zhida_bench_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/*.cc")
if(NOT zhida_bench_sources)
  return()
endif()
find_package(benchmark CONFIG QUIET)
if(NOT benchmark_FOUND)
  if(ZHIDA_BENCH)
    zhida_missing("Google Benchmark" libbenchmark-dev)
  endif()
  return()
endif()

add_executable(zhida_bench ${zhida_bench_sources})
zhida_compile_options(zhida_bench)
target_include_directories(zhida_bench PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include")
target_compile_definitions(zhida_bench PRIVATE ZHIDA_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(zhida_bench PRIVATE zhida_capi zhida_facade zhida::simdjson benchmark::benchmark benchmark::benchmark_main)
set_target_properties(zhida_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
if(NOT ZHIDA_BENCH)
  set_target_properties(zhida_bench PROPERTIES EXCLUDE_FROM_ALL ON)
endif()

# zhida_generate: made-up packs and firms, also for other engines.
add_executable(zhida_generate bench/generate/main.cc bench/generator.cc)
zhida_compile_options(zhida_generate)
target_include_directories(zhida_generate PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include")
target_link_libraries(zhida_generate PRIVATE zhida_value)
set_target_properties(zhida_generate PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin" EXCLUDE_FROM_ALL ON)

# zhida_counts: fixed pieces of work whose instructions are counted.
add_executable(zhida_counts bench/counts/main.cc bench/generator.cc)
zhida_compile_options(zhida_counts)
target_include_directories(zhida_counts PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include")
target_link_libraries(zhida_counts PRIVATE zhida_facade)
set_target_properties(zhida_counts PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin" EXCLUDE_FROM_ALL ON)

# zhida_ledger_bench: the ledger beside bare loops over its databases.
add_executable(zhida_ledger_bench bench/ledger/ledger_bench.cc bench/ledger/bare_postgres.cc
  tests/ledger/postgres_server.cc)
zhida_compile_options(zhida_ledger_bench)
target_include_directories(zhida_ledger_bench PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include")
target_link_libraries(zhida_ledger_bench PRIVATE zhida_ledger zhida::sqlite zhida::pq benchmark::benchmark)
set_target_properties(zhida_ledger_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin" EXCLUDE_FROM_ALL ON)
