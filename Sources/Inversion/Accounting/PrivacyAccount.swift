#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What one accountant says of a series of releases, so that accountants can stand side by side.
public struct PrivacyAccount: Sendable, Hashable, Codable {
  /// Stable lower-case name of the accountant.
  public let id: String
  /// Who it is from.
  public let source: String
  /// The `ε` at the given `δ`; infinite if it gives none.
  public let epsilon: Double
  /// Whether the `ε` is never below the true one.
  public let isBound: Bool
  /// A remark, such as the order that was best; nil for none.
  public let note: String?

  /// An accountant's word.
  public init(id: String, source: String, epsilon: Double, isBound: Bool, note: String? = nil) {
    self.id = id
    self.source = source
    self.epsilon = epsilon
    self.isBound = isBound
    self.note = note
  }

  /// All accountants on `steps` sums over Poisson samples with normal noise, add/remove adjacency. Those of unsampled
  /// noise are left out where there is sampling.
  ///
  /// - Parameter sigma: deviation of the noise in units of the sensitivity.
  /// - Throws: ``PrivacyError``.
  public static func sampledGaussian(
    samplingRate: Double, sigma: Double, steps: Int, delta: Double, interval: Double = 1e-4
  ) throws(PrivacyError) -> [PrivacyAccount] {
    try check(sigma: sigma, steps: steps, delta: delta, interval: interval)
    guard samplingRate > 0, samplingRate <= 1 else {
      throw .outOfRange(name: "the sampling rate", value: samplingRate, range: "0<..1")
    }
    var accountant = RenyiAccountant()
    accountant.add(samplingRate: samplingRate, sigma: sigma, count: steps)
    var result = RenyiAccountant.Conversion.allCases.map { conversion in
      let (epsilon, order) = accountant.epsilon(delta: delta, conversion: conversion)
      return PrivacyAccount(
        id: "rdp-\(conversion.rawValue)",
        source: conversion == .old ? "Mironov 2017" : "Mironov et al. 2019; Canonne et al. 2020",
        epsilon: epsilon, isBound: true, note: "order \(order)")
    }
    var largest = 0.0
    for adjacency in Adjacency.allCases {
      let one = SampledGaussian(samplingRate: samplingRate, sigma: sigma, adjacency: adjacency)
      largest = max(
        largest,
        try PrivacyLossDistribution(one, interval: interval).composed(steps).epsilon(delta: delta))
    }
    result.append(
      PrivacyAccount(
        id: "pld", source: "Koskela et al. 2020; Doroshenko et al. 2022", epsilon: largest, isBound: true,
        note: "grid \(interval), the larger of add and remove"))
    let mu = samplingRate * (Double(steps) * expm1(1 / (sigma * sigma))).squareRoot()
    if samplingRate < 1 {
      result.append(
        PrivacyAccount(
          id: "gdp-clt", source: "Bu, Dong, Long, Su 2020",
          epsilon: GaussianMechanism.epsilon(delta: delta, sigma: 1 / mu), isBound: false,
          note: "mu \(mu); a limit for many steps, can be below the truth"))
    } else {
      result += unsampled(ratio: Double(steps).squareRoot() / sigma, delta: delta)
    }
    return result
  }

  private static func unsampled(ratio: Double, delta: Double) -> [PrivacyAccount] {
    let rho = ratio * ratio / 2
    return [
      PrivacyAccount(
        id: "gdp", source: "Dong, Roth, Su 2022; Balle and Wang 2018",
        epsilon: GaussianMechanism.epsilon(delta: delta, sigma: 1 / ratio), isBound: true,
        note: "mu \(ratio), exact"),
      PrivacyAccount(
        id: "zcdp", source: "Bun and Steinke 2016; Canonne et al. 2020",
        epsilon: ConcentratedPrivacy.epsilon(rho: rho, delta: delta), isBound: true, note: "rho \(rho)"),
    ]
  }

  /// Basic composition and loss distributions on `count` numbers of sensitivity 1 with Laplace noise.
  ///
  /// - Throws: ``PrivacyError``.
  public static func laplace(
    scale: Double, count: Int, delta: Double, interval: Double = 1e-4
  ) throws(PrivacyError) -> [PrivacyAccount] {
    try check(sigma: scale, steps: count, delta: delta, interval: interval)
    let loss = try PrivacyLossDistribution(LaplaceMechanism(scale: scale), interval: interval).composed(count)
    return [
      PrivacyAccount(
        id: "basic", source: "Dwork, McSherry, Nissim, Smith 2006", epsilon: Double(count) / scale,
        isBound: true, note: "delta 0"),
      PrivacyAccount(
        id: "pld", source: "Koskela et al. 2020; Doroshenko et al. 2022", epsilon: loss.epsilon(delta: delta),
        isBound: true, note: "grid \(interval)"),
    ]
  }

  private static func check(
    sigma: Double, steps: Int, delta: Double, interval: Double
  ) throws(PrivacyError) {
    for (name, value) in [("the noise", sigma), ("the grid", interval)]
    where !(value > 0 && value.isFinite) {
      throw .outOfRange(name: name, value: value, range: "0<..")
    }
    guard (1...100_000_000).contains(steps) else {
      throw .outOfRange(name: "the number of releases", value: Double(steps), range: "1...100000000")
    }
    guard delta > 0, delta < 1 else { throw .outOfRange(name: "delta", value: delta, range: "0<..<1") }
  }
}
