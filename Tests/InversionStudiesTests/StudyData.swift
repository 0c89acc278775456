import Datasets
import Experiments
import Foundation
import LinearAlgebra
import Methods

@testable import InversionStudies

/// Studies on the public data.
enum StudyData {
  static let searchPath = DataSearchPath(dataDirectory: nil)
  static var lab: InversionLab {
    BLASRuntime.setThreads(1)
    return InversionLab(searchPath: searchPath)
  }
}
