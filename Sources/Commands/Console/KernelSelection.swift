import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The start of the program with the fastest BLAS kernel of the processor.
///
/// OpenBLAS reads the wish for a kernel when it is loaded, before the first line of the program runs. So where
/// it chose less than the processor has, the program puts the wish into its environment and starts itself once
/// more, in the same process with the same arguments. `OPENBLAS_CORETYPE` set by the user stays as it is.
enum KernelSelection {
  /// Starts the program again if a better kernel is known; returns if not, or if it cannot.
  static func restartIfBetter() {
    guard Console.environment(KernelChoice.variable) == nil,
      let kernel = KernelChoice.preferred(
        coreName: BLASRuntime.coreName, cpuFlags: KernelChoice.currentCPUFlags()),
      setenv(KernelChoice.variable, kernel, 1) == 0
    else { return }
    execv("/proc/self/exe", CommandLine.unsafeArgv)
    // Reached only if the system refused; the kernel in use is good enough then.
    unsetenv(KernelChoice.variable)
  }
}
