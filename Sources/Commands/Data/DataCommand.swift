import Datasets
import ArgumentParser
import Experiments

/// Everything about the files of data sets.
struct DataCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Data sets: what they are, whether their files are here, and how to obtain them.",
    discussion: """
      Files are looked for in --data-dir, BEZOAR_DATA, Datasets, ../shared/datasets
      and $XDG_DATA_HOME/bezoar (or ~/.local/share/bezoar), in this order.

      Examples:
        bezoar data list
        bezoar data describe iwpc
        bezoar data get iwpc
        bezoar data check
        bezoar data generate warfarin-synthetic --rows 1000 -o cohort.csv
      """,
    subcommands: [
      DataList.self, DataDescribe.self, DataCheck.self, DataGet.self, DataGenerate.self,
    ])
}

extension GlobalOptions {
  /// Where files of data sets are looked for.
  var searchPath: DataSearchPath { DataSearchPath(dataDirectory: dataDir) }
}

extension DatasetCard {
  /// Where all files of the data set stand; nil if one is missing.
  func paths(on searchPath: DataSearchPath) -> [String]? {
    isGenerated ? [] : try? files.map { try searchPath.locate(self, file: $0) }
  }
}

/// A number of bytes as a person reads it.
func sizeText(_ bytes: Int) -> String {
  switch bytes {
  case ..<10_000: "\(bytes) B"
  case ..<10_000_000: "\((bytes + 500) / 1000) kB"
  default: "\((bytes + 500_000) / 1_000_000) MB"
  }
}
