/// What happens to a live stream, or to one who speaks in it, weakest first.
public enum Enforcement: UInt8, Sendable, Comparable, CaseIterable, Codable {
    /// Nothing.
    case pass
    /// The speaker is told.
    case warn
    /// The speaker is silenced.
    case mute
    /// The stream goes out delayed until a person has looked.
    case hold
    /// The stream ends.
    case cut

    /// The enforcement's name on the wire and in rule files.
    public var name: String {
        switch self {
        case .pass: "pass"
        case .warn: "warn"
        case .mute: "mute"
        case .hold: "hold"
        case .cut: "cut"
        }
    }

    /// The enforcement of that name, or nil.
    public init?(name: String) {
        guard let enforcement = Enforcement.allCases.first(where: { $0.name == name }) else { return nil }
        self = enforcement
    }

    public static func < (left: Enforcement, right: Enforcement) -> Bool { left.rawValue < right.rawValue }
}
