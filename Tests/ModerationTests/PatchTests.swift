import ContentModel
import Foundation
import Moderation
import RuleBook
import TestSupport
import Testing

/// A small change of large rules takes patterns over that the cache has: it must judge as if all were compiled anew.
@Suite struct PatchTests {
    /// Words of three syllables, so that some occur in others' neighbourhood but none in another.
    private static let list = (0..<12_000).map { number in
        let syllables = ["ka", "lo", "mi", "ren", "tas", "vo", "pli", "dur", "esh", "gra"]
        return "zx" + String(number).compactMap { $0.wholeNumberValue.map { syllables[$0] } }.joined()
    }

    private static func files(_ changes: [String: String?]) -> RuleFiles {
        var files: [String: String] = [
            "global/big.yaml":
                "pack: big\nrules:\n  - {id: all, category: spam, confidence: 0.8, match: {phrases_from: big.txt}}\n",
            "global/big.txt": list.joined(separator: "\n"),
            "global/p.yaml":
                "pack: p\nrules:\n"
                + "  - {id: a, category: fraud, confidence: 0.6, match: {phrases: [weixin, 加微信]}, notice: {en: A}}\n"
                + "  - {id: b, category: fraud, confidence: 0.7, match: {all: [{phrases: [buy]}, {regex: 'no[0-9]{2}'}]}}\n",
            "xx/market.yaml": "market: xx\nthresholds: {default: {review: 0.5, block: 0.9}}\n",
            // So many that one more or less is little.
            "global/many.yaml": "pack: many\nrules:\n"
                + (0..<20).map { "  - {id: m\($0), category: spam, confidence: 0.6, match: {phrases: [many\($0)]}}\n" }
                .joined(),
        ]
        for (path, text) in changes { files[path] = text }
        return RuleFiles(folder: "r", files: files.map { ($0.key, $0.value) })
    }

    static let changes: [(name: String, files: [String: String?])] = [
        (
            "a pack more",
            [
                "xx/n.yaml":
                    "pack: n\nrules:\n  - {id: c, category: fraud, confidence: 0.9, match: {phrases: [parcel fee, 打款]}}\n"
            ]
        ),
        (
            "a pack less",
            [
                "global/p.yaml": nil,
                "xx/n.yaml":
                    "pack: n\nrules:\n  - {id: c, category: drugs, confidence: 0.6, match: {phrases: [weixin]}}\n",
            ]
        ),
        (
            "a rule changed",
            [
                "global/p.yaml":
                    "pack: p\nrules:\n"
                    + "  - {id: a, category: fraud, confidence: 0.95, match: {phrases: [weixin]}, notice: {en: B}}\n"
                    + "  - {id: b, category: fraud, confidence: 0.7, match: {all: [{phrases: [buy]}, {regex: 'no[0-9]{2}'}]}}\n"
            ]
        ),
        (
            "a regex more",
            [
                "xx/n.yaml":
                    "pack: n\nrules:\n  - {id: r, category: fraud, confidence: 0.9, match: {regex: 'order [0-9]{8}'}}\n"
            ]
        ),
        (
            "a reading more",
            [
                "xx/n.yaml":
                    "pack: n\nrules:\n  - {id: r, category: fraud, confidence: 0.9, match: {phrases: [đường], readings: [unmarked]}}\n"
            ]
        ),
        ("a policy changed", ["xx/market.yaml": "market: xx\nthresholds: {default: {review: 0.65, block: 0.9}}\n"]),
        (
            "an override",
            [
                "xx/market.yaml":
                    "market: xx\noverrides: [{rule: global.p.a, enabled: false, reason: r}]\nthresholds: {default: {review: 0.5}}\n"
            ]
        ),
        ("a market more", ["yy/market.yaml": "market: yy\nthresholds: {default: {label: 0.5}}\n"]),
    ]

    private static let texts =
        [
            "add my weixin", "加 微 信 now", "buy no77 today", "parcel fee", "请打款", "order 12345678", "duong di", "hello",
            "w.e.i.x.i.n and zxkalo zxlolo", list[777], "x \(list[11_999]) y",
        ] + hostileTexts

    @Test func aSmallChangeIsPatchedAndJudgesAlike() throws {
        let folder = try TemporaryFolder()
        let base = try Moderator(Self.files([:]), day: "2025-06-01", cache: folder.path)
        #expect(!base.isPatched)
        for change in Self.changes {
            let files = Self.files(change.files)
            let patched = try Moderator(files, day: "2025-06-01", cache: folder.path)
            let whole = try Moderator(files, day: "2025-06-01", cache: folder.path, patches: false)
            #expect(patched.isPatched && !whole.isPatched, "\(change.name)")
            #expect(patched.markets == whole.markets)
            for market in whole.markets {
                #expect(patched.ruleSetName(of: market) == whole.ruleSetName(of: market), "\(change.name)")
            }
            for text in Self.texts {
                let verdict = try patched.judge(Post(text: text))
                #expect(verdict == (try whole.judge(Post(text: text))), "\(change.name): \(text)")
                #expect(try patched.explain(Post(text: text)).verdict == verdict)
            }
            // The whole is the next base; begin from the first again.
            _ = try Moderator(
                Self.files(["xx/z.txt": change.name]), day: "2025-06-01", cache: folder.path, patches: false)
        }
        // Too much of it changed.
        let other = try Moderator(
            Self.files(["global/big.txt": Self.list.map { "q" + $0 }.joined(separator: "\n")]), day: "2025-06-01",
            cache: folder.path)
        #expect(!other.isPatched)
        // Too little of it would be left.
        let few = try Moderator(Self.files(["global/many.yaml": nil]), day: "2025-06-01", cache: folder.path)
        #expect(!few.isPatched)
    }
}
