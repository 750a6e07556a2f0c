// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.hpp"

#include "core/io/file_source.hpp"
#include "core/io/hf_config.hpp"
#include "core/io/llm_from_names.hpp"

#include <fmt/format.h>
#include <simdjson.h>
#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <unordered_set>

namespace waferscope::core {
namespace {

using simdjson::dom::element;

constexpr std::uint64_t kMaxHeader = 100'000'000;  ///< as the format's own library
constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kMaxRank = 64, kMaxName = 4096, kMaxShards = 10'000, kMaxDepth = 16;

struct TypeWord {
    std::string_view word;
    Dtype dtype = Dtype::unknown;
    double bytes = 0;
};
constexpr std::array kTypes{
    TypeWord{"F64", Dtype::fp64, 8},     TypeWord{"F32", Dtype::fp32, 4},
    TypeWord{"F16", Dtype::fp16, 2},     TypeWord{"BF16", Dtype::bf16, 2},
    TypeWord{"F8_E4M3", Dtype::fp8, 1},  TypeWord{"F8_E5M2", Dtype::fp8, 1},
    TypeWord{"F8_E8M0", Dtype::fp8, 1},  TypeWord{"F4", Dtype::fp4, 0.5},
    TypeWord{"I64", Dtype::int64, 8},    TypeWord{"U64", Dtype::int64, 8},
    TypeWord{"I32", Dtype::int32, 4},    TypeWord{"U32", Dtype::int32, 4},
    TypeWord{"I16", Dtype::int16, 2},    TypeWord{"U16", Dtype::int16, 2},
    TypeWord{"I8", Dtype::int8, 1},      TypeWord{"U8", Dtype::int8, 1},
    TypeWord{"BOOL", Dtype::boolean, 1},
};

std::uint64_t header_length(std::string_view bytes) {
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < kLengthBytes; ++i)
        length |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    return length;
}

/// Bytes a tensor occupies behind the header.
struct Span {
    std::uint64_t begin = 0, end = 0;
    std::size_t tensor = 0;
};

class HeaderReader {
public:
    HeaderReader(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}
    Result<std::vector<StoredTensor>> run();

private:
    void refuse(ErrorCode code, std::string message, const std::string& place, std::string hint) {
        if (!error_) error_ = Error{code, std::move(message), file_ + ":" + place, std::move(hint)};
    }
    void damaged(std::string message, std::string_view tensor) {
        refuse(ErrorCode::value, std::move(message), std::string("/").append(tensor.substr(0, 200)),
               "the header is damaged; fetch the file again");
    }
    void read_tensor(std::string_view name, element value);
    void check_size(const StoredTensor& tensor, const Span& span);
    void check_overlap();

