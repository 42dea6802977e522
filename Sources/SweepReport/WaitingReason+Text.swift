import SweepModel

extension WaitingReason {
  /// What is waited for and what to do about it: one line, without a full stop.
  public func text() -> String {
    let detail = detail.map { ": \(HumanText.oneLine($0))" } ?? ""
    return HumanText.oneLine(sentence) + detail + retry
  }

  /// The same with a word before it that says whether anything goes on.
  public var line: String { (isBlocking ? "waiting: " : "note: ") + text() }

  private var sentence: String {
    switch code {
    case .noWorkers:
      "no worker has been connected\(since(" for")): start one with `seedsweep worker`"
    case .unknownKey:
      "a key that is not on the allow-list was turned away (\(key ?? "unknown"), from "
        + "\(address ?? "an unknown address")): if it is a worker's, let it in with "
        + "`seedsweep keys allow NAME.public --role worker --keys DIR`"
    case .workerRefused: "a worker on \(place) was refused\(ago)"
    case .componentMissing:
      "no connected worker has what \(subject) needs: start one of the program that has it"
    case .dataMissing: "\(rejecters) cannot read the data of \(subject)"
    case .dataDiffer: "\(rejecters) \(have) other data for \(subject)"
    case .memory: "\(rejecters) \(have) too little memory for \(subject)"
    case .variantRejected: "\(rejecters) cannot train \(subject)"
    case .workerLost: "\(HumanText.count(UInt64(max(0, workers)), "worker")) on \(place) lost\(ago)"
    case .workersStalled:
      "\(workerShare) made no progress\(since(" for")) and \(workers == 1 ? "gets" : "get") no "
        + "more trials until \(workers == 1 ? "it does" : "they do") (last: \(place))"
    case .lastTrials:
      "the last \(HumanText.count(trials, "trial")) \(trials == 1 ? "is" : "are") on one worker "
        + "(\(place)), without a result\(since(" for"))"
    case .timeLimit:
      "a trial of \(subject) needs longer than the time limit of any worker: start one with a longer "
        + "--time-limit, or without a limit"
    case .storeBusy:
      "the store is slower than the workers: no messages are read until "
        + "\(HumanText.count(trials, "result")) are on the disk"
    }
  }

  private var place: String { host ?? "an unknown host" }

  private func since(_ word: String) -> String {
    seconds.map { "\(word) \(HumanText.span($0))" } ?? ""
  }

  private var ago: String { seconds.map { " \(HumanText.span($0)) ago" } ?? "" }

  private var have: String { workers == 1 ? "has" : "have" }

  private var workerShare: String {
    workers == connected && workers != 1
      ? "all \(HumanText.count(UInt64(workers), "worker"))"
      : "\(workers) of \(HumanText.count(UInt64(max(0, connected)), "worker"))"
  }

  private var rejecters: String { "\(workerShare) (last: \(place))" }

  private var subject: String {
    let others = variants > 1 ? " and \(HumanText.count(UInt64(variants - 1))) more" : ""
    return "variant \(variant ?? HumanText.none)\(others) of sweep \(sweep ?? HumanText.none)"
  }

  private var retry: String {
    retrySeconds.map { "; tried again in \(HumanText.span($0))" } ?? ""
  }
}

extension HumanText {
  /// A time that has passed, in its largest unit: "42 s", "3 min", "5 h", "4 days".
  static func span(_ seconds: Double) -> String {
    switch seconds {
    case ..<120: "\(Int(max(0, seconds))) s"
    case ..<7_200: "\(Int(seconds / 60)) min"
    case ..<172_800: "\(Int(seconds / 3_600)) h"
    default: "\(Int(min(seconds / 86_400, 1e6))) days"
    }
  }
}
