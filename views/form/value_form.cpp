// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/form/value_form.hpp"

#include "views/theme/apply_theme.hpp"

#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace waferscope::views {
namespace {

constexpr int kQuietMs = 150;
constexpr int kEditorWidth = 96;

void color(QLabel& label, const QColor& color, const QFont& font) {
    auto palette = label.palette();
    // On a base background labels take their colour from Text.
    for (const auto role : {QPalette::WindowText, QPalette::Text}) palette.setColor(role, color);
    label.setPalette(palette);
    label.setFont(font);
}

QLabel* wrapped(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    QSizePolicy narrow(QSizePolicy::Ignored, QSizePolicy::Preferred);  // long names do not widen the dock
    narrow.setHeightForWidth(true);
    label->setSizePolicy(narrow);
    return label;
}

/// Names of files and symbols have no spaces: they may break behind a mark.
QString breakable(QString text) {
    for (const auto* mark : {"_", ".", "-", "["})
        text.replace(QLatin1String(mark), QLatin1String(mark) + QChar(0x200B));
    return text;
}

bool same_lines(const FormField& a, const FormField& b) {
    return a.key == b.key && a.choices == b.choices;
}

}  // namespace

QString field_state_text(FieldState state) {
    switch (state) {
        case FieldState::given:
            return ValueForm::tr("set by you");
        case FieldState::read:
            return ValueForm::tr("read");
        case FieldState::inferred:
            return ValueForm::tr("inferred");
        case FieldState::assumed:
            return ValueForm::tr("assumed");
        case FieldState::unknown:
            return ValueForm::tr("unknown");
    }
    return {};
}

ValueForm::ValueForm(QWidget* parent)
    : QWidget(parent), title_(wrapped(this)), note_(wrapped(this)), message_(wrapped(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 8, 10, 8);
    column->setSpacing(4);
    column->addWidget(title_);
    column->addWidget(note_);
    column->addWidget(message_);
    column->addStretch(1);
    message_->hide();
    quiet_.setSingleShot(true);
    quiet_.setInterval(kQuietMs);
    connect(&quiet_, &QTimer::timeout, this, &ValueForm::announce);
    dress();
}

void ValueForm::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) dress();
    QWidget::changeEvent(event);
}

void ValueForm::set_title(const QString& title, const QString& note) {
    title_->setText(breakable(title));
    note_->setText(note);
    note_->setVisible(!note.isEmpty());
}

void ValueForm::set_message(const QString& text) {
    message_->setText(text);
    message_->setVisible(!text.isEmpty());
}

void ValueForm::set_fields(const std::vector<FormField>& fields) {
    const bool same = std::ranges::equal(rows_, fields, same_lines, &Row::field);
    if (!same) build(fields);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        rows_[i].field = fields[i];
        show_row(rows_[i]);
    }
}

void ValueForm::build(const std::vector<FormField>& fields) {
    rows_.clear();
    typed_.clear();
    delete std::exchange(lines_, new QWidget(this));
    auto* grid = new QGridLayout(lines_);
    grid->setContentsMargins(0, 2, 0, 2);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(0, 1);
    static_cast<QVBoxLayout*>(layout())->insertWidget(2, lines_);
    rows_.reserve(fields.size());
    for (const auto& field : fields) add_row(field, static_cast<int>(rows_.size()) * 3);
    lines_->show();
    dress();
}

void ValueForm::add_row(const FormField& field, int line) {
    auto& row = rows_.emplace_back();
    row.field = field;
    row.label = wrapped(lines_);
    row.meaning = wrapped(lines_);
    row.unit = new QLabel(lines_);
    QWidget* control = nullptr;
    if (field.choices.empty()) {
        control = row.editor = new QLineEdit(lines_);
        row.editor->setMaxLength(field.words ? 4096 : 64);
        if (!field.words) {
            row.editor->setAlignment(Qt::AlignRight);
            row.editor->setFixedWidth(kEditorWidth);
        }
        connect(row.editor, &QLineEdit::textEdited, this, [this, key = field.key](const QString& text) {
            typed_[key] = text;
            quiet_.start();
        });
        connect(row.editor, &QLineEdit::editingFinished, this, &ValueForm::announce);
    } else {
        control = row.chooser = new QComboBox(lines_);
        row.chooser->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        row.chooser->setMinimumContentsLength(8);
        for (const auto& [key, text] : field.choices) row.chooser->addItem(text, key);
        connect(row.chooser, &QComboBox::activated, this, [this, key = field.key, box = row.chooser] {
            Q_EMIT edited(key, box->currentData().toString());
        });
    }
    auto* grid = static_cast<QGridLayout*>(lines_->layout());
    const bool wide = field.words || !field.choices.empty();
    grid->addWidget(row.label, line, 0, 1, wide ? 3 : 1);
    grid->addWidget(control, wide ? line + 1 : line, wide ? 0 : 1, 1,
                    wide                   ? 3
                    : field.unit.isEmpty() ? 2
                                           : 1);
    if (!field.unit.isEmpty()) grid->addWidget(row.unit, line, 2);
    grid->addWidget(row.meaning, line + 2, 0, 1, 3);
}

