/// What every match of a regex has at the least, an underestimate where the regex is not plain; and how large the
/// regex is.
struct RegexMeasure {
    /// The most places that a regex may have once its repeats are written out: what the matcher compiles in about a
    /// second and 100 MB at the worst.
    static let mostPlaces = 30_000

    /// Characters that stand in the regex as themselves.
    private(set) var literals = 0
    /// Characters and classes once repeats are written out.
    private(set) var places = 0

    /// The least of some alternatives, the sum of a sequence, the product with a repeat.
    init(_ regex: RegexSyntax) {
        switch regex {
        case .scalar: (literals, places) = (1, 1)
        case .characters, .boundary: places = 1
        case .sequence(let parts):
            for part in parts { add(RegexMeasure(part), least: 1, most: 1) }
        case .alternatives(let alternatives):
            let measures = alternatives.map(RegexMeasure.init)
            literals = measures.map(\.literals).min() ?? 0
            for measure in measures { places = Self.limited(places.addingReportingOverflow(measure.places)) }
        case .repeated(let part, let least, let most):
            add(RegexMeasure(part), least: least, most: max(1, most ?? least))
        case .unread(let part):
            self = RegexMeasure(part)
        }
    }

    private mutating func add(_ part: RegexMeasure, least: Int, most: Int) {
        func add(_ sum: Int, _ value: Int, _ times: Int) -> Int {
            let product = Self.limited(value.multipliedReportingOverflow(by: times))
            return Self.limited(sum.addingReportingOverflow(product))
        }
        literals = add(literals, part.literals, least)
        places = add(places, part.places, most)
    }

    /// Sums and products of what authors write may be large.
    private static func limited(_ value: (partialValue: Int, overflow: Bool)) -> Int {
        value.overflow ? 1 << 30 : min(value.partialValue, 1 << 30)
    }
}
