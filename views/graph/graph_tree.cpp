// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_tree.hpp"

#include "views/graph/graph_names.hpp"
#include "views/graph/graph_order.hpp"
#include "views/graph/graph_repeats.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace waferscope::views {
namespace {

using Id = std::uint32_t;
using Kind = GraphItemKind;

constexpr std::size_t kFlat = 16;  ///< so few operators need no groups
constexpr int kMostNested = 5;     ///< levels of names and folds; deeper there are stretches only
constexpr double kFewer = 0.7;     ///< names group well when they leave at most this share of boxes

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
    return (hash ^ (value + 0x9E3779B97F4A7C15ULL)) * 0xC2B2AE3D27D4EB4FULL + (hash >> 29U);
}

/// Atoms of one group, in order, and how much of each name the groups above have used.
struct Part {
    std::vector<Id> atoms;
    std::vector<std::uint32_t> used;  ///< characters
    [[nodiscard]] std::size_t size() const { return atoms.size(); }
    void add(Id atom, std::uint32_t characters) {
        atoms.push_back(atom);
        used.push_back(characters);
    }
};

class Builder {
public:
    Builder(const core::Workload& workload, std::span<const double> seconds)
        : w_(workload), seconds_(seconds), order_(graph_order(workload)) {
        times_.assign(w_.operators.size(), 1);
        for (const auto& repeat : w_.repeats)
            for (Id i = repeat.first; i < std::min<std::size_t>(repeat.last, times_.size()); ++i)
                times_[i] = std::max<std::int64_t>(1, repeat.count);
    }

    GraphTree build() {
        tree_.item_of_op.assign(w_.operators.size(), kNoItem);
        const auto all = static_cast<Id>(order_.atoms.size());
        Part part;
        for (Id i = 0; i < all; ++i) part.add(i, 0);
        auto children = top_level(part);
        const Id root = add(Kind::root, w_.name, std::move(children));
        auto& whole = tree_.items[root];
        tree_.macs = whole.macs, tree_.bytes = whole.bytes, tree_.seconds = whole.seconds;
        return std::move(tree_);
    }

private:
    Id add(Kind kind, std::string name, std::vector<Id> children);
    Id add_operator(Id op);
    Id add_atom(Id atom);
    std::vector<Id> top_level(const Part& part);
    std::vector<Id> parts_of(const Part& part, const std::string& name, int depth);
    using Groups = std::vector<std::pair<std::string_view, Part>>;
    [[nodiscard]] Groups by_next_part(const Part& part) const;
    bool by_names(Part& part, const std::string& name, int depth, std::vector<Id>& children);
    std::vector<Id> folded(std::vector<Id> children, int depth);
    Id fold(std::span<const Id> children, const RepeatRun& run, int depth);
    std::vector<Id> blocks_between(const std::vector<Id>& children);
    [[nodiscard]] bool afford(std::size_t entries);
    std::vector<Id> limited(std::vector<Id> children);
    [[nodiscard]] Id first_atom(Id item) const;
    [[nodiscard]] std::vector<std::uint32_t> cuts_of(std::span<const Id> children) const;
    [[nodiscard]] Id largest(std::span<const Id> children) const;
    [[nodiscard]] std::string block_name(std::span<const Id> children) const;

    const core::Workload& w_;
    std::span<const double> seconds_;
    GraphOrder order_;
    std::vector<std::int64_t> times_;
    std::size_t comparisons_ = 200'000'000;  ///< left for finding repeats, so that no graph takes for ever
    GraphTree tree_;
};

/// "layer 0 to 23" of "layer 0" and "layer 23".
std::string range_name(const std::string& first, const std::string& last) {
    const auto space = first.find_last_of(' ');
    if (space == std::string::npos || last.compare(0, space + 1, first, 0, space + 1) != 0)
        return first + " to " + last;
    return first + " to " + last.substr(space + 1);
}

bool Builder::afford(std::size_t entries) {
    const auto cost = std::min(entries * entries / 2, kRepeatBudget + 16 * entries);
    if (cost > comparisons_) return false;
    comparisons_ -= cost;
    return true;
}

