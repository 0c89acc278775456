public import LinearAlgebra
import RealModule

/// Made-up sets of labelled points, as the generators of scikit-learn draw them (Pedregosa et al., JMLR 12, 2011);
/// the numbers differ, the distributions do not.
public struct SyntheticClasses: Sendable {
  /// One row per point.
  public let features: Matrix
  /// The class of every point.
  public let labels: [Int]

  private init(_ rows: [[Double]], _ labels: [Int], using random: inout RandomStream) {
    let order = random.permutation(rows.count)
    features = Matrix(order.map { rows[$0] })
    self.labels = order.map { labels[$0] }
  }

  /// Two circles around the origin, the outer one of radius 1 and class 0, with normal noise.
  public static func circles(
    _ count: Int = 5000, factor: Double = 0.5, noise: Double = 0.05, using random: inout RandomStream
  ) -> SyntheticClasses {
    let outer = count / 2
    let rows = (0..<count).map { index -> [Double] in
      let isOuter = index < outer
      let share = isOuter ? Double(index) / Double(outer) : Double(index - outer) / Double(count - outer)
      let (radius, angle) = (isOuter ? 1 : factor, 2 * Double.pi * share)
      return [
        radius * Double.cos(angle) + noise * random.normal(),
        radius * Double.sin(angle) + noise * random.normal(),
      ]
    }
    return SyntheticClasses(rows, rows.indices.map { $0 < outer ? 0 : 1 }, using: &random)
  }

  /// Two half circles that reach into each other, with normal noise.
  public static func moons(
    _ count: Int = 5000, noise: Double = 0.25, using random: inout RandomStream
  ) -> SyntheticClasses {
    let outer = count / 2
    let rows = (0..<count).map { index -> [Double] in
      let isOuter = index < outer
      let steps = Double(max((isOuter ? outer : count - outer) - 1, 1))
      let angle = Double.pi * Double(isOuter ? index : index - outer) / steps
      let point =
        isOuter ? [Double.cos(angle), Double.sin(angle)] : [1 - Double.cos(angle), 0.5 - Double.sin(angle)]
      return point.map { $0 + noise * random.normal() }
    }
    return SyntheticClasses(rows, rows.indices.map { $0 < outer ? 0 : 1 }, using: &random)
  }

  /// Normal clouds around centres that are uniform in a box from -10 to 10.
  public static func blobs(
    _ count: Int = 5000, classes: Int = 3, columns: Int = 2, deviation: Double = 0.5,
    using random: inout RandomStream
  ) -> SyntheticClasses {
    let centres = (0..<classes).map { _ in (0..<columns).map { _ in random.uniform(-10, 10) } }
    let labels = (0..<count).map { $0 % classes }
    let rows = labels.map { label in centres[label].map { $0 + deviation * random.normal() } }
    return SyntheticClasses(rows, labels, using: &random)
  }

  /// Two clusters per class at corners of a cube in `informative` dimensions, each stretched in its own way; further
  /// columns are mixtures of these or noise. One label of a hundred is drawn at random.
  public static func clusters(
    _ count: Int = 1000, classes: Int = 5, columns: Int = 20, informative: Int = 4, redundant: Int = 2,
    using random: inout RandomStream
  ) -> SyntheticClasses {
    let clusters = 2 * classes
    precondition(informative + redundant <= columns && informative < 31 && clusters <= 1 << informative)
    let corners = random.permutation(1 << informative).prefix(clusters).map { corner in
      (0..<informative).map { corner >> $0 & 1 == 1 ? 1.0 : -1.0 }
    }
    func mixing(_ width: Int) -> Matrix {
      let values = (0..<informative * width).map { _ in random.uniform(-1, 1) }
      return Matrix(rows: informative, columns: width, elements: values)
    }
    let stretches = (0..<clusters).map { _ in mixing(informative) }
    let mixtures = mixing(redundant)
    var (rows, labels) = ([[Double]](), [Int]())
    for index in 0..<count {
      let cluster = index % clusters
      let normal = (0..<informative).map { _ in random.normal() }
      let point = zip(stretches[cluster].transposedTimes(normal), corners[cluster]).map { $0 + $1 }
      let noise = (0..<columns - informative - redundant).map { _ in random.normal() }
      rows.append(point + mixtures.transposedTimes(point) + noise)
      labels.append(random.bernoulli(0.01) ? random.integer(below: classes) : cluster % classes)
    }
    return SyntheticClasses(rows, labels, using: &random)
  }
}
