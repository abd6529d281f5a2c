import Foundation
import PatternMatching
import TestSupport
import Testing

@Suite struct PatternDatabaseTests {
    /// Every occurrence, by looking at every place.
    private func naive(_ literals: [[UInt8]], _ text: [UInt8]) -> [[Int]] {
        var found: [[Int]] = []
        for end in 0...text.count {
            for (index, literal) in literals.enumerated()
            where end >= literal.count && Array(text[(end - literal.count)..<end]) == literal {
                found.append([index, end])
            }
        }
        return found.sorted { ($0[1], $0[0]) < ($1[1], $1[0]) }
    }

    /// Small sets, wherever the text lies in memory: Vectorscan's code for AVX-512 misses these at 25 of 64 alignments.
    @Test(arguments: [["加薇信", "大麻"], ["加薇信", "大麻", "大麻烦"], ["大麻", "大麻烦"], ["微号", "领", "券看好"], ["sale"]])
    func smallSetsAreFoundAtEveryAlignment(_ words: [String]) throws {
        let literals = words.map { Array($0.utf8) }
        let database = try PatternDatabase.compile(.literals(literals))
        var scanner = try PatternScanner(for: [database])
        let said = "gun show gun cure time bad dog apple pieassets ok cure time s, 信ass 加薇信 大麻bidd 微号 sale 券看好"
        let text = Array(said.utf8)
        let all = naive(literals, text)
        for offset in 0..<64 {
            let buffer = [UInt8](repeating: 0x20, count: offset) + text + [UInt8](repeating: 0x20, count: 64)
            let outcome = scanner.scan(buffer.span.extracting(offset..<offset + text.count), with: database)
            #expect(outcome == .complete)
            var found: [[Int]] = []
            for index in 0..<scanner.matchCount {
                found.append([Int(scanner[index].pattern), Int(scanner[index].end)])
            }
            found.sort { ($0[1], $0[0]) < ($1[1], $1[0]) }
            #expect(found == all, "at \(offset)")
        }
    }

