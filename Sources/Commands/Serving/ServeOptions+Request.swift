import ArgumentParser
import Querying
import Workbench

extension ServeOptions {
  /// - Throws: `ValidationError`.
  func check() throws {
    try upstream.check(self)
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port must be from 0 to 65535, not \(port)")
    }
    try limits.check()
    try usage { _ = try AnswerDetails(names: details) }
    for (option, value, known) in [
      (
        "--content", content,
        ["label", "confidence", "probabilities"] + (upstream.upstream == nil ? [] : ["number"])
      ),
      ("--inputs", inputs, ["columns", "encoded"]),
    ] {
      if let value, !known.contains(value) {
        throw ValidationError("\(option) must be one of \(known.joined(separator: ", ")), not '\(value)'")
      }
    }
  }

  /// What is asked for.
  func request() throws -> ServingRequest {
    var request = ServingRequest(
      upstream.upstream.map { .upstream(upstream.request($0, format)) }
        ?? .files(models.map { ($0.name, $0.path) }))
    (request.host, request.port, request.dialects) = (host, port, dialects)
    request.content = content.flatMap(AnswerContent.init(rawValue:))
    request.details = try AnswerDetails(names: details)
    request.inputs = PipelineOracle.Inputs(rawValue: inputs) ?? .columns
    (request.describesInputs, request.secretFile) = (!undescribed, secretFile)
    (request.guards, request.detectors) = (guards, detectors)
    (request.benign, request.members) = (benign, members)
    (request.ledger, request.accessLog) = (limits.ledger, limits.accessLog)
    if upstream.upstream == nil, benign != nil || members != nil { try format.checkHeaders() }
    request.reading = try format.reading()
    request.limits = limits.limits
    return request
  }
}
