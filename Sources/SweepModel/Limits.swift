/// The maximum of every queue, retry, payload, lease and message.
///
/// A value beyond one of these is refused with a message that names the limit: nothing is clipped in
/// silence. They are generous for use and small enough that hostile input cannot exhaust a machine.
public enum Limits {
  /// Bytes of a SHA-256.
  public static let digestBytes = 32

  // A specification

  /// Bytes of a specification's file.
  public static let specificationBytes = 1 << 20
  /// Depth of nesting in a specification (guards the parser's stack, and YAML aliases that explode).
  public static let specificationDepth = 32
  /// Nodes of a specification after its aliases are expanded.
  public static let specificationNodes = 100_000
  /// Characters in the name of a sweep or a variant.
  public static let nameLength = 64
  /// Bytes of a text in a specification, such as a file's path.
  public static let textBytes = 4096
  /// Callbacks of a variant.
  public static let callbacks = 16
  /// Variants of a sweep.
  public static let variants = 10_000
  /// Keys of a grid: no name has room for more.
  public static let gridKeys = 16
  /// Values of a grid, written out for each of its variants (guards the reader's time).
  public static let gridNodes = 1_000_000
  /// Trials of a variant: an index must fit SQLite's signed 64 bits with room to spare.
  public static let trials: UInt64 = 1 << 48
  /// Custom components of a program, and those that a variant needs.
  public static let components = 256
  /// Sums of a custom metric.
  public static let metricSums = 4_096
  /// Layers of a model.
  public static let layers = 1_000
  /// Variables of a layer, at most: those that two directions of a recurrent layer have, and room.
  public static let layerVariables = 16
  /// Units of a layer.
  public static let units: Int64 = 1 << 24
  /// Places of a window along one axis, and from one window to the next.
  public static let windowLength: Int64 = 4_096
  /// Axes of a sample, or of an array in a file.
  public static let axes = 8
  /// Parameters of a model (4 GiB of binary32).
  public static let parameters = 1 << 30
  /// Bytes of the memory in which one slot trains: weights, gradients, activations of a whole pack.
  public static let arenaBytes = 16 << 30
  /// Epochs of a trial.
  public static let epochs: Int64 = 1_000_000
  /// Samples of a batch.
  public static let batchSize: Int64 = 1 << 30
  /// Metrics of a specification.
  public static let metrics = 100
  /// Metrics of a result: those of the specification, over the training, the validation and the
  /// test samples.
  public static let resultMetrics = 3 * metrics
  /// Samples of a generated dataset.
  public static let samples: Int64 = 1 << 24
  /// A seed of data: a whole number that every reader of JSON keeps.
  public static let dataSeed: Int64 = 1 << 53 - 1

  // Files of data

  /// Bytes of one file of data, and of what it holds when it is decompressed.
  public static let dataFileBytes = 4 << 30
  /// Bytes that decompressing may give whatever the file's size.
  public static let inflatedBytes = 64 << 20
  /// Bytes beyond those that decompressing may give for each byte of the file.
  public static let inflationRatio = 256
  /// Values of the inputs of a dataset, or of its targets (4 GiB of binary32).
  public static let dataValues = 1 << 30
  /// Columns of a table.
  public static let columns = 1 << 16
  /// Bytes of one value in a table, or of one word or tag.
  public static let cellBytes = 1 << 16
  /// Classes that targets tell apart, and categories of a column.
  public static let classes: Int64 = 1 << 20
  /// Words of a vocabulary, those of the padding and the unknown word among them.
  public static let words = 1 << 24
  /// Tokens of a sentence.
  public static let sentenceTokens: Int64 = 1 << 16
  /// Arrays in an archive.
  public static let archiveMembers = 1 << 16

  /// Files that the data of one sweep are read from.
  public static let dataFiles = 4_096
  /// Bytes of one chunk of a file that travels; the last one of a file is shorter.
  public static let chunkBytes = 512 << 10
  /// Chunks on their way to one worker, or from one client (4 MiB).
  public static let chunkWindow = 8
  /// Chunks that a coordinator holds for all workers that fetch data (64 MiB).
  public static let chunksInMemory = 128
  /// Workers whose requests for data a coordinator keeps.
  public static let fetchingWorkers = workers
  /// Chunks of files that clients upload which wait for the coordinator's disk (16 MiB).
  public static let waitingUploads = 32
  /// Times that a file is fetched again because what arrived, or was kept, does not have its digest.
  public static let fetchAttempts = 3
  /// Bytes of a cache of data files, unless the user says otherwise.
  public static let cacheBytes = 16 << 30

  // Files of models

  /// Bytes of a file of a model, and of all members of an archive together.
  public static let modelFileBytes = 4 << 30
  /// Members of an archive of a model.
  public static let modelArchiveMembers = 4_096
  /// Bytes of a member of such an archive that may be compressed however well.
  public static let modelFreeBytes = 4 << 20
  /// Bytes beyond those for each compressed byte: deflate gives at most 1,032.
  public static let modelInflationRatio = 128
  /// Bytes of an architecture, or of the texts of an attribute.
  public static let modelTextBytes = 16 << 20
  /// Bytes of a name in an HDF5 file.
  public static let modelNameBytes = 1_024
  /// Bytes of the paths of all objects of an HDF5 file.
  public static let modelFileNameBytes = 64 << 20
  /// Groups within groups of an HDF5 file.
  public static let modelFileDepth = 64
  /// Entries of any kind in an HDF5 file (guards the reader's time where parts overlap).
  public static let modelFileSteps = 1 << 20
  /// Attributes of an object of an HDF5 file.
  public static let modelFileAttributes = 4_096
  /// Levels of a tree in an HDF5 file.
  public static let modelFileTreeLevels = 16
  /// Filters of a dataset in an HDF5 file.
  public static let modelFileFilters = 8

