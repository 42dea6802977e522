import Foundation
import Scheduling
import SweepModel
import Training
import ZeroMQTransport

// Thousands of workers in one process: their state machines and their sockets are real, their training
// is a wait. It prints what they saw, one object four times a second, until its time is over.
//
//   worker-crowd ADDRESS WORKERS SECONDS TRIAL-SECONDS METRICS

/// Sockets of one context: ZeroMQ allows 1,023 unless told otherwise.
let socketsPerContext = 500
/// How long the crowd sleeps between two looks at its sockets.
let turnMicroseconds: UInt32 = 2_000

let arguments = CommandLine.arguments
guard arguments.count == 6, let count = Int(arguments[2]), count > 0,
  let seconds = Double(arguments[3]), let trialSeconds = Double(arguments[4]), trialSeconds > 0,
  let metricCount = Int(arguments[5]), metricCount >= 0
else {
  FileHandle.standardError.write(
    Data("usage: worker-crowd ADDRESS WORKERS SECONDS TRIAL-SECONDS METRICS\n".utf8))
  exit(2)
}

// Each worker takes two descriptors: its connection, and ZeroMQ's own.
var limit = rlimit()
#if os(Linux)
  let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
#else
  let resource = RLIMIT_NOFILE
#endif
getrlimit(resource, &limit)
limit.rlim_cur = limit.rlim_max
setrlimit(resource, &limit)
guard limit.rlim_cur >= 2 * count + 100 else {
  FileHandle.standardError.write(
    Data("worker-crowd: \(limit.rlim_cur) files are too few; see ulimit -Hn\n".utf8))
  exit(1)
}

let beginning = ContinuousClock.now
func now() -> Instant { Instant(beginning.duration(to: .now)) }

var generator = SystemRandomNumberGenerator()
var contexts: [ZeroMQContext] = []
var tally = CrowdTally()
var workers: [CrowdWorker] = []
for number in 0..<count {
  if number.isMultiple(of: socketsPerContext) { contexts.append(try ZeroMQContext()) }
  let identity = WorkerIdentity(
    id: WorkerID.random(using: &generator), host: "crowd:\(number)", processor: "none",
    instructionSet: "none", slots: 1, goldenWeights: GoldenTrial.expectedWeights,
    session: generator.next())
  workers.append(
    try CrowdWorker(
      identity, jitterSeed: generator.next(), context: contexts[contexts.count - 1],
      endpoint: arguments[1], trialDuration: .seconds(trialSeconds), metricCount: metricCount))
  try workers[number].start(at: now(), &tally)
}

/// Seconds between two lines.
let interval = 0.25
var nextLine = interval
while true {
  let time = now()
  for number in workers.indices where workers[number].ending == nil {
    try workers[number].turn(at: time, &tally)
  }
  let elapsed = time.offset.seconds
  if elapsed >= nextLine {
    let epoch = workers.lazy.map(\.epoch).max() ?? 0
    let working = workers.count { $0.ending == nil && $0.isWorking && $0.epoch == epoch }
    let line = tally.line(second: elapsed, epoch: epoch, working: working, workers: count)
    // Unlike `print`, it does not wait for a full buffer where somebody reads along.
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
    tally = CrowdTally()
    nextLine = elapsed + interval
  }
  if elapsed >= seconds || workers.allSatisfy({ $0.ending != nil }) { break }
  usleep(turnMicroseconds)
}
