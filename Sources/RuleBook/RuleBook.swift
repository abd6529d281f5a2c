public import ContentModel

/// Everything that a rules folder says: the policies of its markets and the packs that bind them.
public struct RuleBook: Sendable {
    /// By market, ascending.
    public var policies: [MarketPolicy]
    /// By folder and name, ascending.
    public var packs: [Pack]
    /// What authors and reviewers are told besides.
    public var guides: [Guide]

    public init(policies: [MarketPolicy], packs: [Pack], guides: [Guide] = []) {
        self.policies = policies
        self.packs = packs
        self.guides = guides
    }

    /// The folder of the packs that bind every market.
    public static let globalFolder = "global"

    /// The markets that a folder's packs bind.
    public func markets(boundBy folder: String) -> [Market] {
        policies.filter {
            folder == Self.globalFolder || folder == $0.market.rawValue || $0.extends.contains(folder)
        }.map(\.market)
    }
}

/// A rules folder does not hold; carries every diagnostic, warnings included.
public struct RuleBookError: Error, CustomStringConvertible {
    public var diagnostics: [Diagnostic]

    public init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
