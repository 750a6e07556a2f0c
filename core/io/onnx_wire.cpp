// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_wire.hpp"

namespace waferscope::core {

bool read_packed_varint(const char*& at, const char* end, std::uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64 && at != end; shift += 7) {
        const auto byte = static_cast<unsigned char>(*at++);
        value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if (byte < 0x80U) return true;
    }
    return false;
}

std::uint64_t WireCursor::read_long_varint() {
    std::uint64_t value = 0;
    const char* const begin = at_;
    if (!read_packed_varint(at_, end_, value)) {
        overran_ = at_ == end_ && end_ - begin < 10;
        announced_ = 1;
        failed_ = true;
    }
    return value;
}

}  // namespace waferscope::core
