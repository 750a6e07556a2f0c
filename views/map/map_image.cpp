// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/map_image.hpp"

#include "views/field.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace waferscope::views {
namespace {

constexpr double kLineCell = 8;  // device px from which cells are parted by a line
constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();

enum Flag : std::uint8_t { kPlain = 0, kClipped = 1, kEmpty = 2 };

Flag flag_of(float value, const MapColors& colors) {
    if (std::isnan(value)) return kEmpty;
    return colors.scale.clipped(double{value}) ? kClipped : kPlain;
}

/// Dots and hatch are anchored to the canvas, so they stand still while the map is recoloured.
QRgb textured(QRgb plain, Flag flag, int x, int y, const MapColors& colors) {
    const int step = static_cast<int>(std::lround(6 * colors.dpr));
    const int thick = std::max(1, static_cast<int>(std::lround(1.5 * colors.dpr)));
    if (flag == kEmpty) return x % step < thick && y % step < thick ? colors.no_data_dot : colors.no_data;
    if (flag == kClipped && (x + y) % step < thick) return colors.hatch;
    return plain;
}

void prepare(QImage& image, const PixelGrid& pixels, const MapColors& colors) {
    const QSize size = pixels.rect().size();
    if (image.size() != size || image.format() != QImage::Format_RGB32)
        image = QImage(size, QImage::Format_RGB32);
    image.setDevicePixelRatio(colors.dpr);
}

QRgb* row_of(QImage& image, int y) {
    return reinterpret_cast<QRgb*>(image.scanLine(y));
}

QRgb blend(QRgb under, QRgb over, int alpha) {
    const auto mix = [&](int a, int b) { return a + (b - a) * alpha / 255; };
    return qRgb(mix(qRed(under), qRed(over)), mix(qGreen(under), qGreen(over)),
                mix(qBlue(under), qBlue(over)));
}

/// Thin lines on the last pixel of every cell.
void draw_cell_lines(QImage& image, const PixelGrid& pixels, const MapColors& colors) {
    if (pixels.cell < kLineCell || colors.cell_line_alpha == 0) return;
    std::vector<int> edges;
    for (std::size_t x = 0; x + 1 < pixels.x.first.size(); ++x)
        if (pixels.x.first[x + 1] != pixels.x.first[x]) edges.push_back(static_cast<int>(x));
    for (int y = 0; y < image.height(); ++y) {
        QRgb* row = row_of(image, y);
        const auto at = static_cast<std::size_t>(y);
        const auto line = [&](int x) { row[x] = blend(row[x], colors.cell_line, colors.cell_line_alpha); };
        if (at + 1 < pixels.y.first.size() && pixels.y.first[at + 1] != pixels.y.first[at])
            for (int x = 0; x < image.width(); ++x) line(x);
        else
            std::ranges::for_each(edges, line);
    }
}

/// Colour of a float in a few operations; NaN handled by the caller.
class FastColor {
public:
    explicit FastColor(const ColorScale& scale) : table_(ColorMap::of(scale.map).table()), log_(scale.log) {
        const double low = scale.floor();
        const double from = log_ ? std::log2(low) : low;
        const double to = log_ ? std::log2(scale.high) : scale.high;
        factor_ = to > from ? static_cast<float>(255.0 / (to - from)) : 0.0F;
        offset_ = static_cast<float>(-from) * factor_ + 0.5F;
        if (scale.reverse) std::ranges::reverse(table_);
    }
    [[nodiscard]] QRgb operator()(float value) const {
        const float place = (log_ ? std::log2(std::max(value, 1e-30F)) : value) * factor_ + offset_;
        return table_[static_cast<std::size_t>(std::clamp(place, 0.0F, 255.0F))];
    }

private:
    std::array<QRgb, ColorMap::kSize> table_;
    bool log_;
    float factor_ = 0, offset_ = 0;
};

constexpr int kBandRows = 24;  // rows expanded at a time: 762 x 24 floats stay in the cache

/// Core rows of a field, expanded band by band as the picture moves down.
class Bands {
public:
    Bands(const RowReader& reader, core::GridSize grid)
        : reader_(reader), grid_(grid), columns_(static_cast<std::size_t>(grid.columns)) {}
    /// First value of row `y`. Rows [y, last] are expanded together.
    const float* row(int y, int last) {
        if (y < from_ || last >= to_) {
            from_ = y;
            to_ = std::min(grid_.rows, std::max(y + kBandRows, last + 1));
            values_.resize(static_cast<std::size_t>(to_ - from_) * columns_);
            reader_(from_, to_, values_);
        }
        return values_.data() + static_cast<std::size_t>(y - from_) * columns_;
    }

private:
    const RowReader& reader_;
    core::GridSize grid_;
    std::size_t columns_;
    int from_ = 0, to_ = 0;
    std::vector<float> values_;
};

/// Maximum over the core rows of one pixel row, then over the columns of each pixel.
void pool_row(Bands& bands, core::GridSize grid, const PixelGrid& pixels, int py, std::vector<float>& tall,
              std::vector<float>& out) {
    const auto columns = static_cast<std::size_t>(grid.columns);
    const auto at = static_cast<std::size_t>(py);
    const int x0 = pixels.x.first.front();
    const int x1 = pixels.x.last.back();
    constexpr float kLowest = -std::numeric_limits<float>::infinity();
    std::fill(tall.begin() + x0, tall.begin() + x1 + 1, kLowest);
    const float* from = bands.row(pixels.y.first[at], pixels.y.last[at]);
    for (int y = pixels.y.first[at]; y <= pixels.y.last[at]; ++y, from += columns) {
        float* to = tall.data();
        for (int x = x0; x <= x1; ++x) to[x] = from[x] > to[x] ? from[x] : to[x];
    }
    for (std::size_t px = 0; px < out.size(); ++px) {
        float top = tall[static_cast<std::size_t>(pixels.x.first[px])];
        for (int x = pixels.x.first[px] + 1; x <= pixels.x.last[px]; ++x)
            top = std::max(top, tall[static_cast<std::size_t>(x)]);
        out[px] = top == kLowest ? kNothing : top;
    }
}

}  // namespace

