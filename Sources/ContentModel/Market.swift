/// A jurisdiction or storefront with its own policy, e.g. `cn`, `us`, `eu`, `my`.
public struct Market: RawRepresentable, Hashable, Sendable, Comparable {
    /// The market's short name: 1 to 15 of `a-z`, `0-9` and `-`. Fifteen bytes are what a Swift string holds without
    /// a heap object, so that copying a market costs no reference count.
    public let rawValue: String

    public init?(rawValue: String) {
        let bytes = rawValue.utf8
        guard (1...15).contains(bytes.count),
            bytes.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
        else { return nil }
        self.rawValue = rawValue
    }

    public static func < (left: Market, right: Market) -> Bool { left.rawValue < right.rawValue }
}

/// The hash of what judged a post in one market: `cn@3f9a1c2b4d5e`.
public struct RuleSetName: RawRepresentable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
}
