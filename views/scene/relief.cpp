// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/scene/relief.hpp"

#include "core/model/metrics.hpp"
#include "views/field.hpp"
#include "views/map/map_image.hpp"
#include "views/scene/egl_window.hpp"

#include <vtkActor.h>
#include <vtkAutoInit.h>
#include <vtkCamera.h>
#include <vtkCubeAxesActor.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkImageDataGeometryFilter.h>
#include <vtkLookupTable.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyDataMapper.h>
#include <vtkPolyDataNormals.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkSmartPointer.h>
#include <vtkTextProperty.h>
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

QImage Relief::picture(const core::Run& run, std::string_view metric, std::size_t step, int wafer,
                       const ReliefView& view, const Theme& theme) {
    const MapSource source{.run = &run, .metric = metric, .step = step, .wafer = wafer};
    if (!parts_->works || !run.wafer || !has_field(source)) return {};
    const auto grid = run.wafer->classes.grid;
    std::vector<float> cells(grid.cells());
    expand_field(source, cells);
    core::GridSize blocks;
    const auto heights = block_maxima(cells, grid, view.most_cells, blocks);
    // The natural range of the metric, as on the maps; metrics without one go up to their highest value.
    const auto* info = core::find_metric(metric);
    const bool natural = info != nullptr && info->high > info->low;
    const float highest = std::max(1e-12F, natural ? static_cast<float>(info->high) : *std::ranges::max_element(heights));

    vtkNew<vtkImageData> image;
    image->SetDimensions(blocks.columns, blocks.rows, 1);
    vtkNew<vtkFloatArray> values;
    values->SetNumberOfTuples(static_cast<vtkIdType>(heights.size()));
    for (int y = 0; y < blocks.rows; ++y)  // y grows to the south on the map, to the back in the scene
        for (int x = 0; x < blocks.columns; ++x)
            values->SetValue(static_cast<vtkIdType>(y) * blocks.columns + x,
                             std::min(1.0F, heights[static_cast<std::size_t>(blocks.rows - 1 - y) * static_cast<std::size_t>(blocks.columns) + static_cast<std::size_t>(x)] / highest));
    image->GetPointData()->SetScalars(values);
    vtkNew<vtkImageDataGeometryFilter> surface;
    surface->SetInputData(image);
    vtkNew<vtkWarpScalar> warp;
    warp->SetInputConnection(surface->GetOutputPort());
    warp->SetScaleFactor(0.22 * std::max(blocks.columns, blocks.rows));
    vtkNew<vtkPolyDataNormals> normals;
    normals->SetInputConnection(warp->GetOutputPort());
    vtkNew<vtkPolyDataMapper> mapper;
    mapper->SetInputConnection(normals->GetOutputPort());
    mapper->SetLookupTable(lookup_table());
    mapper->SetColorModeToMapScalars();
    mapper->SetScalarRange(0, 1);
    vtkNew<vtkActor> actor;
    actor->SetMapper(mapper);
    actor->GetProperty()->SetAmbient(0.25);
    parts_->renderer->RemoveAllViewProps();
    parts_->renderer->AddActor(actor);
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
    parts_->renderer->ResetCamera();
    camera->Zoom(1.1 * view.zoom);
    parts_->renderer->ResetCameraClippingRange();
    parts_->window->Render();
    return read_back(*parts_->window, view.size);
}

}  // namespace waferscope::views
