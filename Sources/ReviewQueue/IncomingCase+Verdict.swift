public import ContentModel
internal import Crypto
internal import Foundation

extension IncomingCase {
    /// The case of a verdict that holds a post in at least one market; nil when none holds it.
    ///
    /// - Parameters:
    ///   - postKey: What makes two records the same post.
    ///   - original: The post as it came, JSON.
    ///   - verdictLine: The verdict, JSON.
    public init?(
        id: String, post: Post, postKey: String, verdict: Verdict, original: [UInt8], verdictLine: [UInt8]
    ) {
        let holding = verdict.markets.filter { $0.action == .review }
        guard let strongest = holding.max(by: { $0.score < $1.score }) else { return nil }
        self.init(
            candidateID: id, postKey: postKey, postID: post.id, contentHash: Self.contentHash(of: post),
            ruleSets: verdict.markets.map(\.ruleSet.rawValue).joined(separator: ","), post: original,
            verdict: verdictLine,
            // A post held because it could not be judged has no category of its own.
            category: strongest.categories.first?.category ?? Category(rawValue: "unjudged"),
            severity: verdict.severity, score: strongest.score, languages: verdict.languages.map(\.tag.rawValue),
            markets: holding.map(\.market), reach: post.reach)
    }

    /// SHA-256 of the judged fields' names and texts.
    static func contentHash(of post: Post) -> [UInt8] {
        var digest = SHA256()
        for field in post.fields {
            digest.update(data: Data("\(field.name.name) \(field.range.count)\n".utf8))
            digest.update(data: Data(post.bytes[field.range]))
        }
        return Array(digest.finalize())
    }
}
