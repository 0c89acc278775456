import Foundation
import Testing

/// Data sets that are too large for the package or not free to be in it, and the tests that take long.
package enum TestData {
  /// Whether `BEZOAR_LONG_TESTS` asks for the tests that take minutes.
  package static let runsLong = ProcessInfo.processInfo.environment["BEZOAR_LONG_TESTS"] != nil

  /// Minutes for which `BEZOAR_FUZZ_MINUTES` lets loaders read files that are damaged at random; 0 without it.
  package static let fuzzMinutes =
    ProcessInfo.processInfo.environment["BEZOAR_FUZZ_MINUTES"].flatMap(Double.init) ?? 0

  /// The folders in which the program looks too: `BEZOAR_DATA`, `Datasets`, `../shared/datasets`, the user's own.
  package static let folders: [String] = {
    let environment = ProcessInfo.processInfo.environment
    let own =
      environment["XDG_DATA_HOME"].map { "\($0)/bezoar" }
      ?? environment["HOME"].map { "\($0)/.local/share/bezoar" }
    let near = ["Datasets", "../shared/datasets"].map {
      PackageFiles.folder.appending(path: $0).standardized.path
    }
    let named = [environment["BEZOAR_DATA"]].compactMap { $0 }.filter { !$0.isEmpty }
    return named + near + [own].compactMap { $0 }
  }()

  /// Path of a file in the first folder that has it; nil if none has.
  package static func path(_ file: String) -> String? {
    folders.map { "\($0)/\(file)" }.first { FileManager.default.fileExists(atPath: $0) }
  }
}

extension Trait where Self == ConditionTrait {
  /// The test runs where these files of data sets are, and is skipped elsewhere.
  package static func needs(_ files: String...) -> Self { needs(files) }

  /// The same for files in a list.
  package static func needs(_ files: [String]) -> Self {
    .enabled(
      if: files.allSatisfy { TestData.path($0) != nil },
      "needs \(files.joined(separator: ", ")); see BEZOAR_DATA")
  }

  /// The test damages files for as long as `BEZOAR_FUZZ_MINUTES` says, and is skipped without it.
  package static var fuzzing: Self {
    .enabled(if: TestData.fuzzMinutes > 0, "set BEZOAR_FUZZ_MINUTES to run it")
  }

  /// The test takes minutes and runs only if `BEZOAR_LONG_TESTS` is set.
  package static var long: Self {
    .enabled(if: TestData.runsLong, "takes long; set BEZOAR_LONG_TESTS to run it")
  }
}
