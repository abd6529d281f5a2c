import Foundation
import Testing

/// Rules loaded, put in force, compared and taken back, by the built binary over a database.
@Suite(.serialized) struct RuleVersionTests {
    private static func pack(_ phrase: String, confidence: Double = 0.6, tests: String = "") -> String {
        "pack: night\nrules:\n"
            + "  - {id: scam, category: fraud, confidence: \(confidence), match: {phrases: [\(phrase)]}\(tests)}\n"
    }

    /// A command whose database has its shipped rules in force.
    private func begun() throws -> Command {
        let command = try Command()
        let first = try command.run([], "hello\n")
        #expect(first.status == 0)
        #expect(first.error.contains("took the shipped rules"))
        return command
    }

    private func ruleSet(_ result: Command.Result) throws -> String {
        let line = try #require(result.lines.last)
        let verdict = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let market = (verdict["markets"] as? [String: Any])?["xx"] as? [String: Any]
        return try #require(market?["rule_set"] as? String)
    }

    @Test func aPackIsLoadedActivatedAndTakenBack() throws {
        let command = try begun()
        try command.write("night.yaml", Self.pack("parcel fee"))
        let kept = try command.run(["rules", "load", "night.yaml", "--market", "xx", "--note", "seen at 2 am"])
        #expect(kept.status == 0, "\(kept.error)")
        #expect(kept.output.contains("xx#2 is kept") && kept.output.contains("1 added"))
        #expect(try command.run([], "parcel fee\n").output.contains("\"action\":\"allow\""))
        #expect(try command.run(["rules", "activate", "xx#2"]).output.contains("xx#2 is in force"))
        let judged = try command.run([], "parcel fee\n")
        #expect(judged.output.contains("xx.night.scam"))
        let list = try command.run(["rules", "list"])
        #expect(list.output.contains("* xx#2") && list.output.contains("  xx#1"))
        #expect(list.output.contains("seen at 2 am"))

        // A year later: what judged that post?
        let name = try ruleSet(judged)
        try command.write("night.yaml", Self.pack("other words"))
        #expect(try command.run(["rules", "load", "night.yaml", "--market", "xx", "--activate"]).status == 0)
        let shown = try command.run(["rules", "show", name])
        #expect(shown.output.contains("xx#2") && shown.output.contains("parcel fee"))
        #expect(!shown.output.contains("other words"))
        #expect(try command.run(["rules", "show", name, "--rule", "xx.night.scam"]).output.contains("parcel fee"))
        #expect(try command.run(["rules", "show", "xx.night.scam"]).output.contains("other words"))
        #expect(try command.run(["rules", "show", "xx@000000000000"]).status == 1)

        #expect(try command.run(["rules", "rollback", "--market", "xx"]).output.contains("xx#2 is in force"))
        #expect(try ruleSet(try command.run([], "parcel fee\n")) == name)
        #expect(try command.run(["rules", "rollback", "--market", "xx"]).output.contains("xx#1 is in force"))
        let none = try command.run(["rules", "rollback", "--market", "xx"])
        #expect(none.status == 1 && none.error.contains("nothing stood before"))
    }

    /// Whatever is wrong with a file, what was in force stays in force and no version is kept.
    @Test(arguments: [
        ("pack: night\nrules:\n  - {id: scam, category: fruad}\n", "night.yaml:3:26: error:"),
        ("pack: night\nrules:\n\t- x\n", "not tabs"), ("pack: night\npack: day\nrules: []\n", "stands twice"),
        ("- 1\n- 2\n", "neither a pack nor a policy"), ("", "is empty"), ("pack: [a\n", "night.yaml"),
        ("pack: night\nrules: &a [*a]\n", "error:"),
        (pack("x y z", tests: ", tests: {match: [other]}"), "does not match `other`"),
        ("pack: night\nrules:\n  - {id: a, category: fraud, confidence: 0.6, match: {regex: '(?<=a)b'}}\n", "error:"),
        (
            "pack: night\nrules:\n  - {id: a, category: fraud, confidence: 0.6, match: {phrases_from: no.txt}}\n",
            "no.txt"
        ),
        (pack("x", confidence: 7), "from 0.0 to 1.0"), (pack("'\u{200B}'"), "nothing is left"),
    ])
    func whatDoesNotHoldChangesNothing(_ text: String, _ words: String) throws {
        let command = try begun()
        let before = try command.run(["rules", "list", "--format", "ndjson"]).output
        try command.write("night.yaml", text)
        let result = try command.run(["rules", "load", "night.yaml", "--market", "xx", "--activate"])
        #expect(result.status == 78, "\(result.error)")
        #expect(result.error.contains(words), "\(result.error)")
        #expect(try command.run(["rules", "list", "--format", "ndjson"]).output == before)
        #expect(try command.run([], "weixin\n").output.contains("global.p.a"))
    }

