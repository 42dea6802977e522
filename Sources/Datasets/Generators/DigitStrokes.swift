/// A point of the square in which digits are written: x to the right, y down, about 0 to 1.
struct StrokePoint {
  var x: Double
  var y: Double
  /// Whether the pen turns sharply here; elsewhere a point between others only draws the pen to it.
  let isCorner: Bool
}

/// How the ten digits are written (docs/datasets.md, "digits").
enum DigitStrokes {
  /// The strokes of one way of writing a digit: the points of each.
  typealias Way = [[StrokePoint]]

  /// The ways of writing each digit, from 0 to 9.
  static let ways: [[Way]] = table.map { $0.map(parse) }

  /// Points are x,y in hundredths; `!` marks a corner, `/` lifts the pen.
  private static let table = [
    [
      "52,4 12,2 14,98 52,97 90,98 88,2 50,4",
      "60,6 20,-2 2,90 40,100 84,104 98,20 44,2",
    ],
    [
      "50,3 50,97",
      "28,24 52,3! 52,97",
      "28,24 52,3! 52,97 / 25,97 80,97",
    ],
    [
      "18,25 25,0 85,0 85,42 40,72 15,95! 88,95",
      "18,25 30,0 88,2 80,50 35,98 8,86 35,74 90,98",
    ],
    [
      "18,12 45,-5 90,8 80,46 42,47! 95,50 92,100 40,104 14,84",
      "20,4 82,4! 46,42! 95,42 90,102 40,102 15,85",
    ],
    [
      "65,98 65,3! 12,66! 92,66",
      "22,5 18,55! 86,50 / 74,5 66,97",
    ],
    [
      "82,4 26,4! 22,45! 60,30 95,55 85,100 40,102 14,86",
      "28,6 24,46! 65,35 92,60 80,100 35,102 15,88 / 28,6 82,3",
    ],
    [
      "72,3 30,20 8,62 15,98 55,102 90,90 85,52 45,46 16,78",
      "58,2 20,50 14,102 60,100 88,85 75,55 40,55 22,80",
    ],
    [
      "14,5 86,5! 42,97",
      "14,5 86,5! 42,97 / 32,50 78,48",
      "14,14 30,2 88,6! 52,45 46,97",
    ],
    [
      "50,48 12,35 20,0 50,0 82,0 88,32 50,48 8,65 12,102 50,100 90,102 92,65 50,48",
      "82,12 50,-8 8,12 30,42 88,62 80,104 20,104 10,66 60,42 86,12",
    ],
    [
      "84,20 60,-4 12,4 12,52 60,58 85,28 86,10! 78,97",
      "84,20 60,-4 12,4 12,52 60,58 85,28 86,10! 90,75 60,102 24,94",
    ],
  ]

  private static func parse(_ text: String) -> Way {
    text.split(separator: "/").map { stroke in
      stroke.split(separator: " ").map { point in
        let isCorner = point.hasSuffix("!")
        let numbers = (isCorner ? point.dropLast() : point).split(separator: ",").compactMap {
          Double($0)
        }
        precondition(numbers.count == 2, "a point is x,y")
        return StrokePoint(x: numbers[0] / 100, y: numbers[1] / 100, isCorner: isCorner)
      }
    }
  }
}
