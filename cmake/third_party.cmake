# The outside libraries, each under one name: zhida::crypto, zhida::tbb, zhida::decimal, zhida::re2,
# zhida::yaml, zhida::simdjson, zhida::sqlite, zhida::pq, zhida::pugixml. Which source file may include which
# is in tests/house/test_floors.py.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# Stops with the Debian package to install, so that a newcomer need not guess.
function(zhida_missing what package)
  message(FATAL_ERROR "${what} was not found. Install the Debian package ${package}, or run ./dev setup, which installs all that is missing.")
endfunction()

function(zhida_pkg_config name module package)
  pkg_check_modules(ZHIDA_${name} QUIET IMPORTED_TARGET ${module})
  if(NOT ZHIDA_${name}_FOUND)
    zhida_missing("The library ${module}" ${package})
  endif()
  add_library(zhida_${name}_dependency INTERFACE)
  target_link_libraries(zhida_${name}_dependency INTERFACE PkgConfig::ZHIDA_${name})
  add_library(zhida::${name} ALIAS zhida_${name}_dependency)
endfunction()

zhida_pkg_config(crypto libcrypto libssl-dev)
# Debian's re2.pc says "Version: 0.0.0", so no version can be asked for.
zhida_pkg_config(re2 re2 libre2-dev)
zhida_pkg_config(yaml yaml-0.1 libyaml-dev)
zhida_pkg_config(hwy libhwy libhwy-dev)
zhida_pkg_config(pugixml pugixml libpugixml-dev)
# Compiled in (XXH_INLINE_ALL), so only its header is needed.
find_path(ZHIDA_XXHASH_INCLUDE_DIR NAMES xxhash.h)
mark_as_advanced(ZHIDA_XXHASH_INCLUDE_DIR)
if(NOT ZHIDA_XXHASH_INCLUDE_DIR)
  zhida_missing("The header xxhash.h" libxxhash-dev)
endif()
zhida_pkg_config(simdjson simdjson libsimdjson-dev)
zhida_pkg_config(sqlite sqlite3 libsqlite3-dev)
zhida_pkg_config(pq libpq libpq-dev)
if(NOT ZHIDA_PARALLEL_STD_THREAD)
  zhida_pkg_config(tbb tbb libtbb-dev)
endif()

# Intel's decimal library has no CMake or pkg-config file. Of its builds, 000 passes arguments by value
# and takes rounding mode and flags as arguments, so that no state is shared between threads. The source that
# includes its header defines the same three choices.
find_library(ZHIDA_DECIMAL_LIBRARY NAMES libbidgcc000.a)
find_path(ZHIDA_DECIMAL_INCLUDE_DIR NAMES bid_functions.h)
mark_as_advanced(ZHIDA_DECIMAL_LIBRARY ZHIDA_DECIMAL_INCLUDE_DIR)
if(NOT ZHIDA_DECIMAL_LIBRARY OR NOT ZHIDA_DECIMAL_INCLUDE_DIR)
  zhida_missing("Intel's decimal library (libbidgcc000.a, bid_functions.h)" libintelrdfpmath-dev)
endif()
add_library(zhida_decimal_dependency STATIC IMPORTED)
set_target_properties(zhida_decimal_dependency PROPERTIES
  IMPORTED_LOCATION "${ZHIDA_DECIMAL_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${ZHIDA_DECIMAL_INCLUDE_DIR}")
add_library(zhida::decimal ALIAS zhida_decimal_dependency)