Id Builder::add_operator(Id op) {
    const auto& from = w_.operators[op];
    const auto times = static_cast<double>(times_[op]);
    GraphItem item{.kind = Kind::op, .name = operator_name(w_, op), .op = op, .times = times_[op]};
    item.macs = from.macs * times;
    item.bytes = (from.read_bytes + from.write_bytes) * times;
    if (op < seconds_.size()) item.seconds = seconds_[op];
    item.provenance.at(static_cast<std::size_t>(from.provenance)) = 1;
    item.main_kind = from.kind;
    const auto id = static_cast<Id>(tree_.items.size());
    tree_.item_of_op[op] = id;
    tree_.items.push_back(std::move(item));
    return id;
}

Id Builder::add(Kind kind, std::string name, std::vector<Id> children) {
    GraphItem item{.kind = kind, .name = std::move(name), .operators = 0};
    std::int64_t same = children.empty() ? 1 : tree_.items[children.front()].times;
    const auto id = static_cast<Id>(tree_.items.size());
    for (const auto child : children) {
        auto& c = tree_.items[child];
        c.parent = id;
        item.operators += c.operators;
        item.macs += c.macs, item.bytes += c.bytes, item.seconds += c.seconds;
        for (std::size_t i = 0; i < item.provenance.size(); ++i) item.provenance[i] += c.provenance[i];
        item.signature = mix(item.signature, c.signature);
        if (c.times != same) same = 1;
    }
    if (!children.empty()) item.main_kind = tree_.items[largest(children)].main_kind;
    item.times = same;
    item.children = std::move(children);
    tree_.items.push_back(std::move(item));
    return id;
}

Id Builder::add_atom(Id atom) {
    const auto& from = order_.atoms[atom];
    if (from.constants.empty()) {
        const Id id = add_operator(from.op);
        tree_.items[id].signature = from.signature;
        return id;
    }
    std::vector<Id> children;
    children.reserve(from.constants.size() + 1);
    for (const auto constant : from.constants) children.push_back(add_operator(constant));
    children.push_back(add_operator(from.op));
    const Id main = children.back();
    const Id id = add(Kind::fed, tree_.items[main].name, limited(std::move(children)));
    tree_.items[id].op = from.op;
    tree_.items[id].main_kind = w_.operators[from.op].kind;
    tree_.items[id].signature = from.signature;
    return id;
}

/// Layer numbers of the workload, if it has any; names and repeats inside.
std::vector<Id> Builder::top_level(const Part& part) {
    const auto layer = [&](Id atom) { return w_.operators[order_.atoms[atom].op].layer; };
    const auto pass = [&](Id atom) { return w_.operators[order_.atoms[atom].op].pass; };
    if (std::ranges::none_of(part.atoms, [&](Id a) { return layer(a) >= 0; })) return parts_of(part, {}, 0);
    std::vector<Id> children;
    for (std::size_t i = 0; i < part.size();) {
        Part run;
        const int number = layer(part.atoms[i]);
        const auto of = pass(part.atoms[i]);
        for (; i < part.size() && layer(part.atoms[i]) == number && pass(part.atoms[i]) == of; ++i)
            run.add(part.atoms[i], part.used[i]);
        if (number < 0) {
            const auto inner = parts_of(run, {}, 1);
            children.insert(children.end(), inner.begin(), inner.end());
            continue;
        }
        std::string name = "layer " + std::to_string(number);
        if (of == core::Pass::backward) name += " backward";
        if (of == core::Pass::optimizer) name += " update";
        children.push_back(add(Kind::group, name, parts_of(run, name, 1)));
    }
    return limited(folded(std::move(children), 1));
}

/// The children of a group that holds `part`.
std::vector<Id> Builder::parts_of(const Part& part, const std::string& name, int depth) {
    std::vector<Id> children;
    Part rest = part;
    if (part.size() > kFlat && depth < kMostNested && by_names(rest, name, depth, children))
        return limited(folded(std::move(children), depth));
    children.clear();
    for (const auto atom : part.atoms) children.push_back(add_atom(atom));
    if (children.size() > kFlat && depth < kMostNested) children = folded(std::move(children), depth);
    return limited(std::move(children));
}

