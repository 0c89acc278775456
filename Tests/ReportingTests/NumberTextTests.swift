import Foundation
import Reporting
import Testing

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.0, 3, "0.000"), (2.0, 3, "2.000"), (-0.0004, 3, "0.000"), (0.125, 2, "0.13"), (-0.125, 2, "-0.13"),
    (999.9996, 3, "1000.000"), (1e21, 0, "1000000000000000000000"), (1.5e-7, 3, "0.000"), (0.5, 0, "1"),
    (0.0005, 3, "0.001"), (123456.789, 1, "123456.8"), (.nan, 2, "n/a"), (.infinity, 2, "∞"),
    (-.infinity, 2, "-∞"), (.leastNonzeroMagnitude, 2, "0.00"), (9.995, 2, "10.00"),
  ])
  func fixedDecimals(value: Double, digits: Int, text: String) {
    #expect(value.fixed(digits) == text)
  }

  @Test(arguments: [
    (0.0312, 2, "0.031"), (1234.5, 4, "1235"), (0.0, 4, "0"), (1.0, 4, "1.000"), (123456.0, 4, "123500"),
    (1.2345e-7, 4, "1.235e-7"), (9.9999, 3, "10.0"), (-0.00012345, 2, "-0.00012"), (1e9, 1, "1e9"),
    (999999.9, 4, "1000000"), (29.51640241, 10, "29.51640241"), (0.00001, 1, "1e-5"),
  ])
  func significantDigits(value: Double, digits: Int, text: String) {
    #expect(value.significant(digits) == text)
  }

  @Test("shares are written in percent, without minus zero, and n/a for none")
  func percent() {
    #expect(0.7506.percent(2) == "75.06 %")
    #expect(1.3931.percent(2) == "139.31 %")
    #expect((-0.004).percent(0) == "0 %")
    #expect(Double.nan.percent() == "n/a")
  }

  @Test("digits are grouped by three with a narrow space")
  func groupsOfThree() {
    #expect(1561.grouped == "1\u{202F}561")
    #expect((-200_000).grouped == "-200\u{202F}000")
    #expect(12.grouped == "12")
    #expect(Int.min.grouped.hasPrefix("-9\u{202F}223"))
  }

  /// `printf` of the C library rounds the binary value, so it may differ only at an exact decimal half.
  @Test func agreesWithTheCLibrary() {
    var state: UInt64 = 1
    for _ in 0..<2000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = (Double(state >> 11) * 0x1p-53 - 0.5) * 2000
      #expect(value.fixed(3) == String(format: "%.3f", value).replacing("-0.000", with: "0.000"))
    }
  }
}
