import SweepModel

/// A worker trains no more at a time than fits into its memory: better fewer slots than to be ended by the
/// system with all of them.
extension Worker {
  /// A variant is ready, if there is memory for it.
  mutating func admit(
    _ digest: VariantDigest, lanes: Int, _ memory: VariantMemory?, _ effects: inout [Effect]
  ) {
    variants[digest] = .ready
    packLanes[digest] = lanes
    guard let memory else { return }
    ledger.add(memory, of: digest)
    // Data that nothing waits for go before slots stay empty.
    if let room = ledger.room(for: digest), room.slots < slots.count {
      forgetIdleVariants(except: digest, &effects)
    }
    if let room = ledger.room(for: digest), room.slots == 0 {
      reject(digest, VariantRejection(.memory, ledger.shortage(of: digest)), &effects)
    }
  }

  /// How many slots may train a variant at a time, and the memory that takes; nil where its memory, or the
  /// limit, is not known.
  public func room(for variant: VariantDigest) -> SlotRoom? { ledger.room(for: variant) }

  /// The slots that may train a variant at a time.
  func usableSlots(for variant: VariantDigest) -> Int {
    max(1, ledger.room(for: variant)?.slots ?? slots.count)
  }

  /// Takes the memory that a slot needs for a variant, if need be from idle slots; false where it has to
  /// wait for slots that train.
  mutating func takeMemory(
    for variant: VariantDigest, in slot: Int, _ effects: inout [Effect]
  ) -> Bool {
    for other in slots.indices where other != slot {
      if ledger.fits(variant, in: slot) { break }
      guard slots[other] == .idle, ledger.holds(other) else { continue }
      ledger.release(other)
      effects.append(.release(slot: other))
    }
    guard ledger.fits(variant, in: slot) else { return false }
    ledger.take(variant, in: slot)
    return true
  }

  /// Forgets variants that no lease names: one that comes again is asked for again.
  private mutating func forgetIdleVariants(
    except kept: VariantDigest, _ effects: inout [Effect]
  ) {
    let idle = variants.keys.filter { digest in
      digest != kept && variants[digest] == .ready && !leases.contains { $0.variant == digest }
    }
    guard !idle.isEmpty else { return }
    for slot in slots.indices where slots[slot] == .idle && ledger.holds(slot) {
      ledger.release(slot)
      effects.append(.release(slot: slot))
    }
    for digest in idle.sorted(by: { $0.hex < $1.hex }) { forget(digest, &effects) }
  }

  mutating func forget(_ digest: VariantDigest, _ effects: inout [Effect]) {
    let wasReady = variants.removeValue(forKey: digest) == .ready
    ledger.forget(digest)
    packLanes[digest] = nil
    assignmentSizes[digest] = nil
    packTimes[digest] = nil
    if wasReady { effects.append(.forget(digest)) }
  }
}
