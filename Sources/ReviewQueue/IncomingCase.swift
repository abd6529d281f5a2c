public import ContentModel
internal import Crypto
internal import Foundation
internal import Wire

/// A post that a person must look at, as the run that judged it hands it over: all that can be made ready outside the
/// transaction that keeps it.
public struct IncomingCase: Sendable {
    /// The id that it gets if the queue does not know the post yet.
    public var candidateID: String
    /// What makes two records the same post: the publisher's id, or a source and a line.
    public var postKey: String
    public var author: String?
    /// SHA-256 of the judged fields.
    public var contentHash: [UInt8]
    /// The names of the rule sets that judged it, joined by commas.
    public var ruleSets: String
    /// The post as it came, JSON.
    public var post: [UInt8]
    public var verdict: StoredVerdict
    public var category: Category
    /// ``Category/sensitive`` ones that were found besides, in whatever market.
    public var sensitive: [Category]
    public var severity: Severity
    public var score: Double
    public var languages: [String]
    /// The markets that hold it.
    public var markets: [Market]
    public var reach: Double?
    public var similarity: SimilarityHash?
    var salt: [UInt8]
    /// What the transaction binds, made ready outside it.
    let columns: Columns

    struct Columns: Sendable {
        var lane: Lane
        var salt: Data
        var contentHash: Data
        var post: String
        var verdict: String
        /// The detail of the event: SHA-256 of the salt, the post, its verdict and its severity, base 64.
        var event: String
    }

    /// The case of a verdict.
    ///
    /// - Parameters:
    ///   - postKey: What makes two records the same post.
    ///   - original: The post as it came, JSON.
    ///   - holds: The actions for which it is a case; nil when no market takes one of them.
    public init?(
        id: String, post: Post, postKey: String, verdict: Verdict, original: [UInt8], similarity: SimilarityHash?,
        holds: Set<Action> = [.review]
    ) {
        let holding = verdict.markets.filter { holds.contains($0.action) }
        guard let strongest = holding.max(by: { $0.score < $1.score }) else { return nil }
        candidateID = id
        self.postKey = postKey
        author = post.authorID
        contentHash = Self.contentHash(of: post)
        ruleSets = verdict.markets.map(\.ruleSet.rawValue).joined(separator: ",")
        self.post = original
        self.verdict = StoredVerdict(verdict)
        // A post held because it could not be judged has no category of its own.
        let category = strongest.categories.first?.category ?? Category(rawValue: "unjudged")
        self.category = category
        // Wherever it was found: a market that blocks the post does not make its text harmless.
        sensitive = Category.sensitive.filter { sensitive in
            sensitive != category
                && (verdict.markets.contains { $0.categories.contains { $0.category == sensitive } }
                    || verdict.evidence.contains { $0.category == sensitive && !$0.shadow })
        }
        severity = verdict.severity
        score = strongest.score
        languages = Lane.languages(of: verdict.languages)
        markets = holding.map(\.market)
        reach = post.reach
        self.similarity = similarity
        var random = SystemRandomNumberGenerator()
        let bits = (random.next(), random.next())
        salt = (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? bits.0 : bits.1) >> (UInt64($0 % 8) * 8)) }
        let digest = Self.digest(
            of: original, self.verdict.markets, self.verdict.own, severity: verdict.severity.level, salt: salt)
        columns = Columns(
            lane: Lane(
                languages: languages, categories: ([category] + sensitive).map(\.rawValue),
                markets: markets.map(\.rawValue), role: .reviewer, barred: []),
            salt: Data(salt), contentHash: Data(contentHash), post: String(decoding: original, as: UTF8.self),
            verdict: String(decoding: self.verdict.own, as: UTF8.self),
            event: "{\"content\":\"\(Data(digest).base64EncodedString())\"}")
    }

    /// What the audit holds a case's content to.
    static func digest(
        of post: [UInt8], _ markets: [UInt8], _ own: [UInt8], severity: Int, salt: [UInt8]
    ) -> [UInt8] {
        var bytes = post
        for part in [markets, own, Array("\(severity)".utf8)] {
            bytes.append(0)
            bytes.append(contentsOf: part)
        }
        return digest(of: bytes, salt: salt)
    }

    static func digest(of content: some Sequence<UInt8>, salt: [UInt8]) -> [UInt8] {
        var bytes = salt
        bytes.append(contentsOf: content)
        return Array(SHA256.hash(data: bytes))
    }

    /// SHA-256 of the judged fields' names and texts.
    static func contentHash(of post: Post) -> [UInt8] {
        var digest = SHA256()
        for field in post.fields {
            digest.update(data: Array("\(field.name.name) \(field.range.count)\n".utf8))
            digest.update(data: post.bytes[field.range])
        }
        return Array(digest.finalize())
    }
}

/// What the queue made of an incoming case.
public struct QueuedCase: Sendable, Equatable {
    public var id: String
    /// What a person decided about the same post, the strictest of the markets; nil while it waits.
    public var decision: Decision?
}
