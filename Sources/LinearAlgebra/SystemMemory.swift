#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The memory that this process may use, so that work which needs more is refused with a sentence, not ended by the
/// system in the middle.
public enum SystemMemory {
  /// Bytes of the machine's memory, or of the process's own limit if that is less.
  public static let bytes: Int = {
    var limit = rlimit()
    let isKnown = addressSpace(&limit) == 0
    let own = isKnown ? Int(clamping: limit.rlim_cur) : .max
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    guard pages > 0, size > 0 else { return own }
    let (physical, isOver) = Int(pages).multipliedReportingOverflow(by: Int(size))
    return Swift.min(own, isOver ? .max : physical)
  }()

  /// Whether `copies` square matrices of the given order fit into half of the memory.
  public static func holds(squareOf order: Int, copies: Int) -> Bool {
    let (elements, isOver) = order.multipliedReportingOverflow(by: order)
    return !isOver && elements <= bytes / 2 / (8 * Swift.max(copies, 1))
  }

  /// The largest order of which `copies` square matrices fit into half of the memory.
  public static func largestSquare(copies: Int) -> Int {
    Int((Double(bytes) / 2 / (8 * Double(Swift.max(copies, 1)))).squareRoot())
  }

  private static func addressSpace(_ limit: inout rlimit) -> Int32 {
    #if canImport(Glibc)
      getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    #else
      getrlimit(RLIMIT_AS, &limit)
    #endif
  }
}
