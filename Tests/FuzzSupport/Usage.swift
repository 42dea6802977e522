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
}
