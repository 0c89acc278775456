// swift-tools-version: 6.2
import PackageDescription

// `BEZOAR_STRICT=1` (set by .ci/run) turns every warning of this package into an error.
let strict = Context.environment["BEZOAR_STRICT"] != nil

let settings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + (strict ? [.treatAllWarnings(as: .error)] : [])

// `BEZOAR_OPTIMIZED=1` compiles the libraries with optimization for tests too; the suite then runs five times as fast.
// It is not always on, since a package with unsafe flags cannot be a dependency by version.
let optimized = Context.environment["BEZOAR_OPTIMIZED"] != nil
let librarySettings = settings + (optimized ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : [])

/// Elementary functions on every platform: the C library's own, by the names of swift-numerics.
let realModule = Target.Dependency.product(name: "RealModule", package: "swift-numerics")

/// A library module of the package, with its test target and product.
func library(
  _ name: String, _ dependencies: [Target.Dependency], embedding resources: [String] = [],
  excluding others: [String] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: others, resources: resources.map { .embedInCode($0) },
    swiftSettings: librarySettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
  name: "bezoar",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "bezoar", targets: ["bezoar"]),
    .library(name: "Files", targets: ["Files"]),
    .library(name: "Statistics", targets: ["Statistics"]),
    .library(name: "LinearAlgebra", targets: ["LinearAlgebra"]),
    .library(name: "Methods", targets: ["Methods"]),
    .library(name: "Reporting", targets: ["Reporting"]),
    .library(name: "Tabular", targets: ["Tabular"]),
    .library(name: "Learning", targets: ["Learning"]),
    .library(name: "ModelExchange", targets: ["ModelExchange"]),
    .library(name: "Poisoning", targets: ["Poisoning"]),
    .library(name: "Querying", targets: ["Querying"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "Guarding", targets: ["Guarding"]),
    .library(name: "Stealing", targets: ["Stealing"]),
    .library(name: "PredictionAPI", targets: ["PredictionAPI"]),
    .library(name: "Inversion", targets: ["Inversion"]),
    .library(name: "Privacy", targets: ["Privacy"]),
    .library(name: "Experiments", targets: ["Experiments"]),
    .library(name: "StealingStudies", targets: ["StealingStudies"]),
    .library(name: "InversionStudies", targets: ["InversionStudies"]),
    .library(name: "External", targets: ["External"]),
    .library(name: "Workbench", targets: ["Workbench"]),
    .library(name: "Commands", targets: ["Commands"]),
    .library(name: "BezoarTesting", targets: ["BezoarTesting"]),
  ],
  traits: [
    .trait(name: "HTTP", description: "The program serves models over HTTP and steals from a URL."),
    .trait(
      name: "ONNX",
      description: "The program reads and writes ONNX models; adds about a minute to a cold release build."),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CDatasets", exclude: ["Files"]),
    library("Files", []),
    library("Statistics", [realModule]),
    library("LinearAlgebra", ["COpenBLAS", "Statistics", realModule]),
    library("Methods", []),
    library(
      "Reporting", ["Files", .product(name: "Mustache", package: "swift-mustache")],
      embedding: ["Resources/report.mustache", "Resources/report.css"]),
    library("Tabular", ["LinearAlgebra", "CZlib"]),
    library("Learning", ["LinearAlgebra", "Methods", "Tabular", realModule]),
    library("Poisoning", ["Statistics", "LinearAlgebra", "Methods", "Tabular", "Learning", realModule]),
    library("Querying", ["Files", "LinearAlgebra", "Tabular", "Learning"]),
    library(
      "Datasets",
      [
        "CDatasets", "Files", "LinearAlgebra", "Methods", "Tabular",
        .product(name: "Yams", package: "Yams"), realModule,
      ]),
    library(
      "Guarding", ["Statistics", "LinearAlgebra", "Methods", "Tabular", "Learning", "Querying", realModule]),
    library("Stealing", ["LinearAlgebra", "Methods", "Tabular", "Learning", "Querying", realModule]),
    library("Privacy", ["Statistics", "LinearAlgebra", "Methods", "Tabular", "Learning", realModule]),
    library(
      "Inversion", ["Statistics", "LinearAlgebra", "Methods", "Tabular", "Learning", "Querying", realModule]),
    library(
      "PredictionAPI",
      [
        "LinearAlgebra", "Methods", "Tabular", "Learning", "Querying", "Guarding",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    library(
      "ModelExchange",
      [
        "LinearAlgebra", "Tabular", "Learning", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
        realModule,
      ],
      excluding: ["Protobuf"]),
    library(
      "Experiments",
      [
        "Statistics", "LinearAlgebra", "Methods", "Reporting", "Tabular", "Datasets", "Learning", "Poisoning",
      ],
      embedding: ["Results/results.schema.json"]),
    library(
      "StealingStudies",
      [
        "Files", "LinearAlgebra", "Methods", "Reporting", "Tabular", "Learning", "Querying", "Guarding",
        "Stealing", "Datasets", "Experiments", realModule,
      ]),
    library(
      "InversionStudies",
      [
        "Statistics", "LinearAlgebra", "Methods", "Reporting", "Tabular", "Learning", "Querying", "Guarding",
        "Stealing", "Inversion", "Privacy", "Datasets", "Experiments", realModule,
      ]),
    library(
      "External",
      [
        "LinearAlgebra", "Methods", "Tabular", "Learning", "Poisoning", "Querying", "Guarding", "Datasets",
        "Inversion",
        "Experiments",
      ]),
    library(
      "BezoarTesting",
      [
        "LinearAlgebra", "Methods", "Tabular", "Learning", "Poisoning", "Querying", "Guarding", "Stealing",
        "Inversion",
      ]),
    .target(
      name: "Workbench",
      dependencies: [
        "Files", "Statistics", "LinearAlgebra", "Methods", "Reporting", "Tabular", "Learning", "Poisoning",
        "Querying", "Guarding", "Stealing", "Inversion", "Privacy", "Datasets", "Experiments",
        "StealingStudies", "InversionStudies", "External",
        .target(name: "PredictionAPI", condition: .when(traits: ["HTTP"])),
        .target(name: "ModelExchange", condition: .when(traits: ["ONNX"])),
      ],
      swiftSettings: librarySettings),
    .target(
      name: "Commands",
      dependencies: [
        "Workbench", "Guarding", "Privacy", "Datasets", "External", "Files", "LinearAlgebra", "Methods",
        "Reporting", "Tabular", "Learning", "Querying",
        "Inversion",
        "Experiments", "StealingStudies", "InversionStudies",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .executableTarget(name: "bezoar", dependencies: ["Commands"], swiftSettings: settings),
    .target(name: "TestSupport", path: "Tests/Support", swiftSettings: settings),
    tests(
      "FilesTests",
      ["TestSupport", "Files", "LinearAlgebra", .product(name: "Crypto", package: "swift-crypto")]),
    tests("StatisticsTests", ["Statistics", "LinearAlgebra"]),
    tests("LinearAlgebraTests", ["TestSupport", "LinearAlgebra", "Statistics"]),
    tests("MethodsTests", ["Methods"]),
    tests("ReportingTests", ["TestSupport", "Reporting"]),
    tests("TabularTests", ["TestSupport", "Tabular", "Datasets", "LinearAlgebra"]),
    tests(
      "DatasetsTests",
      [
        "TestSupport",
        "Datasets", "LinearAlgebra", "Methods", "Tabular",
      ]),
    tests("LearningTests", ["TestSupport", "Methods", "Learning", "LinearAlgebra", "Tabular"]),
    tests(
      "ModelExchangeTests",
      [
        "TestSupport",
        "Methods", "ModelExchange", "Learning", "LinearAlgebra", "Tabular",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    tests("PoisoningTests", ["TestSupport", "Methods", "Poisoning", "Learning", "LinearAlgebra", "Tabular"]),
    tests("QueryingTests", ["TestSupport", "Querying", "Files", "Learning", "LinearAlgebra", "Tabular"]),
    tests(
      "GuardingTests",
      [
        "TestSupport",
        "Methods", "Guarding", "Querying", "Learning", "Statistics", "LinearAlgebra", "Tabular",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    tests(
      "StealingTests",
      [
        "TestSupport", "Methods", "Stealing", "Guarding", "Querying", "Learning", "LinearAlgebra", "Tabular",
        realModule,
      ]),
    tests(
      "PredictionAPITests",
      [
        "TestSupport",
        "Methods", "PredictionAPI", "Guarding", "Stealing", "Querying", "Learning", "LinearAlgebra",
        "Tabular",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    tests("PrivacyTests", ["TestSupport", "Methods", "Privacy", "Learning", "LinearAlgebra", "Tabular"]),
    tests(
      "InversionTests",
      [
        "TestSupport", "Methods", "Statistics", "Inversion", "Learning", "LinearAlgebra", "Querying",
        "Tabular",
      ]),
    tests(
      "InversionStudiesTests",
      [
        "TestSupport",
        "Methods", "InversionStudies", "Inversion", "Privacy", "Datasets", "Experiments", "Reporting",
        "Learning", "Querying", "Guarding", "Stealing", "LinearAlgebra",
      ]),
    tests(
      "ExternalTests",
      [
        "External", "LinearAlgebra", "Methods", "Tabular", "Learning", "Poisoning", "Querying", "Guarding",
        "Inversion",
      ]),
    tests(
      "BezoarTestingTests",
      [
        "BezoarTesting", "LinearAlgebra", "Methods", "Learning", "Poisoning", "Querying", "Guarding",
        "Stealing", "Inversion", "Tabular",
      ]),
    tests(
      "ExperimentsTests",
      [
        "TestSupport",
        "Methods", "Datasets", "Experiments", "Reporting", "Tabular", "Learning", "Poisoning",
        "LinearAlgebra",
      ]),
    tests(
      "StealingStudiesTests",
      [
        "TestSupport",
        "Methods", "StealingStudies", "Datasets", "Experiments", "Reporting", "Tabular", "Learning",
        "Querying", "Guarding", "Stealing", "LinearAlgebra",
      ]),
    tests(
      "DocumentationTests",
      [
        "TestSupport", "Workbench", "BezoarTesting", "Commands", "Datasets", "External", "Files", "Guarding",
        "Privacy",
        "Statistics", "Experiments", "Inversion", "InversionStudies",
        "Learning",
        "LinearAlgebra", "Methods", "ModelExchange", "Poisoning", "PredictionAPI", "Querying", "Reporting",
        "Stealing", "StealingStudies", "Tabular",
      ]),
    tests(
      "WorkbenchTests",
      [
        "Privacy",
        "Workbench", "Experiments", "Inversion", "Learning", "LinearAlgebra", "Methods", "Querying",
        "Reporting", "Stealing", "Tabular",
      ]),
    tests(
      "CommandTests",
      [
        "TestSupport",
        "bezoar", "Commands", "Workbench", "Datasets", "Methods", "Experiments", "Tabular", "Learning",
        "LinearAlgebra",
        "Poisoning",
        "Guarding", "Stealing", "Inversion", "Privacy",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ]
)
