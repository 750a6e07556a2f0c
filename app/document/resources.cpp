// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document/resources.hpp"

#include <QStandardPaths>
#include <filesystem>

namespace waferscope::app {

namespace fs = std::filesystem;

std::string resource_folder() {
    std::error_code status;
    const auto program = fs::read_symlink("/proc/self/exe", status);
    const auto installed = program.parent_path().parent_path() / "share/waferscope";
    if (!status && fs::exists(installed / "machines", status)) return installed.string();
    return WAFERSCOPE_RESOURCES;
}

core::Result<core::MachineLibrary> load_machines(const std::vector<std::string>& extra) {
    const auto root = resource_folder();
    const auto calibration = root + "/calibration";
    auto library = core::MachineLibrary::load(root + "/machines", calibration);
    if (!library) return library;
    const auto own = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation).toStdString() + "/waferscope/machines";
    std::vector<std::string> folders;
    std::error_code status;
    if (fs::is_directory(own, status)) folders.push_back(own);
    folders.insert(folders.end(), extra.begin(), extra.end());
    for (const auto& folder : folders)
        if (auto added = library->add_folder(folder, calibration); !added) return tl::unexpected(added.error());
    if (auto read = library->add_accuracy(root + "/accuracy.json"); !read) return tl::unexpected(read.error());
    return library;
}

}  // namespace waferscope::app
