import Randomness
import SweepModel

/// Draws one digit as 28 × 28 pixels (docs/datasets.md, "digits").
///
/// Everything is binary64 with `+ − × ÷ √` alone, in the order written here, so that every machine
/// draws the same bytes.
struct DigitDrawing {
  /// Pixels of a side.
  static let side = 28
  /// The number of digits.
  static let classes = 10
  /// Straight pieces of which a bend is made.
  private static let pieces = 6
  /// How far a point strays, in the square of the strokes.
  private static let jitter = 0.18

  private struct Point {
    var x, y: Double
  }

  private struct Segment {
    let start, end: Point
  }

  /// The pen's reach: half of its width.
  private let radius: Double
  private let darkness: Double
  private let grain: Double
  private let noise: (seed: TrialSeed, instance: UInt32, sample: UInt32)
  private var segments: [Segment] = []

  /// Plans the drawing of a sample, which shows its number's last digit.
  init(seed: TrialSeed, instance: UInt32, sample: Int) {
    var words = GeneratorWords(seed: seed, instance: instance, sample: sample)
    noise = (seed, instance, UInt32(sample))
    let ways = DigitStrokes.ways[sample % Self.classes]
    let strokes = ways[words.below(ways.count)]
    let height = words.uniform(13, 21)
    let width = height * words.uniform(0.45, 1)
    let slant = words.uniform(-0.3, 0.6)
    let tilt = words.uniform(-0.25, 0.25)
    let center = Point(x: 14 + words.triangular() * 4, y: 14 + words.triangular() * 4)
    radius = words.uniform(0.6, 1.7)
    darkness = words.uniform(0.6, 1)
    grain = words.uniform(0, 0.3)
    for stroke in strokes {
      let points = stroke.map { point in
        let u = (point.x + words.triangular() * Self.jitter) - 0.5
        let v = (point.y + words.triangular() * Self.jitter) - 0.5
        return Point(
          x: center.x + width * (u - slant * v), y: center.y + height * (v + tilt * u))
      }
      add(points, corners: stroke.map(\.isCorner))
    }
  }

  /// Straight lines to corners and to the last point; bends at all others.
  private mutating func add(_ points: [Point], corners: [Bool]) {
    var pen = points[0]
    var position = 1
    while position < points.count {
      let point = points[position]
      if corners[position] || position == points.count - 1 {
        segments.append(Segment(start: pen, end: point))
        pen = point
        position += 1
        continue
      }
      let next = points[position + 1]
      let endsThere = corners[position + 1] || position + 1 == points.count - 1
      let end =
        endsThere ? next : Point(x: (point.x + next.x) * 0.5, y: (point.y + next.y) * 0.5)
      bend(from: pen, towards: point, to: end)
      pen = end
      position += endsThere ? 2 : 1
    }
  }

  /// A quadratic Bézier curve, as lines between its points at t = 1/6, 2/6 … 1.
  private mutating func bend(from start: Point, towards control: Point, to end: Point) {
    var pen = start
    for piece in 1...Self.pieces {
      let t = Double(piece) / Double(Self.pieces)
      let rest = 1 - t
      let (first, second, third) = (rest * rest, (2 * rest) * t, t * t)
      let point = Point(
        x: (first * start.x + second * control.x) + third * end.x,
        y: (first * start.y + second * control.y) + third * end.y)
      segments.append(Segment(start: pen, end: point))
      pen = point
    }
  }

  /// Draws into the 784 pixels of one sample, row by row.
  func draw(into pixels: UnsafeMutableBufferPointer<UInt8>) {
    let reach = radius + 0.5
    withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.side * Self.side) { squares in
      squares.initialize(repeating: reach * reach)
      for segment in segments { measure(segment, reach, squares) }
      var block = Philox4x32.Block()
      var blockNumber = -1
      for pixel in 0..<Self.side * Self.side {
        let square = squares[pixel]
        guard square < reach * reach else {
          pixels[pixel] = 0
          continue
        }
        if pixel >> 2 != blockNumber {
          blockNumber = pixel >> 2
          block = RandomStream.noise.block(
            seed: noise.seed, instance: noise.instance, step: noise.sample,
            number: UInt32(blockNumber))
        }
        pixels[pixel] = shade(min(reach - square.squareRoot(), 1), word: block[pixel & 3])
      }
    }
  }

  /// Lowers the squared distance of every pixel's center that is nearer to this segment.
  private func measure(
    _ segment: Segment, _ reach: Double, _ squares: UnsafeMutableBufferPointer<Double>
  ) {
    let (start, end) = (segment.start, segment.end)
    let (alongX, alongY) = (end.x - start.x, end.y - start.y)
    let length = alongX * alongX + alongY * alongY
    let columns = Self.pixels(min(start.x, end.x) - reach, max(start.x, end.x) + reach)
    for row in Self.pixels(min(start.y, end.y) - reach, max(start.y, end.y) + reach) {
      let fromY = (Double(row) + 0.5) - start.y
      for column in columns {
        let fromX = (Double(column) + 0.5) - start.x
        let projection = fromX * alongX + fromY * alongY
        let t = length > 0 ? min(max(projection / length, 0), 1) : 0
        let (awayX, awayY) = (fromX - t * alongX, fromY - t * alongY)
        let square = awayX * awayX + awayY * awayY
        let pixel = row * Self.side + column
        if square < squares[pixel] { squares[pixel] = square }
      }
    }
  }

  /// The rows or columns that may have centers from `lower` to `upper`.
  private static func pixels(_ lower: Double, _ upper: Double) -> Range<Int> {
    let first = min(max(lower, 0), Double(side)).rounded(.down)
    let end = min(max(upper + 1, 0), Double(side)).rounded(.down)
    return Int(first)..<max(Int(first), Int(end))
  }

  /// A pixel that the pen covers to such a part.
  private func shade(_ coverage: Double, word: UInt32) -> UInt8 {
    let sum = (word & 255) + (word >> 8 & 255) + (word >> 16 & 255) + word >> 24
    // From −2 to 2.
    let deviation = (Double(sum) - 510) / 255
    let value = (coverage * (darkness + grain * deviation)) * 255
    return UInt8(min(max(value + 0.5, 0), 255))
  }
}