    std::string_view bytes_;
    const std::string& file_;
    std::uint64_t data_bytes_ = 0;
    std::vector<StoredTensor> tensors_;
    std::vector<Span> spans_;
    std::optional<Error> error_;
};

void HeaderReader::read_tensor(std::string_view name, element value) {
    simdjson::dom::array shape, offsets;
    std::string_view type;
    if (name.size() > kMaxName) return damaged("A tensor name is longer than 4,096 bytes.", name);
    if (value["dtype"].get(type) != simdjson::SUCCESS || value["shape"].get(shape) != simdjson::SUCCESS ||
        value["data_offsets"].get(offsets) != simdjson::SUCCESS)
        return damaged("A tensor needs dtype, shape and data_offsets.", name);
    StoredTensor tensor{.name = std::string(name), .type = std::string(type.substr(0, 40))};
    for (const auto item : shape) {
        std::int64_t size = -1;
        if (item.get(size) != simdjson::SUCCESS || size < 0 || tensor.shape.size() == kMaxRank)
            return damaged("A shape must hold at most 64 whole numbers from 0.", name);
        tensor.shape.push_back(size);
    }
    if (tensor.elements() > 1e18) return damaged("A shape has more than 1e18 elements.", name);
    Span span{.tensor = tensors_.size()};
    if (offsets.size() != 2 || offsets.at(0).get(span.begin) != simdjson::SUCCESS ||
        offsets.at(1).get(span.end) != simdjson::SUCCESS || span.begin > span.end)
        return damaged("data_offsets must be [begin, end] with begin <= end.", name);
    if (span.end > data_bytes_)
        return refuse(ErrorCode::file_cut,
                      fmt::format("{} ends too early. It stops at byte {}; a tensor reaches byte {}.", file_,
                                  bytes_.size(), bytes_.size() - data_bytes_ + span.end),
                      std::string("/").append(name.substr(0, 200)),
                      "the copy or download did not finish. Nothing was loaded.");
    tensor.bytes = static_cast<double>(span.end - span.begin);
    check_size(tensor, span);
    tensors_.push_back(std::move(tensor));
    spans_.push_back(span);
}

void HeaderReader::check_size(const StoredTensor& tensor, const Span& span) {
    const auto found = std::ranges::find(kTypes, tensor.type, &TypeWord::word);
    if (found == kTypes.end()) return;  // newer than we are: its bytes are known, its values are not
    const double expected = tensor.elements() * found->bytes;
    if (expected != static_cast<double>(span.end - span.begin))
        damaged(fmt::format("Shape and type make {:.0f} bytes, data_offsets {}.", expected,
                            span.end - span.begin),
                tensor.name);
}

void HeaderReader::check_overlap() {
    std::ranges::sort(spans_, {}, &Span::begin);
    std::uint64_t reached = 0;
    for (const auto& span : spans_) {
        if (span.begin < reached && span.end > span.begin)
            return damaged("Its bytes overlap those of another tensor.", tensors_[span.tensor].name);
        reached = std::max(reached, span.end);
    }
}

Result<std::vector<StoredTensor>> HeaderReader::run() {
    if (bytes_.size() < kLengthBytes)
        return fail(ErrorCode::file_cut, fmt::format("{} ends too early, at byte {}.", file_, bytes_.size()),
                    fmt::format("{}:byte {}", file_, bytes_.size()), "the copy or download did not finish");
    const auto length = header_length(bytes_);
    if (length > kMaxHeader)
        return fail(
            ErrorCode::memory,
            fmt::format("The header is said to be {} bytes long; at most {} are read.", length, kMaxHeader),
            file_ + ":byte 0", "is this a safetensors file?");
    if (length > bytes_.size() - kLengthBytes)
        return fail(ErrorCode::file_cut,
                    fmt::format("{} ends too early. It stops at byte {}; {} were announced.", file_,
                                bytes_.size(), length + kLengthBytes),
                    fmt::format("{}:byte {}", file_, bytes_.size()),
                    "the copy or download did not finish. Nothing was loaded.");
    data_bytes_ = bytes_.size() - kLengthBytes - length;
    simdjson::dom::parser parser;
    simdjson::dom::object root;
    const auto json = bytes_.substr(kLengthBytes, length);
    if (parser.allocate(json.size(), kMaxDepth) != simdjson::SUCCESS ||
        parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS)
        return fail(ErrorCode::value, "The header is no JSON object.", file_ + ":byte 8",
                    "fetch the file again");
    std::unordered_set<std::string_view> names;
    for (const auto field : root) {
        if (!names.insert(field.key).second) damaged("A name is given twice.", field.key);
        if (field.key == "__metadata__") continue;
        read_tensor(field.key, field.value);
        if (error_) return tl::unexpected(*error_);
    }
    check_overlap();
    for (auto& tensor : tensors_)
        if (const auto found = std::ranges::find(kTypes, tensor.type, &TypeWord::word); found != kTypes.end())
            tensor.dtype = found->dtype;
    if (error_) return tl::unexpected(*error_);
    return std::move(tensors_);
}

/// A config.json beside the weights says everything; else the names say most of it.
Result<Workload> assemble(std::vector<StoredTensor> tensors, const std::string& file) {
    std::optional<LlmConfig> llm;
    std::vector<std::string> notes;
    std::vector<std::string> assumptions;
    const auto config = std::filesystem::path(file).parent_path() / "config.json";
    std::error_code ignored;
    if (std::filesystem::is_regular_file(config, ignored)) {
        constexpr std::size_t kMaxConfig = std::size_t{1} << 26U;
        const auto source = FileSource::open(config, kMaxConfig);
        const auto read = source && source->bytes().size() <= kMaxConfig
                              ? read_hf_config(source->bytes(), config.string())
                              : fail(ErrorCode::value, "it cannot be read");
        if (read) {
            llm = *read;
            assumptions.emplace_back("Dimensions come from the config.json beside the weights.");
        } else {
            notes.push_back(fmt::format("The config.json beside it was not used: {}", read.error().message));
        }
    }
    if (!llm)
        if (auto named = llm_from_names(tensors)) {
            llm = named->config;
            assumptions.emplace_back("Dimensions are inferred from names and shapes of the tensors.");
            notes.insert(notes.end(), named->guesses.begin(), named->guesses.end());
        }
    auto workload = weight_workload(std::move(tensors), llm, "safetensors", file);
    workload.assumptions.insert(workload.assumptions.end(), assumptions.begin(), assumptions.end());
    workload.warnings.insert(workload.warnings.end(), notes.begin(), notes.end());
    return workload;
}

/// Adds the tensors of one shard; says so when the shard is not there.
Result<void> add_shard(const std::string& shard, const std::string& file, std::vector<StoredTensor>& all,
                       std::vector<std::string>& missing) {
    const auto path = std::filesystem::path(file).parent_path() / shard;
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
        missing.push_back(shard);
        return {};
    }
    const auto source = FileSource::open(path);
    if (!source) return tl::unexpected(source.error());
    auto tensors = read_safetensors_header(source->bytes(), source->name());
    if (!tensors) return tl::unexpected(tensors.error());
    all.insert(all.end(), std::make_move_iterator(tensors->begin()), std::make_move_iterator(tensors->end()));
    return {};
}

