// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/series.hpp"

#include <string>
#include <vector>

namespace waferscope::core {

/// A chip, switch or node as drawn: position and size in abstract units, y grows downward.
struct Device {
    enum class Kind : std::uint8_t { chip, network_switch, host };
    std::string name;  ///< "0", "NVSwitch 2"
    Kind kind = Kind::chip;
    float x = 0, y = 0, width = 1, height = 1;
    std::uint32_t value_class = 0;  ///< column of the device series
};

struct DeviceLink {
    std::uint32_t from = 0, to = 0;  ///< device indices
    std::string name;
    std::uint32_t value_class = 0;   ///< column of link_load
    bool wraps = false;              ///< a torus edge that leaves on one side and returns on the other
};

/// How the chips of a cluster are arranged and joined, and what each does over time.
struct DeviceMap {
    std::string caption;  ///< "8 GPUs, NVSwitch; 1 of 128 equal replicas simulated"
    std::vector<Device> devices;
    std::vector<DeviceLink> links;
    std::vector<std::string> device_classes, link_classes;  ///< names of the columns
    std::vector<ClassSeries> series;  ///< value[step][device class]
    std::vector<float> link_load;     ///< [step][link class], share of capacity
    int shown_chips = 0, total_chips = 0;
};

}  // namespace waferscope::core
