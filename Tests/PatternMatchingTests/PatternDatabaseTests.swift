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

    @Test func literalsAreFoundWhereverTheyStand() throws {
        var random = SeededRandom(4)
        let literals = Set((0..<40).map { _ in Array(random.text(2).utf8) }).filter { !$0.isEmpty }.sorted {
            $0.lexicographicallyPrecedes($1)
        }
        let database = try PatternDatabase.compile(.literals(literals))
        var scanner = try PatternScanner(for: [database])
        for _ in 0..<300 {
            let text = Array(random.text(30).utf8)
            let value1 = scanner.scan(text.span, with: database)
            #expect(value1 == .complete)
            let found = scanner.matches.map { [Int($0.pattern), Int($0.end)] }.sorted {
                ($0[1], $0[0]) < ($1[1], $1[0])
            }
            #expect(found == naive(literals, text))
        }
    }

    @Test func survivesBeingSerialised() throws {
        let database = try PatternDatabase.compile(.regexes(["a[0-9]{2}b"]))
        let bytes = try #require(database.serialized())
        let value2 = PatternDatabase(serialized: bytes.span)
        let again = try #require(value2)
        var scanner = try PatternScanner(for: [again])
        _ = scanner.scan(Array("xa12by".utf8).span, with: again)
        #expect(Array(scanner.matches).map { [Int($0.start), Int($0.end)] } == [[1, 5]])
    }

    @Test func damagedAndForeignBytesAreRefused() throws {
        let bytes = try #require(try PatternDatabase.compile(.literals([Array("abc".utf8)])).serialized())
        let empty: [UInt8] = []
        let value3 = PatternDatabase(serialized: empty.span)
        #expect(value3 == nil)
        let value4 = PatternDatabase(serialized: Array("not a database at all".utf8).span)
        #expect(value4 == nil)
        let shortened = Array(bytes.dropLast(8))
        let value5 = PatternDatabase(serialized: shortened.span)
        #expect(value5 == nil)
        var damaged = bytes
        damaged[damaged.count / 2] ^= 0xFF
        let value6 = PatternDatabase(serialized: damaged.span)
        #expect(value6 == nil)
    }

    @Test func theCacheIsMadeAnewWhenDamaged() throws {
        let folder = NSTemporaryDirectory() + "moderate-cache-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let cache = CacheFolder(path: folder)
        let source = PatternDatabase.Source.literals([Array("abc".utf8)])
        _ = try PatternDatabase.cached(source, in: cache)
        let file = folder + "/" + source.key + ".hsdb"
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
        let value7 = scanner.scan(text.span, with: database)
        #expect(value7 == .tooManyMatches)
        #expect(Int(scanner.matchCount) == PatternScanner.matchLimit)
    }
}
