// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/theme/color_map.hpp"
#include "views/theme/theme.hpp"

#include <QWidget>

#include <functional>
#include <vector>

namespace waferscope::views {

/// Everything a legend says about the colours of a map.
struct ColorBarSpec {
    QString name;  ///< "Core utilisation, % of issue slots"
    ColorScale scale;
    std::function<QString(double)> label;  ///< text of a value; the last tick also gets `unit`
    QString unit;
    bool locked = false, own_scale = false;
    double clipped_low = 0, clipped_high = 0;  ///< shares of the values beyond the ends, 0..1
    bool has_no_data = false;
    std::vector<float> histogram;  ///< relative heights over the range; empty = none
};

enum class ColorBarLayout : std::uint8_t {
    strip,    ///< name left, bar with histogram, swatches right (44 px)
    compact,  ///< name above, bar below, no histogram or swatches
};

/// Draws the legend into `rect`. Everything fits or is left out: swatches first, then the histogram.
void paint_color_bar(QPainter& painter, const QRectF& rect, const ColorBarSpec& spec, const Theme& theme,
                     ColorBarLayout layout = ColorBarLayout::strip);

/// The legend strip. Emits what the user asks for and holds no range of its own.
class ColorBar : public QWidget {
    Q_OBJECT

public:
    explicit ColorBar(QWidget* parent = nullptr);
    void set_spec(ColorBarSpec spec);
    [[nodiscard]] const ColorBarSpec& spec() const { return spec_; }
    void set_layout(ColorBarLayout layout);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void lockRequested(bool locked);
    void menuRequested(const QPoint& global_pos);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    ColorBarSpec spec_;
    ColorBarLayout layout_ = ColorBarLayout::strip;
};

}  // namespace waferscope::views
