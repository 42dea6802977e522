import Kernels
import Testing

/// Which sets there are, how one is chosen, and their test of themselves.
@Suite struct KernelSetTests {
  @Test(arguments: KernelSet.available)
  func everyAvailableSetPassesItsTest(_ kernels: KernelSet) throws {
    try kernels.selfTest()
  }

  @Test func theReferenceComesFirst() {
    #expect(KernelSet.available[0].name == "reference")
    #expect(KernelSet.available.count >= 2)
    #expect(Set(KernelSet.available.map(\.name)).count == KernelSet.available.count)
  }

  @Test func aSetIsChosenByItsName() throws {
    for kernels in KernelSet.available {
      #expect(try KernelSet.named(kernels.name).name == kernels.name)
    }
    #expect(try KernelSet.named(nil).name == KernelSet.available.last?.name)
  }

  @Test func anUnknownNameIsAnErrorThatListsTheKnown() {
    let error = #expect(throws: KernelError.self) { try KernelSet.named("sse9") }
    let message = error.map(String.init(describing:)) ?? ""
    #expect(message.contains("SEEDSWEEP_ISA=sse9"))
    #expect(message.contains("reference, "))
  }

  @Test func theProcessorNamesItself() {
    #expect(!Processor.features.isEmpty)
    #expect(!Processor.modelName.contains("\0"))
    #expect(!Processor.modelName.hasPrefix(" "))
  }
}
