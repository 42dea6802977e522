import Foundation

extension HumanText {
  /// A rate with about three significant digits: "0.25", "12.5", "54,321".
  static func rate(_ perSecond: Double) -> String {
    switch perSecond {
    case ..<10: String(format: "%.2f", perSecond)
    case ..<100: String(format: "%.1f", perSecond)
    // A UInt64 holds no more.
    default: count(UInt64(min(perSecond, 1e18).rounded()))
    }
  }

  /// A time that is left, rounded up to a second: `m:ss`, `h:mm:ss`, or days from two on.
  static func clock(_ seconds: Double) -> String {
    let days = seconds / 86_400
    if days >= 2 { return days < 1e6 ? "\(Int(days)) days" : "over a million days" }
    let whole = Int(seconds.rounded(.up))
    func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
    let (hours, minutes) = (whole / 3_600, whole / 60 % 60)
    let tail = padded(whole % 60)
    return hours > 0 ? "\(hours):\(padded(minutes)):\(tail)" : "\(minutes):\(tail)"
  }
}
