import Foundation
import Testing

/// The queue as people and programs work it: the built command, its files and exit codes.
@Suite(.serialized) struct ReviewTests {
    /// A folder with so many posts in the queue.
    private func filled(_ count: Int, more: String = "") throws -> Command {
        let command = try Command()
        var posts = more
        for number in 0..<count { posts += "{\"id\":\"p\(number)\",\"text\":\"my weixin \(number)\"}\n" }
        #expect(try command.run([], posts).status == 0)
        return command
    }

    private func objects(_ result: Command.Result) throws -> [[String: Any]] {
        try result.lines.map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
    }

    // MARK: - Files of decisions

    @Test func aSpreadsheetsFileIsApplied() throws {
        let command = try filled(
            4, more: "{\"id\":\"f\",\"text\":\"=HYPERLINK(1) weixin, \\\"quoted\\\"\\nline two\"}\n")
        let exported = try command.run(["review", "batch", "export", "--reviewer", "ana", "--limit", "0"])
        #expect(exported.status == 0 && exported.error.contains("5 cases, yours until"))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: command.folder + "/stdout"))
        #expect(
            bytes.starts(
                with: Data("\u{FEFF}id,decision,reason,market,category,score,language,text,evidence,revision".utf8)))
        #expect(exported.output.contains("\"'=HYPERLINK(1) weixin, \"\"quoted\"\"\nline two\""))
        #expect(try command.run(["review", "next", "--reviewer", "bob"]).status == 1, "all are claimed")
        let ids = try objects(command.run(["review", "list", "--format", "ndjson"])).compactMap { $0["id"] as? String }
        // Other order of columns, semicolons, capitals, quotes, blank lines, and what a spreadsheet adds.
        let lines = [
            "\u{FEFF}Decision;ID ;Reason;revision", "reject;\(ids[0]);\"spam; again\";1", "Approve;\(ids[1]);;1",
            ";\(ids[2]);;1", ";;;", "aprove;\(ids[3]);;1", "reject;01NOTHING;;", "reject;\(ids[4]);;7",
        ]
        try command.write("back.csv", lines.joined(separator: "\r\n") + "\r\n")
        let apply = ["review", "batch", "apply", "back.csv", "--reviewer", "ana"]
        let trial = try command.run(apply + ["--dry-run"])
        #expect(
            trial.status == 65
                && trial.output == "would decide 2 (1 approve, 1 reject); 1 without a decision; 3 refused\n")
        #expect(try command.run(["review", "list", "--where", "state=decided", "--format", "ndjson"]).output.isEmpty)
        let applied = try command.run(apply)
        #expect(applied.status == 65 && applied.output.hasPrefix("decided 2 (1 approve, 1 reject)"))
        #expect(applied.error.contains("back.csv:6: error: `aprove` is no decision"))
        #expect(applied.error.contains("back.csv:7: error: 01NOTHING: there is no case"))
        #expect(applied.error.contains("back.csv:8: error: \(ids[4]): the case has changed since"))
        let again = try command.run(apply)
        #expect(again.output.hasPrefix("decided 0; 2 decided so before"))
        let told = try objects(command.run(["review", "decisions"]))
        #expect(told.compactMap { $0["reason"] as? String } == ["spam; again"])
    }

    @Test(arguments: [
        (Data([0xFF, 0xFE, 0x69, 0x00]), "UTF-16"), (Data([0xC3, 0x28]), "not UTF-8"), (Data(), "is empty"),
        (Data("[1]".utf8), "jq -c"), (Data("a,b\n1,2\n".utf8), "no columns `id` and `decision`"),
        (Data("id,decision\nX,\"rej".utf8), "never ends"),
    ])
    func aFileThatIsNoneIsRefusedWhole(_ content: Data, _ words: String) throws {
        let command = try filled(1)
        try command.write("x.csv", content)
        let result = try command.run(["review", "batch", "apply", "x.csv", "--reviewer", "ana"])
        #expect(result.status == 65 && result.error.contains(words) && result.output.isEmpty, "\(result.error)")
        #expect(try command.run(["review", "batch", "apply", "no.csv", "--reviewer", "ana"]).status == 66)
    }

    @Test func programsUseNDJSON() throws {
        let command = try filled(3)
        let export = ["review", "batch", "export", "--reviewer", "bot", "--format", "ndjson", "--where", "score>=0.5"]
        let lines = try objects(command.run(export)).map { object -> String in
            var object = object
            object["decision"] = "reject"
            let data = try JSONSerialization.data(withJSONObject: object)
            return String(decoding: data, as: UTF8.self)
        }
        #expect(lines.count == 3)
        let result = try command.run(
            ["review", "batch", "apply", "-", "--reviewer", "bot"], lines.joined(separator: "\n") + "\nrubbish\n")
        #expect(result.status == 65 && result.output == "decided 3 (3 reject); 1 refused\n")
    }

    @Test func oneDecisionForAllOfAnExpression() throws {
        let command = try filled(5)
        let decide = ["review", "batch", "decide", "--where", "category=fraud", "reject", "--reviewer", "ana"]
        let trial = try command.run(decide + ["--dry-run"])
        #expect(trial.output.contains("would reject 5 cases") && trial.output.contains("categories  fraud 5"))
        #expect(try command.run(decide).output.hasSuffix("reject 5 cases\n"))
        #expect(try command.run(decide).status == 1)
        let wrong = try command.run(["review", "list", "--where", "category=fraud and langage=zh"])
        #expect(wrong.status == 64 && wrong.error.contains("category=fraud and langage=zh\n                     ^"))
    }

    // MARK: - Reviewers

    @Test func onlyThoseWhoAreSetUpDecide() throws {
        let command = try filled(2)
        let add = ["review", "reviewer", "add"]
        #expect(try command.run(add + ["ana", "--languages", "zh,en", "--role", "senior"]).status == 0)
        #expect(try command.run(add + ["b\u{1B}[31m"]).status == 64)
        #expect(try command.run(add + ["bob", "--categories", "fruad"]).error.contains("no category"))
        let stranger = try command.run(["review", "next", "--reviewer", "eve"])
        #expect(stranger.status == 1 && stranger.error.contains("review reviewer add"))
        #expect(try command.run(["review", "next", "--reviewer", "ana"]).status == 0)
        #expect(try command.run(["review", "reviewer", "list"]).output.contains("ana               senior"))
        #expect(try command.run(["review", "reviewer", "remove", "ana"]).status == 0)
        #expect(try command.run(["review", "list", "--where", "state=claimed", "--format", "ndjson"]).output.isEmpty)
    }

    // MARK: - What follows

    @Test func theAuthorIsToldAndAppeals() throws {
        let command = try filled(
            0, more: "{\"id\":\"p\",\"text\":\"my weixin\",\"author\":{\"id\":\"u1\",\"locale\":\"ms-MY\"}}\n")
        try command.write(
            "rules/global/p.yaml",
            "pack: p\nrules:\n  - {id: a, category: fraud, confidence: 0.6, match: {phrases: [weixin]}, notice: {en: No scams., ms: Tiada penipuan.}}\n"
        )
        try command.write(
            "rules/global/notices.yaml",
            "notices:\n  pending: {en: It waits.}\n  reject: {en: Rejected., ms: Ditolak.}\n  appeal: {en: You may appeal.}\n  overturned: {en: We changed it.}\n  approve: {en: Published.}\n"
        )
        let id = try #require(try objects(command.run(["review", "list", "--format", "ndjson"]))[0]["id"] as? String)
        func notice(_ more: String...) throws -> String {
            try command.run(["review", "notice", id, "--rules", "rules"] + more).output
        }
        // The case was made by rules that had no notice: those are what judged it.
        #expect(try command.run(["review", "decide", id, "reject", "--reviewer", "ana", "--reason", "x"]).status == 0)
        #expect(try command.run(["rules", "load", "rules", "--activate"]).status == 0)
        #expect(
            try command.run([], "{\"id\":\"q\",\"text\":\"weixin\",\"author\":{\"id\":\"u2\",\"locale\":\"ms\"}}\n")
                .status == 0)
        let other = try #require(
            try objects(command.run(["review", "list", "--format", "ndjson"]))[0]["id"] as? String)
        #expect(try command.run(["review", "notice", other]).output == "It waits.\n")
        #expect(
            try command.run(["review", "decide", other, "reject", "--reviewer", "ana", "--note", "internal"]).status
                == 0)
        #expect(try command.run(["review", "notice", other]).output == "Ditolak. Tiada penipuan. You may appeal.\n")
        #expect(
            try command.run(["review", "notice", other, "--lang", "en-GB"]).output
                == "Rejected. No scams. You may appeal.\n")
        #expect(try command.run(["review", "notice", other, "--market", "zz"]).status == 1)
        _ = try notice()

        let appeal = try command.run(["review", "appeal", other, "--by", "u2", "--text", "it is my own shop"])
        #expect(appeal.output == "\(other) appealed\n")
        #expect(
            try command.run(["review", "decide", other, "approve", "--reviewer", "ana"]).status == 1, "somebody else")
        #expect(
            try command.run(["review", "decide", other, "approve", "--reviewer", "bob"]).output.contains("overturned"))
        #expect(try command.run(["review", "notice", other]).output == "We changed it. Published.\n")
        #expect(try command.run(["review", "appeal", other, "--by", "u2"]).status == 1, "once")
        let stats = try command.run(["review", "stats", "--format", "json"]).output
        #expect(stats.contains("\"overturned\":1"))
        #expect(try command.run(["review", "rules"]).output.contains("global.p.a"))
    }

    @Test func aBlockedPostMayBeAppealed() throws {
        let command = try Command()
        try command.write(
            "rules/global/b.yaml",
            "pack: b\nrules:\n  - {id: b, category: spam, confidence: 0.95, match: {phrases: [casino]}}\n")
        try command.write("blocked.json", "{\"id\":\"b\",\"text\":\"casino\",\"author\":{\"id\":\"u\"}}")
        try command.write("fine.json", "{\"id\":\"f\",\"text\":\"hello\"}")
        #expect(try command.run([], "{\"id\":\"b\",\"text\":\"casino\"}\n").output.contains("\"block\""))
        let appeal = try command.run(["review", "appeal", "--post", "blocked.json", "--by", "u"])
        #expect(appeal.status == 0 && appeal.output.hasSuffix("appealed\n"), "\(appeal.error)")
        #expect(try command.run(["review", "appeal", "--post", "fine.json", "--by", "u"]).status == 1)
        let next = try objects(command.run(["review", "next", "--reviewer", "ana", "--format", "json"]))[0]
        #expect(next["appeal"] as? String == "open")
    }

    @Test func thePublisherFollowsByCursor() throws {
        let command = try filled(3)
        let ids = try objects(command.run(["review", "list", "--format", "ndjson"])).compactMap { $0["id"] as? String }
        let process = command.process(["review", "decisions", "--follow"])
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var seen = ""
        for id in ids {
            #expect(try command.run(["review", "decide", id, "reject", "--reviewer", "ana"]).status == 0)
            while !seen.contains(id) {
                seen += String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            }
        }
        process.interrupt()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let first = try objects(command.run(["review", "decisions"]))
        #expect(first.compactMap { $0["case"] as? String } == ids)
        let cursor = try #require(first[1]["cursor"] as? Int)
        #expect(try objects(command.run(["review", "decisions", "--after", "\(cursor)"])).count == 1)
        #expect(first[0]["markets"] as? [String: String] == ["xx": "reject"])
    }

    @Test func theAuditIsPrintedVerifiedAndPurged() throws {
        let command = try filled(2, more: "{\"id\":\"u\",\"text\":\"my weixin\",\"author\":{\"id\":\"u9\"}}\n")
        #expect(try command.run(["review", "withdraw", "--post", "p0"]).status == 0)
        #expect(try command.run(["review", "withdraw", "--post", "p0"]).status == 1)
        let log = try objects(command.run(["review", "log"]))
        #expect(log.compactMap { $0["kind"] as? String } == ["queued", "queued", "queued", "withdrawn"])
        #expect(try command.run(["review", "log", "--until", "2020-01-01"]).output.isEmpty)
        let head = try #require(try command.run(["review", "verify"]).output.split(separator: " ").last).dropLast()
        #expect(try command.run(["review", "purge", "--author", "u9"]).output == "1 cases of this author erased\n")
        #expect(try command.run(["review", "verify", "--head", "\(head)"]).status == 0)
        #expect(try command.run(["review", "verify", "--head", String(repeating: "0", count: 64)]).status == 1)
        #expect(
            try command.run(["review", "purge", "--older-than", "0m", "--keep-events"]).output.hasPrefix("1 cases"))
        #expect(try command.run(["review", "verify"]).status == 0)
        #expect(try command.run(["review", "purge"]).status == 64)
    }

    @Test func childSafetyNeverLeavesInAFile() throws {
        let command = try Command()
        try command.write(
            "rules/global/c.yaml",
            "pack: c\nrules:\n  - {id: c, category: child-safety, confidence: 0.6, match: {phrases: [testword]}}\n")
        #expect(try command.run([], "{\"id\":\"c\",\"text\":\"a testword secret\"}\n").status == 0)
        let export = try command.run(["review", "batch", "export", "--reviewer", "ana"])
        #expect(export.status == 1 && export.error.contains("1 of child safety left out"))
        for format in ["csv", "ndjson", "table"] {
            #expect(try !command.run(["review", "list", "--format", format]).output.contains("secret"))
        }
    }

    // MARK: - What is kept

    /// Shipped rules over the whole corpus: what the queue gives back is what was printed, byte for byte, and what nearly
    /// repeats a post is in its cluster.
    @Test func theCaseKeepsTheVerdictThatWasPrinted() throws {
        let command = try Command()
        var posts = ""
        let corpora = Command.root.appendingPathComponent("Corpora/posts")
        for file in try FileManager.default.contentsOfDirectory(atPath: corpora.path).sorted() {
            posts += try String(contentsOf: corpora.appendingPathComponent(file), encoding: .utf8)
        }
        let near = [
            "add my weixin abc123 for a guaranteed 30% return", "Add my weixin xyz999 for a guaranteed 45% return!!",
        ]
        posts += near.enumerated().map { "{\"id\":\"near\($0.offset)\",\"text\":\"\($0.element)\"}\n" }.joined()
        let rules = ["--rules", Command.root.path + "/Rules"]
        let printed = try command.run(rules, posts)
        let cases = try objects(command.run(["review", "list", "--format", "ndjson", "--limit", "0"]))
        #expect(cases.count > 200)
        var lines: [String: String] = [:]
        for line in printed.lines {
            guard let mark = line.range(of: ",\"case\":\"") else { continue }
            lines[String(line[mark.upperBound...].prefix(26))] = String(line[..<mark.lowerBound]) + "}"
        }
        #expect(Set(lines.keys).isSuperset(of: cases.compactMap { $0["id"] as? String }))
        for line in try command.run(["review", "list", "--format", "ndjson", "--limit", "0"]).lines {
            let id = String(line.dropFirst(7).prefix(26))
            let start = try #require(line.range(of: ",\"verdict\":"))
            let end = try #require(line.range(of: ",\"category\":", options: .backwards))
            #expect(String(line[start.upperBound..<end.lowerBound]) == lines[id], "\(id)")
        }
        let clusters = cases.filter { (($0["post"] as? [String: Any])?["id"] as? String)?.hasPrefix("near") == true }
        #expect(clusters.count == 2 && Set(clusters.compactMap { $0["cluster"] as? String }).count == 1)
        #expect(try command.run(["review", "verify"]).status == 0)
    }

    // MARK: - Many at once

    /// Reviewers who are killed at random moments while posts come in: no case is given to two at once, none is lost,
    /// and the audit holds.
    @Test func nobodyGetsACaseTwiceWhateverIsKilled() throws {
        let command = try filled(120)
        let script = """
            for i in 1 2 3 4 5 6; do
              (while c=$("$0" review next --reviewer r$i --format json 2>/dev/null); do
                 id=$(printf %s "$c" | sed 's/.*{"id":"\\([0-9A-Z]*\\)","post.*/\\1/; s/^{"id":"\\([0-9A-Z]*\\)".*/\\1/')
                 "$0" review decide "$id" reject --reviewer r$i >>done.$i 2>>err.$i || true
               done) &
              pids="$pids $!"
            done
            for round in $(seq 30); do
              sleep 0.05
              pkill -9 -P $(echo $pids | tr ' ' ',') -f 'review' || true
            done
            wait
            """
        try command.write("posts", (200..<300).map { "{\"id\":\"p\($0)\",\"text\":\"my weixin \($0)\"}\n" }.joined())
        let shell = command.shell(script)
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        #expect(try command.run(["posts"]).status == 0)
        shell.waitUntilExit()
        // Those who were killed while they held a case still hold it, and so get it again.
        for number in 1...6 {
            while true {
                let next = try command.run(["review", "next", "--reviewer", "r\(number)", "--format", "json"])
                guard next.status == 0 else { break }
                let id = try #require(try objects(next)[0]["id"] as? String)
                #expect(try command.run(["review", "decide", id, "reject", "--reviewer", "r\(number)"]).status == 0)
            }
        }
        let told = try objects(command.run(["review", "decisions"]))
        let cases = told.compactMap { $0["case"] as? String }
        #expect(cases.count == 220 && Set(cases).count == 220, "\(cases.count) decisions of \(Set(cases).count) cases")
        #expect(try command.run(["review", "verify"]).status == 0)
        #expect(try command.run(["review", "list", "--format", "ndjson"]).output.isEmpty)
    }

    /// A batch that is killed, or finds the disk full, changes nothing or all.
    @Test func aBatchIsAllOrNothing() throws {
        let command = try filled(3000)
        let exported = try command.run(
            ["review", "batch", "export", "--reviewer", "ana", "--limit", "0", "--format", "ndjson"])
        try command.write(
            "all.ndjson", exported.output.replacingOccurrences(of: "\"decision\":\"\"", with: "\"decision\":\"reject\"")
        )
        func decided() throws -> Int { try command.run(["review", "decisions"]).lines.count }
        for delay in [0, 10, 20, 40, 60, 80, 100, 150] as [UInt32] {
            let process = command.process(["review", "batch", "apply", "all.ndjson", "--reviewer", "ana"])
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            usleep(delay * 1000)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            #expect([0, 3000].contains(try decided()))
        }
        if try decided() == 0 {
            let shell = command.shell(
                "trap '' XFSZ; ulimit -f 300; \"$0\" review batch apply all.ndjson --reviewer ana")
            shell.standardError = FileHandle.nullDevice
            try shell.run()
            shell.waitUntilExit()
            #expect(shell.terminationStatus == 75)
            #expect(try decided() == 0)
        }
        #expect(try command.run(["review", "batch", "apply", "all.ndjson", "--reviewer", "ana"]).status == 0)
        #expect(try decided() == 3000)
        #expect(try command.run(["review", "verify"]).status == 0)
    }
}
