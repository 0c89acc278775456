#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `eˣ`.
func exponential(_ value: Double) -> Double { exp(value) }

/// The natural logarithm; −∞ for zero.
func naturalLogarithm(_ value: Double) -> Double { log(value) }
