// swift-tools-version: 6.2

import PackageDescription

/// Programs that use Graft as any package does; `make examples` builds and runs them.
func example(_ name: String) -> Target {
    .executableTarget(
        name: name, dependencies: [.product(name: "Graft", package: "graft")],
        swiftSettings: [
            .treatAllWarnings(as: .error), .enableUpcomingFeature("MemberImportVisibility"),
        ])
}

let package = Package(
    name: "graft-examples",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "graft", path: "..")],
    targets: [
        example("TrainModel"), example("PredictInLoop"), example("CustomDataset"), example("AsyncServer"),
    ])
