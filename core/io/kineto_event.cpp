// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/kineto_event.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace waferscope::core {
namespace {

struct Category {
    std::string_view word;
    TraceClass kind;
};

constexpr std::array kCategories{
    Category{"kernel", TraceClass::kernel},
    Category{"Kernel", TraceClass::kernel},
    Category{"cpu_op", TraceClass::cpu_op},
    Category{"Operator", TraceClass::cpu_op},
    Category{"cuda_runtime", TraceClass::runtime},
    Category{"cuda_driver", TraceClass::runtime},
    Category{"Runtime", TraceClass::runtime},
    Category{"hip_runtime", TraceClass::runtime},
    Category{"xpu_runtime", TraceClass::runtime},
    Category{"mtia_runtime", TraceClass::runtime},
    Category{"gpu_memcpy", TraceClass::memcpy},
    Category{"Memcpy", TraceClass::memcpy},
    Category{"gpu_memset", TraceClass::memset},
    Category{"Memset", TraceClass::memset},
    Category{"mtia_ccp_events", TraceClass::kernel},
    Category{"user_annotation", TraceClass::annotation},
    Category{"gpu_user_annotation", TraceClass::annotation},
};

void append_utf8(std::string& out, unsigned code) {
    const auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
    if (code < 0x80) return put(code);
    if (code < 0x800) return put(0xC0U | code >> 6U), put(0x80U | (code & 0x3FU));
    put(0xE0U | code >> 12U), put(0x80U | (code >> 6U & 0x3FU)), put(0x80U | (code & 0x3FU));
}

}  // namespace

TraceClass trace_class(std::string_view category) {
    const auto found = std::ranges::find(kCategories, category, &Category::word);
    return found == kCategories.end() ? TraceClass::other : found->kind;
}

bool is_collective_kernel(std::string_view name) {
    for (const std::string_view word : {"nccl", "NCCL", "rccl", "RCCL", "mscclKernel", "oneccl"})
        if (name.find(word) != std::string_view::npos) return true;
    return false;
}

std::string unescape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\\' || at + 1 == text.size()) {
            out += text[at];
            continue;
        }
        const char kind = text[++at];
        unsigned code = 0;
        if (kind == 'n' || kind == 't' || kind == 'r' || kind == 'b' || kind == 'f') {
            out += ' ';  // names are shown on one line
        } else if (kind == 'u' && at + 4 < text.size() &&
                   std::from_chars(text.data() + at + 1, text.data() + at + 5, code, 16).ptr ==
                       text.data() + at + 5) {
            const bool surrogate = code >= 0xD800 && code < 0xE000;
            append_utf8(out, surrogate ? 0xFFFDU : code);
            at += 4;
        } else {
            out += kind;
        }
    }
    return out;
}

}  // namespace waferscope::core
