#if canImport(Glibc)
  internal import Glibc
#endif

/// Which OpenBLAS kernel to ask for when the library does not know the processor.
///
/// OpenBLAS chooses its kernel from the processor's model number when it is loaded and falls back to an
/// AVX2 kernel for models newer than itself, at about half the speed on a processor with AVX-512. The
/// environment variable ``variable`` overrides the choice, but only if set before the program starts, so an
/// executable that wants the better kernel sets it and runs itself again.
public enum KernelChoice {
  /// The environment variable that OpenBLAS reads at load.
  public static let variable = "OPENBLAS_CORETYPE"

  /// The kernel to ask for, or nil when OpenBLAS has chosen as well as it can.
  ///
  /// - Parameters:
  ///   - coreName: the kernel that OpenBLAS chose by itself (``BLASRuntime/coreName``).
  ///   - cpuFlags: the processor's features as Linux names them (``cpuFlags(fromCPUInfo:)``).
  public static func preferred(coreName: String, cpuFlags: Set<String>) -> String? {
    let fallbacks = ["haswell", "zen", "sandybridge", "nehalem", "prescott", "core2", "barcelona"]
    // What the SkylakeX kernels are compiled for.
    let needed: Set = ["avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl", "avx2", "fma"]
    guard fallbacks.contains(coreName.lowercased()), needed.isSubset(of: cpuFlags) else { return nil }
    return "SkylakeX"
  }

  /// The features of the first processor in the text of `/proc/cpuinfo`; empty if it lists none.
  public static func cpuFlags(fromCPUInfo text: String) -> Set<String> {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].split(whereSeparator: \.isWhitespace) == ["flags"] else { continue }
      return Set(parts[1].split(whereSeparator: \.isWhitespace).map(String.init))
    }
    return []
  }

  /// The features of this machine's processor; empty where `/proc/cpuinfo` does not exist.
  public static func currentCPUFlags() -> Set<String> {
    #if canImport(Glibc)
      guard let file = fopen("/proc/cpuinfo", "r") else { return [] }
      defer { fclose(file) }
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      let count = fread(&bytes, 1, bytes.count, file)
      return cpuFlags(fromCPUInfo: String(decoding: bytes[0..<count], as: UTF8.self))
    #else
      return []
    #endif
  }
}
