# The floors of the engine: each folder of engine/ is one static library, zhida_<folder>.
# A folder sees itself and every lower floor; on its own floor it sees only the PEERS named here.
# tests/house/test_floors.py reads this table too and checks every #include against it.
#
# A folder without a .cc file yet becomes a library of headers only.

set(ZHIDA_FLOORS)
# The folders of which every line and decision is to be tested. The rest is compiled as ever.
set(ZHIDA_COVERED payout ledger payment)

function(zhida_floor name)
  cmake_parse_arguments(PARSE_ARGV 1 floor "" "LEVEL" "PEERS;LIBRARIES")
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/engine/${name}/*.cc")

  set(below ${floor_PEERS})
  foreach(other IN LISTS ZHIDA_FLOORS)
    if(ZHIDA_LEVEL_${other} LESS floor_LEVEL)
      list(APPEND below ${other})
    endif()
  endforeach()
  list(TRANSFORM below PREPEND zhida_)

  if(sources)
    add_library(zhida_${name} STATIC ${sources})
    zhida_compile_options(zhida_${name})
    target_include_directories(zhida_${name} PUBLIC "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include")
    target_link_libraries(zhida_${name} PUBLIC ${below} Threads::Threads PRIVATE ${floor_LIBRARIES})
    if(ZHIDA_COVERAGE AND name IN_LIST ZHIDA_COVERED)
      target_compile_options(zhida_${name} PRIVATE --coverage -O0 -fno-inline -U_FORTIFY_SOURCE)
      target_link_options(zhida_${name} PUBLIC --coverage)
    endif()
    if(name STREQUAL "capi" OR name STREQUAL "facade")
      target_compile_definitions(zhida_${name} PRIVATE ZHIDA_VERSION="${PROJECT_VERSION}")
    endif()
    if(NOT name STREQUAL "capi")
      # Only the C API may leave the shared library, and cmake/zhida.map alone says what of it does.
      set_target_properties(zhida_${name} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    endif()
  else()
    add_library(zhida_${name} INTERFACE)
    target_include_directories(zhida_${name} INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include")
    target_link_libraries(zhida_${name} INTERFACE ${below})
  endif()

  list(APPEND ZHIDA_FLOORS ${name})
  set(ZHIDA_FLOORS ${ZHIDA_FLOORS} PARENT_SCOPE)
  set(ZHIDA_LEVEL_${name} ${floor_LEVEL} PARENT_SCOPE)
endfunction()

set(zhida_parallel_library)
if(NOT ZHIDA_PARALLEL_STD_THREAD)
  set(zhida_parallel_library zhida::tbb)
endif()

zhida_floor(base LEVEL 0 LIBRARIES zhida::crypto ${zhida_parallel_library})
zhida_floor(value LEVEL 1 LIBRARIES zhida::decimal)
zhida_floor(feel LEVEL 2 LIBRARIES zhida::re2)
zhida_floor(pack LEVEL 3 LIBRARIES zhida::yaml zhida::simdjson)
zhida_floor(facts LEVEL 3 PEERS pack LIBRARIES zhida::simdjson)
zhida_floor(plan LEVEL 4)
zhida_floor(batch LEVEL 5 LIBRARIES zhida::hwy)
zhida_floor(point LEVEL 5)
zhida_floor(explain LEVEL 6)
zhida_floor(payout LEVEL 6)
zhida_floor(ledger LEVEL 6 LIBRARIES zhida::sqlite zhida::pq)
zhida_floor(payment LEVEL 6 PEERS ledger LIBRARIES zhida::pugixml)
zhida_floor(analyze LEVEL 6)
zhida_floor(facade LEVEL 7)
zhida_floor(capi LEVEL 8)
