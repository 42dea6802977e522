import Testing

@testable import ZeroMQTransport

/// Keys as text and as pairs.
struct KeyTests {
  /// ZeroMQ's RFC 32, "Test case".
  @Test func publishedTextIsRead() {
    #expect(Z85.bytes("HelloWorld") == [0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B])
    #expect(Z85.text([0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B]) == "HelloWorld")
  }

  /// zmq_curve(7), "Test key values".
  @Test(arguments: [
    ("JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6", "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"),
    ("D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs", "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"),
  ])
  func publishedPairsBelongTogether(secret: String, key: String) throws {
    let pair = try #require(CurveSecretKey(z85: secret).flatMap(CurveKeyPair.init))
    #expect(pair.publicKey.z85 == key)
    #expect(pair.secretKey.z85ForItsFile == secret)
  }

  @Test func everyWordHasOneText() {
    for word in [0, 1, 84, 85, 0x7FFF_FFFF, 0x8000_0000, UInt32.max] as [UInt32] {
      let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
      #expect(Z85.bytes(Z85.text(bytes)) == bytes)
    }
    // One more than four bytes hold, and the largest five characters.
    for text in ["%nSc1", "#####", "Hell", "Hell\"", "Hellé", "     "] {
      #expect(Z85.bytes(text) == nil, "\(text)")
    }
    #expect(Z85.bytes("%nSc0") == [255, 255, 255, 255])
  }

  @Test func secretsDoNotShowThemselves() throws {
    let pair = try CurveKeyPair.generate()
    let secret = pair.secretKey.z85ForItsFile
    var dumped = ""
    dump(pair, to: &dumped)
    let security = SocketSecurity.curveServer(pair)
    for text in ["\(pair)", String(reflecting: pair), dumped, "\(security)"] {
      #expect(!text.contains(secret))
      #expect(text.contains(pair.publicKey.z85) || text.contains("CurveKeyPair"))
    }
    #expect("\(pair.secretKey)" == "a secret key")
  }

  @Test func noTwoPairsAreAlike() throws {
    let keys = try (0..<100).map { _ in try CurveKeyPair.generate().publicKey }
    #expect(Set(keys).count == keys.count)
  }

  @Test func requestsAreReadAndAnswered() throws {
    let key = try CurveKeyPair.generate().publicKey
    let frames: [[UInt8]] = [
      Array("1.0".utf8), [7], Array("seedsweep".utf8), Array("10.0.0.7".utf8), [],
      Array("CURVE".utf8), key.bytes,
    ]
    let request = try #require(AuthenticationRequest(frames: frames))
    #expect(request.key == key)
    #expect(request.address == "10.0.0.7")
    let admitted = request.frames(of: .admitted)
    #expect(admitted[1] == [7])
    #expect(admitted[2] == Array("200".utf8))
    #expect(admitted[4] == Array(key.z85.utf8))
    #expect(request.frames(of: .denied)[2] == Array("400".utf8))
    #expect(request.frames(of: .notNow)[2] == Array("300".utf8))
    // A plain connection, or a key of another length, proves nothing.
    #expect(AuthenticationRequest(frames: Array(frames.dropLast()))?.key == nil)
    #expect(AuthenticationRequest(frames: frames.dropLast() + [[1, 2]])?.key == nil)
    #expect(AuthenticationRequest(frames: [Array("2.0".utf8)] + frames.dropFirst()) == nil)
    #expect(AuthenticationRequest(frames: []) == nil)
  }
}