    /// What stands near the end of a text, wherever that lies in memory: Vectorscan's code for AVX2 and AVX-512 misses
    /// each of these at some places.
    @Test(arguments: [
        ("@[a-z][a-z0-9_.]{3,31}", "@abcd"), ("(stst[^a]{3,5}|st|to)kill", "-stkill"), (#"[0-9]a\b"#, "3a"),
        ("v[._ -]c[._ -]s", "v.c s"), (#"\bz[4@]p\b"#, "z4p"), ("大麻.?烦", "大麻烦"),
    ])
    func theEndOfATextIsSeen(_ regex: String, _ hit: String) throws {
        let sources: [PatternDatabase.Source] = [
            .regexes([regex]), .regexPresence([regex]), .regexes([regex, "zq[0-9]"]),
        ]
        for source in sources {
            let database = try PatternDatabase.compile(source)
            var scanner = try PatternScanner(for: [database])
            var missed = 0
            for (before, after) in (60..<140).flatMap({ before in [0, 1, 7, 30].map { (before, $0) } }) {
                let text = Array(
                    (String(repeating: " ", count: before) + hit + String(repeating: " ", count: after)).utf8)
                for offset in 0..<64 {
                    let buffer = [UInt8](repeating: 0x20, count: offset) + text
                    _ = scanner.scan(buffer.span.extracting(offset...), with: database)
                    if scanner.matchCount == 0 { missed += 1 }
                }
            }
            #expect(missed == 0)
        }
    }

    /// Regexes that end in the same two characters: scanned as a block, a text of 255 bytes ended the process.
    @Test(arguments: ["(no)*a", "(an)*b", "(no)+ab"], [254, 255, 256, 1000, 100_000])
    func textsOfAnyLengthAreScanned(_ regex: String, _ length: Int) throws {
        let text = Array((String(repeating: "x", count: length) + "nonoanbab").utf8)
        for source in [PatternDatabase.Source.regexes([regex]), .regexPresence([regex])] {
            let database = try PatternDatabase.compile(source)
            var scanner = try PatternScanner(for: [database])
            let outcome = scanner.scan(text.span, with: database)
            #expect(outcome == .complete)
            #expect((scanner.matchCount > 0) == (regex != "(no)+ab"))
        }
    }

    @Test func literalsAreFoundWhereverTheyStand() throws {
        var random = SeededRandom(4)
        let literals = Set((0..<40).map { _ in Array(random.text(2).utf8) }).filter { !$0.isEmpty }.sorted {
            $0.lexicographicallyPrecedes($1)
        }
        let database = try PatternDatabase.compile(.literals(literals))
        var scanner = try PatternScanner(for: [database])
        for _ in 0..<300 {
            let text = Array(random.text(30).utf8)
            let outcome = scanner.scan(text.span, with: database)
            #expect(outcome == .complete)
            var found: [[Int]] = []
            for index in 0..<scanner.matchCount {
                found.append([Int(scanner[index].pattern), Int(scanner[index].end)])
            }
            found.sort { ($0[1], $0[0]) < ($1[1], $1[0]) }
            #expect(found == naive(literals, text))
        }
    }

    @Test func survivesBeingSerialised() throws {
        let database = try PatternDatabase.compile(.regexes(["a[0-9]{2}b"]))
        let bytes = try #require(database.serialized())
        let reread = PatternDatabase(serialized: bytes.span)
        let again = try #require(reread)
        var scanner = try PatternScanner(for: [again])
        _ = scanner.scan(Array("xa12by".utf8).span, with: again)
        let count = scanner.matchCount
        let (start, end) = (scanner[0].start, scanner[0].end)
        #expect(count == 1 && start == 1 && end == 5)
    }

    @Test func damagedAndForeignBytesAreRefused() throws {
        let bytes = try #require(try PatternDatabase.compile(.literals([Array("abc".utf8)])).serialized())
        let empty: [UInt8] = []
        let ofNothing = PatternDatabase(serialized: empty.span)
        #expect(ofNothing == nil)
        let ofRubbish = PatternDatabase(serialized: Array("not a database at all".utf8).span)
        #expect(ofRubbish == nil)
        let shortened = Array(bytes.dropLast(8))
        let ofShortened = PatternDatabase(serialized: shortened.span)
        #expect(ofShortened == nil)
        var damaged = bytes
        damaged[damaged.count / 2] ^= 0xFF
        let ofDamaged = PatternDatabase(serialized: damaged.span)
        #expect(ofDamaged == nil)
    }

    @Test func theCacheIsMadeAnewWhenDamaged() throws {
        let folder = try TemporaryFolder()
        let cache = CacheFolder(path: folder.path)
        let source = PatternDatabase.Source.literals([Array("abc".utf8)])
        _ = try PatternDatabase.cached(source, in: cache)
        let file = folder.path + "/" + source.key + ".hsdb"
        #expect(FileManager.default.fileExists(atPath: file))
        try Data("rubbish".utf8).write(to: URL(fileURLWithPath: file))
        #expect(PatternDatabase(cachedAs: source.key + ".hsdb", in: cache) == nil)
        _ = try PatternDatabase.cached(source, in: cache)
        #expect(PatternDatabase(cachedAs: source.key + ".hsdb", in: cache) != nil)
    }

    @Test(arguments: ["a(?=b)", "(a)\\1", "[", "a{1,99999}", ""])
    func refusesWhatItCannotPromise(_ regex: String) {
        #expect(throws: PatternError.self) { try PatternDatabase.compile(.regexes([regex])) }
    }

    @Test func stopsAtTooManyMatches() throws {
        let database = try PatternDatabase.compile(.literals([[0x61]]))
        var scanner = try PatternScanner(for: [database])
        let text = [UInt8](repeating: 0x61, count: PatternScanner.matchLimit + 10)
        let outcome = scanner.scan(text.span, with: database)
        #expect(outcome == .tooManyMatches)
        #expect(Int(scanner.matchCount) == PatternScanner.matchLimit)
    }
}