    /// A regex, of which logs show the beginning.
    struct Source: ExpressibleByStringLiteral, CustomTestStringConvertible {
        var text: String

        init(_ text: String) { self.text = text }
        init(stringLiteral text: String) { self.text = text }

        var testDescription: String { String(text.prefix(60)) }
    }

    /// What the matcher cannot promise, or what would take its compiler a minute, with another way to write it.
    @Test(arguments: [
        ("a(?=b)", "there is no look-around"), ("(a)b\\1", "no back-references"), ("a*", "it matches an empty text"),
        (#"\bx?"#, "it matches an empty text"),
        ("abc.{0,40}defg", "with `within: 40`"), ("x{2,200}y", "with `within: 40`"),
        ("((((a{1,30}){1,30}){1,30}){1,30})b", "too large"),
        ("((((a{999999999}){999999999}){999999999}){999999999})b", "too large"),
        (Source(String(repeating: "(", count: 100_000)), "too large"),
        (Source(String(repeating: "ab|", count: 5000) + "c"), "too large"),
        ("(a", "is refused"), ("[a", "is refused"),
    ])
    func regexesThatAreRefused(_ regex: Source, _ words: String) throws {
        let command = try Command()
        try command.write(
            "rules/global/q.yaml",
            "pack: q\nrules:\n  - {id: a, category: fraud, confidence: 0.6, match: {regex: '\(regex.text)'}}\n")
        let began = ContinuousClock.now
        let result = try command.run(["rules", "lint"])
        #expect(result.status == 78)
        #expect(result.error.contains("q.yaml:3:") && result.error.contains(words), "\(result.error.prefix(400))")
        #expect(result.error.utf8.count < 2000)
        #expect(ContinuousClock.now - began < .seconds(5))
    }

    @Test func lintForEditors() throws {
        let command = try Command()
        let result = try command.run(["rules", "lint", "--format", "json"])
        #expect(result.status == 0)
        let line = try #require(result.lines.first)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["file"] as? String == command.folder + "/rules/global/p.yaml")
        #expect(object["level"] as? String == "warning" && object["line"] as? Int == 1)
        #expect(try command.run(["rules", "lint", "--strict"]).status == 78)
        try command.write("night.yaml", Self.pack("one, one day"))
        let file = try command.run(["rules", "lint", "night.yaml", "--market", "xx"])
        #expect(file.status == 0 && file.error.contains("night.yaml:3:") && !file.error.contains("p.yaml"))
    }

    @Test func othersEncodingsAndSizes() throws {
        let command = try begun()
        func load(_ data: Data) throws -> Command.Result {
            try command.write("night.yaml", data)
            return try command.run(["rules", "load", "night.yaml", "--market", "xx", "--activate"])
        }
        let utf16 = try load(Self.pack("parcel").data(using: .utf16) ?? Data())
        #expect(utf16.status == 78 && utf16.error.contains("not UTF-8"))
        let huge = try load(Data(repeating: 0x23, count: 100_000_000))
        #expect(huge.status == 78 && huge.error.contains("larger than 8 MiB"))
        let phrase = try load(Data(Self.pack(String(repeating: "x", count: 1 << 20)).utf8))
        #expect(phrase.status == 78 && phrase.error.contains("longer than the reach"))
        #expect(phrase.error.utf8.count < 2000)
        let deep = try load(Data(("pack: night\nrules: " + String(repeating: "[", count: 100_000)).utf8))
        #expect(deep.status == 78 && deep.error.contains("error:"))
        let bomb = (1...40).map { "a\($0): &a\($0) [\(($0 > 1 ? "*a\($0 - 1)," : "x,") .repeated(9))x]" }
        let aliases = try load(Data(("pack: night\n" + bomb.joined(separator: "\n") + "\nrules: *a40\n").utf8))
        #expect(aliases.status == 78 && aliases.error.contains("error:"))
        #expect(try command.run(["rules", "load", "nowhere.yaml", "--market", "xx"]).status == 66)
        #expect(try command.run(["rules", "load", "night.yaml"]).status == 64)
    }

    @Test func foldersPoliciesAndTermLists() throws {
        let command = try begun()
        try command.write(
            "new/night.yaml",
            "pack: night\nrules:\n  - {id: a, category: fraud, confidence: 0.6, match: {phrases_from: terms/a.txt}}\n")
        try command.write("new/terms/a.txt", "one thing\ntwo things\n")
        try command.write("new/market.yaml", "market: xx\nthresholds: {default: {block: 0.6}}\n")
        let file = try command.run(["rules", "load", "new/night.yaml", "--market", "xx", "--activate"])
        #expect(file.status == 0, "\(file.error)")
        #expect(try command.run([], "two things\n").output.contains("\"action\":\"review\""))
        #expect(try command.run(["rules", "load", "new/market.yaml", "--region", "xx", "--activate"]).status == 0)
        #expect(try command.run([], "two things\n").output.contains("\"action\":\"block\""))
        // The whole folder of a market.
        try command.write("new/night.yaml", Self.pack("only this"))
        #expect(try command.run(["rules", "load", "new", "--market", "xx", "--activate"]).status == 0)
        #expect(try command.run([], "two things\n").output.contains("\"action\":\"allow\""))
        #expect(try command.run([], "only this\n").output.contains("\"action\":\"block\""))
        // An upgrade's rules.
        try command.write(
            "rules/global/p.yaml",
            "pack: p\nrules:\n  - {id: b, category: fraud, confidence: 0.6, match: {phrases: [upgraded]}}\n")
        let shipped = try command.run(["rules", "load", "--shipped", "--activate"])
        #expect(shipped.output.contains("global#2 is in force"))
        #expect(shipped.error.contains("xx/night.yaml is your own and stays"))
        #expect(shipped.error.contains("xx/market.yaml was changed here and is replaced"))
        #expect(try command.run([], "upgraded\n").output.contains("global.p.b"))
    }

    /// The first load stands over the shipped rules, whoever comes first; one that fails makes no database.
    @Test func theFirstLoadKeepsTheShippedRules() throws {
        let command = try Command()
        try command.write("night.yaml", "pack: night\n")
        #expect(try command.run(["rules", "load", "night.yaml", "--market", "xx"]).status == 78)
        #expect(try command.run(["rules", "load", "none.yaml", "--market", "xx"]).status == 66)
        #expect(!FileManager.default.fileExists(atPath: command.folder + "/moderate.sqlite"))
        try command.write("night.yaml", Self.pack("parcel fee"))
        #expect(try command.run(["rules", "load", "night.yaml", "--market", "xx", "--activate"]).status == 0)
        let judged = try command.run([], "parcel fee\nweixin\n")
        #expect(judged.output.contains("xx.night.scam") && judged.output.contains("global.p.a"))
    }

    /// An upgrade keeps the packs that are the operator's own.
    @Test func anUpgradeKeepsOnesOwnPacks() throws {
        let command = try begun()
        try command.write("own.yaml", Self.pack("our words"))
        #expect(try command.run(["rules", "load", "own.yaml", "--market", "global", "--activate"]).status == 0)
        try command.write(
            "rules/global/new.yaml", Self.pack("new words").replacingOccurrences(of: "night", with: "new"))
        try FileManager.default.removeItem(atPath: command.folder + "/rules/global/p.yaml")
        let upgrade = try command.run(["rules", "load", "--shipped", "--activate"])
        #expect(upgrade.status == 0 && upgrade.error.contains("global/night.yaml is your own and stays"))
        let judged = try command.run([], "our words\nnew words\nweixin\n")
        #expect(judged.lines[0].contains("global.night.scam") && judged.lines[1].contains("global.new.scam"))
        #expect(judged.lines[2].contains("\"action\":\"allow\""))
    }

    /// What is said twice, or is no region, changes nothing.
    @Test func oddNamesAndFolders() throws {
        let command = try begun()
        try command.write("night.yaml", Self.pack("parcel fee"))
        #expect(try command.run(["rules", "load", "night.yaml", "--market", "xx", "--activate"]).status == 0)
        _ = try command.run([], "hello\n")
        #expect(try command.run(["rules", "activate", "xx#2"]).output.contains("xx#2 was in force already"))
        #expect(try command.run(["rules", "rollback", "--market", "xx"]).output.contains("xx#1 is in force"))
        #expect(try command.run(["rules", "activate", "xx#1", "xx#2"]).status == 64)
        #expect(try command.run(["rules", "activate", "xx#02"]).status == 1)
        #expect(try command.run(["rules", "list", "--market", "zz"]).status == 1)
        #expect(try command.run(["rules", "diff", "xx@", "active"]).status == 1)
        let hostile = try command.run(["rules", "rollback", "--market", "\u{1B}[31m"])
        #expect(hostile.status == 1 && !hostile.error.contains("\u{1B}"))
        // A market's folder without its name, and stray files beside regions.
        #expect(try command.run(["rules", "load", "rules/xx", "--activate"]).status == 78)
        try command.write("rules/README.txt", "about\n")
        try command.write("rules/docs/a.txt", "about\n")
        #expect(try command.run(["rules", "load", "rules", "--activate"]).status == 0)
        let list = try command.run(["rules", "list"]).output
        #expect(!list.contains("README") && !list.contains("docs"))
        #expect(try command.run(["rules", "load", "rules", "--market", "xx", "--activate"]).status == 0)
        #expect(try command.run(["rules", "show", "xx"]).output.contains("---- xx/market.yaml"))
    }

    /// A pack cannot bring files from elsewhere, nor a term list speak to a terminal.
    @Test(arguments: [
        ("../../../../../../etc/passwd", "", "outside the pack's folder"),
        ("/etc/passwd", "", "outside the pack's folder"),
        ("terms/a.txt", "fine\n\u{1B}]0;x\u{07}\n", "line 2 of the term list `terms/a.txt` has a control character"),
    ])
    func termListsOfOthers(_ path: String, _ list: String, _ words: String) throws {
        let command = try begun()
        try command.write(
            "night.yaml",
            "pack: night\nrules:\n  - {id: a, category: fraud, confidence: 0.6, match: {phrases_from: \(path)}}\n")
        if !list.isEmpty { try command.write(path, list) }
        let result = try command.run(["rules", "load", "night.yaml", "--market", "xx"])
        #expect(result.status == 78 && result.error.contains(words), "\(result.error)")
    }

    /// What people decided, beside what other rules would do to those posts.
    @Test func replayOfDecidedCases() throws {
        let command = try Command()
        _ = try command.run([], "{\"id\":\"p1\",\"text\":\"my weixin\"}\n{\"id\":\"p2\",\"text\":\"weixin please\"}\n")
        for decision in ["reject", "approve"] {
            let next = try command.run(["review", "next", "--reviewer", "ana", "--format", "json"])
            let found = try JSONSerialization.jsonObject(with: Data(next.output.utf8)) as? [String: Any]
            let id = try #require(found?["id"] as? String)
            #expect(try command.run(["review", "decide", id, decision, "--reviewer", "ana"]).status == 0)
        }
        try command.write("other/xx/market.yaml", "market: xx\nthresholds: {default: {review: 0.5}}\n")
        let result = try command.run(["rules", "diff", "other", "--decided", "--format", "json", "--max-flips", "1"])
        #expect(result.status == 1)
        let page = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        let decided = try #require(page?["decided"] as? [String: Int])
        #expect(decided["rejected_allowed"] == 1 && decided["approved_allowed"] == 1)
        #expect(decided["approved_held"] == 0 && decided["rejected_held"] == 0)
    }

    @Test func replayOfWhatCannotBeRead() throws {
        let command = try begun()
        try command.write("posts.ndjson", "{\"text\":\"weixin\"}\nno post\n")
        let result = try command.run(["rules", "diff", "rules", "--replay", "posts.ndjson"])
        #expect(result.status == 65 && result.output.contains("Replay of 1 posts"))
        #expect(try command.run(["rules", "diff", "rules", "--replay", "rules"]).status == 66)
        #expect(try command.run(["rules", "diff", "rules", "--replay", "none"]).status == 66)
        try command.write("other/xx/market.yaml", "market: xx\nthresholds: {default: {review: 0.5}}\n")
        try command.write("one.ndjson", "{\"text\":\"weixin\"}\n")
        #expect(
            try command.run(["rules", "diff", "rules", "other", "--replay", "one.ndjson", "--max-flips", "0"]).status
                == 1)
    }

