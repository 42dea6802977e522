// A worker that speaks the protocol and does harm: what the tests of real faults set on a coordinator.
//
//   lying-worker ADDRESS LIE [--trial INDEX] [--rest-after TRIALS] [--identity HEX]
//
// It trains on one thread, and then does one of these:
//
//   ulp        returns each result with a metric one ulp off and weights' digests of its own
//   sometimes  the same, but only for every seventh trial
//   seed       returns each result with another seed
//   metrics    returns each result with a metric too many
//   forget     leaves out every second result
//   foreign    returns results, one ulp off, of the trials beside those that it was lent as well
//   crash      ends by a signal when it begins the trial --trial
//   hang       never ends the trial --trial, while its heartbeats go on
//   model      sends as the model of each trial a file that is none
//   swap       sends the right model of each trial, and then a result one ulp off
//   none       is honest
//
// After --rest-after trials it begins no more, while its heartbeats go on.

import Foundation
import Scheduling
import SweepModel

func fail(_ text: String) -> Never {
  FileHandle.standardError.write(Data("lying-worker: \(text)\n".utf8))
  exit(2)
}

// Whoever starts it may have signals blocked, and then it would not end when told to.
var everything = sigset_t()
sigfillset(&everything)
sigprocmask(SIG_UNBLOCK, &everything, nil)

var words = Array(CommandLine.arguments.dropFirst())
guard words.count >= 2, let lie = Lie(rawValue: words[1]) else {
  fail("usage: lying-worker ADDRESS LIE [--trial INDEX] [--rest-after TRIALS] [--identity HEX]")
}
let address = words[0]
words.removeFirst(2)
var trial: TrialIndex?
var identity: WorkerID?
var mostTrials = Int.max
while words.count >= 2 {
  switch words[0] {
  case "--trial": trial = UInt64(words[1]).map { TrialIndex($0) }
  case "--rest-after": mostTrials = Int(words[1]) ?? .max
  case "--identity": identity = WorkerID(hex: words[1])
  default: fail("what is \(words[0])?")
  }
  words.removeFirst(2)
}
do {
  let service = try LyingService(
    address: address, lie: lie, trial: trial, mostTrials: mostTrials, identity: identity)
  let reason = try service.run()
  print(reason)
  if case .refused = reason { exit(1) }
} catch {
  fail("\(error)")
}
