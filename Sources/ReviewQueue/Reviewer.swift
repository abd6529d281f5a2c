public import ContentModel

/// A person who decides, and what they may see.
public struct Reviewer: Sendable, Equatable {
    public let name: String
    public var role: Role
    /// BCP 47 prefixes of the languages that they read; empty means all.
    public var languages: [LanguageTag]
    /// The markets that they work for; empty means all.
    public var markets: [String]
    /// The categories that they see; empty means all but the ``Category/sensitive`` ones.
    public var categories: [Category]
    /// The sensitive categories that they see besides.
    public var sensitive: [Category]

    public init(
        name: String, role: Role = .reviewer, languages: [LanguageTag] = [], markets: [String] = [],
        categories: [Category] = [], sensitive: [Category] = []
    ) {
        self.name = name
        self.role = role
        self.languages = languages
        self.markets = markets
        self.categories = categories
        self.sensitive = sensitive
    }

    /// Somebody at a file in which no reviewers are set up: they may do everything.
    static func anybody(_ name: String) -> Reviewer {
        Reviewer(name: name, role: .admin, sensitive: Category.sensitive)
    }

    /// Whether a name can be one: 1 to 64 letters of any script, digits, blanks inside and `._@-+`. Names stand in
    /// lists that are joined by commas, on terminals and in logs.
    public static func isName(_ name: String) -> Bool {
        (1...64).contains(name.unicodeScalars.count) && name.first != " " && name.last != " "
            && name.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || scalar.properties.generalCategory == .nonspacingMark
                    || " ._@-+".unicodeScalars.contains(scalar)
            }
    }

    /// Whether they may take a case of this lane.
    func mayTake(_ lane: Lane) -> Bool {
        role >= lane.role && !lane.barred.contains(name) && maySee(lane)
    }

    /// Whether they can read and may see a case of this lane.
    func maySee(_ lane: Lane) -> Bool {
        let reads =
            languages.isEmpty
            || lane.languages.allSatisfy { tag in languages.contains { LanguageTag(rawValue: tag).hasPrefix($0) } }
        return reads && mayWork(lane)
    }

    /// Whether they may see a case of this lane, be it in a language that they must have translated.
    func mayWork(_ lane: Lane) -> Bool {
        (markets.isEmpty || lane.markets.contains { markets.contains($0) })
            && lane.categories.allSatisfy { maySee(Category(rawValue: $0)) }
    }

    private func maySee(_ category: Category) -> Bool {
        if sensitive.contains(category) { return true }
        return categories.isEmpty ? !Category.sensitive.contains(category) : categories.contains(category)
    }
}
