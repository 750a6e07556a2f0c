// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/scene/device_scene.hpp"

#include "core/model/metrics.hpp"
#include "views/field.hpp"

#include <vtkActor.h>
#include <vtkCellArray.h>
#include <vtkCubeSource.h>
#include <vtkNew.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkTubeFilter.h>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace waferscope::views {
namespace {

constexpr double kUnit = 10;          ///< scene units per unit of the device map
constexpr double kHeightShare = 0.16;  ///< full height against the longer side
constexpr double kFoot = 0.06;         ///< height of a chip at value 0, in units of the map
constexpr double kArchShare = 1.15;    ///< height of an arch against the full height
constexpr double kChipShare = 0.62;    ///< of a chip's rectangle that its block covers: links stay visible
constexpr int kArchPoints = 33;

void add(vtkRenderer& renderer, vtkAlgorithmOutput* shape, const QColor& color, double ambient) {
    vtkNew<vtkPolyDataMapper> mapper;
    mapper->SetInputConnection(shape);
    vtkNew<vtkActor> actor;
    actor->SetMapper(mapper);
    actor->GetProperty()->SetColor(color.redF(), color.greenF(), color.blueF());
    actor->GetProperty()->SetAmbient(ambient);
    actor->GetProperty()->SetDiffuse(1.05 - ambient);
    renderer.AddActor(actor);
}

QColor color_of(double share) { return QColor(ColorMap::of(ColorMapId::cividis).table()[static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * 255)]); }

/// Places of the map in the scene: y grows northwards here.
struct Ground {
    double left = 0, bottom = 0;
    [[nodiscard]] double x(double map_x) const { return (map_x - left) * kUnit; }
    [[nodiscard]] double y(double map_y) const { return (bottom - map_y) * kUnit; }
};

void add_block(vtkRenderer& renderer, const Ground& ground, const core::Device& d, double top, const QColor& color) {
    const double share = d.kind == core::Device::Kind::chip ? kChipShare : 1, left = d.x + d.width * (1 - share) / 2, up = d.y + d.height * (1 - share) / 2;
    vtkNew<vtkCubeSource> cube;
    cube->SetBounds(ground.x(left), ground.x(left + d.width * share), ground.y(up + d.height * share), ground.y(up), 0, top);
    add(renderer, cube->GetOutputPort(), color, 0.5);
}

void add_link(vtkRenderer& renderer, const Ground& ground, const core::Device& a, const core::Device& b, bool wraps, double arch, std::optional<double> load, const Theme& theme) {
    vtkNew<vtkPoints> points;
    const double foot = 0.5 * kFoot * kUnit;
    for (int i = 0; i < kArchPoints; ++i) {
        const double s = static_cast<double>(i) / (kArchPoints - 1);
        const double x = (1 - s) * (a.x + a.width / 2.0) + s * (b.x + b.width / 2.0), y = (1 - s) * (a.y + a.height / 2.0) + s * (b.y + b.height / 2.0);
        points->InsertNextPoint(ground.x(x), ground.y(y), foot + (wraps ? arch * std::sin(std::numbers::pi * s) : 0));
    }
    vtkNew<vtkCellArray> line;
    line->InsertNextCell(kArchPoints);
    for (vtkIdType i = 0; i < kArchPoints; ++i) line->InsertCellPoint(i);
    vtkNew<vtkPolyData> path;
    path->SetPoints(points);
    path->SetLines(line);
    vtkNew<vtkTubeFilter> tube;
    tube->SetInputData(path);
    tube->SetNumberOfSides(10);
    tube->SetRadius(kUnit * (0.03 + 0.05 * std::clamp(load.value_or(0), 0.0, 1.0)));
    add(renderer, tube->GetOutputPort(), load ? color_of(*load) : theme.no_data, 0.6);
}

}  // namespace

void add_devices(vtkRenderer& renderer, const core::Run& run, std::string_view metric, std::size_t step, ReliefPicture& picture, const Theme& theme) {
    const auto& map = *run.devices;
    float left = 1e30F, right = -1e30F, top = 1e30F, bottom = -1e30F;
    double highest = 0;
    std::size_t peak = 0;
    for (std::size_t i = 0; i < map.devices.size(); ++i) {
        const auto& d = map.devices[i];
        left = std::min(left, d.x), right = std::max(right, d.x + d.width), top = std::min(top, d.y), bottom = std::max(bottom, d.y + d.height);
        if (const auto value = device_value(run, metric, step, i); value && *value > highest) highest = *value, peak = i;
    }
    constexpr float kMargin = 0.4F;
    const Ground ground{double{left - kMargin}, double{bottom + kMargin}};
    picture.width = (right - left + 2 * kMargin) * kUnit;
    picture.depth = (bottom - top + 2 * kMargin) * kUnit;
    const double longer = std::max(picture.width, picture.depth);
    picture.height = kHeightShare * longer;
    const auto* info = core::find_metric(metric);
    const bool natural = info != nullptr && info->high > info->low;
    picture.highest = std::max(1e-12, natural ? info->high : highest);
    picture.peak_value = highest;
    picture.peak_device = static_cast<int>(peak);
    for (const auto& link : map.links)
        add_link(renderer, ground, map.devices[link.from], map.devices[link.to], link.wraps, kArchShare * picture.height, device_link_load(run, step, static_cast<std::size_t>(&link - map.links.data())), theme);
    for (std::size_t i = 0; i < map.devices.size(); ++i) {
        const auto value = device_value(run, metric, step, i);
        const double share = value ? std::clamp(*value / picture.highest, 0.0, 1.0) : 0;
        const bool chip = map.devices[i].kind == core::Device::Kind::chip;
        add_block(renderer, ground, map.devices[i], kFoot * kUnit * (chip ? 2 : 1.2) + (chip ? share * picture.height : 0), !chip ? theme.border_strong : value ? color_of(share) : theme.no_data);
    }
    const auto& d = map.devices[peak];
    picture.peak_place = QVector3D(static_cast<float>(ground.x(d.x + d.width / 2.0)), static_cast<float>(ground.y(d.y + d.height / 2.0)),
                                   static_cast<float>(kFoot * kUnit * 2 + picture.height * std::min(1.0, highest / picture.highest)));
}

}  // namespace waferscope::views
