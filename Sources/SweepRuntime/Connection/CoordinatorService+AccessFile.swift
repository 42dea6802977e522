import Foundation

extension AccessFile {
  /// What workers and clients of a coordinator of this process need to know.
  public init(of service: CoordinatorService, at address: ListenAddress, keys: CoordinatorKeys?) {
    let host = SystemCall.hostName
    self.init(
      address: address.advertisedEndpoint(bound: service.endpoint, hostName: host),
      publicKey: keys?.own.publicKey, epoch: service.epoch, pid: getpid(), host: host)
  }
}
