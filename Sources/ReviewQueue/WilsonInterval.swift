/// Where a proportion lies with 95 % confidence, from a sample (Wilson, "Probable inference", 1927).
public struct WilsonInterval: Sendable, Equatable {
    public var low: Double
    public var high: Double

    /// - Parameters:
    ///   - successes: At most `count`.
    ///   - count: At least 0; without a sample anything is possible.
    public init(successes: Int, of count: Int) {
        guard count > 0 else {
            (low, high) = (0, 1)
            return
        }
        // The 97.5th percentile of the standard normal distribution.
        let z = 1.959964
        let n = Double(count)
        let p = Double(successes) / n
        let centre = p + z * z / (2 * n)
        let margin = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        low = max(0, (centre - margin) / (1 + z * z / n))
        high = min(1, (centre + margin) / (1 + z * z / n))
    }
}
