# One place for flags; no target sets its own.
add_library(waferscope_options INTERFACE)
target_compile_features(waferscope_options INTERFACE cxx_std_20)
target_compile_definitions(waferscope_options INTERFACE QT_NO_KEYWORDS)
target_include_directories(waferscope_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(waferscope_options INTERFACE -ffp-contract=off
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wno-missing-field-initializers)  # designated initialisers may leave defaults
set(WAFERSCOPE_SANITIZE "" CACHE STRING "address,undefined or thread")
if(WAFERSCOPE_SANITIZE)
  target_compile_options(waferscope_options INTERFACE -fsanitize=${WAFERSCOPE_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(waferscope_options INTERFACE -fsanitize=${WAFERSCOPE_SANITIZE})
endif()
find_program(WAFERSCOPE_MOLD mold)
if(WAFERSCOPE_MOLD)
  target_link_options(waferscope_options INTERFACE -fuse-ld=mold)
endif()
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

# Real inputs and published measurements; tests that need them skip when the folder is absent.
set(WAFERSCOPE_SHARED_DATA "${PROJECT_SOURCE_DIR}/../shared/data" CACHE PATH "folder with onnx/, hf/, validation/")

# clang-tidy reads the nearest .clang-tidy: moc output lives here and is not ours to lint.
file(WRITE ${CMAKE_BINARY_DIR}/.clang-tidy "Checks: '-*,llvm-twine-local'\nInheritParentConfig: false\n")
