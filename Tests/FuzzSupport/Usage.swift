import Foundation

/// What this process has used of the machine.
public enum Usage {
  /// Bytes of memory, at their most.
  public static var mostBytes: Int {
    var usage = rusage()
    #if os(Linux)
      getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss << 10
    #else
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #endif
  }

  /// Seconds of processors, which do not depend on what else the machine does.
  public static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
