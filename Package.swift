// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "graft",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Graft", targets: ["Graft"]),
        .executable(name: "graft", targets: ["GraftCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", "3.12.0"..<"5.0.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
    ],
    targets: [
        // C libraries, seen through module maps.
        .systemLibrary(name: "COneDNN", pkgConfig: "dnnl", providers: [.brew(["onednn"])]),
        .systemLibrary(
            name: "CVips", pkgConfig: "vips", providers: [.apt(["libvips-dev"]), .brew(["vips"])]),
        .systemLibrary(
            name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"]), .brew(["libzip"])]),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(name: "CMemory"),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),

        // The house, lowest floor first. Imports only go down.
        .target(
            name: "Files", dependencies: ["CZlib", .product(name: "Crypto", package: "swift-crypto")]),
        .target(name: "Downloads", dependencies: ["Files", "CCurl"]),
        .target(name: "Tensors", dependencies: ["Files"]),
        .target(name: "OneDNN", dependencies: ["Tensors", "Files", "COneDNN"]),
        .target(name: "WeightFiles", dependencies: ["Tensors", "Files", "CZip"]),
        .target(name: "Networks", dependencies: ["Tensors", "Files"]),
        .target(name: "Execution", dependencies: ["Networks", "OneDNN", "Tensors", "Files"]),
        .target(name: "Images", dependencies: ["Tensors", "Files", "CVips"]),
        .target(name: "Datasets", dependencies: ["Images", "Tensors", "Files"]),
        // A published weight carries its preprocessing, a value of Images.
        .target(
            name: "Architectures",
            dependencies: ["Networks", "WeightFiles", "Images", "Downloads", "Tensors", "Files"]),
        .target(
            name: "Training",
            dependencies: [
                "Execution", "Architectures", "Datasets", "Networks", "Images", "WeightFiles", "Tensors",
                "Files",
                .product(name: "Yams", package: "Yams"),
            ]),
        .target(
            name: "Models",
            dependencies: [
                "Training", "Datasets", "Architectures", "Execution", "OneDNN", "Networks", "Images",
                "WeightFiles", "Tensors", "Files", "CMemory",
            ]),
        .target(
            name: "Graft",
            dependencies: [
                "Models", "Training", "Datasets", "Architectures", "Execution", "Networks", "Images",
                "Downloads", "Tensors", "Files",
            ]),
        .executableTarget(
            name: "GraftCommand",
            dependencies: ["Graft", .product(name: "ArgumentParser", package: "swift-argument-parser")]),

        // Tests mirror the house.
        // The HTTP server that tests of downloads talk to; no product holds it.
        .target(name: "TestServer", path: "Tests/TestServer"),
        .testTarget(name: "FilesTests", dependencies: ["Files"]),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
        .testTarget(
            name: "WeightFilesTests", dependencies: ["WeightFiles", "Tensors", "Files"], exclude: ["Fixtures"]
        ),
        .testTarget(name: "NetworksTests", dependencies: ["Networks", "Tensors", "Files"]),
        .testTarget(
            name: "ExecutionTests", dependencies: ["Execution", "Networks", "OneDNN", "Tensors", "Files"]),
        .testTarget(name: "ImagesTests", dependencies: ["Images", "Tensors", "Files"]),
        .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "Images", "Files"]),
        .testTarget(
            name: "ArchitecturesTests",
            dependencies: [
                "Architectures", "Training", "Downloads", "Execution", "Networks", "WeightFiles", "Images",
                "Tensors", "Files", "TestServer",
            ]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Training", "Datasets", "Architectures", "Execution", "Networks", "Images", "Tensors",
                "Files",
            ]),
        .testTarget(
            name: "ModelsTests",
            dependencies: [
                "Models", "Training", "Datasets", "Architectures", "Execution", "Networks", "Images",
                "WeightFiles", "Tensors", "Files",
            ]),
        .testTarget(name: "DownloadsTests", dependencies: ["Downloads", "Files", "TestServer"]),
        .testTarget(
            name: "GraftCommandTests", dependencies: ["Graft", "GraftCommand", "Files", "TestServer"]),
    ]
)

// The fuzzer, for `make fuzz` alone: it links only with `-sanitize=fuzzer`.
if Context.environment["GRAFT_FUZZING"] != nil {
    package.targets += [
        .systemLibrary(name: "CLibFuzzer", path: "Fuzzing/CLibFuzzer"),
        .executableTarget(
            name: "FuzzWeightFiles", dependencies: ["WeightFiles", "Tensors", "Files", "CLibFuzzer"],
            path: "Fuzzing/FuzzWeightFiles"),
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
