# Every library from outside, found once.
find_package(PkgConfig REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Qt6 6.4 REQUIRED COMPONENTS Widgets Charts Svg)
find_package(SQLite3 REQUIRED)
find_package(Threads REQUIRED)
find_package(VTK 9.1 REQUIRED COMPONENTS CommonColor CommonCore CommonDataModel FiltersCore FiltersGeneral
  FiltersGeometry FiltersSources IOImage InteractionStyle InteractionWidgets RenderingAnnotation RenderingCore
  RenderingFreeType RenderingOpenGL2)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(tl-expected REQUIRED)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)

# Graphviz as a library: its layered layout is a plugin, linked so that nothing is searched for at run time.
pkg_check_modules(GVC REQUIRED IMPORTED_TARGET libgvc)
find_library(GVC_DOT_PLUGIN NAMES gvplugin_dot_layout PATH_SUFFIXES graphviz REQUIRED)
add_library(graphviz_dot INTERFACE)
target_link_libraries(graphviz_dot INTERFACE PkgConfig::GVC ${GVC_DOT_PLUGIN})
