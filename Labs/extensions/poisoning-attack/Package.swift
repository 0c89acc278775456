// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "poisoning-attack",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "bezoar-subpopulation", targets: ["SubpopulationPoisoning"])],
  dependencies: [.package(name: "bezoar", path: "../../..")],
  targets: [
    .executableTarget(
      name: "SubpopulationPoisoning",
      dependencies: [
        .product(name: "Commands", package: "bezoar"),
        .product(name: "Learning", package: "bezoar"),
        .product(name: "LinearAlgebra", package: "bezoar"),
        .product(name: "Methods", package: "bezoar"),
        .product(name: "Poisoning", package: "bezoar"),
        .product(name: "Tabular", package: "bezoar"),
      ]),
    .testTarget(
      name: "SubpopulationPoisoningTests",
      dependencies: ["SubpopulationPoisoning", .product(name: "BezoarTesting", package: "bezoar")]),
  ]
)
