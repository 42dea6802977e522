import Testing

@testable import SweepRuntime

/// Addresses: which may be used without keys, and what names of hosts and interfaces become.
struct EndpointTests {
  private static let interfaces = NetworkInterfaces(entries: [
    .init(name: "lo", address: "127.0.0.1"), .init(name: "lo", address: "::1"),
    .init(name: "eth0", address: "fe80::2%eth0"), .init(name: "eth0", address: "2001:db8::5"),
    .init(name: "eth0", address: "10.0.0.5"), .init(name: "ib0", address: "fe80::3%ib0"),
    .init(name: "ib0", address: "2001:db8::6"), .init(name: "wg0", address: "fe80::4%wg0"),
  ])

  private static let names = [
    "localhost": ["::1", "127.0.0.1"], "node7": ["2001:db8::5", "10.0.0.5"],
    "debian": ["127.0.1.1"], "elsewhere": ["192.0.2.7"], "eth0": ["10.9.9.9"],
    "both": ["192.0.2.7", "10.0.0.5"],
  ]

  private func listen(
    _ text: String, advertising advertised: String? = nil, hasKeys: Bool = false
  ) throws(RuntimeError) -> ListenAddress {
    try ListenAddress(
      text, advertising: advertised,
      policy: EndpointPolicy(hasKeys: hasKeys, isInsecureAllowed: false),
      interfaces: Self.interfaces, resolve: { Self.names[$0] ?? [] })
  }

  private func refusal(_ body: () throws(RuntimeError) -> Void) -> String {
    do throws(RuntimeError) {
      try body()
      return "none"
    } catch {
      #expect(error.kind == .input)
      return error.message
    }
  }

  @Test(arguments: [
    ("tcp://127.0.0.1:7733", "tcp://127.0.0.1:7733"), ("tcp://127.3.2.1:*", "tcp://127.3.2.1:*"),
    ("tcp://localhost:1", "tcp://127.0.0.1:1"), ("tcp://lo:1", "tcp://127.0.0.1:1"),
    ("tcp://[::1]:1", "tcp://[::1]:1"), ("tcp://debian:1", "tcp://127.0.1.1:1"),
    ("ipc:///tmp/socket", "ipc:///tmp/socket"),
  ]) func loopbackNeedsNoKeys(text: String, endpoint: String) throws {
    #expect(try listen(text).endpoint == endpoint)
  }

  @Test(arguments: [
    ("tcp://10.0.0.5:7733", "tcp://10.0.0.5:7733"), ("tcp://*:7733", "tcp://*:7733"),
    ("tcp://0.0.0.0:*", "tcp://0.0.0.0:*"), ("tcp://[::]:7733", "tcp://[::]:7733"),
    ("tcp://[::ffff:10.0.0.5]:1", "tcp://[::ffff:10.0.0.5]:1"),
    ("tcp://[fe80::2%eth0]:1", "tcp://[fe80::2%eth0]:1"),
    ("tcp://eth0:7733", "tcp://10.0.0.5:7733"),
    ("tcp://ib0:*", "tcp://[2001:db8::6]:*"), ("tcp://wg0:1", "tcp://[fe80::4%wg0]:1"),
    ("tcp://node7:1", "tcp://10.0.0.5:1"), ("tcp://both:1", "tcp://10.0.0.5:1"),
  ]) func anyOtherAddressNeedsKeys(text: String, endpoint: String) throws {
    #expect(try listen(text, hasKeys: true).endpoint == endpoint)
    let message = refusal { () throws(RuntimeError) in _ = try listen(text) }
    #expect(message.contains("--keys") && message.contains("--insecure"), "\(message)")
  }

  @Test func loopbackInIPv6IsLoopback() throws {
    #expect(try listen("tcp://[::ffff:127.0.0.1]:1").endpoint == "tcp://[::ffff:127.0.0.1]:1")
  }

  @Test func hostsThatAreNotHereAreSaid() {
    let unknown = refusal { () throws(RuntimeError) in _ = try listen("tcp://eth7:1") }
    #expect(unknown.contains("`eth7` is neither a host name"), "\(unknown)")
    #expect(unknown.contains("lo (127.0.0.1), eth0 (10.0.0.5), ib0 (2001:db8::6), wg0"))
    let foreign = refusal { () throws(RuntimeError) in _ = try listen("tcp://elsewhere:1") }
    #expect(foreign.contains("is 192.0.2.7, which is not an address of this machine"))
    for (text, words) in [
      ("tcp://2001:db8::5:1", "write IPv6 in brackets"),
      ("tcp://::1:7733", "write IPv6 in brackets"),
      ("tcp://[10.0.0.5]:1", "not an IPv6 address"), ("tcp://[::1:1", "its host must be"),
      ("tcp://a b:1", "its host must be"), ("tcp://a;b:1", "its host must be"),
      ("tcp://a:65536", "its port"), ("udp://a:1", "tcp://HOST:PORT"),
    ] {
      let message = refusal { () throws(RuntimeError) in _ = try listen(text, hasKeys: true) }
      #expect(message.contains(words), "\(text): \(message)")
    }
  }

