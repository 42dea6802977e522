import Kernels
import Testing

/// Recurrent kernels where the golden trials do not look.
@Suite struct RecurrentTests {
  /// A chain passes by a lane that does not count without a trace only where one factor is −0: a
  /// sum that is −0 by underflow would become +0 otherwise.
  @Test(arguments: KernelSet.available, [RecurrentCell.gru, .gruResetBefore])
  func whatIsKeptOfAMaskedLaneIsNegativeZero(_ kernels: KernelSet, _ cell: RecurrentCell) {
    let (lanes, steps) = (2, 2)
    // One sample of two steps, one unit; the second lane's last step does not count.
    let mask: [Float] = [1, 1, 1, 0]
    var floats = [Float](repeating: 0.75, count: 128)
    var words = [UInt32](repeating: 0, count: steps + 1 + steps)
    let kept = floats.withUnsafeMutableBufferPointer { floats in
      words.withUnsafeMutableBufferPointer { words in
        guard let start = floats.baseAddress, let list = words.baseAddress else { return [Float]() }
        let (gates, hidden, inner) = (start, start + 12, start + 16)
        let positions = SequencePositions(
          lanes: lanes, rows: 1, steps: steps, isReversed: false, mask: mask, starts: list,
          batchRows: list + steps + 1, counts: start + 20)
        let tensors = RecurrentTensors(
          cell: cell, gate: .sigmoid, units: 1, recurrentKernel: start + 24, bias: nil,
          gates: gates, hidden: hidden, cells: nil, inner: inner, recurrentGradient: start + 30,
          state: start + 42, cellState: nil,
          outputs: RecurrentOutputs(values: start + 44, onlyLast: true, step: 1, row: 1))
        kernels.recurrentForward(positions, tensors, workspace: start + 46)
        return [hidden[2], hidden[3], inner[2], inner[3]]
      }
    }
    #expect(kept[0] > 0)
    #expect(kept[2] > 0)
    #expect(kept[1].bitPattern == 0x8000_0000)
    guard cell == .gruResetBefore else { return }
    #expect(kept[3].bitPattern == 0x8000_0000)
  }
}
