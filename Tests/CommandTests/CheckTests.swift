import Foundation
import TestSupport
import Testing

@Suite struct CheckTests {
    @Test func textGoesInAndAVerdictComesOut() throws {
        let command = try Command()
        let result = try command.run([], "add my w.e.i.x.i.n\nhello\n")
        #expect(result.status == 0)
        #expect(result.lines.count == 2)
        let verdict = try #require(try JSONSerialization.jsonObject(with: Data(result.lines[0].utf8)) as? [String: Any])
        #expect(verdict["action"] as? String == "review")
        #expect((verdict["case"] as? String)?.count == 26)
        let evidence = try #require((verdict["evidence"] as? [[String: Any]])?.first)
        #expect(evidence["text"] as? String == "w.e.i.x.i.n")
        #expect(evidence["start"] as? Int == 7)
        #expect(result.error.contains("made the database moderate.sqlite"))
        #expect(result.error.contains("2 posts"))
    }

    private static let exits: [(arguments: String, status: Int32)] = [
        ("--nonsense", 64), ("--threads 0", 64), ("--market zz", 64), ("--as-of tomorrow", 64), ("missing.ndjson", 66),
        ("rules/xx", 66), ("--rules nowhere", 78), ("review next", 64), ("review next --reviewer ana", 66),
        ("--help", 0),
        ("--version", 0),
    ]

    @Test(arguments: exits)
    func exitCodes(_ arguments: String, _ status: Int32) throws {
        let command = try Command()
        let result = try command.run(arguments.split(separator: " ").map(String.init), "hello\n")
        #expect(result.status == status, "\(result.error)")
        if status != 0 { #expect(!result.error.isEmpty && result.output.isEmpty) }
    }

    @Test func unreadableRecordsAreErrorsInTheirPlace() throws {
        let command = try Command()
        let result = try command.run(["--from", "ndjson", "--no-queue"], "{\"text\":\"a\"}\n{bad\n{\"text\":\"b\"}\n")
        #expect(result.status == 65)
        #expect(result.lines.count == 3)
        #expect(result.lines[1].contains("\"line\":2"))
        #expect(result.error.contains("1 records could not be read"))
        #expect(try command.run([], "[{\"text\":\"a\"}]").status == 65)
        #expect(try command.run(["--no-queue"], "").status == 0)
    }

    @Test func rulesThatDoNotHold() throws {
        let command = try Command()
        try command.write(
            "rules/global/p.yaml",
            "pack: p\nrules:\n  - {id: a, category: fruad, confidence: 0.6, match: {phrases: [x]}}\n")
        let result = try command.run([], "hello\n")
        #expect(result.status == 78)
        #expect(result.error.contains("rules/global/p.yaml:3:23: error:"))
        #expect(result.error.contains("did you mean `fraud`?"))
        #expect(result.output.isEmpty)
    }

    @Test func fieldsThatAreNotJudgedAreCounted() throws {
        let command = try Command()
        let result = try command.run(["--no-queue"], "{\"text\":\"a\",\"caption\\u001b[31m\":\"b\"}\n")
        #expect(result.error.contains("not judged: caption·[31m, 1 posts"))
    }

    @Test func tablesAndColour() throws {
        let command = try Command()
        let result = try command.run(["--format", "table", "--no-queue"], "my weixin\u{1B}[31m \u{202E}x\n")
        #expect(result.output.contains("⟦weixin⟧"))
        #expect(!result.output.contains("\u{1B}") && !result.output.contains("\u{202E}"))
    }

    @Test func hostileTextsGoThrough() throws {
        let command = try Command()
        var input = ""
        for text in hostileTexts {
            let json = try JSONSerialization.data(withJSONObject: ["text": text + " weixin"])
            input += String(decoding: json, as: UTF8.self) + "\n"
        }
        let result = try command.run(["--no-queue"], input)
        #expect(result.status == 0)
        #expect(result.lines.count == hostileTexts.count)
        for (line, text) in zip(result.lines, hostileTexts) {
            let verdict = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            for evidence in verdict["evidence"] as? [[String: Any]] ?? [] {
                let bytes = Array((text + " weixin").utf8)
                let start = try #require(evidence["start"] as? Int)
                let end = try #require(evidence["end"] as? Int)
                #expect(Array((evidence["text"] as? String ?? "").utf8) == Array(bytes[start..<end]))
            }
        }
    }

    @Test func aClosedOutputEndsQuietly() throws {
        let command = try Command()
        try command.write("posts.txt", String(repeating: "hello there\n", count: 200_000))
        let shell = command.shell("set -o pipefail; \"$0\" --no-queue --rules rules posts.txt 2>err | head -1 >out")
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0)
        #expect(try String(contentsOfFile: command.folder + "/err", encoding: .utf8).contains("error") == false)
    }

    @Test func anOutputThatCannotBeWritten() throws {
        let command = try Command()
        let process = command.process(["--no-queue"])
        try command.write("in", "hello\n")
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: command.folder + "/in"))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 74)
        #expect(
            String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).contains(
                "cannot be written"))
    }

    /// `tail -f posts | moderate`: a verdict comes as soon as its line is there, while the input stays open.
    @Test(arguments: ["1", "3"])
    func verdictsComeWhileTheInputIsOpen(_ threads: String) throws {
        let command = try Command()
        let process = command.process(["--threads", threads])
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        for number in 0..<5 {
            try input.fileHandleForWriting.write(contentsOf: Data("{\"id\":\"\(number)\",\"text\":\"weixin\"}\n".utf8))
            var line = Data()
            while !line.contains(0x0A) { line += output.fileHandleForReading.availableData }
            #expect(String(decoding: line, as: UTF8.self).hasPrefix("{\"id\":\"\(number)\""))
        }
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 0)
    }

    @Test func explainShowsWhatWasRefusedWhereNothingCounts() throws {
        let command = try Command()
        #expect(try command.run(["explain", "weixiné"]).output.contains("inside a word"))
    }

    @Test func explainShowsTheStages() throws {
        let command = try Command()
        let result = try command.run(["explain", "my W.E.I.X.I.N and weixiné"])
        #expect(result.status == 0)
        for words in [
            "my weixin and weixiné", "⟦W.E.I.X.I.N⟧ deobfuscated  global.p.a  counts", "inside a word", "xx  review",
        ] {
            #expect(result.output.contains(words), "\(result.output)")
        }
    }

    /// Compiled rules are checked on load: damaged, shortened or empty files are made anew, and judge the same.
    @Test func aDamagedCacheIsMadeAnew() throws {
        let command = try Command()
        let cache = command.folder + "/cache"
        let posts = Data("weixin\nw.e.i.x.i.n\nhello\n".utf8)
        func judge() throws -> Command.Result {
            try command.run(["--no-queue"], input: posts, environment: ["MODERATE_CACHE": cache])
        }
        let first = try judge()
        #expect(first.status == 0 && first.lines.count == 3)
        let damages: [(Data) -> Data] = [{ Data($0.map { $0 ^ 0x55 }) }, { $0.prefix($0.count / 2) }, { _ in Data() }]
        for damage in damages {
            let files = try FileManager.default.contentsOfDirectory(atPath: cache)
            #expect(!files.isEmpty)
            for file in files {
                let url = URL(fileURLWithPath: cache + "/" + file)
                try damage(Data(contentsOf: url)).write(to: url)
            }
            let again = try judge()
            #expect(again.status == 0)
            #expect(again.output == first.output)
        }
    }
}