/// Atoms by the next part of their names, in order of first appearance; those without one stand alone.
Builder::Groups Builder::by_next_part(const Part& part) const {
    std::map<std::string_view, std::size_t> known;
    Groups groups;
    for (std::size_t i = 0; i < part.size(); ++i) {
        const auto found = name_part(w_.operators[order_.atoms[part.atoms[i]].op].name, part.used[i]);
        const auto key = found ? found->text : std::string_view();
        const auto used = found ? static_cast<std::uint32_t>(found->next) : part.used[i];
        auto at = groups.size();
        if (found) at = known.emplace(key, groups.size()).first->second;
        if (at == groups.size()) groups.emplace_back(key, Part{});
        groups[at].second.add(part.atoms[i], used);
    }
    return groups;
}

/// Groups by the next part of the names; false when that groups nothing. A part all names share is skipped.
bool Builder::by_names(Part& part, const std::string& name, int depth, std::vector<Id>& children) {
    std::string parent = name;
    auto groups = by_next_part(part);
    while (groups.size() == 1 && !groups.front().first.empty()) {
        parent = groups.front().first;
        part = std::move(groups.front().second);
        groups = by_next_part(part);
    }
    if (static_cast<double>(groups.size()) > kFewer * static_cast<double>(part.size())) return false;
    for (const auto& [key, inner] : groups) {
        if (inner.size() == 1) {
            children.push_back(add_atom(inner.atoms.front()));
            continue;
        }
        auto title = group_name(key, parent);
        auto inside = parts_of(inner, title, depth + 1);
        children.push_back(add(Kind::group, std::move(title), std::move(inside)));
    }
    return true;
}

Id Builder::first_atom(Id item) const {
    while (!tree_.items[item].children.empty() && tree_.items[item].kind != Kind::fed)
        item = tree_.items[item].children.front();
    return order_.atom_of_op[tree_.items[item].op];
}

std::vector<std::uint32_t> Builder::cuts_of(std::span<const Id> children) const {
    std::vector<std::uint32_t> cut;
    for (const auto child : children) cut.push_back(order_.cut[first_atom(child)]);
    cut.push_back(order_.cut.back());
    return cut;
}

/// The child with most MACs, then most bytes; the first of equals.
Id Builder::largest(std::span<const Id> children) const {
    return *std::ranges::max_element(children, [&](Id a, Id b) {
        const auto &x = tree_.items[a], &y = tree_.items[b];
        return x.macs != y.macs ? x.macs < y.macs : x.bytes < y.bytes;
    });
}

/// Named by what it mostly computes.
std::string Builder::block_name(std::span<const Id> children) const {
    auto most = largest(children);
    while (tree_.items[most].op == core::kNoOperator) most = largest(tree_.items[most].children);
    return w_.operators[tree_.items[most].op].type + " block";
}

Id Builder::fold(std::span<const Id> children, const RepeatRun& run, int depth) {
    std::vector<Id> blocks;
    for (std::size_t i = 0; i < run.count; ++i) {
        const auto block = children.subspan(run.first + i * run.period, run.period);
        if (run.period == 1) {
            blocks.push_back(block.front());
            continue;
        }
        std::vector<Id> inside(block.begin(), block.end());
        if (inside.size() > kFlat && depth + 1 < kMostNested) inside = folded(std::move(inside), depth + 1);
        blocks.push_back(add(Kind::block, block_name(block) + ' ' + std::to_string(i + 1), limited(inside)));
    }
    std::string name = block_name(blocks);
    if (run.period == 1) name = range_name(tree_.items[blocks.front()].name, tree_.items[blocks.back()].name);
    const Id id = add(Kind::fold, std::move(name), limited(std::move(blocks)));
    tree_.items[id].copies = static_cast<std::int64_t>(run.count);
    return id;
}

