import RealModule

/// What one accountant says of a series of releases, so that accountants can stand side by side.
public struct PrivacyAccount: Sendable, Hashable, Codable {
  /// Stable lower-case name of the accountant.
  public let id: String
  /// Who it is from.
  public let source: String
  /// The `ε` at the given `δ`; infinite if it gives none, and then ``note`` says why.
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
    let mu = samplingRate * (Double(steps) * Double.expMinusOne(1 / (sigma * sigma))).squareRoot()
    if samplingRate < 1 {
      result.append(
        gaussian(
          id: "gdp-clt", source: "Bu, Dong, Long, Su 2020", mu, delta, isBound: false,
          remark: "a limit for many steps, can be below the truth"))
    } else {
      result += unsampled(ratio: Double(steps).squareRoot() / sigma, delta: delta)
    }
    return result
  }

  /// Largest parameter of Gaussian privacy that the account speaks of.
  private static let largestMu = 1e5

  /// Gaussian privacy with the parameter `mu`; so small that numbers cannot hold it, it is none.
  private static func gaussian(
    id: String, source: String, _ mu: Double, _ delta: Double, isBound: Bool, remark: String
  ) -> PrivacyAccount {
    guard mu <= largestMu else {
      return PrivacyAccount(
        id: id, source: source, epsilon: .infinity, isBound: isBound,
        note: "none: mu \(mu) is above \(largestMu); use more noise")
    }
    return PrivacyAccount(
      id: id, source: source,
      epsilon: mu < 1e-12 ? 0 : GaussianMechanism.epsilon(delta: delta, sigma: 1 / mu), isBound: isBound,
      note: "mu \(mu), \(remark)")
  }

  /// The word of loss distributions; infinite where their grid would be too large or too much is lost off it.
  private static func lossDistribution(
    _ mechanisms: [any PrivacyLossMechanism], steps: Int, delta: Double, interval: Double, remark: String
  ) -> PrivacyAccount {
    var (largest, note) = (0.0, "grid \(interval)\(remark)")
    for mechanism in mechanisms {
      do {
        let composed = try PrivacyLossDistribution(mechanism, interval: interval).composed(steps)
        let epsilon = composed.epsilon(delta: delta)
        if !epsilon.isFinite, largest.isFinite {
          note = "none: an infinite loss cannot be ruled out to more than \(composed.infinity), above delta"
        }
        largest = max(largest, epsilon)
      } catch {
        (largest, note) = (.infinity, "none: \(error)")
      }
    }
    return PrivacyAccount(
      id: "pld", source: "Koskela et al. 2020; Doroshenko et al. 2022", epsilon: largest, isBound: true,
      note: note)
  }

  private static func lossDistribution(
    samplingRate: Double, sigma: Double, steps: Int, delta: Double, interval: Double
  ) -> PrivacyAccount {
    lossDistribution(
      Adjacency.allCases.map { SampledGaussian(samplingRate: samplingRate, sigma: sigma, adjacency: $0) },
      steps: steps, delta: delta, interval: interval, remark: ", the larger of add and remove")
  }

  private static func unsampled(ratio: Double, delta: Double) -> [PrivacyAccount] {
    let rho = ratio * ratio / 2
    return [
      gaussian(
        id: "gdp", source: "Dong, Roth, Su 2022; Balle and Wang 2018", ratio, delta, isBound: true,
        remark: "exact"),
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
    return [
      PrivacyAccount(
        id: "basic", source: "Dwork, McSherry, Nissim, Smith 2006", epsilon: Double(count) / scale,
        isBound: true, note: "delta 0"),
      lossDistribution(
        [LaplaceMechanism(scale: scale)], steps: count, delta: delta, interval: interval, remark: ""),
    ]
  }

  private static func check(
    sigma: Double, steps: Int, delta: Double, interval: Double
  ) throws(PrivacyError) {
    // Far outside of these ranges sums of exponentials are no numbers any more.
    guard noiseRange.contains(sigma) else {
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
