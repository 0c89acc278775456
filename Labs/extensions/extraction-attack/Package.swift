// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "extraction-attack",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "bezoar-core-set", targets: ["CoreSetExtraction"])],
  dependencies: [.package(name: "bezoar", path: "../../..")],
  targets: [
    .executableTarget(
      name: "CoreSetExtraction",
      dependencies: [
        .product(name: "Commands", package: "bezoar"),
        .product(name: "Learning", package: "bezoar"),
        .product(name: "LinearAlgebra", package: "bezoar"),
        .product(name: "Methods", package: "bezoar"),
        .product(name: "Querying", package: "bezoar"),
        .product(name: "Stealing", package: "bezoar"),
        .product(name: "Tabular", package: "bezoar"),
      ]),
    .testTarget(
      name: "CoreSetExtractionTests",
      dependencies: ["CoreSetExtraction", .product(name: "BezoarTesting", package: "bezoar")]),
  ]
)
