extension Array where Element == Double {
  /// The value that would stand at `rank`, from 0, if the values were sorted. No value may be NaN.
  ///
  /// - Complexity: O(*n*) on average, O(*n*²) at worst.
  /// - Source: Hoare, "Algorithm 65: Find", Communications of the ACM 4 (1961), with the median of three as pivot.
  public func orderStatistic(_ rank: Int) -> Double {
    precondition(indices.contains(rank), "rank \(rank) of \(count) values")
    var values = self
    return values.withUnsafeMutableBufferPointer { values in
      var (low, high) = (0, values.count - 1)
      while low < high {
        let (first, middle, last) = (values[low], values[(low + high) / 2], values[high])
        let pivot = Swift.max(Swift.min(first, middle), Swift.min(Swift.max(first, middle), last))
        var (left, right) = (low, high)
        while left <= right {
          while values[left] < pivot { left += 1 }
          while values[right] > pivot { right -= 1 }
          if left <= right {
            values.swapAt(left, right)
            left += 1
            right -= 1
          }
        }
        if rank <= right {
          high = right
        } else if rank >= left {
          low = left
        } else {
          break
        }
      }
      return values[rank]
    }
  }
}
