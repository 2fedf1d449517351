// swift-tools-version: 6.2

import PackageDescription

// Folders have plain names. Modules carry the product's name as a prefix, so that they fit beside those of any
// other package.
func modules(_ names: [String]) -> [Target.Dependency] { names.map { .target(name: "Graft\($0)") } }

func floor(_ name: String, on lower: [String], _ others: [Target.Dependency] = []) -> Target {
    .target(name: "Graft\(name)", dependencies: modules(lower) + others, path: "Sources/\(name)")
}

func tests(_ name: String, with used: [String], exclude: [String] = []) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: modules(used), exclude: exclude)
}

let package = Package(
    name: "graft",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Graft", targets: ["Graft"]),
        .executable(name: "graft", targets: ["GraftCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.6.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
    ],
    targets: [
        // C libraries, seen through module maps.
        .systemLibrary(
            name: "GraftCOneDNN", path: "Sources/COneDNN", pkgConfig: "dnnl",
            providers: [.brew(["onednn"])]),
        .systemLibrary(
            name: "GraftCVips", path: "Sources/CVips", pkgConfig: "vips",
            providers: [.apt(["libvips-dev"]), .brew(["vips"])]),
        .systemLibrary(
            name: "GraftCJPEG", path: "Sources/CJPEG", pkgConfig: "libjpeg",
            providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]),
        .systemLibrary(
            name: "GraftCZip", path: "Sources/CZip", pkgConfig: "libzip",
            providers: [.apt(["libzip-dev"]), .brew(["libzip"])]),
        .systemLibrary(
            name: "GraftCZlib", path: "Sources/CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(name: "GraftCMemory", path: "Sources/CMemory"),
        .systemLibrary(
            name: "GraftCCurl", path: "Sources/CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        // Apple's systems have CryptoKit instead.
        .systemLibrary(
            name: "GraftCCrypto", path: "Sources/CCrypto", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"])]),

        // The house, lowest floor first. Imports only go down.
        floor(
            "Files", on: [],
            ["GraftCZlib", .target(name: "GraftCCrypto", condition: .when(platforms: [.linux]))]),
        floor("Downloads", on: ["Files"], ["GraftCCurl"]),
        floor("Tensors", on: ["Files"]),
        floor("OneDNN", on: ["Tensors", "Files"], ["GraftCOneDNN"]),
        floor("WeightFiles", on: ["Tensors", "Files"], ["GraftCZip"]),
        floor("Networks", on: ["Tensors", "Files"]),
        floor("Execution", on: ["Networks", "OneDNN", "Tensors", "Files"]),
        floor("Images", on: ["Tensors", "Files"], ["GraftCVips", "GraftCJPEG"]),
        floor("Datasets", on: ["Images", "Tensors", "Files"]),
        // A published weight carries its preprocessing, a value of Images.
        floor(
            "Architectures",
            on: ["Networks", "WeightFiles", "Images", "Downloads", "Tensors", "Files"]),
        floor("Cluster", on: []),
        floor(
            "Training",
            on: [
                "Execution", "Architectures", "Datasets", "Cluster", "Networks", "Images", "WeightFiles",
                "Tensors",
                "Files",
            ], [.product(name: "Yams", package: "Yams")]),
        floor(
            "Models",
            on: [
                "Training", "Datasets", "Architectures", "Execution", "Networks", "Images", "WeightFiles",
                "Tensors", "Files",
            ], ["GraftCMemory"]),
        floor(
            "Insight",
            on: [
                "Models", "Training", "Datasets", "Architectures", "Execution", "Networks", "Images",
                "Tensors",
                "Files",
            ]),
        floor(
            "Reports",
            on: ["Insight", "Models", "Training", "Datasets", "Images", "Tensors", "Files"]),
        floor(
            "Exports",
            on: [
                "Models", "Training", "Datasets", "Architectures", "Execution", "Networks", "Images",
                "WeightFiles", "Tensors", "Files",
            ]),
        .target(
            name: "Graft",
            dependencies: modules([
                "Models", "Training", "Datasets", "Architectures", "Execution", "Networks", "Images",
                "Downloads", "Tensors", "Files",
            ])),
        .executableTarget(
            name: "GraftCommand",
            dependencies: modules([
                "Exports", "Reports", "Insight", "Models", "Training", "Datasets", "Architectures",
                "Execution",
                "Networks", "Images",
                "Downloads", "Tensors", "Files",
            ]) + [.product(name: "ArgumentParser", package: "swift-argument-parser")]),

        // Tests mirror the house.
        // The HTTP server that tests of downloads talk to; no product holds it.
        .target(name: "GraftTestServer", path: "Tests/TestServer"),
        tests("Files", with: ["Files"]),
        tests("Tensors", with: ["Tensors"]),
        tests("WeightFiles", with: ["WeightFiles", "Tensors", "Files"], exclude: ["Fixtures"]),
        tests("OneDNN", with: ["OneDNN", "Tensors", "Files"]),
        tests("Networks", with: ["Networks", "Tensors", "Files"]),
        tests("Execution", with: ["Execution", "Networks", "OneDNN", "Tensors", "Files"]),
        tests("Images", with: ["Images", "Tensors", "Files"]),
        tests("Datasets", with: ["Datasets", "Images", "Files"]),
        tests(
            "Architectures",
            with: [
                "Architectures", "Training", "Downloads", "Execution", "Networks", "WeightFiles", "Images",
                "Tensors", "Files", "TestServer",
            ]),
        tests(
            "Training",
            with: [
                "Training", "Datasets", "Architectures", "Cluster", "Execution", "Networks", "Images",
                "Tensors",
                "Files",
            ]),
        tests(
            "Models",
            with: [
                "Models", "Training", "Datasets", "Architectures", "Execution", "Networks", "Images",
                "WeightFiles", "Tensors", "Files",
            ]),
        tests(
            "Insight",
            with: [
                "Insight", "Models", "Training", "Datasets", "Architectures", "Execution", "Networks",
                "Images",
                "Tensors", "Files",
            ]),
        tests("Reports", with: ["Reports", "Insight", "Models", "Datasets", "Images", "Tensors", "Files"]),
        tests(
            "Exports",
            with: [
                "Exports", "Architectures", "Execution", "Networks", "Images", "WeightFiles", "Tensors",
                "Files",
            ]),
        // With `import Graft` alone, as users have it.
        .testTarget(name: "GraftTests", dependencies: ["Graft"]),
        tests("Downloads", with: ["Downloads", "Files", "TestServer"]),
        .testTarget(
            name: "GraftCommandTests",
            dependencies: ["GraftCommand"]
                + modules([
                    "Models", "Training", "Datasets", "Architectures", "Execution", "Networks", "Images",
                    "Downloads", "Tensors", "Files", "TestServer",
                ])),
    ]
)

// Single-picture requests to a warm predictor, for `make bench-warm` alone.
if Context.environment["GRAFT_BENCHMARKS"] != nil {
    package.targets.append(
        .executableTarget(
            name: "WarmPrediction",
            dependencies: modules([
                "Models", "Training", "Datasets", "Architectures", "Execution", "Networks", "Images",
                "Tensors",
            ]), path: "Benchmarks/WarmPrediction"))
}

// The fuzzers, for `make fuzz` alone: they link only with `-sanitize=fuzzer`.
if Context.environment["GRAFT_FUZZING"] != nil {
    package.targets += [
        .systemLibrary(name: "CLibFuzzer", path: "Fuzzing/CLibFuzzer"),
        .executableTarget(
            name: "FuzzWeightFiles",
            dependencies: modules(["WeightFiles", "Tensors", "Files", "TestServer"]) + ["CLibFuzzer"],
            path: "Fuzzing/FuzzWeightFiles"),
        .executableTarget(
            name: "FuzzPictures",
            dependencies: modules(["Datasets", "Images", "Tensors", "Files"]) + ["CLibFuzzer"],
            path: "Fuzzing/FuzzPictures"),
        .executableTarget(
            name: "FuzzFiles",
            dependencies: modules([
                "Models", "Training", "Datasets", "Downloads", "WeightFiles", "Tensors", "Files",
            ]) + ["CLibFuzzer"],
            path: "Fuzzing/FuzzFiles"),
    ]
}

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .strictMemorySafety(),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ]
}
