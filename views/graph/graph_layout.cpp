// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_layout.hpp"

#include <graphviz/cgraph.h>
#include <graphviz/gvc.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <mutex>
#include <string>

extern "C" {
extern gvplugin_library_t gvplugin_dot_layout_LTX_library;  // NOLINT(readability-identifier-naming): theirs
}

namespace waferscope::views {
namespace {

constexpr std::size_t kMostBoxes = 500, kMostArrows = 1500;
constexpr std::size_t kHard = 100'000;  ///< boxes times arrows, from which quality gives way to speed
constexpr double kPointsPerInch = 72, kLineHeight = 1.2;

struct CloseGraph {
    void operator()(Agraph_t* graph) const { agclose(graph); }
};
using Graph = std::unique_ptr<Agraph_t, CloseGraph>;

int silent(char* /*message*/) {
    return 0;
}

/// The library with only its "dot" engine: nothing is searched for on disk.
GVC_t* context() {
    static GVC_t* const kContext = [] {
        static std::array<lt_symlist_t, 2> builtins{
            lt_symlist_t{"gvplugin_dot_layout_LTX_library", &gvplugin_dot_layout_LTX_library},
            lt_symlist_t{nullptr, nullptr}};
        agseterrf(silent);
        return gvContextPlugins(builtins.data(), 0);
    }();
    return kContext;
}

std::mutex& graphviz_mutex() {
    static std::mutex mutex;
    return mutex;
}

void set(void* object, const char* name, const std::string& value) {
    std::string key = name, text = value;  // the library takes char*, and copies
    std::string empty;
    agsafeset(object, key.data(), text.data(), empty.data());
}

std::string inches(double pixels) {
    return std::to_string(pixels / kPointsPerInch);
}

/// The request as a Graphviz graph, and the way back.
class Drawing {
public:
    explicit Drawing(const GraphLayoutRequest& request) : r_(request) {
        std::string name = "g";
        graph_.reset(agopen(name.data(), Agdirected, nullptr));
        down_ = request.direction == GraphDirection::down;
        set(graph_.get(), "rankdir", down_ ? "TB" : "LR");
        set(graph_.get(), "nodesep", inches(18));
        set(graph_.get(), "ranksep", inches(down_ ? 26 : 34));
        set(graph_.get(), "splines", request.boxes.size() > 250 ? "line" : "true");
        set(graph_.get(), "newrank", "false");
        // Bounds of the library's three searches: rounds of both network simplex phases, and of crossing
        // removal.
        const bool hard = request.boxes.size() * request.arrows.size() > kHard;
        set(graph_.get(), "nslimit", hard ? "0.2" : "4");
        set(graph_.get(), "nslimit1", hard ? "0.5" : "4");
        set(graph_.get(), "mclimit", hard ? "0.1" : "1");
        add_frames();
        add_boxes();
        add_arrows();
    }

    bool lay_out() { return gvLayout(context(), graph_.get(), "dot") == 0; }

    GraphLayout result() {
        GraphLayout out;
        out.layered = true;
        const boxf all = GD_bb(graph_.get());
        height_ = all.UR.y;
        out.size = {all.UR.x, all.UR.y};
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            const auto at = point(ND_coord(nodes_[i]));
            const auto size = r_.boxes[i].size;
            out.boxes.emplace_back(at.x() - size.width() / 2, at.y() - size.height() / 2, size.width(),
                                   size.height());
        }
        for (auto* frame : frames_) {
            const boxf b = GD_bb(frame);
            out.frames.emplace_back(point({b.LL.x, b.UR.y}), point({b.UR.x, b.LL.y}));
        }
        for (auto* edge : edges_) out.arrows.push_back(path(edge));
        gvFreeLayout(context(), graph_.get());
        return out;
    }

private:
    void add_frames() {
        for (std::size_t i = 0; i < r_.frames.size(); ++i) {
            const auto around = r_.frames[i].frame;
            Agraph_t* parent = around < i ? frames_[around] : graph_.get();
            std::string name = "cluster_" + std::to_string(i);
            auto* frame = agsubg(parent, name.data(), 1);
            set(frame, "margin", "10");
            // A label of the title's width keeps room for it; Courier's digits are 0.6 of its size wide.
            const double size = r_.title_height / kLineHeight;
            const auto letters = static_cast<std::size_t>(std::ceil(r_.frames[i].title_width / (0.6 * size)));
            set(frame, "fontname", "Courier");
            set(frame, "fontsize", std::to_string(size));
            set(frame, "label", std::string(std::min<std::size_t>(letters, 200), 'x'));
            frames_.push_back(frame);
        }
    }

    void add_boxes() {
        for (std::size_t i = 0; i < r_.boxes.size(); ++i) {
            const auto& box = r_.boxes[i];
            Agraph_t* parent = box.frame < frames_.size() ? frames_[box.frame] : graph_.get();
            std::string name = "n" + std::to_string(i);
            auto* node = agnode(parent, name.data(), 1);
            set(node, "shape", "box");
            set(node, "fixedsize", "true");
            set(node, "label", "");
            set(node, "width", inches(box.size.width()));
            set(node, "height", inches(box.size.height()));
            nodes_.push_back(node);
        }
    }

    void add_arrows() {
        for (const auto& arrow : r_.arrows) {
            if (arrow.from >= nodes_.size() || arrow.to >= nodes_.size() || arrow.from == arrow.to) {
                edges_.push_back(nullptr);
                continue;
            }
            auto* edge = agedge(graph_.get(), nodes_[arrow.from], nodes_[arrow.to], nullptr, 1);
            set(edge, "arrowhead", "none");
            edges_.push_back(edge);
        }
    }

    [[nodiscard]] QPointF point(pointf p) const { return {p.x, height_ - p.y}; }

    QPainterPath path(Agedge_t* edge) const {
        QPainterPath out;
        if (edge == nullptr || ED_spl(edge) == nullptr) return out;
        const auto* splines = ED_spl(edge);
        for (int i = 0; i < splines->size; ++i) {
            const bezier& b = splines->list[i];
            if (b.size < 1) continue;
            if (i == 0) out.moveTo(point(b.list[0]));
            for (int p = 1; p + 2 < b.size; p += 3)
                out.cubicTo(point(b.list[p]), point(b.list[p + 1]), point(b.list[p + 2]));
        }
        return out;
    }

    const GraphLayoutRequest& r_;
    Graph graph_;
    bool down_ = true;
    double height_ = 0;
    std::vector<Agnode_t*> nodes_;
    std::vector<Agraph_t*> frames_;
    std::vector<Agedge_t*> edges_;
};

}  // namespace

GraphLayout lay_out_graph(const GraphLayoutRequest& request) {
    if (request.boxes.empty() || request.boxes.size() > kMostBoxes || request.arrows.size() > kMostArrows)
        return lay_out_plainly(request);
    const std::lock_guard one_at_a_time(graphviz_mutex());
    Drawing drawing(request);
    if (!drawing.lay_out()) return lay_out_plainly(request);
    return drawing.result();
}

}  // namespace waferscope::views
