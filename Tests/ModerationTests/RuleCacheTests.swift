import ContentModel
import Foundation
import Moderation
import RuleBook
import TestSupport
import Testing

/// What was compiled is kept in the cache's own form: read from there, it must judge as it did when it was compiled.
@Suite struct RuleCacheTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Rules with everything that a rule can say.
    private static func files() throws -> RuleFiles {
        try shipped(
            with: """
                pack: p
                effective: {from: 2025-01-01, until: 2030-01-01}
                rules:
                  - id: a
                    category: fraud
                    confidence: 0.8
                    languages: [en, ja]
                    match:
                      all: [{phrases: [zxa, zxb]}, {any: [{phrases: [zxc]}, {regex: 'zx\\d{3}'}]}]
                      within: 40
                    unless: [{phrases: [zxd], near: 12}]
                    when: {author.account_age_days: {lt: 3, missing: true}}
                    notice: {en: "Not that.", ja: "それはだめです。"}
                  - id: b
                    category: spam
                    confidence: 0.6
                    match: {regex: '\\b4\\d{15}\\b', validate: luhn}
                """)
    }

    private static func shipped(with pack: String) throws -> RuleFiles {
        let shipped = try RuleFiles(folder: root.path + "/Rules")
        return RuleFiles(
            folder: "rules", files: shipped.files + [.init(path: "global/zx.yaml", bytes: Array(pack.utf8))])
    }

    /// What posts are scanned for. Of the shipped rules there are databases of five kinds of regexes and no other: one
    /// more where a rule asks for an ASCII word inside others, two more where a regex holds alone and has no words
    /// without which it cannot match, as all shipped ones do.
    @Test(arguments: [
        ("phrases: [zx], boundary: word", 5), ("phrases: [zx], boundary: none", 6), (#"regex: '\bzx ?[:=]'"#, 5),
        (#"regex: '(?i)\bzx ?[:=]'"#, 5),
        ("regex: 'zx ?[:=]'", 7), ("regex: '(?s)zx'", 7), ("regex: '@zx'", 5), ("regex: '微信[0-9]'", 5),
        ("regex: '微[0-9]'", 7), ("regex: 'zx[0-9]{6}'", 5),
        ("regex: 'zx[0-9]{3}.{0,4}[0-9]{3}'", 7), ("regex: 'zx[0-9]{3}( - )?[0-9]{3}'", 5),
    ])
    func databasesAreOfWhatCannotBeLookedUp(_ match: String, _ databases: Int) throws {
        let folder = try TemporaryFolder()
        let rules = try Self.shipped(
            with: """
                pack: p
                rules:
                  - {id: a, category: spam, confidence: 0.6, match: {\(match)}}
                """)
        _ = try Moderator(rules, day: "2025-06-01", cache: folder.path)
        let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(kept.count { $0.hasSuffix(".hsdb") } == databases)
    }

    @Test func whatIsReadJudgesAsWhatWasCompiled() throws {
        let folder = try TemporaryFolder()
        let compiled = try Moderator(try Self.files(), day: "2025-06-01", cache: folder.path)
        let read = try Moderator(try Self.files(), day: "2025-06-01", cache: folder.path)
        #expect(read.markets == compiled.markets)
        for market in compiled.markets {
            #expect(read.ruleSetName(of: market) == compiled.ruleSetName(of: market))
        }
        var posts = ["zxa then zxc", "zxa 1 zx123", "zxa zxc zxd", "4539578763621486", "4539578763621487"].map {
            Post(text: $0)
        }
        let corpora = Self.root.appendingPathComponent("Corpora/posts")
        for file in try FileManager.default.contentsOfDirectory(at: corpora, includingPropertiesForKeys: nil) {
            for line in try Data(contentsOf: file).split(separator: 0x0A).enumerated() where line.offset % 5 == 0 {
                let object = try #require(JSONSerialization.jsonObject(with: line.element) as? [String: Any])
                if let text = object["text"] as? String { posts.append(Post(text: text)) }
            }
        }
        var found = 0
        for post in posts {
            let verdict = try read.judge(post)
            #expect(verdict == (try compiled.judge(post)))
            if !verdict.evidence.isEmpty { found += 1 }
        }
        #expect(found > 100)
    }
}