void ValueForm::show_row(Row& row) {
    const auto& field = row.field;
    row.label->setText(breakable(field.label));
    row.label->setToolTip(field.label);
    row.unit->setText(field.unit);
    row.unit->setVisible(!field.unit.isEmpty());
    QWidget* control = row.editor != nullptr ? static_cast<QWidget*>(row.editor) : row.chooser;
    control->setAccessibleName(field.label);
    control->setToolTip(field.meaning);
    // The line somebody types in keeps what was typed while it waits, or while it is wrong.
    const bool busy = typed_.contains(field.key) || !row.error.isEmpty();
    if (row.editor != nullptr && !busy && row.editor->text() != field.value) row.editor->setText(field.value);
    if (row.chooser != nullptr) row.chooser->setCurrentIndex(row.chooser->findData(field.value));
    const auto& theme = active_theme();
    const auto state = field_state_text(field.state);
    row.meaning->setText(!row.error.isEmpty()      ? row.error
                         : field.meaning.isEmpty() ? state
                                                   : tr("%1; %2").arg(field.meaning, state));
    const bool open = field.state == FieldState::assumed || field.state == FieldState::unknown;
    color(*row.meaning,
          !row.error.isEmpty() ? theme.error
          : open               ? theme.warning
                               : theme.text3,
          theme.font(TextRole::axis));
}

void ValueForm::set_totals(const std::vector<FormTotal>& totals) {
    totals_ = totals;
    delete std::exchange(sums_, new QWidget(this));
    auto* grid = new QGridLayout(sums_);
    grid->setContentsMargins(0, 4, 0, 2);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(0, 1);
    const auto& theme = active_theme();
    for (int i = 0; i < static_cast<int>(totals.size()); ++i) {
        const auto& total = totals[static_cast<std::size_t>(i)];
        auto* label = wrapped(sums_);
        auto* value = new QLabel(total.value, sums_);
        label->setText(total.label);
        value->setAlignment(Qt::AlignRight);
        value->setToolTip(total.detail);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        color(*label, theme.text2, theme.font(TextRole::table));
        color(*value, theme.text, theme.font(TextRole::table_strong));
        grid->addWidget(label, i, 0);
        grid->addWidget(value, i, 1);
    }
    const int at = layout()->indexOf(message_);
    static_cast<QVBoxLayout*>(layout())->insertWidget(at, sums_);
    sums_->setVisible(!totals.empty());
}

void ValueForm::set_error(const QString& key, const QString& text) {
    auto* row = row_of(key);
    if (row == nullptr || row->error == text) return;
    row->error = text;
    show_row(*row);
}

void ValueForm::announce() {
    quiet_.stop();
    for (const auto& [key, text] : std::exchange(typed_, {})) Q_EMIT edited(key, text);
}

void ValueForm::dress() {
    const auto& theme = active_theme();
    color(*title_, theme.text, theme.font(TextRole::title));
    color(*note_, theme.text3, theme.font(TextRole::axis));
    color(*message_, theme.warning, theme.font(TextRole::axis));
    for (auto& row : rows_) {
        color(*row.label, theme.text, theme.font(TextRole::table));
        color(*row.unit, theme.text3, theme.font(TextRole::axis));
        show_row(row);
    }
    if (!totals_.empty()) set_totals(std::exchange(totals_, {}));
}

ValueForm::Row* ValueForm::row_of(const QString& key) {
    const auto found = std::ranges::find(rows_, key, [](const Row& row) { return row.field.key; });
    return found == rows_.end() ? nullptr : &*found;
}

const ValueForm::Row* ValueForm::row_of(const QString& key) const {
    return const_cast<ValueForm*>(this)->row_of(key);
}

QLineEdit* ValueForm::editor(const QString& key) const {
    const auto* row = row_of(key);
    return row == nullptr ? nullptr : row->editor;
}

QComboBox* ValueForm::chooser(const QString& key) const {
    const auto* row = row_of(key);
    return row == nullptr ? nullptr : row->chooser;
}

QString ValueForm::error(const QString& key) const {
    const auto* row = row_of(key);
    return row == nullptr ? QString() : row->error;
}

QString ValueForm::total(int index) const {
    return index >= 0 && index < static_cast<int>(totals_.size())
               ? totals_[static_cast<std::size_t>(index)].value
               : QString();
}

}  // namespace waferscope::views
