// swift-tools-version: 6.2

import PackageDescription

/// A stranger's package: its other packages have modules named like folders of Graft, and nothing collides.
let package = Package(
    name: "neighbours",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "graft", path: "../.."),
        .package(path: "Files"),
        .package(path: "Networks"),
    ],
    targets: [
        .executableTarget(
            name: "Neighbours",
            dependencies: [.product(name: "Graft", package: "graft"), "Files", "Networks"])
    ])
