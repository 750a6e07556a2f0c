// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/scene/relief.hpp"

#include "core/model/metrics.hpp"
#include "views/field.hpp"
#include "views/map/map_image.hpp"
#include "views/scene/device_scene.hpp"
#include "views/scene/egl_window.hpp"

#include <vtkActor.h>
#include <vtkAutoInit.h>
#include <vtkCamera.h>
#include <vtkCubeSource.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkImageDataGeometryFilter.h>
#include <vtkLookupTable.h>
#include <vtkMatrix4x4.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyDataMapper.h>
#include <vtkPolyDataNormals.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkSmartPointer.h>
#include <vtkUnsignedCharArray.h>
#include <vtkWarpScalar.h>
#include <algorithm>

// The OpenGL half of VTK registers itself from here, in whatever program links this file.
VTK_MODULE_INIT(vtkRenderingOpenGL2)

namespace waferscope::views {

std::vector<float> block_maxima(std::span<const float> cells, core::GridSize grid, int most_cells,
                                core::GridSize& blocks) {
    const int factor = std::max(1, (std::max(grid.columns, grid.rows) + most_cells - 1) / most_cells);
    blocks = {(grid.columns + factor - 1) / factor, (grid.rows + factor - 1) / factor};
    std::vector<float> out(blocks.cells(), 0.0F);
    for (int y = 0; y < grid.rows; ++y)
        for (int x = 0; x < grid.columns; ++x) {
            auto& block =
                out[static_cast<std::size_t>(y / factor) * static_cast<std::size_t>(blocks.columns) +
                    static_cast<std::size_t>(x / factor)];
            block =
                std::max(block, cells[static_cast<std::size_t>(y) * static_cast<std::size_t>(grid.columns) +
                                      static_cast<std::size_t>(x)]);
        }
    return out;
}

struct Relief::Parts {
    vtkSmartPointer<EglWindow> window;
    vtkNew<vtkRenderer> renderer;
    bool works = false;

