import Datasets
import Experiments
import Foundation
import LinearAlgebra
import Methods

@testable import InversionStudies

/// Where the public data are, and whether they are there.
enum StudyData {
  static let searchPath = DataSearchPath(dataDirectory: nil)
  static var lab: InversionLab {
    BLASRuntime.setThreads(1)
    return InversionLab(searchPath: searchPath)
  }
  static let isLong = ProcessInfo.processInfo.environment["BEZOAR_LONG_TESTS"] != nil

  static func has(_ id: String) -> Bool {
    guard let card = try? DatasetCatalogue.card(id: id) else { return false }
    return (try? searchPath.locate(card)) != nil
  }
}
