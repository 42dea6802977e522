import Scheduling

/// The network: latency, bandwidth, order, marks, breaks.
extension Simulation {
  /// Sends a frame on a connection; false where its queue is full.
  func transmit(_ bytes: [UInt8]?, on connection: Connection, _ direction: Direction) -> Bool {
    var lane = direction == .toWorker ? connection.toWorker : connection.toCoordinator
    guard lane.waiting < highWaterMark else { return false }
    lane.waiting += 1
    let delay =
      setup.latency * (1 + setup.jitter * random.fraction())
      + Double(bytes?.count ?? 0) / setup.bandwidth
    var start = now
    if slowUntil > now { start += random.next() % 4 == 0 ? Time(seconds: 2) : 0 }
    lane.lastArrival = max(lane.lastArrival, start + Time(seconds: delay))
    let frame = Frame(connection: connection, direction: direction, bytes: bytes)
    deliver(frame, &lane)
    set(lane, of: connection, direction)
    return true
  }

  /// Schedules the arrival; a middlebox that is no TCP may do mischief first.
  private func deliver(_ frame: Frame, _ lane: inout Lane) {
    var frame = frame
    if mischief.drops > 0, random.chance(0.2) {
      mischief.drops -= 1
      lane.waiting -= 1
      trace("a message is dropped")
      return
    }
    if mischief.duplicates > 0, random.chance(0.2) {
      mischief.duplicates -= 1
      lane.waiting += 1
      queue.add(.arrival(frame), at: lane.lastArrival + Time(seconds: random.fraction()))
    }
    if mischief.corruptions > 0, let bytes = frame.bytes, !bytes.isEmpty, random.chance(0.2) {
      mischief.corruptions -= 1
      trace("a message is corrupted")
      frame.isFlipped = random.chance(0.5)
      if frame.isFlipped {
        frame.bytes?[random.integer(0...(bytes.count - 1))] ^= 1 << UInt8(random.integer(0...7))
      } else {
        frame.bytes = Array(bytes.dropLast(random.integer(1...bytes.count)))
      }
    }
    if mischief.reorders > 0, random.chance(0.2) {
      mischief.reorders -= 1
      // Later ones may overtake it.
      queue.add(.arrival(frame), at: lane.lastArrival + Time(seconds: random.fraction() / 4))
      return
    }
    queue.add(.arrival(frame), at: lane.lastArrival)
  }

  private func set(_ lane: Lane, of connection: Connection, _ direction: Direction) {
    switch direction {
    case .toWorker: connection.toWorker = lane
    case .toCoordinator: connection.toCoordinator = lane
    }
  }

  func arrive(_ frame: Frame) {
    let connection = frame.connection
    switch frame.direction {
    case .toCoordinator:
      guard now <= connection.toCoordinator.cutAt, let coordinator,
        coordinator.life == connection.life
      else { return }
      guard now >= connection.toCoordinator.blockedUntil else {
        queue.add(.arrival(frame), at: connection.toCoordinator.blockedUntil)
        return
      }
      coordinator.inbox.append(frame)
      wakeCoordinator()
    case .toWorker:
      guard now <= connection.toWorker.cutAt, let number = connection.worker else {
        connection.toWorker.waiting -= 1
        return
      }
      guard now >= connection.toWorker.blockedUntil else {
        queue.add(.arrival(frame), at: connection.toWorker.blockedUntil)
        return
      }
      guard workers[number].isAlive, workers[number].connection === connection else { return }
      workers[number].inbox.append(frame)
      wakeWorker(number)
    }
  }

  // MARK: Connecting

  /// A worker's DEALER tries to connect, as libzmq does by itself.
  func tryToConnect(_ number: Int) {
    let worker = workers[number]
    guard worker.isAlive, worker.connection == nil else { return }
    guard let coordinator, !coordinator.isStopped, refusesUntil <= now, splitUntil <= now,
      !revokedKeys.contains(key(of: number) ?? Self.noKey)
    else {
      worker.reconnectDelay = min(worker.reconnectDelay * 2, 2 * Time.second)
      scheduleConnect(number)
      return
    }
    worker.reconnectDelay = Time.second / 10
    let connection = makeConnection(worker: number)
    worker.connection = connection
    trace("worker \(number) is connected as \(connection.peer.bytes)")
    wakeWorker(number)
  }

  func scheduleConnect(_ number: Int) {
    let delay = Double(workers[number].reconnectDelay) / 1e9 * (1 + random.fraction())
    queue.add(.connect(worker: number), at: now + Time(seconds: delay + 3 * setup.latency))
  }

  func makeConnection(worker: Int?) -> Connection {
    lastConnection += 1
    let connection = Connection(
      number: lastConnection, worker: worker, key: worker.flatMap { key(of: $0) })
    connection.life = coordinator?.life ?? 0
    coordinator?.connections[connection.peer] = connection
    workerOfPeer[connection.peer] = worker
    return connection
  }

  // MARK: Breaking

  /// The worker's end learns that the connection is gone, and connects again.
  func closeAtWorker(_ connection: Connection) {
    guard connection.isOpenAtWorker else { return }
    connection.isOpenAtWorker = false
    guard let number = connection.worker, workers[number].connection === connection else { return }
    let worker = workers[number]
    worker.connection = nil
    connection.toWorker.cutAt = min(connection.toWorker.cutAt, now)
    // libzmq may drop what it has read and the program has not.
    if random.chance(0.5) { worker.inbox.removeAll() }
    guard worker.isAlive else { return }
    worker.reconnectDelay = Time.second / 10
    scheduleConnect(number)
  }

  /// The coordinator's end learns that the connection is gone.
  func closeAtCoordinator(_ connection: Connection) {
    guard connection.isOpenAtCoordinator else { return }
    connection.isOpenAtCoordinator = false
    guard let coordinator, coordinator.life == connection.life else { return }
    coordinator.connections[connection.peer] = nil
    if random.chance(0.5) { coordinator.inbox.removeAll { $0.connection === connection } }
  }

  /// Both ends learn it, together or one after the other; part of what is under way is lost.
  func breakConnection(_ connection: Connection) {
    let cut = now + Time(seconds: 2 * setup.latency * random.fraction())
    connection.toCoordinator.cutAt = min(connection.toCoordinator.cutAt, cut)
    connection.toWorker.cutAt = min(connection.toWorker.cutAt, cut)
    queue.add(.closedAtWorker(connection), at: cut)
    queue.add(.closedAtCoordinator(connection), at: cut)
  }

  /// The process or machine at the worker's end is gone.
  func loseWorkerEnd(_ connection: Connection, noticedAfter delay: Time) {
    connection.isOpenAtWorker = false
    connection.toWorker.cutAt = now
    let cut = now + Time(seconds: 2 * setup.latency * random.fraction())
    connection.toCoordinator.cutAt = min(connection.toCoordinator.cutAt, cut)
    queue.add(.closedAtCoordinator(connection), at: max(cut, now + delay))
  }
}
