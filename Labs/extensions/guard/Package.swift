// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "guard",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "bezoar-temperature", targets: ["TemperatureGuard"])],
  dependencies: [.package(name: "bezoar", path: "../../..")],
  targets: [
    .executableTarget(
      name: "TemperatureGuard",
      dependencies: [
        .product(name: "Commands", package: "bezoar"),
        .product(name: "Methods", package: "bezoar"),
        .product(name: "Guarding", package: "bezoar"),
      ]),
    .testTarget(
      name: "TemperatureGuardTests",
      dependencies: ["TemperatureGuard", .product(name: "BezoarTesting", package: "bezoar")]),
  ]
)
