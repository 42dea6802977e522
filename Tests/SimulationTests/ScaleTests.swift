import Simulation
import Testing

@Suite("Large sweeps, undisturbed")
struct ScaleTests {
  @Test("Each trial is finished exactly once, however fast the workers are", arguments: [1, 4])
  func exactlyOnce(spread: Int) {
    var settings = ScaleRun.Settings(workers: 20, trials: 100_000)
    settings.spread = spread
    settings.batchSeconds = 0.05
    var run = ScaleRun(settings)
    run.run()
    #expect(run.failure == nil)
    #expect(run.recordedCount == settings.trials)
    // Leases shrink with what is left for each worker: next to nothing has to be taken from one.
    #expect(run.repetitions.takenOver < settings.trials / 1_000)
    #expect(run.repetitions.repeated < settings.trials / 10_000)
  }
}