    /// What two states share is read once; what is said of a file, then and later, names the state's own.
    @Test func sharedFilesKeepTheirPlaces() throws {
        let command = try begun()
        let fresh = ["MODERATE_CACHE": command.folder + "/cache"]
        for (folder, words) in [("before", "one thing"), ("after", "another")] {
            try command.write("\(folder)/xx/market.yaml", "market: xx\nthresholds: {default: {review: 0.5}}\n")
            try command.write("\(folder)/xx/night.yaml", Self.pack(words))
            try command.write(
                "\(folder)/xx/caps.yaml",
                "pack: caps\nrules:\n  - {id: a, category: spam, confidence: 0.5, match: {regex: \"Zz[0-9] offer\"}}\n")
        }
        let difference = try command.run(["rules", "diff", "before", "after"], environment: fresh)
        #expect(difference.output.contains("1 changed"))
        for folder in ["before", "after"] {
            let lint = try command.run(["rules", "lint", folder], environment: fresh)
            #expect(lint.error.contains("\n\(folder)/xx/caps.yaml:3:"), "\(lint.error)")
            #expect(lint.error.contains("capital"))
            #expect(!lint.error.contains(folder == "after" ? "before" : "after/"))
        }
        for folder in ["before", "after"] {
            try command.write(
                "\(folder)/xx/caps.yaml",
                "pack: caps\nrules:\n  - {id: a, category: spam, confidence: 0.5, match: {regex: \"a(?=b)\"}}\n")
        }
        let refused = try command.run(["rules", "diff", "before", "after"], environment: fresh)
        #expect(refused.status == 78 && refused.error.contains("before/xx/caps.yaml:3:"))
    }

