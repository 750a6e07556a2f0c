// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/placement/floor_editor.hpp"

#include <algorithm>

namespace waferscope::views {

bool FloorEditor::selected(std::size_t kernel) const {
    return std::ranges::find(selection_, kernel) != selection_.end();
}

void FloorEditor::select(Kernels kernels) {
    if (kernels == selection_) return;
    selection_ = std::move(kernels);
    Q_EMIT selectionChanged();
}

}  // namespace waferscope::views