/// Neighbours that are equal again and again become one child, longest first, left and right of it the same.
std::vector<Id> Builder::folded(std::vector<Id> children, int depth) {
    if (children.size() < 4 || !afford(children.size())) return children;
    std::vector<std::uint64_t> signature;
    bool groups = false;
    for (const auto child : children) {
        signature.push_back(tree_.items[child].signature);
        groups = groups || tree_.items[child].kind == Kind::group;
    }
    const auto cut = cuts_of(children);
    const std::size_t n = children.size();
    const RepeatRules rules = groups ? RepeatRules{.least_period = 1,
                                                   .least_count = 3,
                                                   .least_covered = std::max<std::size_t>(3, n / 40)}
                                     : RepeatRules{.least_covered = std::max<std::size_t>(12, n / 20)};
    const auto run = longest_repeat(signature, cut, rules);
    if (!run) return children;
    const std::span all(children);
    std::vector<Id> out = folded({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(run->first)}, depth);
    out.push_back(fold(all, *run, depth));
    const auto right = folded({all.begin() + static_cast<std::ptrdiff_t>(run->last()), all.end()}, depth);
    out.insert(out.end(), right.begin(), right.end());
    return groups ? out : blocks_between(out);
}

/// What lies between folds becomes one box too, so that folds do not drown in single operators.
std::vector<Id> Builder::blocks_between(const std::vector<Id>& children) {
    constexpr std::size_t kLeast = 4;
    std::vector<Id> out;
    for (std::size_t i = 0; i < children.size();) {
        std::size_t end = i;
        const auto loose = [&](Id c) {
            return tree_.items[c].kind == Kind::op || tree_.items[c].kind == Kind::fed;
        };
        while (end < children.size() && loose(children[end])) ++end;
        if (end - i >= kLeast) {
            const std::span inside(children.data() + i, end - i);
            out.push_back(add(Kind::block, block_name(inside), limited({inside.begin(), inside.end()})));
        } else {
            out.insert(out.end(), children.begin() + static_cast<std::ptrdiff_t>(i),
                       children.begin() + static_cast<std::ptrdiff_t>(end));
        }
        if (end < children.size()) out.push_back(children[end++]);
        i = end;
    }
    return out;
}

/// At most kMostChildren: longer lists become stretches, cut where few values cross.
std::vector<Id> Builder::limited(std::vector<Id> children) {
    while (children.size() > kMostChildren) {
        const std::size_t n = children.size();
        const auto pieces =
            std::clamp<std::size_t>(static_cast<std::size_t>(std::sqrt(static_cast<double>(n))), 2, n / 8);
        const auto cut = cuts_of(children);
        const std::size_t near = n / pieces / 3;
        std::vector<Id> out;
        std::size_t from = 0;
        for (std::size_t piece = 1; piece <= pieces; ++piece) {
            std::size_t at = n * piece / pieces;
            if (piece < pieces) {
                const std::size_t low = std::max(from + 1, at - near), high = std::min(at + near, n - 1);
                for (std::size_t i = low; i <= high; ++i)
                    if (cut[i] < cut[at]) at = i;
            }
            if (at <= from) continue;
            const std::span inside(children.data() + from, at - from);
            from = at;
            if (inside.size() == 1) {
                out.push_back(inside.front());
                continue;
            }
            out.push_back(add(Kind::segment, block_name(inside), limited({inside.begin(), inside.end()})));
        }
        children = std::move(out);
    }
    return children;
}

}  // namespace

GraphTree make_graph_tree(const core::Workload& workload, std::span<const double> seconds_of_op) {
    return Builder(workload, seconds_of_op).build();
}

std::vector<double> seconds_of_operators(const core::Timeline& timeline, std::size_t operators) {
    std::vector<double> seconds(operators, 0.0);
    bool any = false;
    for (const auto& lane : timeline.lanes)
        for (const auto& slice : lane.slices) {
            if (slice.op >= operators || slice.kind == core::SliceKind::wait) continue;
            seconds[slice.op] += slice.end_s - slice.start_s;
            any = true;
        }
    if (!any) seconds.clear();
    return seconds;
}

std::string operator_name(const core::Workload& workload, std::uint32_t op) {
    const auto& from = workload.operators[op];
    const auto name = last_part(from.name);
    return name.empty() ? from.type + ' ' + std::to_string(op) : std::string(name);
}

}  // namespace waferscope::views
