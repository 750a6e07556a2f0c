// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_scene.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace waferscope::views {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

/// 0 equal, 1 begins with, 2 holds; 3 not found.
int rank_of(const std::string& name, const std::vector<std::string>& words, const std::string& whole) {
    if (name == whole) return 0;
    if (name.starts_with(whole)) return 1;
    const bool holds = std::ranges::all_of(
        words, [&](const std::string& word) { return name.find(word) != std::string::npos; });
    return holds ? 2 : 3;
}

}  // namespace

std::vector<std::uint32_t> search_graph(const GraphTree& tree, const core::Workload& workload,
                                        const std::string& text, std::size_t limit) {
    std::vector<std::string> words;
    std::istringstream in(lower(text));
    for (std::string word; in >> word;) words.push_back(word);
    if (words.empty()) return {};
    std::string whole = words.front();
    for (std::size_t i = 1; i < words.size(); ++i) whole += ' ' + words[i];
    struct Hit {
        int rank;
        std::uint32_t item;
    };
    std::vector<Hit> hits;
    for (std::uint32_t i = 0; i + 1 < tree.items.size(); ++i) {
        const auto& item = tree.items[i];
        if (item.kind == GraphItemKind::fed) continue;  // its operator stands for it
        int rank = rank_of(lower(item.name), words, whole);
        if (item.kind == GraphItemKind::op) {
            const auto& op = workload.operators[item.op];
            const auto full = lower(op.name);
            for (const auto& known : {full, lower(op.type), full + ' ' + lower(op.type)})
                rank = std::min(rank, rank_of(known, words, whole));
        }
        if (rank < 3) hits.push_back({2 * rank + (item.kind == GraphItemKind::op ? 0 : 1), i});
    }
    std::ranges::stable_sort(hits, {}, &Hit::rank);
    std::vector<std::uint32_t> found;
    for (std::size_t i = 0; i < std::min(limit, hits.size()); ++i) found.push_back(hits[i].item);
    return found;
}

}  // namespace waferscope::views
