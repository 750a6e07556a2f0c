// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"

#include <memory>
#include <string>
#include <vector>

namespace waferscope::core {

/// What a .wsp file holds, in save order.
struct Session {
    std::vector<std::shared_ptr<const Run>> runs;
    std::vector<std::string> damage;  ///< parts that failed their checksum when opened; shown, never silent
};

/// Writes a new file beside `path`, syncs it and renames it over: a cut-off save leaves the old file whole.
Result<void> save_session(const Session& session, const std::string& path);

/// Opens read-only and checks identity, schema, sizes and checksums before believing anything. E-session, E-file-missing.
Result<Session> open_session(const std::string& path);

}  // namespace waferscope::core