/// Names of the files of an index, each once. Only names, so that an index cannot point elsewhere.
Result<std::set<std::string>> shard_names(std::string_view bytes, const std::string& file) {
    simdjson::dom::parser parser;
    simdjson::dom::object map;
    if (bytes.size() > kMaxHeader || parser.allocate(bytes.size(), kMaxDepth) != simdjson::SUCCESS ||
        parser.parse(bytes.data(), bytes.size())["weight_map"].get(map) != simdjson::SUCCESS)
        return fail(ErrorCode::value, "\"weight_map\" is missing or the JSON is not well formed.",
                    file + ":/weight_map", "fetch the file again");
    std::set<std::string> shards;
    for (const auto field : map) {
        std::string_view name;
        const bool plain = field.value.get(name) == simdjson::SUCCESS && !name.empty() && name.size() < 256 &&
                           name.find_first_of(std::string_view("/\\\0", 3)) == std::string_view::npos;
        if (!plain || name == "..")
            return fail(ErrorCode::value, "A shard must be the name of a file in the same folder.",
                        file + ":/weight_map/" + std::string(field.key.substr(0, 200)),
                        "put the shards beside the index");
        shards.emplace(name);
        if (shards.size() > kMaxShards)
            return fail(ErrorCode::memory, fmt::format("More than {} shards.", kMaxShards),
                        file + ":/weight_map", "is this the right file?");
    }
    return shards;
}

}  // namespace

bool looks_like_safetensors(std::string_view bytes) {
    if (bytes.size() < kLengthBytes + 2 || bytes[kLengthBytes] != '{') return false;
    const auto length = header_length(bytes);
    const auto next = bytes.find_first_not_of(" \t\r\n", kLengthBytes + 1);
    return length >= 2 && length < std::uint64_t{1} << 32U && next != std::string_view::npos &&
           (bytes[next] == '"' || bytes[next] == '}');
}

bool looks_like_safetensors_index(std::string_view bytes) {
    constexpr std::size_t kHead = 4096;
    const auto first = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return first != std::string_view::npos && bytes[first] == '{' &&
           bytes.substr(0, kHead).find("\"weight_map\"") != std::string_view::npos;
}

Result<std::vector<StoredTensor>> read_safetensors_header(std::string_view bytes, const std::string& file) {
    return HeaderReader(bytes, file).run();
}

Result<Workload> read_safetensors(std::string_view bytes, const std::string& file) {
    auto tensors = read_safetensors_header(bytes, file);
    if (!tensors) return tl::unexpected(tensors.error());
    return assemble(std::move(*tensors), file);
}

Result<Workload> read_safetensors_index(std::string_view bytes, const std::string& file) {
    const auto shards = shard_names(bytes, file);
    if (!shards) return tl::unexpected(shards.error());
    std::vector<StoredTensor> all;
    std::vector<std::string> missing;
    for (const auto& shard : *shards)
        if (const auto added = add_shard(shard, file, all, missing); !added)
            return tl::unexpected(added.error());
    std::unordered_set<std::string_view> names;
    for (const auto& tensor : all)
        if (!names.insert(tensor.name).second)
            return fail(ErrorCode::value, "Two shards hold the same tensor.",
                        file + ":/" + tensor.name.substr(0, 200), "fetch the files again");
    auto workload = assemble(std::move(all), file);
    if (workload && !missing.empty())
        workload->warnings.push_back(
            fmt::format("{} of {} shards are not there and are not counted, first {}.", missing.size(),
                        shards->size(), missing.front()));
    return workload;
}

}  // namespace waferscope::core
