import Kernels
import Testing
import Training

/// The contract's golden trial.
@Suite struct GoldenTrialTests {
  @Test(arguments: KernelSet.available)
  func everySetOfKernelsGivesTheContractsTrial(_ kernels: KernelSet) throws {
    try GoldenTrial.verify(kernels: kernels)
  }
}
