/// A diagram of named series, drawn by gnuplot and described by its numbers.
public struct Figure: Sendable, Hashable {
  /// What the numbers are drawn as.
  public enum Form: Sendable, Hashable {
    /// Lines with points over a numeric axis; bounds are error bars.
    case lines
    /// Lines with points over a numeric axis; bounds are a shaded band.
    case bands
    /// Points without lines; bounds are error bars.
    case points
    /// Groups of bars over these names; the x of a point is the index of its name.
    case bars(categories: [String])
  }

  /// One axis.
  public struct Axis: Sendable, Hashable {
    /// What it shows, with its unit.
    public let label: String
    /// Whether its scale is logarithmic.
    public let isLogarithmic: Bool
    /// Fixed ends, or nil to fit the data.
    public let range: ClosedRange<Double>?

    /// A linear axis that fits the data unless said otherwise.
    public init(_ label: String, isLogarithmic: Bool = false, range: ClosedRange<Double>? = nil) {
      self.label = label
      self.isLogarithmic = isLogarithmic
      self.range = range
    }
  }

  /// One value with the bounds of its spread.
  public struct Point: Sendable, Hashable {
    /// Place on the horizontal axis.
    public let x: Double
    /// Value; not finite for a gap.
    public let y: Double
    /// Lower bound of the spread, if known.
    public let lower: Double?
    /// Upper bound of the spread, if known.
    public let upper: Double?

    /// A value, with bounds or without.
    public init(x: Double, y: Double, lower: Double? = nil, upper: Double? = nil) {
      self.x = x
      self.y = y
      self.lower = lower
      self.upper = upper
    }
  }

  /// A named list of points.
  public struct Series: Sendable, Hashable {
    /// Name in the key.
    public let name: String
    /// The points in order of x.
    public let points: [Point]

    /// A series.
    public init(_ name: String, _ points: [Point]) {
      self.name = name
      self.points = points
    }

    /// A series of bars, the first of which stands over the first category.
    public init(_ name: String, bars: [Double]) {
      self.init(name, bars.enumerated().map { Point(x: Double($0.offset), y: $0.element) })
    }

    var hasBounds: Bool { points.contains { $0.lower != nil && $0.upper != nil } }
  }

  /// Name of its files: lower-case letters, digits and hyphens.
  public let id: String
  /// Heading.
  public let title: String
  /// What the reader should see, with what the bounds are and how many seeds went in; also its text alternative.
  public let caption: String
  /// What the numbers are drawn as.
  public let form: Form
  /// Horizontal axis.
  public let x: Axis
  /// Vertical axis.
  public let y: Axis
  /// The series in the order of the key.
  public let series: [Series]

  /// A figure; `id` becomes the name of its files, so it must be a word of lower-case letters, digits, hyphens.
  public init(id: String, title: String, caption: String, form: Form, x: Axis, y: Axis, series: [Series]) {
    precondition(
      !id.isEmpty && id.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 },
      "the id of a figure is made of a-z, 0-9 and hyphens, not '\(id)'")
    self.id = id
    self.title = title
    self.caption = caption
    self.form = form
    self.x = x
    self.y = y
    self.series = series
  }

  var isEmpty: Bool { series.allSatisfy { $0.points.allSatisfy { !$0.y.isFinite } } }
}
