import CKernels

/// What this machine's CPU says of itself, for people who compare machines.
public enum Processor {
  /// The brand, such as "AMD EPYC 7763 64-Core Processor"; empty where the CPU has no such text.
  public static let modelName: String = {
    var text = [CChar](repeating: 0, count: Int(SS_CPU_NAME_BYTES))
    ss_cpu_name(&text)
    let bytes = text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    return String(decoding: bytes, as: UTF8.self).split(separator: " ").joined(separator: " ")
  }()

  /// Bytes of a core's second-level cache; those of a common server CPU where the system does not
  /// say.
  public static let secondLevelCacheBytes: Int = {
    let bytes = Int(ss_second_level_cache_bytes())
    return bytes > 0 ? bytes : 1 << 20
  }()

  /// The features that decide which kernels it can run.
  public static let features: [String] =
    String(cString: ss_cpu_features()).split(separator: " ").map(String.init)
}
