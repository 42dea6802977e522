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
  @Test("A worker that joins and is lost costs its own leases, whatever the others hold")
  func joinsAndLosses() {
    var few = ChurnRun(workers: 10, trials: 1_000_000)
    var many = ChurnRun(workers: 300, trials: 1_000_000_000)
    for _ in 0..<20 { #expect(few.exchangeOne() == many.exchangeOne()) }
    few.check()
    many.check()
  }
}
