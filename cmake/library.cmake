# The shared library libzhida.so (target zhida) and its installation: headers, a CMake package
# (find_package(zhida), target zhida::zhida) and a pkg-config file.

get_target_property(zhida_capi_type zhida_capi TYPE)
if(zhida_capi_type STREQUAL "INTERFACE_LIBRARY")
  message(STATUS "engine/capi has no .cc file yet: no libzhida.so")
  return()
endif()

# All that the library holds comes from the floors, but CMake wants a source.
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/libzhida.cc" CONTENT "// Empty: libzhida.so is made of the floors.\n")
add_library(zhida SHARED "${PROJECT_BINARY_DIR}/libzhida.cc")
add_library(zhida::zhida ALIAS zhida)
set_target_properties(zhida PROPERTIES
  LINK_DEPENDS "${PROJECT_SOURCE_DIR}/cmake/zhida.map")
if(NOT SKBUILD)
  # Inside a wheel the library is a private file of the package and carries no version in its name.
  set_target_properties(zhida PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
endif()
zhida_compile_options(zhida)
# Nothing refers to the C API's functions from within, so the linker is told to take all of them.
target_link_libraries(zhida PRIVATE "$<LINK_LIBRARY:WHOLE_ARCHIVE,zhida_capi>")
target_link_options(zhida PRIVATE
  "-Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/zhida.map"
  -Wl,--exclude-libs,libbidgcc000.a)
if(NOT ZHIDA_SANITIZE)
  # With a sanitizer the runtime comes from the program, so the library keeps open names.
  target_link_options(zhida PRIVATE -Wl,--no-undefined)
endif()
target_include_directories(zhida INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(zhida INTERFACE c_std_11)

include(CMakePackageConfigHelpers)
set(zhida_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/zhida)
install(TARGETS zhida EXPORT zhidaTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/zhida" DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  COMPONENT development FILES_MATCHING PATTERN "*.h")
install(EXPORT zhidaTargets NAMESPACE zhida:: DESTINATION ${zhida_cmake_dir} COMPONENT development)
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/zhidaConfig.cmake.in" "${PROJECT_BINARY_DIR}/zhidaConfig.cmake"
  INSTALL_DESTINATION ${zhida_cmake_dir})
write_basic_package_version_file("${PROJECT_BINARY_DIR}/zhidaConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
# The pkg-config file finds its prefix from its own place, so that the installation may be moved.
file(RELATIVE_PATH zhida_pc_prefix "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
configure_file("${PROJECT_SOURCE_DIR}/cmake/zhida.pc.in" "${PROJECT_BINARY_DIR}/zhida.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/zhidaConfig.cmake" "${PROJECT_BINARY_DIR}/zhidaConfigVersion.cmake"
  DESTINATION ${zhida_cmake_dir} COMPONENT development)
install(FILES "${PROJECT_BINARY_DIR}/zhida.pc" DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
