import ContentModel
import RuleBook
import Testing

/// Files that were read before are taken over: the book must be the one that reading all of them would give.
@Suite struct ReadingOverTests {
    private static let base = [
        ("xx/market.yaml", "market: xx\nthresholds: {default: {review: 0.5}}\n"), ("xx/p.yaml", pack("p", "a", "one")),
        ("xx/q.yaml", pack("q", "b", "two")), ("global/l.yaml", list), ("global/terms/l.txt", "three\nfour\n"),
        ("global/notices.yaml", "notices: {reject: {en: \"No.\"}}\n"),
        ("xx/glossary.yaml", "glossary: {one: {en: \"a number\"}}\n"),
    ]
    private static let list =
        "pack: l\nrules:\n  - {id: c, category: spam, confidence: 0.5, match: {phrases_from: terms/l.txt}}\n"

    private static func pack(_ name: String, _ id: String, _ phrase: String) -> String {
        "pack: \(name)\nrules:\n  - {id: \(id), category: spam, confidence: 0.5, match: {phrases: [\(phrase)]}}\n"
    }

    /// What of a book can be told apart.
    private static func content(_ book: RuleBook) -> [String] {
        book.policies.map { "\($0.market) \($0.location)" }
            + book.packs.map { "\($0.folder).\($0.name) \($0.location) \($0.rules.map { "\($0)" })" }
            + book.guides.map { "\($0.file) \($0.notices) \($0.glossary)" }
    }

    @Test(
        arguments: [
            [:], ["xx/q.yaml": pack("q", "b", "five")], ["xx/q.yaml": nil], ["xx/r.yaml": pack("r", "d", "six")],
            ["global/terms/l.txt": "three\n"], ["xx/glossary.yaml": "glossary: {two: {en: \"another\"}}\n"],
            ["global/notices.yaml": nil], ["xx/market.yaml": "market: xx\nthresholds: {default: {block: 0.9}}\n"],
            ["global/terms/l.txt": "seven\n", "global/m.yaml": pack("m", "e", "eight")],
        ] as [[String: String?]])
    func giveTheSameBook(_ changes: [String: String?]) throws {
        let known = RuleFiles(folder: "r", files: Self.base.map { (path: $0.0, text: $0.1) })
        var texts = Dictionary(uniqueKeysWithValues: Self.base)
        for (path, text) in changes { texts[path] = text }
        let files = RuleFiles(folder: "r", files: texts.map { (path: $0.key, text: $0.value) })
        let book = try RuleBook.read(files, over: (known, RuleBook.read(known).book)).book
        let alone = try RuleBook.read(files).book
        #expect(Self.content(book) == Self.content(alone))
        #expect(RuleDifference(from: alone, to: book).isEmpty)
    }

    /// States of the rules stand in folders of their own; what was taken over from one is there for the next.
    @Test func isTakenOverFromOtherFolders() throws {
        func files(_ folder: String, _ changes: [String: String] = [:]) -> RuleFiles {
            RuleFiles(folder: folder, files: Self.base.map { (path: $0.0, text: changes[$0.0] ?? $0.1) })
        }
        let old = files("old")
        let same = files("same")
        let new = files("new", ["xx/q.yaml": Self.pack("q", "b", "five")])
        let first = try RuleBook.read(old).book
        let second = try RuleBook.read(same, over: (old, first)).book
        #expect(Self.content(second) == Self.content(first))
        let third = try RuleBook.read(new, over: (same, second)).book
        #expect(try RuleDifference(from: RuleBook.read(new).book, to: third).isEmpty)
        #expect(third.packs.map(\.location.file) == ["old/global/l.yaml", "old/xx/p.yaml", "new/xx/q.yaml"])
        #expect(third.policies.count == 1)
        #expect(third.guides.count == 2)
    }

    @Test(arguments: [2, 3, 8]) func threadsGiveTheSameBook(_ threads: Int) throws {
        let files = RuleFiles(folder: "r", files: Self.base.map { (path: $0.0, text: $0.1) })
        #expect(
            try Self.content(RuleBook.read(files, threads: threads).book) == Self.content(RuleBook.read(files).book))
        let faulty = RuleFiles(
            folder: "r", files: Self.base.map { (path: $0.0, text: $0.1.replacing("confidence", with: "confidense")) })
        let errors = [1, threads].map { threads in
            #expect(throws: RuleBookError.self) { try RuleBook.read(faulty, threads: threads) }?.description
        }
        #expect(errors[0]?.split(separator: "\n").count ?? 0 >= 3)
        #expect(errors[0] == errors[1])
    }
}
