internal import ContentModel

/// All that decides who may take a case. Few lanes hold many cases: `next` looks at the head of each lane that a reviewer
/// may work, so that it need not pass by the cases of others.
struct Lane: Hashable, Sendable {
    /// The languages that one must read, largest share first.
    var languages: [String]
    /// The case's category, then the sensitive ones that it touches besides.
    var categories: [String]
    /// The markets that hold the post.
    var markets: [String]
    var role: Role
    /// Who had a say already.
    var barred: [String]

    /// Whether its cases want two people who agree.
    func isCritical(_ severity: Severity) -> Bool {
        severity == .critical || categories.contains(Category.childSafety.rawValue)
    }

    /// The share of a text from which a language must be read: less are words that anybody writes.
    static let leastShare = 0.2

    static func languages(of shares: [LanguageShare]) -> [String] {
        shares.filter { $0.share >= leastShare && $0.tag != .und }.prefix(3).map(\.tag.rawValue)
    }

    /// `,a,b,`: a list in which a member is found by its commas.
    static func list(_ members: [String]) -> String {
        members.isEmpty ? "" : "," + members.joined(separator: ",") + ","
    }

    static func members(_ list: String) -> [String] { list.split(separator: ",").map(String.init) }
}