  /// Debian gives a machine's name to 127.0.1.1.
  @Test func aNameThatOnlyThisMachineReachesIsSaid() throws {
    #expect(try listen("tcp://debian:1").warning?.contains("other machines cannot reach") == true)
    for text in ["tcp://localhost:1", "tcp://lo:1", "tcp://127.0.0.1:1"] {
      #expect(try listen(text).warning == nil)
    }
    #expect(try listen("tcp://node7:1", hasKeys: true).warning == nil)
  }

  @Test func theAddressForOthersIsOneThatTheyCanUse() throws {
    func advertised(_ text: String, _ host: String? = nil, bound: String) throws -> String {
      try listen(text, advertising: host, hasKeys: true)
        .advertisedEndpoint(bound: bound, hostName: "node7")
    }
    let any = "tcp://0.0.0.0:43121"
    #expect(try advertised("tcp://eth0:*", bound: "tcp://10.0.0.5:9") == "tcp://10.0.0.5:9")
    #expect(try advertised("tcp://*:*", bound: any) == "tcp://node7:43121")
    #expect(try advertised("tcp://[::]:*", bound: "tcp://[::]:43121") == "tcp://node7:43121")
    #expect(try advertised("tcp://*:*", "login", bound: any) == "tcp://login:43121")
    #expect(try advertised("tcp://*:*", "login:80", bound: any) == "tcp://login:80")
    #expect(try advertised("tcp://*:*", "2001:db8::1", bound: any) == "tcp://[2001:db8::1]:43121")
    #expect(try advertised("tcp://*:*", "[2001:db8::1]", bound: any) == "tcp://[2001:db8::1]:43121")
    #expect(
      try advertised("tcp://*:*", "[2001:db8::1]:80", bound: any) == "tcp://[2001:db8::1]:80")
    #expect(try advertised("ipc:///run/x", bound: "ipc:///run/x") == "ipc:///run/x")
    #expect(try advertised("ipc://@x", bound: "ipc://@x") == "ipc://@x")
    #expect(try advertised("ipc://x", bound: "ipc://x").hasPrefix("ipc:///"))
    for host in ["", "*", "0.0.0.0", "a b", "a:0", "a:99999", "tcp://a:1", "a:1:2", "[::]"] {
      let message = refusal { () throws(RuntimeError) in
        _ = try listen("tcp://*:*", advertising: host, hasKeys: true)
      }
      #expect(message.contains("HOST:PORT"), "\(host): \(message)")
    }
    let ipc = refusal { () throws(RuntimeError) in
      _ = try listen("ipc:///run/x", advertising: "node7")
    }
    #expect(ipc.contains("--advertise"))
  }

  /// A name may resolve to something else tomorrow.
  @Test func onlyLoopbackIsConnectedToWithoutKeys() throws {
    let plain = EndpointPolicy(hasKeys: false, isInsecureAllowed: false)
    for text in ["tcp://127.0.0.1:1", "tcp://localhost:1", "tcp://[::1]:1", "ipc:///x"] {
      try plain.checkConnecting(to: text)
    }
    for text in ["tcp://node7:1", "tcp://10.0.0.5:1", "tcp://127.0.0.1.example.org:1"] {
      let message = refusal { () throws(RuntimeError) in try plain.checkConnecting(to: text) }
      #expect(message.contains("--insecure"), "\(message)")
      try EndpointPolicy(hasKeys: true, isInsecureAllowed: false).checkConnecting(to: text)
      try EndpointPolicy(hasKeys: false, isInsecureAllowed: true).checkConnecting(to: text)
    }
  }

  /// The machine's own, as far as every machine has it.
  @Test func theSystemsInterfacesAreFound() {
    let interfaces = NetworkInterfaces.current()
    #expect(interfaces.has("127.0.0.1"))
    #expect(interfaces.entries.contains { $0.address == "127.0.0.1" })
    #expect(HostNames.addresses(of: "127.1") == ["127.0.0.1"])
    #expect(HostNames.addresses(of: "name.invalid").isEmpty)
  }
}
