// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "bezoar-benchmark", targets: ["bezoar-benchmark"])],
  dependencies: [
    .package(name: "bezoar", path: "../.."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .executableTarget(
      name: "bezoar-benchmark",
      dependencies: [
        .product(name: "LinearAlgebra", package: "bezoar"),
        .product(name: "Methods", package: "bezoar"),
        .product(name: "Tabular", package: "bezoar"),
        .product(name: "Learning", package: "bezoar"),
        .product(name: "Poisoning", package: "bezoar"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
      ])
  ]
)
