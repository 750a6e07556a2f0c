// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session.hpp"

#include "core/io/machine_json.hpp"
#include "core/io/scenario_json.hpp"
#include "core/session/run_parts.hpp"

#include <cstdio>
#include <fcntl.h>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

namespace waferscope::core {
namespace {

constexpr int kApplicationId = 0x57535031;  // "WSP1"
constexpr int kVersion = 3, kOldestVersion = 2;  ///< written; read from
constexpr std::int64_t kMaxRawBytes = 512LL << 20U;
constexpr std::int64_t kMaxBlobBytes = 64LL << 20U;
constexpr const char* kSchema =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT);"
    "CREATE TABLE run(id INTEGER PRIMARY KEY, name TEXT, scenario_json TEXT, machine_json TEXT, crc32 INTEGER);"
    "CREATE TABLE part(run_id INTEGER, name TEXT, codec TEXT, raw_size INTEGER, crc32 INTEGER, data BLOB, PRIMARY KEY(run_id, name));";

struct CloseDatabase {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

struct FinishStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinishStatement>;

Statement prepare(sqlite3* db, const char* sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(db, sql, -1, &statement, nullptr);
    return Statement(statement);
}

void bind_text(sqlite3_stmt* statement, int index, std::string_view text) {
    sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

std::string column_bytes(sqlite3_stmt* statement, int column) {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement, column));
    return data == nullptr ? std::string() : std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
}

std::int64_t checksum(std::string_view bytes) {
    return static_cast<std::int64_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

tl::unexpected<Error> save_error(const std::string& path, const std::string& reason) {
    return fail(ErrorCode::save, fmt::format("Could not save to {}: {}.", path, reason), path, "save elsewhere; nothing is lost");
}

tl::unexpected<Error> session_error(const std::string& path, const std::string& reason, std::string hint = "is a backup (.bak) there?") {
    return fail(ErrorCode::session, fmt::format("{} is not a session this program can open: {}.", path, reason), path, std::move(hint));
}

bool write_run(sqlite3* db, int id, const Run& run) {
    const auto scenario = scenario_json(run.scenario), machine = machine_json(*run.machine);
    const auto row = prepare(db, "INSERT INTO run VALUES(?,?,?,?,?)");
    sqlite3_bind_int(row.get(), 1, id);
    bind_text(row.get(), 2, run.scenario.name);
    bind_text(row.get(), 3, scenario);
    bind_text(row.get(), 4, machine);
    sqlite3_bind_int64(row.get(), 5, checksum(run.scenario.name + scenario + machine));
    if (sqlite3_step(row.get()) != SQLITE_DONE) return false;
    for (const auto name : kRunParts) {
        const auto raw = write_part(run, name);
        std::string packed(ZSTD_compressBound(raw.size()), '\0');
        packed.resize(ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), 3));
        const auto part = prepare(db, "INSERT INTO part VALUES(?,?,'zstd',?,?,?)");
        sqlite3_bind_int(part.get(), 1, id);
        bind_text(part.get(), 2, name);
        sqlite3_bind_int64(part.get(), 3, static_cast<std::int64_t>(raw.size()));
        sqlite3_bind_int64(part.get(), 4, checksum(packed));
        sqlite3_bind_blob64(part.get(), 5, packed.data(), packed.size(), SQLITE_TRANSIENT);
        if (sqlite3_step(part.get()) != SQLITE_DONE) return false;
    }
    return true;
}

bool sync_path(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    const bool synced = ::fsync(file) == 0;
    ::close(file);
    return synced;
}

/// The version; refuses anything that is not exactly our schema.
Result<int> check_database(sqlite3* db, const std::string& path) {
    const auto pragma = [&](const char* sql) {
        const auto statement = prepare(db, sql);
        return statement && sqlite3_step(statement.get()) == SQLITE_ROW ? sqlite3_column_int(statement.get(), 0) : -1;
    };
    if (pragma("PRAGMA application_id") != kApplicationId) return session_error(path, "it is not a Waferscope session", "waferscope run FILE --out NAME.wsp makes one of a scenario; a damaged session may have a backup (.bak)");
    const int version = pragma("PRAGMA user_version");
    if (version < kOldestVersion || version > kVersion)
        return fail(ErrorCode::session, fmt::format("{} was written by version {}; this program reads versions {} and {}.", path, version, kOldestVersion, kVersion), path, fmt::format("ask for a copy \"for version {}\"", kVersion));
    const auto check = prepare(db, "PRAGMA quick_check(1)");
    if (!check || sqlite3_step(check.get()) != SQLITE_ROW || column_bytes(check.get(), 0) != "ok") return session_error(path, "its pages are damaged");
    const auto foreign = prepare(db, "SELECT count(*) FROM sqlite_schema WHERE NOT (type='table' AND name IN ('meta','run','part') AND sql NOT LIKE '%VIRTUAL%') AND name NOT LIKE 'sqlite_autoindex_%'");
    if (!foreign || sqlite3_step(foreign.get()) != SQLITE_ROW || sqlite3_column_int(foreign.get(), 0) != 0) return session_error(path, "it holds tables, views or triggers that do not belong there");
    return version;
}

Result<std::string> unpack(const std::string& packed, std::int64_t raw_size) {
    if (raw_size < 0 || raw_size > kMaxRawBytes || ZSTD_getFrameContentSize(packed.data(), packed.size()) != static_cast<unsigned long long>(raw_size))
        return fail(ErrorCode::session, "a part announces an impossible size");
    std::string raw(static_cast<std::size_t>(raw_size), '\0');
    if (ZSTD_decompress(raw.data(), raw.size(), packed.data(), packed.size()) != raw.size()) return fail(ErrorCode::session, "a part does not unpack");
    return raw;
}

