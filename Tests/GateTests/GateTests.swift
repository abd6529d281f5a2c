import ContentModel
import Foundation
import Gate
import Moderation
import ReviewQueue
import Storage
import TestSupport
import Testing
import Wire

private let moderator = Result {
    try Moderator(
        rules: [
            (
                "global/p.yaml",
                "pack: p\nrules:\n  - {id: a, category: fraud, confidence: 0.6, match: {phrases: [weixin]}}\n  - {id: b, category: spam, confidence: 0.95, match: {phrases: [casino]}}\n"
            ),
            ("aa/market.yaml", "market: aa\nthresholds: {default: {review: 0.5, block: 0.9}}\n"),
            ("bb/market.yaml", "market: bb\nthresholds: {default: {label: 0.5}}\n"),
        ], day: "2025-06-01")
}

/// Runs the gate over bytes and gives the lines that come out.
private func run(_ input: [UInt8], _ settings: Gate.Settings = Gate.Settings()) throws -> ([String], Summary) {
    let folder = try TemporaryFolder()
    let (from, to) = (URL(fileURLWithPath: folder.path + "/in"), URL(fileURLWithPath: folder.path + "/out"))
    try Data(input).write(to: from)
    try Data().write(to: to)
    let source = try FileHandle(forReadingFrom: from)
    let target = try FileHandle(forWritingTo: to)
    let summary = try Gate(rules: RulesInForce(moderator.get()), settings: settings).run(
        [.init(name: "in", descriptor: source.fileDescriptor)], to: target.fileDescriptor)
    let output = try String(contentsOf: to, encoding: .utf8)
    return (output.split(separator: "\n").map(String.init), summary)
}

private func run(_ input: String, _ settings: Gate.Settings = Gate.Settings()) throws -> ([String], Summary) {
    try run(Array(input.utf8), settings)
}

@Suite struct GateTests {
    @Test func oneLineInOneLineOut() throws {
        let (lines, summary) = try run(
            "{\"id\":\"1\",\"text\":\"my weixin\"}\nbroken\n\n{\"id\":\"3\",\"text\":\"fine\"}\n{\"text\":\"no id\"}",
            .init(format: .ndjson))
        #expect(lines.count == 4)
        #expect(lines[0].hasPrefix(#"{"id":"1","action":"review","markets":{"aa":{"action":"review""#))
        #expect(lines[1].hasPrefix(#"{"line":2,"error":{"code":"malformed-json","message":""#))
        #expect(lines[2].hasPrefix(#"{"id":"3","action":"allow""#))
        #expect(lines[3].hasPrefix(#"{"id":"line-5","#))
        #expect(summary.posts == 3)
        #expect(summary.errors == 1)
    }

    @Test(arguments: [
        ("hello\nworld", 2), ("\u{FEFF}{\"text\":\"a\"}\r\n{\"text\":\"b\"}\r\n", 2), ("", 0), ("\n\n", 2),
        ("  \n {\"text\":\"a\"}\n", 1), ("a\r\n", 1),
    ])
    func formatsAreTold(_ input: String, _ count: Int) throws {
        let (lines, summary) = try run(input)
        #expect(lines.count == count)
        #expect(summary.errors == 0)
    }