  /// Bytes of a trial's model that a coordinator keeps.
  public static let keptModelBytes = modelFileBytes
  /// Bytes of a model that a worker sends without being asked to.
  public static let firstPartBytes = 64 << 10
  /// Larger models on their way to a coordinator at a time, each with a window of chunks (64 MiB).
  public static let modelUploads = 16
  /// Parts of models that wait for the coordinator's disk.
  public static let waitingModelParts = 256
  /// Bytes of models that have not arrived completely: what was begun the longest time ago goes first.
  public static let incomingModelBytes = 64 << 30
  /// Bytes of the disk that models leave to the store.
  public static let diskReserveBytes = 256 << 20
  /// Seconds between checkpoints of a trial, at most.
  public static let checkpointSeconds: Int64 = 7 * 86_400
  /// Models with different weights that are kept of one trial: until it is known whose result is right.
  public static let modelsOfTrial = 4

  // JSON

  /// Depth of nesting (guards the stack).
  public static let jsonDepth = 128
  /// Values in one text, those within others among them.
  public static let jsonValues = 1 << 21
  /// Characters of a number.
  public static let jsonNumberDigits = 1_024

  // Leases and results

  /// Results of one trial that a store keeps beside the stored one.
  public static let violationsOfTrial = 100

  /// Trials of one lease; each carries its seed, 8 bytes.
  public static let leaseTrials: UInt64 = 1 << 16
  /// Leases that one worker holds at a time.
  public static let leasesPerWorker = 8
  /// Results of one batch.
  public static let batchResults = 4_096
  /// Bytes of one batch of more than one result: it is sent before it would exceed them.
  public static let batchBytes = 4 << 20
  /// Results that wait for the store before the coordinator stops reading from its workers.
  public static let uncommittedResults = 1 << 16
  /// Values of one trial's history that can be kept (32 MiB): they must fit in a message.
  public static let historyValues = 4 << 20
  /// Batches that a worker holds unacknowledged before it stops training.
  public static let unacknowledgedBatches = 16
  /// Trials of one job of which a coordinator remembers that a worker's time limit stopped them.
  public static let interruptedTrials = 1_024
  /// Crashes that one trial may cause before it is recorded as failed.
  public static let trialCrashes = 5
  /// Outvoted results of one worker before it is quarantined.
  public static let outvotedResults = 2
  /// Disputes of one job that a coordinator keeps in memory; what is beyond stays in the store.
  public static let disputes = 10_000
  /// Characters of a failure's reason.
  public static let reasonLength = 1_000

  /// Pairs of trials that are compared at a time (guards the time that resampling takes).
  public static let comparedPairs: UInt64 = 1_000_000

  // Messages and processes

  /// Bytes of one message on the wire.
  public static let messageBytes = 64 << 20
  /// Workers connected to one coordinator.
  public static let workers = 16_384
  /// Worker processes that `run` starts.
  public static let localWorkers = 1_024
  /// Slots of one worker.
  public static let slots = 1_024
  /// Sweeps of one coordinator.
  public static let sweeps = 1_000
  /// Priorities of sweeps.
  public static let priorities = -1_000...1_000
  /// Messages without news that one connection may send a second: far more than a worker has to say
  /// beside its results, and far less than would keep the coordinator from the others. Messages with
  /// results of trials that were wanted are not counted: there are no more of them than leases.
  public static let peerMessagesPerSecond = 1_000
  /// Bytes of messages without news that one connection may send a second.
  public static let peerBytesPerSecond = 32 << 20
  /// Results of trials that the store had already that one connection may send a second.
  public static let peerRepetitionsPerSecond = 1 << 14
  /// Seconds of each of these that it may send at once: what a worker sends again that was not
  /// acknowledged is less.
  public static let peerBurstSeconds = 4
  /// Messages that are none of ours before a connection is sent away; a large one counts for each MiB.
  public static let peerGarbage = 16
  /// Connections of one address a second that end soon after they began, beyond a number at once.
  public static let briefConnectionsPerSecond = 20
  /// Brief connections of one address at once.
  public static let briefConnections = 320
  /// Messages read from the socket before timers are looked at again.
  public static let messagesPerTurn = 256

  // Control (docs/operations.md)

  /// Bytes of a client's request: a specification and some more.
  public static let controlRequestBytes = 3 * specificationBytes
  /// Bytes of a specification that a client sends without having been heard before.
  public static let strangerBytes = 64 << 10
  /// Submissions that are being prepared or wait for that.
  public static let waitingSubmissions = 16
  /// Answers to submissions and cancellations that are kept, should one get lost.
  public static let keptAnswers = 256
  /// Clients that wait for an answer, or hear of the end.
  public static let clients = 256
  /// Bytes of a coordinator's access file.
  public static let accessFileBytes = 8 << 10
  /// Warnings about a specification that its submitter is told.
  public static let submissionWarnings = 100
  /// Connections to the metrics' port.
  public static let metricsConnections = 32
  /// Bytes of a line of an HTTP request's head.
  public static let httpHeaderBytes = 8 << 10
  /// Sweeps that have time series of their own; the others share one.
  public static let measuredSweeps = 100
  /// Reasons why trials wait that are told at a time.
  public static let waitingReasons = 16
  /// Machines whose workers were refused or lost, and keys that were turned away, that are remembered.
  public static let recentTroubles = 16
  /// Log entries of one kind in a minute; the rest are counted.
  public static let logEntriesPerMinute = 30
}
