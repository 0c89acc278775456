#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `ln x`, from the C library.
func naturalLogarithm(_ value: Double) -> Double { log(value) }
