import Foundation
import TestSupport
import Testing

/// A Unix socket to the listening process.
private final class Producer {
    private struct NobodyListens: Error {}

    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else { throw NobodyListens() }
        // A test that waits in vain fails rather than hangs.
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends text, and gives how many bytes of it were taken.
    @discardableResult
    func say(_ text: String, waits: Bool = true) -> Int {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                send(
                    descriptor, buffer.baseAddress! + sent, buffer.count - sent,
                    Int32(MSG_NOSIGNAL) | (waits ? 0 : Int32(MSG_DONTWAIT)))
            }
            guard count > 0 else { break }
            sent += count
        }
        return sent
    }

    /// Says that nothing more comes.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// So many lines, or fewer when the other side hangs up or says nothing for long.
    func lines(_ count: Int = .max) -> [String] {
        var bytes: [UInt8] = []
        var ends = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while ends < count {
            let received = recv(descriptor, &buffer, buffer.count, 0)
            guard received > 0 else { break }
            bytes += buffer[..<received]
            for byte in buffer[..<received] where byte == 0x0A { ends += 1 }
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

@Suite(.serialized) struct LiveTests {
    private static let start =
        #"{"stream":"s1","event":"start","markets":["xx"],"at":"2025-01-15T01:00:00Z"}"# + "\n"

    private static func chunk(
        _ stream: String, _ seq: Int, _ text: String, at second: Int = 1, _ more: String = ""
    ) -> String {
        let time = String(format: "%02d:%02d", second / 60, second % 60)
        return
            "{\"stream\":\"\(stream)\",\"seq\":\(seq),\"speaker\":\"u9\",\"text\":\"\(text)\",\"at\":\"2025-01-15T01:\(time)Z\"\(more)}\n"
    }

    /// An answer without the hash of the rules and the case's id.
    private static func plain(_ line: String) -> String {
        line.replacing(#/"rule_set":"xx@[0-9a-f]{12}"/#, with: "RULES").replacing(
            #/"case":"[0-9A-Z]{26}"/#, with: "CASE")
    }

    private static func object(_ line: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }

    // MARK: - Records

    @Test func aScriptGoesInAndAnswersComeOut() throws {
        let command = try Command()
        let script =
            Self.start + Self.chunk("s1", 1, "add my wei") + Self.chunk("s1", 2, "xin")
            + Self.chunk("s1", 3, ", and so on", at: 2, ",\"break\":true") + "{\"stream\":\"s1\",\"event\":\"end\"}\n"
        let result = try command.run(["live"], script)
        #expect(result.status == 0)
        let place =
            #"{"rule":"global.p.a","category":"fraud","confidence":0.6,"field":"text","start":7,"end":13,"text":"weixin","view":"folded","parts":[{"seq":1,"start":7,"end":10},{"seq":2,"start":0,"end":3}]}"#
        let expected = [
            #"{"stream":"s1","event":"start","action":"pass","markets":{"xx":{"action":"pass",RULES}}}"#,
            #"{"stream":"s1","seq":1,"action":"pass","markets":{"xx":{"action":"pass",RULES}}}"#,
            #"{"stream":"s1","seq":2,"action":"warn","markets":{"xx":{"action":"warn",RULES}},"pending":[\#(place)]}"#,
            #"{"stream":"s1","seq":3,"action":"warn","markets":{"xx":{"action":"warn","score":0.6,"categories":{"fraud":0.6},"rules":["global.p.a"],RULES}},"evidence":[\#(place)],CASE}"#,
            #"{"stream":"s1","event":"end","action":"pass","markets":{"xx":{"action":"pass","score":0.6,RULES}}}"#,
        ]
        #expect(result.lines.map(Self.plain) == expected)
        #expect(result.error.contains("5 records") && result.error.contains("2 warn, 3 pass"))
        #expect(result.error.contains("1 moment waits for a person"))
        let next = try command.run(["review", "next", "--reviewer", "ana", "--format", "json"])
        let found = try Self.object(next.output)
        #expect((found["post"] as? [String: Any])?["id"] as? String == "live:s1@1736902800000:3")
        #expect((found["post"] as? [String: Any])?["transcript"] as? String == "add my weixin, and so on")
    }

    @Test func rubbishIsAnsweredWithErrors() throws {
        let command = try Command()
        let result = try command.run(
            ["live", "--no-queue"],
            Self.chunk("s1", 1, "a") + "{bad\n\n{\"stream\":\"s1\"}\n" + Self.chunk("s1", 2, "b"))
        #expect(result.status == 65)
        #expect(result.lines.count == 4)
        let errors = result.lines.filter { $0.contains("\"error\"") }
        #expect(errors.count == 2)
        #expect(errors.first?.hasPrefix(#"{"line":2,"error":{"code":"malformed-json","message":""#) == true)
        #expect(errors.last?.hasPrefix(#"{"line":4,"error":{"code":"missing-seq","message":""#) == true)
        #expect(result.error.contains("2 records could not be read"))
        let long = try command.run(["live", "--no-queue", "--max-line", "40"], Self.chunk("s1", 1, "hello there"))
        #expect(long.status == 65)
        #expect(long.lines.first?.hasPrefix(#"{"line":1,"error":{"code":"line-too-long""#) == true)
    }

    /// An error names the line that it is about, also where only the rules tell that it is one.
    @Test func aMarketThatNobodyKnows() throws {
        let command = try Command()
        let script = "\n{\"stream\":\"s1\",\"event\":\"start\",\"markets\":[\"zz\"]}\n"
        let result = try command.run(["live", "--no-queue"], script)
        #expect(result.status == 65)
        #expect(result.lines.count == 1)
        let answer = try Self.object(result.lines[0])
        #expect((answer["error"] as? [String: Any])?["code"] as? String == "unknown-market")
        #expect(answer["line"] as? Int == 2)
    }

    @Test func marketsOfARun() throws {
        let command = try Command()
        try command.write("rules/yy/market.yaml", "market: yy\nthresholds: {default: {review: 0.99}}\n")
        let script = Self.chunk("s1", 1, "weixin", at: 1, ",\"break\":true") + Self.chunk("s1", 2, "hello")
        func markets(_ arguments: [String]) throws -> [[String]] {
            try command.run(["live", "--no-queue"] + arguments, script).lines.map { line in
                try #require(try Self.object(line)["markets"] as? [String: Any]).keys.sorted()
            }
        }
        #expect(try markets([]) == [["xx", "yy"], ["xx", "yy"]])
        #expect(try markets(["--brief"]) == [["xx"], ["xx"]])
        #expect(try markets(["--market", "yy"]) == [["yy"], ["yy"]])
        #expect(try markets(["--market", "yy", "--brief"]) == [[], []])
    }

    private static let exits: [(arguments: String, status: Int32)] = [
        ("--market zz", 64), ("--threads 0", 64), ("--listen socket in.ndjson", 64), ("missing.ndjson", 66),
        ("--rules nowhere", 78), ("--state rules/xx/market.yaml", 78), ("--listen rules/xx/market.yaml", 78),
        ("--state no/such/folder/streams", 78), ("--help", 0),
    ]

    @Test(arguments: exits)
    func exitCodes(_ arguments: String, _ status: Int32) throws {
        let command = try Command()
        let result = try command.run(
            ["live", "--no-queue"] + arguments.split(separator: " ").map(String.init), Self.chunk("s1", 1, "hello"))
        #expect(result.status == status, "\(result.error)")
        if status != 0 { #expect(!result.error.isEmpty && result.output.isEmpty) }
    }

    /// Who reads no further ends the run, quietly.
    @Test func aClosedPipeEndsIt() throws {
        let command = try Command()
        var script = ""
        for number in 0..<20_000 { script += Self.chunk("s\(number)", 1, "hello") }
        try command.write("in.ndjson", script)
        let shell = command.shell(
            "\"$0\" live --no-queue --rules rules in.ndjson 2>err | head -1 >out; exit ${PIPESTATUS[0]}")
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0)
        let error = try String(contentsOfFile: command.folder + "/err", encoding: .utf8)
        #expect(!error.contains("Broken pipe") && !error.contains("written"), "\(error)")
        #expect(error.split(separator: "\n").count <= 1)
        #expect(try String(contentsOfFile: command.folder + "/out", encoding: .utf8).contains("\"stream\":\"s"))
    }

    /// Answers come while the input is open, on one thread too, which reads on as long as there is something to read.
    @Test(arguments: ["1", "3"])
    func answersComeWhileTheInputIsOpen(_ threads: String) throws {
        let command = try Command()
        let process = command.process(["live", "--threads", threads])
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        for number in 1...5 {
            try input.fileHandleForWriting.write(contentsOf: Data(Self.chunk("s1", number, "weixin").utf8))
            var line = Data()
            while !line.contains(0x0A) {
                // A test that waits in vain fails rather than hangs.
                var answer = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
                try #require(poll(&answer, 1, 5000) == 1, "no answer to record \(number)")
                line += output.fileHandleForReading.availableData
            }
            #expect(String(decoding: line, as: UTF8.self).hasPrefix("{\"stream\":\"s1\",\"seq\":\(number),"))
        }
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    // MARK: - State

    /// A stream goes on in the next run, and what is fed again is known.
    @Test func streamsAreKeptOverARestart() throws {
        let command = try Command()
        let arguments = ["live", "--no-queue", "--state", "streams"]
        let first = Self.start + Self.chunk("s1", 1, "add my wei")
        #expect(try command.run(arguments, first).status == 0)
        let second = try command.run(arguments, first + Self.chunk("s1", 2, "xin", at: 2, ",\"break\":true"))
        #expect(second.lines.map { $0.contains("\"notes\":[\"duplicate\"]") } == [true, true, false])
        #expect(second.lines.last?.contains("\"parts\":[{\"seq\":1,\"start\":7,\"end\":10},{\"seq\":2,") == true)
    }

    /// Killed at random moments while 200 streams play, and all fed again: what was printed is stored, nothing twice, no
    /// word that was said before the kill and after it is lost, and every record is answered in the end.
    @Test func killedAtAnyMoment() throws {
        let command = try Command()
        let (streams, words) = (200, 8)
        var slices: [String] = []
        for seq in 1...2 * words {
            for first in stride(from: 0, to: streams, by: 50) {
                slices.append(
                    (first..<first + 50).map { stream in
                        // A word's first half and its second, which a break ends.
                        seq % 2 == 1
                            ? Self.chunk("s\(stream)", seq, "add my wei", at: seq)
                            : Self.chunk("s\(stream)", seq, "xin", at: seq, ",\"break\":true")
                    }.joined())
            }
        }
        var found: Set<String> = []
        var random = SeededRandom(17)
        for round in 0..<9 {
            let isLast = round == 8
            let process = command.process(
                ["live", "--state", "streams", "--threads", round % 2 == 0 ? "1" : "2", isLast ? "in.ndjson" : "-"])
            _ = FileManager.default.createFile(atPath: command.folder + "/out", contents: nil)
            process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: command.folder + "/out"))
            process.standardError = FileHandle.nullDevice
            let input = Pipe()
            if isLast {
                try command.write("in.ndjson", slices.joined())
            } else {
                process.standardInput = input
            }
            try process.run()
            if !isLast {
                for slice in slices.prefix(Int.random(in: 1...slices.count, using: &random)) {
                    input.fileHandleForWriting.write(Data(slice.utf8))
                    usleep(15_000)
                }
                usleep(UInt32.random(in: 0...300_000, using: &random))
                kill(process.processIdentifier, SIGKILL)
            }
            process.waitUntilExit()
            let text = try String(contentsOfFile: command.folder + "/out", encoding: .utf8)
            // A kill may cut the last line.
            let lines = text.split(separator: "\n").filter { $0.hasSuffix("}") }.map(String.init)
            var printed: Set<String> = []
            for line in lines where line.contains("\"evidence\"") || line.contains("\"case\"") {
                let answer = try Self.object(line)
                let name = "\(answer["stream"] ?? "") \(answer["seq"] ?? "")"
                if let evidence = answer["evidence"] as? [[String: Any]] {
                    #expect(evidence.map { $0["text"] as? String } == ["weixin"], "\(line)")
                    found.insert(name)
                }
                if let id = answer["case"] as? String { printed.insert(id) }
            }
            let stored = Set(try command.sql("SELECT id FROM cases").split(separator: "'").map(String.init))
            #expect(printed.allSatisfy(stored.contains), "round \(round)")
            guard isLast else { continue }
            #expect(process.terminationStatus == 0)
            #expect(lines.count == streams * 2 * words, "every record is answered")
        }
        #expect(found.count == streams * words, "every word was found, on whichever side of a kill its halves were")
        let all = streams * words
        #expect(try command.sql("SELECT count(*), count(DISTINCT post_key) FROM cases").contains("(\(all), \(all))"))
        #expect(try command.sql("PRAGMA integrity_check").contains("ok"))
    }

    // MARK: - Producers

    /// Starts the binary, listening, and waits until it does.
    private func listen(_ command: Command, at name: String = "socket", _ arguments: [String] = []) throws -> Process {
        let process = command.process(["live", "--no-queue", "--listen", name] + arguments)
        _ = FileManager.default.createFile(atPath: command.folder + "/stderr", contents: nil)
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: command.folder + "/stderr"))
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        for _ in 0..<500 {
            if (try? Producer(command.folder + "/" + name)) != nil { return process }
            usleep(10_000)
        }
        process.terminate()
        try #require(Bool(false), "it does not listen")
        return process
    }

    private func end(_ process: Process) {
        process.terminate()
        process.waitUntilExit()
    }

    @Test func producersGetTheirOwnAnswers() throws {
        let command = try Command()
        let process = try listen(command)
        defer { end(process) }
        let producers = try ["one", "two"].map { ($0, try Producer(command.folder + "/socket")) }
        for seq in 1...300 {
            for (name, producer) in producers {
                producer.say(Self.chunk(name, seq, seq % 2 == 1 ? "add my wei" : "xin"))
            }
        }
        // An end without a newline is a line too.
        for (name, producer) in producers {
            producer.say("{\"stream\":\"\(name)\",\"event\":\"end\"}")
            producer.finish()
            let answers = try producer.lines().map(Self.object)
            #expect(answers.allSatisfy { $0["stream"] as? String == name })
            let numbers: [Int?] = (1...300).map { Optional($0) } + [nil]
            #expect(answers.map { $0["seq"] as? Int } == numbers)
        }
    }

    /// Two producers may bring the records of one stream, each of which is answered to who brought it.
    @Test func oneStreamOfTwoProducers() throws {
        let command = try Command()
        let process = try listen(command)
        defer { end(process) }
        let first = try Producer(command.folder + "/socket")
        let second = try Producer(command.folder + "/socket")
        first.say(Self.chunk("s", 1, "add my wei"))
        #expect(first.lines(1).count == 1)
        second.say(Self.chunk("s", 2, "xin", at: 1, ",\"break\":true"))
        let answer = try #require(second.lines(1).first)
        #expect(answer.contains("\"text\":\"weixin\""))
        // What waits for a chunk of another's is answered after two seconds.
        first.say(Self.chunk("s", 4, "hello"))
        #expect(first.lines(1).first?.contains("\"notes\":[\"gap:3-3\"]") == true)
    }

    @Test func whoSendsRubbishIsDropped() throws {
        let command = try Command()
        let process = try listen(command)
        defer { end(process) }
        let good = try Producer(command.folder + "/socket")
        good.say(Self.chunk("good", 1, "hello"))
        for rubbish in ["rubbish\n", "\u{0}\u{1}\u{2}\n", String(repeating: "x", count: (1 << 20) + 100_000)] {
            let bad = try Producer(command.folder + "/socket")
            bad.say(Self.chunk("bad", 1, "hello"))
            #expect(bad.lines(1).count == 1)
            bad.say(rubbish)
            let answers = bad.lines()
            #expect(answers.count == 1 && answers.first?.hasPrefix("{\"line\":2,\"error\":{\"code\":\"") == true)
        }
        // What is JSON and no record is told, and the next one is read.
        good.say("{\"stream\":\"good\"}\n" + Self.chunk("good", 2, "hello"))
        let answers = good.lines(3)
        #expect(answers.count == 3 && answers.count { $0.contains("\"error\"") } == 1)
        let notes = try String(contentsOfFile: command.folder + "/stderr", encoding: .utf8)
        #expect(notes.split(separator: "\n").count { $0.contains("dropped a producer") } == 3)
    }

    private func residentBytes(_ process: Process) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try #require(Int(line.split(separator: " ").dropLast().last ?? "")) * 1024
    }

    /// Who takes no answers is not read from, and holds up nobody.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status")))
    func whoNeverReadsIsNotReadFrom() throws {
        let command = try Command()
        let process = try listen(command)
        defer { end(process) }
        let good = try Producer(command.folder + "/socket")
        good.say(Self.chunk("good", 1, "hello"))
        #expect(good.lines(1).count == 1)
        let before = try residentBytes(process)
        let deaf = try Producer(command.folder + "/socket")
        var (sent, seq, tries) = (0, 1, 0)
        var records = ""
        // 50 MB, or as much as is taken until nothing more is for half a second.
        while sent < 50_000_000, tries < 50 {
            if records.utf8.count == sent {
                for _ in 0..<500 {
                    records += Self.chunk("deaf", seq, "weixin, and more of it", at: 1, ",\"break\":true")
                    seq += 1
                }
            }
            let taken = deaf.say(String(decoding: records.utf8.dropFirst(sent), as: UTF8.self), waits: false)
            sent += taken
            tries = taken > 0 ? 0 : tries + 1
            if taken == 0 { usleep(10_000) }
        }
        #expect(sent < 20_000_000, "\(sent) bytes were read of one who takes no answers")
        #expect(try residentBytes(process) - before < 64 << 20)
        for seq in 2...50 {
            good.say(Self.chunk("good", seq, "hello"))
            #expect(good.lines(1).count == 1)
        }
        // It is read from again once it takes them.
        let whole = records.utf8.prefix(sent).count { $0 == 0x0A }
        #expect(whole > 1000)
        #expect(deaf.lines(whole).count >= whole)
    }

    @Test func aSocketThatNobodyListensAtIsReplaced() throws {
        let command = try Command()
        let killed = try listen(command)
        kill(killed.processIdentifier, SIGKILL)
        killed.waitUntilExit()
        #expect(FileManager.default.fileExists(atPath: command.folder + "/socket"))
        let process = try listen(command)
        defer { end(process) }
        let second = try command.run(["live", "--no-queue", "--listen", "socket"])
        #expect(second.status == 78 && second.error.contains("another process listens there"))
        let producer = try Producer(command.folder + "/socket")
        producer.say(Self.chunk("s1", 1, "hello"))
        #expect(producer.lines(1).count == 1)
    }

    @Test func aFileIsNoSocket() throws {
        let command = try Command()
        try command.write("socket", "mine")
        let result = try command.run(["live", "--no-queue", "--listen", "socket"])
        #expect(result.status == 78 && result.error.contains("is no socket"))
        #expect(try String(contentsOfFile: command.folder + "/socket", encoding: .utf8) == "mine")
        let long = try command.run(["live", "--no-queue", "--listen", String(repeating: "x", count: 108)])
        #expect(long.status == 78 && long.error.contains("too long"))
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func signalsEndItAndRemoveTheSocket(_ number: Int32) throws {
        let command = try Command()
        let process = try listen(command, ["--state", "streams"])
        let mode = try FileManager.default.attributesOfItem(atPath: command.folder + "/socket")[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o600)
        let producer = try Producer(command.folder + "/socket")
        producer.say(Self.chunk("s1", 1, "add my wei"))
        #expect(producer.lines(1).count == 1)
        kill(process.processIdentifier, number)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 0)
        #expect(!FileManager.default.fileExists(atPath: command.folder + "/socket"))
        #expect(producer.lines().isEmpty)
        // What was said is known to the next one.
        let next = try command.run(
            ["live", "--no-queue", "--state", "streams"], Self.chunk("s1", 2, "xin", at: 1, ",\"break\":true"))
        #expect(next.output.contains("\"text\":\"weixin\""))
    }
}
