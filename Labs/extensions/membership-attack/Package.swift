// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "membership-attack",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "bezoar-calibrated", targets: ["CalibratedMembership"])],
  dependencies: [.package(name: "bezoar", path: "../../..")],
  targets: [
    .executableTarget(
      name: "CalibratedMembership",
      dependencies: [
        .product(name: "Commands", package: "bezoar"),
        .product(name: "Inversion", package: "bezoar"),
        .product(name: "LinearAlgebra", package: "bezoar"),
        .product(name: "Methods", package: "bezoar"),
      ]),
    .testTarget(
      name: "CalibratedMembershipTests",
      dependencies: ["CalibratedMembership", .product(name: "BezoarTesting", package: "bezoar")]),
  ]
)
