# How every target of this project is compiled. Use zhida_compile_options(<target>).

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Kind of build" FORCE)
endif()

if(PROJECT_IS_TOP_LEVEL OR SKBUILD)
  # RelWithDebInfo is the developer's build here, so unlike CMake's own it keeps assertions.
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g")
  set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")
  set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")
  set(CMAKE_C_FLAGS_RELEASE "-O3 -DNDEBUG")
endif()

# Relative paths inside the project let a second checkout find what the first one compiled.
if(ZHIDA_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(ZHIDA_CCACHE_PROGRAM ccache)
  mark_as_advanced(ZHIDA_CCACHE_PROGRAM)
  if(ZHIDA_CCACHE_PROGRAM)
    cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH repository)
    set(launcher "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${repository};CCACHE_NOHASHDIR=1;${ZHIDA_CCACHE_PROGRAM}")
    set(CMAKE_CXX_COMPILER_LAUNCHER "${launcher}")
    set(CMAKE_C_COMPILER_LAUNCHER "${launcher}")
  endif()
endif()

set(ZHIDA_ARCH_OPTIONS)
if(ZHIDA_NATIVE_LEVEL)
  set(ZHIDA_ARCH_OPTIONS "-march=${ZHIDA_NATIVE_LEVEL}")
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  # Every server since 2009: POPCNT and SSE4.2.
  set(ZHIDA_ARCH_OPTIONS "-march=x86-64-v2")
endif()

function(zhida_compile_options target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wshadow $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
    $<$<BOOL:${ZHIDA_WERROR}>:-Werror>
    ${ZHIDA_ARCH_OPTIONS})
  if(ZHIDA_ASSERTS)
    target_compile_definitions(${target} PRIVATE ZHIDA_ASSERTS=1)
  endif()
  if(ZHIDA_PARALLEL_STD_THREAD)
    target_compile_definitions(${target} PRIVATE ZHIDA_PARALLEL_STD_THREAD=1)
  endif()
  if(ZHIDA_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${ZHIDA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
    target_link_options(${target} PRIVATE -fsanitize=${ZHIDA_SANITIZE})
  elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
    # Debian's hardening: a buffer overrun ends the process instead of changing an answer.
    target_compile_options(${target} PRIVATE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
    target_link_options(${target} PRIVATE -Wl,-z,relro -Wl,-z,now)
  else()
    target_compile_definitions(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:_GLIBCXX_ASSERTIONS>)
  endif()
endfunction()
