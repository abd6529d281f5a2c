public import ContentModel
internal import Foundation
internal import PatternMatching
public import RuleBook
internal import Synchronization
internal import TextViews

/// Judges posts by the rules of a folder, for all markets in one pass.
///
/// ```swift
/// let moderator = try Moderator(rules: "Rules")
/// let verdict = try moderator.judge(Post(text: "加 微 信 领优惠"))
/// print(verdict.action, verdict.evidence.map(\.rule.rawValue))
/// ```
///
/// The way of a post: its fields are seen as views (`TextViews`), the views are scanned for every pattern of every
/// market at once (`Matching`), rules confirm what was found (`Judgement`), and each market weighs it. A moderator is
/// immutable and may be shared; each thread asks for a ``Judge`` of its own.
public final class Moderator: Sendable {
    /// The markets that have a policy, by name.
    public var markets: [Market] { ruleSet.markets }
    /// What the rule files' author should know; no error is among them.
    public let warnings: [Diagnostic]

    /// `YYYY-MM-DD`, the day on which rules are in effect or not.
    public let day: String
    /// Rules that are out of force for a while.
    public let suspended: Set<RuleName>

    private let ruleSet: RuleSet
    private let patternSets: [PatternSetIndex]

    /// Whether some patterns were compiled before the last change of rules, and others with it.
    public var isPatched: Bool { patternSets.count > 1 }

    /// The version of what the engine does with the same rules and the same text; part of every rule set's name.
    public static var engine: Int { engineSemantics }

    /// Reads and compiles a rules folder, or takes what the cache kept of the same files.
    ///
    /// - Parameters:
    ///   - folder: The rules folder: `global/` and one folder a market.
    ///   - day: `YYYY-MM-DD` (UTC), on which rules are in effect or not; nil means today.
    ///   - cache: A folder for compiled rules; nil compiles anew (100,000 phrases take some seconds).
    /// - Throws: ``RuleBookError`` with diagnostics when the rules do not hold.
    public convenience init(rules folder: String, day: String? = nil, cache: String? = nil) throws {
        try self.init(RuleFiles(folder: folder), day: day, cache: cache)
    }

    /// Rules that are already in memory: `(path, text)` pairs as they would stand in a folder.
    public convenience init(rules files: [(path: String, text: String)], day: String? = nil) throws {
        try self.init(RuleFiles(folder: "rules", files: files), day: day)
    }

    /// Compiles rule files, or takes what the cache kept of the same ones.
    ///
    /// - Parameters:
    ///   - book: What the files say, where it was read already.
    ///   - suspended: Rules that are out of force for a while; names that no rule has are left out.
    ///   - patches: Whether the patterns of nearly the same rules may be taken over from the cache, so that a small
    ///     change of large rules compiles in a second. Judges alike, a little slower; see ``isPatched``.
    /// - Throws: ``RuleBookError`` with diagnostics when the rules do not hold.
    public convenience init(
        _ files: RuleFiles, book: RuleBook? = nil, day: String? = nil, suspended: Set<RuleName> = [],
        cache: String? = nil, patches: Bool = true
    ) throws {
        try self.init(
            CompiledRules.load(files, book: book, cache: CacheFolder(path: cache), patches: patches),
            day: day ?? Self.today(), suspended: suspended)
    }

    /// Compiles a rule book, of which the cache keeps the patterns alone.
    public convenience init(_ book: RuleBook, day: String? = nil, cache: String? = nil) throws {
        try self.init(
            CompiledRules(book, cache: CacheFolder(path: cache)), day: day ?? Self.today(), suspended: [])
    }

    private init(_ compiled: CompiledRules, day: String, suspended: Set<RuleName>) {
        warnings = compiled.warnings
        self.day = day
        self.suspended = suspended
        ruleSet = RuleSet(compiled.program, day: day, suspended: suspended)
        patternSets = zip(compiled.program.patternSets, compiled.databases).map(PatternSetIndex.init)
    }

    private init(_ other: Moderator, day: String, suspended: Set<RuleName>) {
        warnings = other.warnings
        self.day = day
        self.suspended = suspended
        ruleSet = RuleSet(other.ruleSet.program, day: day, suspended: suspended)
        patternSets = other.patternSets
    }

    /// The same rules on another day or with other suspensions, without compiling again.
    public func on(day: String, suspended: Set<RuleName>) -> Moderator {
        Moderator(self, day: day, suspended: suspended)
    }

    /// A judge for one thread.
    public func makeJudge() throws -> Judge {
        try Judge(ruleSet: ruleSet, patternSets: patternSets)
    }

    /// Makes ready what judging streams takes besides, some milliseconds' work: how far each rule looks. Without it the
    /// first chunk does.
    public func prepareForStreams() { _ = ruleSet.growth }

    /// Judges one post. Makes a judge of its own: who has many posts keeps one from ``makeJudge()``.
    ///
    /// - Throws: ``UnknownMarketError`` when the post names a market without a policy.
    public func judge(_ post: Post) throws -> Verdict {
        if let market = unknownMarkets(of: post).first { throw UnknownMarketError(market: market) }
        var judge = try makeJudge()
        var verdict = Verdict()
        judge.judge(post, into: &verdict)
        return verdict
    }

    /// The markets that a post names and the rules do not know.
    public func unknownMarkets(of post: Post) -> [Market] {
        guard let named = post.markets else { return [] }
        return named.filter { !ruleSet.markets.contains($0) }
    }

    /// What a market calls the rules in effect; nil for an unknown market.
    public func ruleSetName(of market: Market) -> RuleSetName? {
        ruleSet.markets.firstIndex(of: market).map { ruleSet.names[$0] }
    }

    /// What a market does about live streams; nil for an unknown market.
    public func livePolicy(of market: Market) -> LivePolicy? {
        ruleSet.markets.firstIndex(of: market).map { ruleSet.livePolicy(of: $0) }
    }

    /// The number of rules in effect.
    public var ruleCount: Int { ruleSet.isInEffect.count { $0 } }

    /// Today, UTC.
    public static func today() -> String {
        Date.now.formatted(.iso8601.year().month().day())
    }
}

/// A post names a market that has no policy.
public struct UnknownMarketError: Error, CustomStringConvertible {
    public var market: Market

    public var description: String { "no policy for the market `\(market.rawValue)`" }
}