void read_parts(sqlite3* db, int id, int version, Run& run, Session& session) {
    const auto rows = prepare(db, "SELECT name, raw_size, crc32, data FROM part WHERE run_id=? ORDER BY rowid");
    sqlite3_bind_int(rows.get(), 1, id);
    std::size_t read = 0;
    while (sqlite3_step(rows.get()) == SQLITE_ROW) {
        const auto name = column_bytes(rows.get(), 0), packed = column_bytes(rows.get(), 3);
        const auto raw = checksum(packed) == sqlite3_column_int64(rows.get(), 2) ? unpack(packed, sqlite3_column_int64(rows.get(), 1)) : fail(ErrorCode::session, "checksum");
        Run trial = run;
        if (raw && read_part(trial, name, *raw, version))
            run = std::move(trial), ++read;
        else
            session.damage.push_back(fmt::format("run {}: {}", id, name.substr(0, 32)));
    }
    if (read < kRunParts.size() && session.damage.empty()) session.damage.push_back(fmt::format("run {}: a part is missing", id));
}

/// Half-written copies of `path` whose process is gone (power or kill -9 in the middle of a save).
void remove_stale_copies(const std::string& path) {
    std::error_code status;
    const auto full = std::filesystem::absolute(path);
    const auto prefix = full.filename().string() + ".";
    std::vector<std::filesystem::path> stale;
    for (const auto& entry : std::filesystem::directory_iterator(full.parent_path(), status)) {
        const auto name = entry.path().filename().string();
        int pid = 0, used = 0;
        if (!name.starts_with(prefix) || std::sscanf(name.c_str() + prefix.size(), "%d.tmp%n", &pid, &used) != 1 || used == 0) continue;
        if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH) stale.push_back(entry.path());
    }
    for (const auto& file : stale) std::filesystem::remove(file, status);
}

}  // namespace

Result<void> save_session(const Session& session, const std::string& path) {
    const auto temporary = fmt::format("{}.{}.tmp", path, ::getpid());
    std::error_code status;
    remove_stale_copies(path);
    std::filesystem::remove(temporary, status);
    {
        sqlite3* raw = nullptr;
        const int opened = sqlite3_open_v2(temporary.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
        const Database db(raw);
        if (opened != SQLITE_OK) return save_error(path, sqlite3_errmsg(raw));
        const auto setup = fmt::format("PRAGMA page_size=16384; PRAGMA application_id={}; PRAGMA user_version={}; BEGIN;", kApplicationId, kVersion);
        bool good = sqlite3_exec(raw, (setup + kSchema).c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
        for (std::size_t i = 0; good && i < session.runs.size(); ++i) good = write_run(raw, static_cast<int>(i) + 1, *session.runs[i]);
        good = good && sqlite3_exec(raw, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK;
        if (!good) {
            const std::string reason = sqlite3_errmsg(raw);
            std::filesystem::remove(temporary, status);
            return save_error(path, reason);
        }
    }
    if (!sync_path(temporary)) return save_error(path, "the disk did not take it");
    if (std::filesystem::exists(path, status)) std::filesystem::copy_file(path, path + ".bak", std::filesystem::copy_options::overwrite_existing, status);
    std::filesystem::rename(temporary, path, status);
    if (status) return save_error(path, status.message());
    const auto folder = std::filesystem::absolute(path).parent_path().string();
    sync_path(folder);
    return {};
}

Result<Session> open_session(const std::string& path) {
    std::error_code status;
    if (!std::filesystem::is_regular_file(path, status))
        return fail(ErrorCode::file_missing, path + " is not there. It may have been moved or its drive is not connected.", path, "check the path");
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READONLY, nullptr);
    const Database db(raw);
    if (opened != SQLITE_OK) return session_error(path, sqlite3_errmsg(raw));
    sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    sqlite3_exec(raw, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;", nullptr, nullptr, nullptr);
    sqlite3_limit(raw, SQLITE_LIMIT_LENGTH, static_cast<int>(kMaxBlobBytes));
    const auto version = check_database(raw, path);
    if (!version) return tl::unexpected(version.error());
    Session session;
    const auto rows = prepare(raw, "SELECT id, name, scenario_json, machine_json, crc32 FROM run ORDER BY id");
    while (rows && sqlite3_step(rows.get()) == SQLITE_ROW) {
        const auto name = column_bytes(rows.get(), 1), scenario = column_bytes(rows.get(), 2), machine = column_bytes(rows.get(), 3);
        const int id = sqlite3_column_int(rows.get(), 0);
        auto parsed = parse_scenario(scenario, path);
        auto known = parse_machine(machine, path);
        if (checksum(name + scenario + machine) != sqlite3_column_int64(rows.get(), 4) || !parsed || !known) {
            session.damage.push_back(fmt::format("run {}: its scenario", id));
            continue;
        }
        Run run;
        run.scenario = std::move(*parsed);
        run.machine = std::make_shared<const Machine>(std::move(*known));
        read_parts(raw, id, *version, run, session);
        session.runs.push_back(std::make_shared<const Run>(std::move(run)));
    }
    if (session.runs.empty()) return session_error(path, session.damage.empty() ? "it holds no run" : "every run in it is damaged");
    return session;
}

}  // namespace waferscope::core
