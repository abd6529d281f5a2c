import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct QueueFaultTests {
    @Test func reviewersWorkTheQueue() throws {
        let command = try Command()
        _ = try command.run([], "{\"id\":\"p1\",\"text\":\"my weixin\\u001b[31m\"}\n")
        let next = try command.run(["review", "next", "--reviewer", "ana", "--format", "json"])
        #expect(next.status == 0)
        let found = try #require(try JSONSerialization.jsonObject(with: Data(next.output.utf8)) as? [String: Any])
        let id = try #require(found["id"] as? String)
        #expect(found["state"] as? String == "claimed")
        #expect((found["post"] as? [String: Any])?["id"] as? String == "p1")
        let shown = try command.run(["review", "show", id])
        #expect(shown.output.contains("my ⟦weixin⟧·[31m"))
        #expect(try command.run(["review", "next", "--reviewer", "bob"]).status == 1)
        #expect(try command.run(["review", "decide", id, "reject", "--reviewer", "bob"]).status == 75)
        #expect(try command.run(["review", "decide", id, "burn", "--reviewer", "ana"]).status == 64)
        #expect(
            try command.run(["review", "decide", id, "reject", "--reviewer", "ana", "--reason", "scam"]).status == 0)
        #expect(try command.run(["review", "decide", id, "reject", "--reviewer", "ana"]).status == 1)
        #expect(try command.run(["review", "show", "nothing"]).status == 1)
        let again = try command.run([], "{\"id\":\"p1\",\"text\":\"my weixin\\u001b[31m\"}\n")
        #expect(again.output.contains("\"case\":\"\(id)\",\"decision\":\"reject\""))
    }

    @Test func databasesThatCannotBeUsed() throws {
        let command = try Command()
        try command.write("rubbish.sqlite", Data(repeating: 0x41, count: 8192))
        let rubbish = try command.run(["--db", "rubbish.sqlite"], "weixin\n")
        #expect(rubbish.status == 78 && rubbish.error.contains("--db FILE") && rubbish.output.isEmpty)
        _ = try command.run(["--db", "future.sqlite"], "hello\n")
        _ = try command.sql("PRAGMA user_version = 99", database: "future.sqlite")
        let future = try command.run(["--db", "future.sqlite"], "weixin\n")
        #expect(future.status == 78 && future.error.contains("newer version") && future.output.isEmpty)
        let nowhere = try command.run(["--db", "no/such/folder/x.sqlite"], "weixin\n")
        #expect(nowhere.status != 0 && nowhere.error.contains("cannot be made"))
    }

    @Test func aLockedDatabase() throws {
        let command = try Command()
        _ = try command.run([], "hello\n")
        let locker = Process()
        locker.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        locker.arguments = [
            "python3", "-c",
            "import sqlite3,sys; d=sqlite3.connect(sys.argv[1],isolation_level=None); d.execute('BEGIN IMMEDIATE'); print('locked',flush=True); sys.stdin.read()",
            command.folder + "/moderate.sqlite",
        ]
        let (input, output) = (Pipe(), Pipe())
        locker.standardInput = input
        locker.standardOutput = output
        try locker.run()
        _ = output.fileHandleForReading.availableData
        let result = try command.run([], "weixin\n")
        try input.fileHandleForWriting.close()
        locker.waitUntilExit()
        #expect(result.status == 75)
        #expect(result.error.contains("locked by another process"))
        #expect(result.output.isEmpty)
        #expect(try command.run([], "weixin\n").status == 0)
    }

    /// A file size limit stands for a full disk: SQLite's writes fail in the same way, and nothing is printed whose
    /// case is not stored.
    @Test func aDiskThatFills() throws {
        let command = try Command()
        var posts = ""
        for number in 0..<20_000 {
            posts += "{\"id\":\"p\(number)\",\"text\":\"my weixin \(String(repeating: "x", count: 300))\"}\n"
        }
        try command.write("posts.ndjson", posts)
        let shell = command.shell(
            "trap '' XFSZ; ulimit -f 4000; \"$0\" --rules rules --threads 1 posts.ndjson 2>err | cat > out; "
                + "exit ${PIPESTATUS[0]}")
        try shell.run()
        shell.waitUntilExit()
        let error = try String(contentsOfFile: command.folder + "/err", encoding: .utf8)
        #expect(shell.terminationStatus == 75, "\(error)")
        #expect(error.contains("feed the rest again"))
        try expectEveryPrintedCaseIsStored(command)
    }

    /// Every verdict that was printed with a case has its case in the database.
    private func expectEveryPrintedCaseIsStored(_ command: Command) throws {
        let printed = try String(contentsOfFile: command.folder + "/out", encoding: .utf8).split(separator: "\n")
            .compactMap { line in
                line.range(of: "\"case\":\"").map { String(line[$0.upperBound...].prefix(26)) }
            }.filter { $0.count == 26 }
        let stored = Set(try command.sql("SELECT id FROM cases").split(separator: "'").map(String.init))
        #expect(printed.allSatisfy(stored.contains))
    }

    /// Killed at random moments, thirty times over, in a run of 100,000 posts: what was printed is stored, and feeding
    /// everything again gives no duplicate.
    @Test func killedAtAnyMoment() throws {
        let command = try Command()
        var posts = ""
        for number in 0..<100_000 {
            posts +=
                "{\"id\":\"p\(number)\",\"text\":\"\(number % 20 == 0 ? "my weixin" : "cats") number \(number)\"}\n"
        }
        try command.write("posts.ndjson", posts)
        var random = SeededRandom(9)
        for round in 0..<30 {
            let process = command.process(["--threads", round % 2 == 0 ? "1" : "2", "posts.ndjson"])
            _ = FileManager.default.createFile(atPath: command.folder + "/out", contents: nil)
            process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: command.folder + "/out"))
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32.random(in: 30_000...500_000, using: &random))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            try expectEveryPrintedCaseIsStored(command)
        }
        let result = try command.run(["posts.ndjson"])
        #expect(result.status == 0)
        #expect(try command.sql("SELECT count(*), count(DISTINCT post_key) FROM cases").contains("(5000, 5000)"))
        #expect(try command.sql("PRAGMA integrity_check").contains("ok"))
    }

    /// A file that may not be written is told apart from a locked one. Root may write any file, so another user tries.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv") || getuid() != 0))
    func aReadOnlyDatabaseIsRefused() throws {
        let command = try Command()
        try command.write("db/posts.ndjson", "{\"id\":\"a\",\"text\":\"weixin\"}\n")
        let database = command.folder + "/db/m.sqlite"
        #expect(try command.run(["--db", database, command.folder + "/db/posts.ndjson"]).status == 0)
        for file in try FileManager.default.contentsOfDirectory(atPath: command.folder + "/db") {
            chmod(command.folder + "/db/" + file, 0o444)
        }
        chmod(command.folder + "/db", 0o555)
        defer { chmod(command.folder + "/db", 0o755) }
        let process = command.process(["--db", database], environment: ["MODERATE_CACHE": command.folder + "/none"])
        if getuid() == 0 {
            process.arguments =
                ["--reuid=65534", "--regid=65534", "--clear-groups", Command.binary] + (process.arguments ?? [])
            process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        }
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, errors)
        try process.run()
        input.fileHandleForWriting.write(Data("{\"id\":\"b\",\"text\":\"weixin\"}\n".utf8))
        try input.fileHandleForWriting.close()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 75)
        #expect(printed.isEmpty, "no verdict may name a case that is not stored")
        #expect(message.contains("permissions"))
    }
}
