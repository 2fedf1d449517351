// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "graft",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", "3.12.0"..<"5.0.0"),
    ],
    targets: [
        // Floor 0: C libraries, seen through module maps.
        .systemLibrary(
            name: "COneDNN", pkgConfig: "dnnl", providers: [.brew(["onednn"])]),
        .systemLibrary(
            name: "CVips", pkgConfig: "vips",
            providers: [.apt(["libvips-dev"]), .brew(["vips"])]),
        .systemLibrary(
            name: "CZip", pkgConfig: "libzip",
            providers: [.apt(["libzip-dev"]), .brew(["libzip"])]),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

        // The house, lowest floor first. Imports only go down.
        .target(
            name: "Files",
            dependencies: ["CZlib", .product(name: "Crypto", package: "swift-crypto")]),
        .target(name: "Tensors", dependencies: ["Files"]),
        .target(name: "Images", dependencies: ["Tensors", "Files", "CVips"]),
        .target(name: "Datasets", dependencies: ["Images", "Tensors", "Files"]),

        // Tests mirror the house.
        .testTarget(name: "FilesTests", dependencies: ["Files"]),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
        .testTarget(name: "ImagesTests", dependencies: ["Images", "Tensors", "Files"]),
        .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "Images", "Files"]),
    ]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .strictMemorySafety(),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ]
}
