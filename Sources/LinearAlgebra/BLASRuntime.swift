internal import COpenBLAS

/// What the BLAS library does at run time: its threads and the kernel it chose for this processor.
public enum BLASRuntime {
  /// Sets how many threads BLAS uses for one call. The library starts with one per core; everything in
  /// this package that runs several tasks at once sets it to one first.
  public static func setThreads(_ count: Int) {
    precondition(count >= 1, "BLAS needs at least one thread")
    openblas_set_num_threads(blasInt(count))
  }

  /// The number of threads that one BLAS call may use.
  public static var threads: Int { Int(openblas_get_num_threads()) }

  /// The processor kernel that OpenBLAS chose when it was loaded, such as `Haswell` or `SkylakeX`.
  public static var coreName: String { String(cString: openblas_get_corename()) }

  /// Version and build options of OpenBLAS.
  public static var configuration: String { String(cString: openblas_get_config()) }
}