    @Test func aRuleIsSuspendedForTheNight() throws {
        let command = try begun()
        let before = try ruleSet(try command.run([], "weixin\n"))
        let result = try command.run(["rules", "suspend", "global.p.a", "--for", "2h", "--reason", "floods"])
        #expect(result.status == 0 && result.output.contains("suspended until"))
        let judged = try command.run([], "weixin\n")
        #expect(judged.output.contains("\"action\":\"allow\""))
        #expect(try ruleSet(judged) != before)
        #expect(try command.run(["rules", "list"]).output.contains("floods"))
        #expect(try command.run(["rules", "suspend", "global.p.zz", "--for", "2h", "--reason", "x"]).status == 1)
        #expect(try command.run(["rules", "suspend", "global.p.a", "--for", "2y", "--reason", "x"]).status == 64)
        #expect(try command.run(["rules", "suspend", "global.p.a", "--for", "0m", "--reason", "mended"]).status == 0)
        #expect(try ruleSet(try command.run([], "weixin\n")) == before)
    }

    /// A folder that is named judges, changes nothing that is in force, and is kept for those who ask later.
    @Test func aNamedFolderIsKeptButNotActivated() throws {
        let command = try begun()
        try command.write("other/xx/market.yaml", "market: xx\nthresholds: {default: {review: 0.1}}\n")
        try command.write("other/xx/night.yaml", Self.pack("parcel fee"))
        let judged = try command.run(["--rules", "other"], "parcel fee\n")
        #expect(judged.output.contains("xx.night.scam"))
        #expect(try command.run([], "parcel fee\n").output.contains("\"action\":\"allow\""))
        #expect(try command.run(["rules", "show", try ruleSet(judged)]).output.contains("parcel fee"))
    }

