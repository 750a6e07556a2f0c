// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli.hpp"
#include "app/document/request.hpp"
#include "app/document/resources.hpp"
#include "core/io/result_json.hpp"
#include "core/io/scenario_json.hpp"
#include "core/io/text_file.hpp"
#include "core/session/session.hpp"

#include <condition_variable>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <mutex>
#include <thread>

namespace waferscope::app {
namespace {

struct Options {
    std::string scenarios, out;
    int threads = 1;
};

/// A scenario of the file and, once it was worked on, its answer.
struct Line {
    std::string text;
    std::size_t number = 0;  ///< in the file, from 1
    std::string answer;
    std::shared_ptr<const core::Run> run;
    bool done = false;
};

std::vector<Line> split(const std::string& text) {
    std::vector<Line> lines;
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        ++number;
        auto line = text.substr(at, end - at);
        if (line.find_first_not_of(" \t\r") != std::string::npos) lines.push_back({.text = std::move(line), .number = number});
        at = end + 1;
    }
    return lines;
}

void work_on(Line& line, const Options& options, const core::MachineLibrary& machines) {
    const auto name = fmt::format("{}:{}", options.scenarios, line.number);
    auto scenario = core::parse_scenario(line.text, name);
    if (scenario && scenario->name.empty()) scenario->name = name;
    const auto known = scenario ? scenario->name : name;
    auto run = std::move(scenario)
                   .and_then([&](core::Scenario&& s) { return make_request(std::move(s), machines); })
                   .and_then([&](const sim::Request& request) { return sim::simulate(request, options.out.empty() ? sim::Detail::summary : sim::Detail::full, {}, {}); });
    if (!run) {
        line.answer = core::refusal_json(known, run.error());
        return;
    }
    line.answer = core::result_json(*run);
    if (!options.out.empty()) line.run = std::make_shared<const core::Run>(std::move(*run));
}

/// Several threads take lines in turn; answers leave in the order of the file.
class Answers {
public:
    Answers(std::vector<Line>& lines, const Options& options, const core::MachineLibrary& machines) : lines_(lines), options_(options), machines_(machines) {}

    void print_all() {
        std::vector<std::jthread> helpers;
        for (int i = 0; i < options_.threads; ++i) helpers.emplace_back([this] { take(); });
        for (auto& line : lines_) {
            std::unique_lock lock(mutex_);
            ready_.wait(lock, [&] { return line.done; });
            lock.unlock();
            std::puts(line.answer.c_str());
            std::fflush(stdout);
            line.answer.clear();
        }
    }

private:
    void take() {
        for (;;) {
            std::unique_lock lock(mutex_);
            if (next_ == lines_.size()) return;
            auto& line = lines_[next_++];
            lock.unlock();
            work_on(line, options_, machines_);
            lock.lock();
            line.done = true;
            ready_.notify_one();
        }
    }

    std::vector<Line>& lines_;
    const Options& options_;
    const core::MachineLibrary& machines_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::size_t next_ = 0;
};

Exit batch(const Options& options, const CliContext& context) {
    const auto machines = load_machines(context.machine_folders);
    if (!machines) return report(machines.error());
    const auto text = core::read_text_file(options.scenarios);
    if (!text) return report(text.error());
    auto lines = split(*text);
    Answers(lines, options, *machines).print_all();
    if (options.out.empty()) return Exit::ok;
    core::Session session;
    for (auto& line : lines)
        if (line.run) session.runs.push_back(std::move(line.run));
    if (const auto saved = core::save_session(session, options.out); !saved) return report(saved.error());
    return Exit::ok;
}

}  // namespace

void add_batch(CLI::App& app, CliContext& context) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("batch", "simulate scenarios given as JSON lines");
    command->add_option("scenarios", options->scenarios, "file with one scenario per line; blank lines are skipped")->required();
    command->add_option("--out", options->out, "save the runs as a session (.wsp)");
    command->add_option("-j", options->threads, "threads")->check(CLI::Range(1, 256));
    command->callback([&context, options] { context.chosen = [&context, options] { return batch(*options, context); }; });
}

}  // namespace waferscope::app
