# The tests: tests/<folder>/*_test.cc become one GoogleTest program, zhida_test_<folder>, in build/<preset>/bin.
#
# A folder named like a floor links that floor and the lower ones, so that work in progress above it
# cannot stop it. Any other folder links the whole engine. A folder with a CMakeLists.txt of its own
# speaks for itself and uses the two functions below.
# Every program is entered in build/<preset>/tests.txt, which tests/run.py reads.

find_package(GTest CONFIG QUIET)
if(NOT GTest_FOUND)
  zhida_missing("GoogleTest" libgtest-dev)
endif()

add_custom_target(zhida_tests)
set_property(GLOBAL PROPERTY ZHIDA_TEST_LINES "")

# kind: gtest (a GoogleTest program) or program (anything whose exit status 0 means passed).
function(zhida_register_test target kind)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  add_dependencies(zhida_tests ${target})
  add_test(NAME ${target} COMMAND ${target})
  string(REGEX REPLACE "^zhida_test_" "" suite ${target})
  set_property(GLOBAL APPEND PROPERTY ZHIDA_TEST_LINES "${suite} ${kind} $<TARGET_FILE:${target}>")
endfunction()

# zhida_add_gtest(<name> <sources>... LIBRARIES <targets>...) makes zhida_test_<name>.
function(zhida_add_gtest name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "LIBRARIES")
  add_executable(zhida_test_${name} ${test_UNPARSED_ARGUMENTS})
  zhida_compile_options(zhida_test_${name})
  # Compiling GoogleTest's macros at -O3 costs much and tells nothing.
  target_compile_options(zhida_test_${name} PRIVATE -O1)
  target_compile_definitions(zhida_test_${name} PRIVATE ZHIDA_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_include_directories(zhida_test_${name} PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include")
  target_link_libraries(zhida_test_${name} PRIVATE ${test_LIBRARIES} GTest::gmock GTest::gtest_main)
  zhida_register_test(zhida_test_${name} gtest)
endfunction()

# zhida_add_program(<name> <sources>... LIBRARIES <targets>...) makes zhida_test_<name> without GoogleTest,
# for tests in C or that must end in a particular way.
function(zhida_add_program name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "LIBRARIES")
  add_executable(zhida_test_${name} ${test_UNPARSED_ARGUMENTS})
  zhida_compile_options(zhida_test_${name})
  target_compile_definitions(zhida_test_${name} PRIVATE ZHIDA_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_include_directories(zhida_test_${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(zhida_test_${name} PRIVATE ${test_LIBRARIES})
  zhida_register_test(zhida_test_${name} program)
endfunction()

# Named so that CMake looks again when a folder gets its own CMakeLists.txt.
file(GLOB zhida_test_lists CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/*/CMakeLists.txt")
file(GLOB zhida_test_folders CONFIGURE_DEPENDS LIST_DIRECTORIES true "${PROJECT_SOURCE_DIR}/tests/*")
foreach(folder IN LISTS zhida_test_folders)
  get_filename_component(name "${folder}" NAME)
  if("${folder}/CMakeLists.txt" IN_LIST zhida_test_lists)
    add_subdirectory("${folder}")
  else()
    file(GLOB sources CONFIGURE_DEPENDS "${folder}/*_test.cc")
    if(sources)
      if(name IN_LIST ZHIDA_FLOORS)
        zhida_add_gtest(${name} ${sources} LIBRARIES zhida_${name})
      else()
        zhida_add_gtest(${name} ${sources} LIBRARIES zhida_capi zhida_facade)
      endif()
    endif()
  endif()
endforeach()

get_property(lines GLOBAL PROPERTY ZHIDA_TEST_LINES)
list(JOIN lines "\n" text)
file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/tests.txt" CONTENT "${text}\n")
