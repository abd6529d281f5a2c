internal import ContentModel

/// How strong a foreign list says that a term is.
struct SeverityBand: Hashable {
    var severity: Severity
    var confidence: Double

    static let low = SeverityBand(severity: .low, confidence: 0.4)
    static let medium = SeverityBand(severity: .medium, confidence: 0.6)
    static let high = SeverityBand(severity: .high, confidence: 0.8)
    /// The fourth of four levels. Critical stays for what endangers somebody.
    static let severe = SeverityBand(severity: .high, confidence: 0.9)

    /// The name by which rules of one category are told apart.
    var name: String { self == .severe ? "severe" : severity.rawValue }

    /// The bands of 1 to 4, and of the means of several people's ratings.
    init(level: Double) {
        switch level {
        case ..<1.5: self = .low
        case ..<2.5: self = .medium
        case ..<3.5: self = .high
        default: self = .severe
        }
    }

    /// `mild`, `Strong`, `high` …; nil when the word says nothing about strength.
    init?(word: String) {
        switch word.lowercased() {
        case "mild", "low", "minor", "weak", "slight": self = .low
        case "medium", "moderate", "strong", "mid": self = .medium
        case "high", "severe", "critical", "extreme", "major": self = .high
        default: return nil
        }
    }

    private init(severity: Severity, confidence: Double) {
        self.severity = severity
        self.confidence = confidence
    }
}

/// The scale of a list's numbers, told from the largest of them.
struct SeverityScale {
    /// What a number is multiplied by to stand on a scale of three, or of four.
    private let factor: Double
    private let isUnit: Bool

    /// 0 to 1 when none is above 1 and some are between; 1 to 4 up to 4; else 1 to 10 or 1 to 100.
    init(of numbers: [Double]) {
        let most = numbers.max() ?? 0
        isUnit = most <= 1 && numbers.contains { $0 != $0.rounded() }
        factor = isUnit ? 3 : most <= 4 ? 1 : most <= 10 ? 0.3 : 3 / most
    }

    /// Whether the numbers needed more than rounding.
    var isConverted: Bool { factor != 1 }

    func band(of number: Double) -> SeverityBand {
        // Thirds of 0 to 1 are 0 to 1, 1 to 2, 2 to 3; the middle of each is its level less a half.
        SeverityBand(level: isConverted ? min(3, number * factor + 0.5) : number)
    }
}
