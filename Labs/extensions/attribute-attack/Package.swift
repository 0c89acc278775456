// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "attribute-attack",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "bezoar-best-fit", targets: ["BestFitInversion"])],
  dependencies: [.package(name: "bezoar", path: "../../..")],
  targets: [
    .executableTarget(
      name: "BestFitInversion",
      dependencies: [
        .product(name: "Commands", package: "bezoar"),
        .product(name: "Inversion", package: "bezoar"),
        .product(name: "LinearAlgebra", package: "bezoar"),
        .product(name: "Methods", package: "bezoar"),
      ]),
    .testTarget(
      name: "BestFitInversionTests",
      dependencies: ["BestFitInversion", .product(name: "BezoarTesting", package: "bezoar")]),
  ]
)
