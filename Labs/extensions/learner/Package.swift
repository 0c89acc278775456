// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "learner",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "bezoar-lad", targets: ["MedianRegression"])],
  dependencies: [.package(name: "bezoar", path: "../../..")],
  targets: [
    .executableTarget(
      name: "MedianRegression",
      dependencies: [
        .product(name: "Commands", package: "bezoar"),
        .product(name: "Learning", package: "bezoar"),
        .product(name: "LinearAlgebra", package: "bezoar"),
        .product(name: "Methods", package: "bezoar"),
      ]),
    .testTarget(
      name: "MedianRegressionTests",
      dependencies: ["MedianRegression", .product(name: "BezoarTesting", package: "bezoar")]),
  ]
)
