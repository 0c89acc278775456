// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "query-detector",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "bezoar-margin", targets: ["MarginDetection"])],
  dependencies: [.package(name: "bezoar", path: "../../..")],
  targets: [
    .executableTarget(
      name: "MarginDetection",
      dependencies: [
        .product(name: "Commands", package: "bezoar"),
        .product(name: "Methods", package: "bezoar"),
        .product(name: "Querying", package: "bezoar"),
        .product(name: "Guarding", package: "bezoar"),
      ]),
    .testTarget(
      name: "MarginDetectionTests",
      dependencies: ["MarginDetection", .product(name: "BezoarTesting", package: "bezoar")]),
  ]
)
