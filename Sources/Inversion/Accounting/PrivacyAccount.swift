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
    result.append(
      lossDistribution(
        samplingRate: samplingRate, sigma: sigma, steps: steps, delta: delta, interval: interval))
    let mu = samplingRate * (Double(steps) * expm1(1 / (sigma * sigma))).squareRoot()
    if samplingRate < 1 {
      result.append(
        PrivacyAccount(
          id: "gdp-clt", source: "Bu, Dong, Long, Su 2020",
          epsilon: gaussian(mu, delta), isBound: false,
          note: "mu \(mu); a limit for many steps, can be below the truth"))
    } else {
      result += unsampled(ratio: Double(steps).squareRoot() / sigma, delta: delta)
    }
    return result
  }

  /// The `ε` of Gaussian privacy; beyond what numbers can hold it is none or infinite.
  private static func gaussian(_ mu: Double, _ delta: Double) -> Double {
    if mu < 1e-12 { return 0 }
    return mu < 1e5 ? GaussianMechanism.epsilon(delta: delta, sigma: 1 / mu) : .infinity
  }

  /// The word of loss distributions; infinite where their grid would be too large.
  private static func lossDistribution(
    samplingRate: Double, sigma: Double, steps: Int, delta: Double, interval: Double
  ) -> PrivacyAccount {
    var (largest, note) = (0.0, "grid \(interval), the larger of add and remove")
    for adjacency in Adjacency.allCases {
      let one = SampledGaussian(samplingRate: samplingRate, sigma: sigma, adjacency: adjacency)
      do {
        let composed = try PrivacyLossDistribution(one, interval: interval).composed(steps)
        largest = max(largest, composed.epsilon(delta: delta))
      } catch {
        (largest, note) = (.infinity, error.description)
      }
    }
    return PrivacyAccount(
      id: "pld", source: "Koskela et al. 2020; Doroshenko et al. 2022", epsilon: largest, isBound: true,
      note: note)
  }

  private static func unsampled(ratio: Double, delta: Double) -> [PrivacyAccount] {
    let rho = ratio * ratio / 2
    return [
      PrivacyAccount(
        id: "gdp", source: "Dong, Roth, Su 2022; Balle and Wang 2018",
        epsilon: gaussian(ratio, delta), isBound: true,
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
    // Far outside of these ranges sums of exponentials are no numbers any more.
    guard sigma >= 0.01, sigma <= 1e9 else {
      throw .outOfRange(name: "the noise", value: sigma, range: "0.01...1e9")
    }
    guard interval >= 1e-9, interval <= 1 else {
      throw .outOfRange(name: "the grid", value: interval, range: "1e-9...1")
    }
    guard (1...100_000_000).contains(steps) else {
      throw .outOfRange(name: "the number of releases", value: Double(steps), range: "1...100000000")
    }
    guard delta > 0, delta < 1 else { throw .outOfRange(name: "delta", value: delta, range: "0<..<1") }
  }
}