MapColors::MapColors(const Theme& theme, const ColorScale& colors, double device_ratio)
    : scale(colors),
      no_data(theme.no_data.rgb()),
      no_data_dot(theme.no_data_dot.rgb()),
      hatch(theme.clip_hatch.rgb()),
      cell_line(theme.faint.rgb()),
      cell_line_alpha(theme.faint.alpha()),
      dpr(device_ratio) {}

void paint_classes(const ClassTiling& tiling, std::span<const float> value, const PixelGrid& pixels,
                   const MapColors& colors, QImage& image) {
    prepare(image, pixels, colors);
    std::vector<float> pooled(tiling.sets());
    tiling.pool(value, pooled);
    std::vector<QRgb> color(pooled.size());
    std::vector<Flag> flag(pooled.size());
    bool any_flag = false;
    for (std::size_t i = 0; i < pooled.size(); ++i) {
        flag[i] = flag_of(pooled[i], colors);
        any_flag |= flag[i] != kPlain;
        color[i] = flag[i] == kEmpty ? colors.no_data : colors.scale.color(double{pooled[i]});
    }
    const auto sets = tiling.set_of_pixel();
    const auto width = static_cast<std::size_t>(tiling.width());
    for (int y = 0; y < tiling.height(); ++y) {
        const auto* from = sets.data() + static_cast<std::size_t>(y) * width;
        QRgb* to = row_of(image, y);
        for (std::size_t x = 0; x < width; ++x) to[x] = color[from[x]];
        if (!any_flag) continue;
        for (std::size_t x = 0; x < width; ++x)
            if (flag[from[x]] != kPlain)
                to[x] = textured(to[x], flag[from[x]], pixels.x.from_px + static_cast<int>(x),
                                 pixels.y.from_px + y, colors);
    }
    draw_cell_lines(image, pixels, colors);
}

void paint_cells(const RowReader& rows, core::GridSize grid, const PixelGrid& pixels, const MapColors& colors,
                 QImage& image) {
    prepare(image, pixels, colors);
    const FastColor fast(colors.scale);
    Bands bands(rows, grid);
    std::vector<float> tall(static_cast<std::size_t>(grid.columns));
    std::vector<float> row(static_cast<std::size_t>(pixels.x.size()));
    for (int y = 0; y < pixels.y.size(); ++y) {
        const auto at = static_cast<std::size_t>(y);
        const bool again = y > 0 && pixels.y.first[at] == pixels.y.first[at - 1] &&
                           pixels.y.last[at] == pixels.y.last[at - 1];
        if (!again) pool_row(bands, grid, pixels, y, tall, row);
        QRgb* to = row_of(image, y);
        bool any_flag = false;
        for (std::size_t x = 0; x < row.size(); ++x) {
            to[x] = fast(row[x]);
            any_flag |= !(double{row[x]} <= colors.scale.high && double{row[x]} >= colors.scale.low);
        }
        if (!any_flag) continue;
        for (std::size_t x = 0; x < row.size(); ++x)
            if (const auto flag = flag_of(row[x], colors); flag != kPlain)
                to[x] = textured(to[x], flag, pixels.x.from_px + static_cast<int>(x), pixels.y.from_px + y,
                                 colors);
    }
    draw_cell_lines(image, pixels, colors);
}

void MapPicture::clear() {
    *this = {};
}

bool MapPicture::current(const MapSource& source, const PixelGrid& pixels, const MapColors& colors) const {
    return source == source_ && pixels == pixels_ && colors == colors_ && !image_.isNull();
}

const QImage& MapPicture::update(const MapSource& source, const PixelGrid& pixels, const MapColors& colors) {
    if (current(source, pixels, colors)) return image_;
    if (!has_field(source) || pixels.empty()) {
        image_ = QImage();
        return image_;
    }
    render(source, pixels, colors);
    source_ = source;
    pixels_ = pixels;
    colors_ = colors;
    return image_;
}

void MapPicture::render(const MapSource& source, const PixelGrid& pixels, const MapColors& colors) {
    const auto& classes = source.run->wafer->classes;
    const bool factored = wafer_series(*source.run, source.metric) != nullptr && source.minus == nullptr;
    if (factored && (tiled_ != &classes || tiled_pixels_ != pixels)) {
        tiling_ = ClassTiling::build(classes, pixels);
        tiled_ = &classes;
        tiled_pixels_ = pixels;
    }
    if (factored && tiling_) {
        const auto* series = wafer_series(*source.run, source.metric);
        const auto begin = source.step * classes.classes.size() +
                           static_cast<std::size_t>(source.wafer) * classes.classes_per_wafer;
        paint_classes(*tiling_, std::span(series->value).subspan(begin, classes.classes_per_wafer), pixels,
                      colors, image_);
        return;
    }
    paint_cells(row_reader(source), classes.grid, pixels, colors, image_);
}

QImage map_image(const MapSource& source, const PixelGrid& pixels, const MapColors& colors) {
    MapPicture picture;
    return picture.update(source, pixels, colors);
}

}  // namespace waferscope::views
