import ContentModel
import Foundation
import GRDB
import ReviewQueue
import Storage
import Synchronization
import TestSupport
import Testing

/// A clock that tests advance, in milliseconds since 1970.
final class Clock: Sendable {
    private let value = Mutex<Int64>(1_736_841_600_000)
    var now: Int64 { value.withLock { $0 } }
    func advance(_ milliseconds: Int64) { value.withLock { $0 += milliseconds } }
}

/// A case that is about to come in.
///
/// - Parameter rules: With the category behind a blank.
func incoming(
    _ id: String, text: String = "my weixin", rules: [String] = ["global.p.a fraud"], ruleSet: String = "1",
    severity: Severity = .medium, score: Double = 0.6, markets: [String] = ["xx"], languages: [String] = ["en"],
    author: String? = nil, reach: Double? = nil, similarity: Int64? = nil, candidate: String? = nil
) -> IncomingCase {
    var random = SystemRandomNumberGenerator()
    var post = Post(text: text, id: id)
    post.reach = reach
    if let author { post.setAuthorID(Array(author.utf8).span) }
    var verdict = Verdict()
    verdict.action = .review
    verdict.severity = severity
    verdict.languages = languages.map {
        LanguageShare(tag: LanguageTag(rawValue: $0), share: 1 / Double(languages.count), confidence: 0.9)
    }
    let names = rules.map { $0.split(separator: " ").map(String.init) }
    let category = Category(rawValue: names.first?.last ?? "fraud")
    for market in markets.compactMap(Market.init(rawValue:)) {
        verdict.markets.append(
            MarketVerdict(
                market: market, action: .review, score: score,
                categories: [CategoryScore(category: category, score: score)],
                rules: names.map { RuleName(rawValue: $0[0]) },
                ruleSet: RuleSetName(rawValue: "\(market.rawValue)@\(ruleSet)")))
    }
    let place = Evidence.Place(
        field: FieldName(.text), span: TextSpan(start: 3, end: min(9, text.utf8.count)),
        text: String(text.dropFirst(3).prefix(6)), view: .folded)
    verdict.evidence = names.map {
        Evidence(
            rule: RuleName(rawValue: $0[0]), category: Category(rawValue: $0[1]), confidence: score,
            place: text.utf8.count >= 9 && text.utf8.allSatisfy { $0 < 0x80 } ? place : nil)
    }
    var json: [String: Any] = ["id": id, "text": text]
    if let author { json["author"] = ["id": author] }
    let original = try! JSONSerialization.data(withJSONObject: json, options: .sortedKeys)
    return IncomingCase(
        id: candidate ?? CaseID.make(at: 1_736_841_600_000, using: &random), post: post, postKey: "id:\(id)",
        verdict: verdict, original: Array(original),
        similarity: similarity.map { SimilarityHash(first: $0, second: $0 ^ 0x55) })!
}

extension ReviewQueue {
    /// The case that a reviewer gets next, or nil.
    func nextCase(for reviewer: String) throws -> ReviewCase? {
        guard case .done(let found) = try next(for: reviewer) else { return nil }
        return found
    }

    /// Decides, and gives the state that the case is in then.
    @discardableResult
    func decided(
        _ id: String, _ decision: Decision, by reviewer: String, market: String? = nil, grace: Int64 = 0
    ) throws -> CaseState {
        switch try decide(id, DecisionRequest(decision, by: reviewer, reason: "r", market: market, grace: grace)) {
        case .done(let found): return found.life.state
        case .refused(let refusal): throw refusal
        default: throw CaseLife.Refusal.cannotUndo
        }
    }
}

/// A queue in a folder of its own, with a clock that tests advance.
struct Fixture {
    let folder: TemporaryFolder
    let clock = Clock()
    let queue: ReviewQueue
    var path: String { folder.path + "/q.sqlite" }

    init() throws {
        folder = try TemporaryFolder()
        queue = try Self.open(folder, clock)
    }

    static func open(_ folder: TemporaryFolder, _ clock: Clock, patience: Double = 5) throws -> ReviewQueue {
        let file = try DatabaseFile(path: folder.path + "/q.sqlite", creates: true, patience: patience)
        return ReviewQueue(file: file) { clock.now }
    }

    /// Queues one case.
    func add(_ incoming: IncomingCase) throws -> String { try queue.enqueue([incoming])[0].id }

    /// SQL behind the queue's back.
    func tamper(_ sql: String) throws { try DatabaseQueue(path: path).write { try $0.execute(sql: sql) } }
}
