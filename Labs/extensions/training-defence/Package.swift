// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "training-defence",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "bezoar-cook", targets: ["CookDefence"])],
  dependencies: [.package(name: "bezoar", path: "../../..")],
  targets: [
    .executableTarget(
      name: "CookDefence",
      dependencies: [
        .product(name: "Commands", package: "bezoar"),
        .product(name: "Learning", package: "bezoar"),
        .product(name: "LinearAlgebra", package: "bezoar"),
        .product(name: "Methods", package: "bezoar"),
        .product(name: "Poisoning", package: "bezoar"),
      ]),
    .testTarget(
      name: "CookDefenceTests",
      dependencies: ["CookDefence", .product(name: "BezoarTesting", package: "bezoar")]),
  ]
)