    /// A running `moderate` takes rules up between two posts: every post is judged, each by one rule set, the new one
    /// from some post on; and rules that came into force by two loads at once are both there.
    @Test func aRunTakesNewRulesBetweenTwoPosts() throws {
        let command = try begun()
        let process = command.process(["--no-queue"])
        let (input, output, error) = (Pipe(), Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, error)
        try process.run()
        let writer = input.fileHandleForWriting
        let lines = Lines(output.fileHandleForReading)
        func judge(_ text: String) throws -> String {
            try writer.write(contentsOf: Data((text + "\n").utf8))
            return try #require(lines.next())
        }
        #expect(try judge("parcel fee").contains("\"action\":\"allow\""))
        try command.write("night.yaml", Self.pack("parcel fee"))
        #expect(try command.run(["rules", "load", "night.yaml", "--market", "xx", "--activate"]).status == 0)
        var sent = 1
        var isTaken = false
        let deadline = ContinuousClock.now + .seconds(20)
        while !isTaken, ContinuousClock.now < deadline {
            let line = try judge("parcel fee")
            sent += 1
            #expect(line.contains("\"id\":\"line-\(sent)\""))
            isTaken = line.contains("xx.night.scam")
        }
        #expect(isTaken)
        // Rules that cannot be taken leave the old ones judging.
        for statement in [
            "insert into rule_files values('x', x'00')",
            "insert into rule_versions values('xx', 99, 'h', '{\"night.yaml\":\"x\"}', 'a', 'n', 1)",
            "insert into rule_activations(region, version, kind, author, note, at) "
                + "values('xx', 99, 'activate', 'a', 'n', 1)",
        ] {
            _ = try command.sql(statement)
        }
        let note = Lines(error.fileHandleForReading)
        var told = ""
        while !told.contains("cannot be taken"), let line = note.next() { told = line }
        #expect(told.contains("the old ones go on judging"))
        #expect(try judge("parcel fee").contains("xx.night.scam"))
        try writer.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    /// Loads at once: each is made over what the other left, or told to try again; none is lost.
    @Test func loadsAtOnce() throws {
        let command = try begun()
        var processes: [Process] = []
        for index in 0..<6 {
            let text = Self.pack("words \(index)").replacingOccurrences(of: "night", with: "night-\(index)")
            try command.write("night-\(index).yaml", text)
            let process = command.process(["rules", "load", "night-\(index).yaml", "--market", "xx", "--activate"])
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            processes.append(process)
        }
        for process in processes { try process.run() }
        for process in processes { process.waitUntilExit() }
        let statuses = processes.map(\.terminationStatus)
        #expect(statuses.allSatisfy { $0 == 0 || $0 == 75 }, "\(statuses)")
        #expect(statuses.contains(0))
        for index in 0..<6 where statuses[index] == 0 {
            #expect(try command.run([], "words \(index)\n").output.contains("xx.night-\(index).scam"))
        }
    }

    /// A load killed at any moment leaves the old version in force or the new one, whole.
    @Test func aLoadKilledHalfWay() throws {
        let command = try begun()
        for round in 0..<12 {
            try command.write("night.yaml", Self.pack("words \(round)"))
            let process = command.process(["rules", "load", "night.yaml", "--market", "xx", "--activate"])
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32(round) * 9_000)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let result = try command.run([], "words \(round)\nweixin\n")
            #expect(result.status == 0, "\(result.error)")
            #expect(result.lines.count == 2 && result.lines[1].contains("global.p.a"))
        }
    }
}

extension String {
    fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}

/// Lines of a pipe as they come.
private final class Lines {
    private let handle: FileHandle
    private var rest = Data()

    init(_ handle: FileHandle) { self.handle = handle }

    func next() -> String? {
        while true {
            if let end = rest.firstIndex(of: 0x0A) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest = Data(rest[(end + 1)...])
                return line
            }
            let more = handle.availableData
            guard !more.isEmpty else { return nil }
            rest.append(more)
        }
    }
}
