// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

#include <map>
#include <vector>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;

namespace waferscope::views {

/// Where a value of a form comes from; shown as a word beside it.
enum class FieldState : std::uint8_t { given, read, inferred, assumed, unknown };
QString field_state_text(FieldState state);

/// One line: a value that is typed, or chosen when there are choices.
struct FormField {
    QString key;      ///< stable, not shown
    QString label;    ///< "batch_size"
    QString meaning;  ///< "samples in one pass"
    QString value;    ///< text, or the key of a choice; empty = none
    QString unit;     ///< "tokens"; may be empty
    FieldState state = FieldState::given;
    std::vector<std::pair<QString, QString>> choices;  ///< key and text
    bool words = false;                                ///< the value is a text and takes the whole width
    friend bool operator==(const FormField&, const FormField&) = default;
};

/// A result below the lines.
struct FormTotal {
    QString label, value, detail;  ///< detail: exact value, for the tooltip
};

/// A small form that never blocks: what is typed is announced 150 ms after the last key, what is chosen at
/// once. Errors stand under their line until the next good value.
class ValueForm : public QWidget {
    Q_OBJECT
public:
    explicit ValueForm(QWidget* parent = nullptr);

    void set_title(const QString& title, const QString& note);
    /// Lines that stay keep their editor, so that the one in use keeps its cursor and its text.
    void set_fields(const std::vector<FormField>& fields);
    void set_totals(const std::vector<FormTotal>& totals);
    /// Empty text takes the error away. Unknown keys are ignored.
    void set_error(const QString& key, const QString& text);
    /// A line of text at the end, such as why nothing can be computed.
    void set_message(const QString& text);

    [[nodiscard]] QLineEdit* editor(const QString& key) const;   ///< null when it is no typed line
    [[nodiscard]] QComboBox* chooser(const QString& key) const;  ///< null when it is no chosen line
    [[nodiscard]] QString error(const QString& key) const;
    [[nodiscard]] QString total(int index) const;  ///< text of the value; empty when there are fewer

Q_SIGNALS:
    void edited(const QString& key, const QString& value);

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Row {
        FormField field;
        QLabel *label = nullptr, *unit = nullptr, *meaning = nullptr;
        QLineEdit* editor = nullptr;
        QComboBox* chooser = nullptr;
        QString error;
    };
    void build(const std::vector<FormField>& fields);
    void add_row(const FormField& field, int line);
    void show_row(Row& row);
    void announce();
    void dress();
    [[nodiscard]] Row* row_of(const QString& key);
    [[nodiscard]] const Row* row_of(const QString& key) const;

    QLabel *title_, *note_, *message_;
    QWidget *lines_ = nullptr, *sums_ = nullptr;
    std::vector<Row> rows_;
    std::vector<FormTotal> totals_;
    std::map<QString, QString> typed_;  ///< not announced yet
    QTimer quiet_;
};

}  // namespace waferscope::views
