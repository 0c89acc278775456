import ArgumentParser
import Workbench

extension InvertOptions {
  /// - Throws: `ValidationError` for options that do not go together.
  func check(_ source: InvertSource, _ options: GlobalOptions) throws {
    guard [sensitive, label, knows, before].count(where: { $0 != nil }) == 1 else {
      throw ValidationError(
        "give one of --sensitive COLUMN to guess an attribute, --class LABEL to rebuild a class, and --knows FILE or "
          + "--before FILE to rebuild a training row")
    }
    if knows != nil || before != nil {
      guard source.model != nil else { throw ValidationError("--knows and --before need --model FILE") }
      guard before == nil || source.data != nil else {
        throw ValidationError("--before needs public rows, --data")
      }
    } else if truth != nil {
      throw ValidationError("--truth goes with --knows or --before")
    }
    let seeds = try options.seeds(seeds)
    if let width, width < 1 { throw ValidationError("--width must be at least 1, not \(width)") }
    if sensitive != nil, source.data == nil { throw ValidationError("--sensitive needs --data") }
    if sensitive != nil, source.url != nil, source.target == nil {
      throw ValidationError("--sensitive on a service needs --target")
    }
    if label != nil {
      guard known == nil, group == nil else {
        throw ValidationError("--known and --group go with --sensitive")
      }
      guard source.target == nil, source.categories == nil else {
        throw ValidationError("--target and --categories go with --sensitive")
      }
    }
    try usage {
      switch try job(source, seeds: seeds) {
      case .row(let job): _ = try job.method(of: .current)
      case .classes(let job): _ = try job.method(of: .current)
      case .attribute(let job): _ = try job.attacks(of: .current)
      }
    }
  }
}
