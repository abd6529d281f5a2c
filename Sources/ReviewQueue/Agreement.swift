/// How far raters agree beyond chance: Krippendorff's α for nominal data with any number of raters and missing values
/// (Krippendorff, "Content Analysis", 4th ed., 2018, section 12.3).
///
///     α = 1 − observed disagreement / expected disagreement
///
/// 1 is perfect agreement, 0 what chance gives, below 0 worse than chance. 0.8 is the customary demand, 0.667 the least
/// that still supports tentative conclusions.
public struct Agreement: Sendable {
    /// Pairs of values within units, each unit's pairs weighing 1 / (raters − 1).
    private var coincidences: [String: [String: Double]] = [:]
    /// Units that at least two raters have rated.
    public private(set) var units = 0

    public init() {}

    /// Adds the values that raters gave to one unit; fewer than two say nothing.
    public mutating func add(_ values: [String]) {
        guard values.count > 1 else { return }
        units += 1
        for (index, value) in values.enumerated() {
            for (other, otherValue) in values.enumerated() where other != index {
                coincidences[value, default: [:]][otherValue, default: 0] += 1 / Double(values.count - 1)
            }
        }
    }

    /// Nil without units, or where only one value ever occurred, so that nothing could disagree.
    public var alpha: Double? {
        let totals = coincidences.mapValues { $0.values.reduce(0, +) }
        let count = totals.values.reduce(0, +)
        guard count > 1, totals.count > 1 else { return nil }
        var observed = 0.0
        for (value, row) in coincidences {
            for (other, weight) in row where other != value { observed += weight }
        }
        let squares = totals.values.reduce(0) { $0 + $1 * $1 }
        let expected = (count * count - squares) / (count - 1)
        return 1 - observed / expected
    }
}
