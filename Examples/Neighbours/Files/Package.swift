// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "Files", products: [.library(name: "Files", targets: ["Files"])], targets: [.target(name: "Files")])
