// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document/symbol_document.hpp"

#include <QUndoCommand>

#include <utility>

namespace waferscope::app {

constexpr int kHistoryLimit = 500;

/// From one set of sizes to another.
class SymbolDocument::Change : public QUndoCommand {
public:
    Change(SymbolDocument& document, Sizes before, Sizes after, std::string symbol)
        : document_(document),
          before_(std::move(before)),
          after_(std::move(after)),
          symbol_(std::move(symbol)) {
        setText(SymbolDocument::tr("Size of %1").arg(QString::fromStdString(symbol_)));
    }
    void undo() override { document_.wish({before_, symbol_, false}); }
    void redo() override {
        // The first time the sizes are in force already: they were read before they became history.
        if (std::exchange(done_, true)) document_.wish({after_, symbol_, false});
    }

private:
    SymbolDocument& document_;
    Sizes before_, after_;
    std::string symbol_;
    bool done_ = false;
};

SymbolDocument::SymbolDocument(std::string path, Sizes given, std::int64_t seq,
                               std::shared_ptr<const core::BoundWorkload> bound, QObject* parent)
    : QObject(parent), path_(std::move(path)), given_(std::move(given)), seq_(seq), bound_(std::move(bound)) {
    history_.setUndoLimit(kHistoryLimit);
}

SymbolDocument::~SymbolDocument() = default;

void SymbolDocument::set_text(const std::string& symbol, const std::string& text) {
    auto sizes = next_ ? next_->sizes : job_ ? running_.sizes : given_;
    if (text.find_first_not_of(" \t") == std::string::npos) {
        sizes.erase(symbol);
    } else {
        const auto size = core::parse_size(symbol, text);
        if (!size) {
            Q_EMIT refused(symbol, size.error());
            return;
        }
        sizes[symbol] = *size;
    }
    Q_EMIT accepted(symbol);
    wish({std::move(sizes), symbol, true});
}

/// The newest wish wins; one that waits is replaced.
void SymbolDocument::wish(Wish wish) {
    next_ = std::move(wish);
    if (!job_) start();
}

void SymbolDocument::start() {
    running_ = *std::exchange(next_, std::nullopt);
    if (running_.sizes == given_) return;
    job_ = std::make_unique<ReadJob>(path_, running_.sizes, seq_);
    connect(job_.get(), &ReadJob::done, this, &SymbolDocument::finish);
}

void SymbolDocument::finish(const BoundAnswer& answer) {
    job_.release()->deleteLater();  // it is speaking
    if (answer.bound) {
        if (running_.record) history_.push(new Change(*this, given_, running_.sizes, running_.symbol));
        given_ = running_.sizes;
        bound_ = answer.bound;
        Q_EMIT changed();
    } else {
        Q_EMIT refused(running_.symbol, answer.error);
    }
    if (next_) start();
}

}  // namespace waferscope::app
