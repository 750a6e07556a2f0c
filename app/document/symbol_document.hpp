// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/read_job.hpp"

#include <QObject>
#include <QUndoStack>

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace waferscope::app {

/// The sizes given to the symbols of one workload file, with their history. Sizes are checked, then the file
/// is read again in the background; the last good workload stays until the next one is there.
class SymbolDocument : public QObject {
    Q_OBJECT
public:
    using Sizes = std::map<std::string, std::int64_t>;

    SymbolDocument(std::string path, Sizes given, std::int64_t seq,
                   std::shared_ptr<const core::BoundWorkload> bound, QObject* parent = nullptr);
    ~SymbolDocument() override;

    /// What was typed for `symbol`. Empty text gives it back its assumed size.
    void set_text(const std::string& symbol, const std::string& text);

    [[nodiscard]] const core::BoundWorkload& bound() const { return *bound_; }
    [[nodiscard]] std::shared_ptr<const core::BoundWorkload> shared() const { return bound_; }
    [[nodiscard]] const Sizes& given() const { return given_; }
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] QUndoStack& history() { return history_; }
    [[nodiscard]] bool busy() const { return job_ != nullptr; }

Q_SIGNALS:
    void changed();  ///< bound() and given() are new
    void refused(const std::string& symbol, const waferscope::core::Error& error);
    void accepted(const std::string& symbol);  ///< what was typed is a size

private:
    class Change;
    struct Wish {
        Sizes sizes;
        std::string symbol;  ///< that was edited
        bool record = true;  ///< becomes an entry of the history
    };
    void wish(Wish wish);
    void start();
    void finish(const BoundAnswer& answer);

    std::string path_;
    Sizes given_;
    std::int64_t seq_;
    std::shared_ptr<const core::BoundWorkload> bound_;
    QUndoStack history_;
    Wish running_;
    std::optional<Wish> next_;
    std::unique_ptr<ReadJob> job_;  // last: it calls back
};

}  // namespace waferscope::app