    /// The field of one wafer as a surface; false when the run has none of this metric.
    bool add_wafer(const core::Run& run, std::string_view metric, std::size_t step, int wafer, int most_cells, ReliefPicture& out);
};

Relief::Relief() : parts_(std::make_unique<Parts>()) {
    parts_->window.TakeReference(EglWindow::New());
    parts_->works = parts_->window->create();
    if (parts_->works) parts_->window->AddRenderer(parts_->renderer);
}

Relief::~Relief() {
    if (parts_->works) parts_->window->close();
}

bool Relief::works() const {
    return parts_->works;
}

namespace {

void set_background(vtkRenderer& renderer, const Theme& theme) {
    renderer.SetBackground(theme.sunken.redF(), theme.sunken.greenF(), theme.sunken.blueF());
    renderer.SetBackground2(theme.panel.redF(), theme.panel.greenF(), theme.panel.blueF());
    renderer.SetGradientBackground(true);
}

vtkSmartPointer<vtkLookupTable> lookup_table() {
    auto table = vtkSmartPointer<vtkLookupTable>::New();
    const auto& map = ColorMap::of(ColorMapId::cividis).table();
    table->SetNumberOfTableValues(256);
    table->SetTableRange(0, 1);
    for (int i = 0; i < 256; ++i) {
        const QColor color(map[static_cast<std::size_t>(i)]);
        table->SetTableValue(i, color.redF(), color.greenF(), color.blueF());
    }
    return table;
}

QImage read_back(EglWindow& window, QSize size) {
    QImage image(size, QImage::Format_RGBX8888);
    vtkNew<vtkUnsignedCharArray> pixels;
    pixels->SetArray(image.bits(), static_cast<vtkIdType>(size.width()) * size.height() * 4, 1);
    window.GetRGBACharPixelData(0, 0, size.width() - 1, size.height() - 1, 0, pixels);
    return image.mirrored().convertToFormat(QImage::Format_RGB32);
}

}  // namespace

QPointF ReliefPicture::project(double x, double y, double z) const {
    const QVector4D clip = to_clip * QVector4D(static_cast<float>(x), static_cast<float>(y), static_cast<float>(z), 1);
    const double w = clip.w() != 0 ? clip.w() : 1;
    return {(clip.x() / w + 1) / 2 * size().width(), (1 - clip.y() / w) / 2 * size().height()};
}

namespace {

constexpr double kHeightShare = 0.22;  ///< full height against the longer side
constexpr double kSlabShare = 0.03;    ///< thickness of the wafer under the relief

QMatrix4x4 to_qt(const vtkMatrix4x4& m) {
    QMatrix4x4 out;
    for (int row = 0; row < 4; ++row)
        for (int column = 0; column < 4; ++column) out(row, column) = static_cast<float>(m.GetElement(row, column));
    return out;
}

/// Heights 0..1 as a warped surface.
vtkSmartPointer<vtkActor> surface_actor(const std::vector<float>& shares, core::GridSize blocks, double height) {
    vtkNew<vtkImageData> image;
    image->SetDimensions(blocks.columns, blocks.rows, 1);
    vtkNew<vtkFloatArray> values;
    values->SetNumberOfTuples(static_cast<vtkIdType>(shares.size()));
    for (int y = 0; y < blocks.rows; ++y)  // row 0 lies in the north, at the far end
        for (int x = 0; x < blocks.columns; ++x)
            values->SetValue(static_cast<vtkIdType>(y) * blocks.columns + x,
                             shares[static_cast<std::size_t>(blocks.rows - 1 - y) * static_cast<std::size_t>(blocks.columns) + static_cast<std::size_t>(x)]);
    image->GetPointData()->SetScalars(values);
    vtkNew<vtkImageDataGeometryFilter> surface;
    surface->SetInputData(image);
    vtkNew<vtkWarpScalar> warp;
    warp->SetInputConnection(surface->GetOutputPort());
    warp->SetScaleFactor(height);
    vtkNew<vtkPolyDataNormals> normals;
    normals->SetInputConnection(warp->GetOutputPort());
    vtkNew<vtkPolyDataMapper> mapper;
    mapper->SetInputConnection(normals->GetOutputPort());
    mapper->SetLookupTable(lookup_table());
    mapper->SetColorModeToMapScalars();
    mapper->SetScalarRange(0, 1);
    auto actor = vtkSmartPointer<vtkActor>::New();
    actor->SetMapper(mapper);
    actor->GetProperty()->SetAmbient(0.45);
    actor->GetProperty()->SetDiffuse(0.6);
    return actor;
}

vtkSmartPointer<vtkActor> slab_actor(const ReliefPicture& picture, const Theme& theme) {
    vtkNew<vtkCubeSource> cube;
    cube->SetBounds(0, picture.width, 0, picture.depth, -picture.thickness, -1e-3 * picture.thickness);
    vtkNew<vtkPolyDataMapper> mapper;
    mapper->SetInputConnection(cube->GetOutputPort());
    auto actor = vtkSmartPointer<vtkActor>::New();
    actor->SetMapper(mapper);
    actor->GetProperty()->SetColor(theme.border.redF(), theme.border.greenF(), theme.border.blueF());
    actor->GetProperty()->SetAmbient(0.4);
    return actor;
}

/// Zoom at which slab and full height just leave room for the labels around them.
double fit_zoom(const QMatrix4x4& to_clip, const ReliefPicture& picture) {
    constexpr double kRoomX = 0.80, kRoomY = 0.78;
    double zoom = 1e9;
    for (const double x : {0.0, picture.width})
        for (const double y : {0.0, picture.depth})
            for (const double z : {0.0, picture.height}) {
                const QVector3D p = to_clip.map(QVector3D(static_cast<float>(x), static_cast<float>(y), static_cast<float>(z)));
                zoom = std::min({zoom, kRoomX / std::abs(static_cast<double>(p.x())), kRoomY / std::abs(static_cast<double>(p.y()))});
            }
    return zoom;
}

}  // namespace

bool Relief::Parts::add_wafer(const core::Run& run, std::string_view metric, std::size_t step, int wafer, int most_cells, ReliefPicture& out) {
    const MapSource source{.run = &run, .metric = metric, .step = step, .wafer = wafer};
    if (!has_field(source)) return false;
    const auto grid = run.wafer->classes.grid;
    std::vector<float> cells(grid.cells());
    expand_field(source, cells);
    auto heights = block_maxima(cells, grid, most_cells, out.blocks);
    out.block_side = (std::max(grid.columns, grid.rows) + most_cells - 1) / most_cells;
    // The natural range of the metric, as on the maps; metrics without one go up to their highest value.
    const auto* info = core::find_metric(metric);
    const auto top = std::ranges::max_element(heights);
    const bool natural = info != nullptr && info->high > info->low;
    out.highest = std::max(1e-12, natural ? info->high : static_cast<double>(*top));
    out.peak_value = static_cast<double>(*top);
    const auto at = static_cast<int>(top - heights.begin());
    const QPoint peak(at % out.blocks.columns, at / out.blocks.columns);
    // The core of that block that carries the maximum.
    for (int y = peak.y() * out.block_side; y < std::min(grid.rows, (peak.y() + 1) * out.block_side); ++y)
        for (int x = peak.x() * out.block_side; x < std::min(grid.columns, (peak.x() + 1) * out.block_side); ++x)
            if (cells[static_cast<std::size_t>(y) * static_cast<std::size_t>(grid.columns) + static_cast<std::size_t>(x)] == *top) out.peak_cell = {x, y};
    for (auto& h : heights) h = std::clamp(static_cast<float>(static_cast<double>(h) / out.highest), 0.0F, 1.0F);

    out.width = out.blocks.columns - 1;
    out.depth = out.blocks.rows - 1;
    out.height = kHeightShare * std::max(out.width, out.depth);
    renderer->AddActor(surface_actor(heights, out.blocks, out.height));
    out.peak_place = QVector3D(static_cast<float>(peak.x()), static_cast<float>(out.depth - peak.y()), static_cast<float>(out.height * std::min(1.0, out.peak_value / out.highest)));
    return true;
}

ReliefPicture Relief::picture(const core::Run& run, std::string_view metric, std::size_t step, int wafer,
                              const ReliefView& view, const Theme& theme) {
    if (!parts_->works) return {};
    ReliefPicture out;
    parts_->renderer->RemoveAllViewProps();
    if (run.wafer) {
        if (!parts_->add_wafer(run, metric, step, wafer, view.most_cells, out)) return {};
    } else if (run.devices && !run.devices->devices.empty()) {
        add_devices(*parts_->renderer, run, metric, step, out, theme);
    } else {
        return {};
    }
    out.thickness = kSlabShare * std::max(out.width, out.depth);
    parts_->renderer->AddActor(slab_actor(out, theme));
    set_background(*parts_->renderer, theme);

    parts_->window->MakeCurrent();
    parts_->window->SetSize(view.size.width(), view.size.height());
    auto* camera = parts_->renderer->GetActiveCamera();
    camera->SetPosition(0, -1, 0);
    camera->SetFocalPoint(0, 0, 0);
    camera->SetViewUp(0, 0, 1);
    camera->Azimuth(view.azimuth);
    camera->Elevation(view.elevation);
    camera->OrthogonalizeViewUp();
    parts_->renderer->ResetCamera(0, out.width, 0, out.depth, -out.thickness, out.height);
    const double aspect = static_cast<double>(view.size.width()) / view.size.height();
    camera->Zoom(fit_zoom(to_qt(*camera->GetCompositeProjectionTransformMatrix(aspect, -1, 1)), out) * view.zoom);
    parts_->renderer->ResetCameraClippingRange();
    parts_->window->Render();
    out.image = read_back(*parts_->window, view.size);
    out.image.setDevicePixelRatio(view.pixel_ratio);
    out.to_clip = to_qt(*camera->GetCompositeProjectionTransformMatrix(aspect, -1, 1));
    out.rotation = to_qt(*camera->GetViewTransformMatrix());
    out.peak = out.project(double{out.peak_place.x()}, double{out.peak_place.y()}, double{out.peak_place.z()});
    return out;
}

}  // namespace waferscope::views
