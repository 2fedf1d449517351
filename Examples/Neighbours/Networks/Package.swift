// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "Networks", products: [.library(name: "Networks", targets: ["Networks"])],
    targets: [.target(name: "Networks")])