    @Test func anArrayIsRefusedWithAHint() throws {
        #expect {
            try run("[{\"text\":\"a\"}]")
        } throws: { "\($0)".contains("jq -c '.[]'") }
    }

    @Test func longLinesAreErrorRecordsAndTheNextLineIsRead() throws {
        for excess in [1, 100, 400_000] {
            let long = String(repeating: "x", count: 1000 + excess)
            let (lines, summary) = try run("short\n\(long)\nafter\n", .init(format: .text, longestLine: 1000))
            #expect(summary.errors == 1)
            #expect(
                lines.map { $0.prefix(14) }
                    == ["{\"id\":\"line-1\"", "{\"line\":2,\"err", "{\"id\":\"line-3\""].map { $0.prefix(14) })
        }
        let exact = String(repeating: "x", count: 1000)
        #expect(try run("\(exact)\n", .init(format: .text, longestLine: 1000)).1.errors == 0)
    }

    @Test func textThatIsNotUTF8IsAnErrorRecord() throws {
        let (lines, summary) = try run([0x61, 0x0A, 0xFF, 0xFE, 0x0A, 0x62], .init(format: .text))
        #expect(lines.count == 3)
        #expect(lines[1].contains("invalid-utf8"))
        #expect(summary.errors == 1)
    }

    @Test(arguments: [2, 5])
    func anyNumberOfThreadsGivesTheSameBytes(_ threads: Int) throws {
        var random = SeededRandom(8)
        var input = ""
        for number in 0..<6000 {
            let word = number % 7 == 0 ? "weixin" : number % 11 == 0 ? "casino" : "cats"
            input +=
                "{\"id\":\"\(number)\",\"text\":\"\(word) \(String(repeating: "y ", count: Int.random(in: 0..<60, using: &random)))\"}\n"
        }
        let one = try run(input)
        let many = try run(input, .init(threads: threads))
        #expect(one.0 == many.0)
        #expect(one.1.actions == many.1.actions)
    }

    /// Memory is bounded: what is judged waits for its reader, and what is not judged is not read.
    @Test func anOutputThatNobodyReadsHoldsTheInputBack() throws {
        let folder = try TemporaryFolder()
        let file = URL(fileURLWithPath: folder.path + "/in")
        let text = String(repeating: "an ordinary post ", count: 12_000)
        let lines = (0..<200).map { "{\"id\":\"\($0)\",\"text\":\"\(text)\"}\n" }
        try Data(lines.joined().utf8).write(to: file)
        let source = try FileHandle(forReadingFrom: file)
        let pipe = Pipe()
        let gate = try Gate(
            rules: RulesInForce(moderator.get()), settings: .init(threads: 3, format: .ndjson, passesThrough: true))
        Thread {
            _ = try? gate.run(
                [.init(name: "in", descriptor: source.fileDescriptor)], to: pipe.fileHandleForWriting.fileDescriptor)
            try? pipe.fileHandleForWriting.close()
        }.start()
        // Until nothing more is read for a while, which is soon, or far too late.
        var (before, read): (off_t, off_t) = (-1, 0)
        while read != before {
            before = read
            Thread.sleep(forTimeInterval: 0.5)
            read = lseek(source.fileDescriptor, 0, SEEK_CUR)
        }
        #expect(read > 0 && read < 12_000_000)
        let output = try #require(try pipe.fileHandleForReading.readToEnd())
        #expect(output.split(separator: 0x0A).count == lines.count)
    }

    @Test func marketsAreNarrowed() throws {
        let aa = try #require(Market(rawValue: "aa"))
        let input = """
            {"text":"x"}
            {"text":"x","markets":["aa","bb"]}
            {"text":"x","markets":["bb"]}
            {"text":"x","markets":["zz"]}
            {"text":"x","markets":[]}
            """
        let (lines, _) = try run(input, .init(markets: [aa]))
        #expect(lines[0].contains("\"aa\"") && !lines[0].contains("\"bb\""))
        #expect(lines[1].contains("\"aa\"") && !lines[1].contains("\"bb\""))
        #expect(lines[2].contains("no-market-left"))
        #expect(lines[3].contains("unknown-market"))
        #expect(lines[4].contains("no-market-left"))
    }

    @Test func postsPassThroughAsTheyCame() throws {
        let post = #"{"text": "my weixin","x":[1,{"y":2}]}"#
        #expect(try run(post + "\n", .init(passesThrough: true)).0[0].hasSuffix(#","post":"# + post + "}"))
        #expect(
            try run("a\"b\n", .init(format: .text, passesThrough: true)).0[0].hasSuffix(#","post":{"text":"a\"b"}}"#))
    }

    @Test func heldPostsBecomeCasesAndAreKnownAgain() throws {
        let folder = try TemporaryFolder()
        let queue = try ReviewQueue(file: DatabaseFile(path: folder.path + "/m.sqlite", creates: true)) {
            1_736_841_600_000
        }
        let input =
            #"{"id":"1","text":"my weixin"}"# + "\n" + #"{"id":"2","text":"fine"}"# + "\n"
            + #"{"id":"3","text":"casino"}"# + "\n"
        let first = try run(input, .init(queue: queue))
        #expect(try queue.count(.open) == 1)
        let line = first.0[0]
        let id = String(line.dropFirst(line.count - 28).prefix(26))
        #expect(try queue.find(id)?.postID == "1")
        #expect(!first.0[2].contains("\"case\""))
        #expect(try run(input, .init(queue: queue)).0 == first.0)
        _ = try queue.decide(id, DecisionRequest(.approve, by: "ana"))
        #expect(try run(input, .init(queue: queue)).0[0].hasSuffix(#","case":"\#(id)","decision":"approve"}"#))
    }

    @Test func linesWithoutAnIDMergeOnlyUnderASource() throws {
        let folder = try TemporaryFolder()
        let queue = try ReviewQueue(file: DatabaseFile(path: folder.path + "/m.sqlite", creates: true)) {
            1_736_841_600_000
        }
        for _ in 0..<2 { _ = try run("weixin\n", .init(queue: queue)) }
        #expect(try queue.count(.open) == 2)
        for _ in 0..<2 { _ = try run("weixin\n", .init(source: "feed", queue: queue)) }
        #expect(try queue.count(.open) == 3)
    }
}
