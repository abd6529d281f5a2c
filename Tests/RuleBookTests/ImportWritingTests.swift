import ContentModel
import RuleBook
import Testing

@Suite struct ImportWritingTests {
    /// Terms that YAML would take for something else.
    static let awkward = [
        "plain", "two words", "it's", "say \"hi\"", #"back\slash"#, "a # b", "key: value", "*star", "&anchor", "!tag",
        "%percent", "@sign", "`tick`", "- dash", "? ask", "[list]", "{map}", "a,b", "x:", "tail-", "---", "...", "null",
        "TRUE", "no", "1e3", "0x1F", "12", "~", ">", "|", "=", "<<", "'quoted'", "née", "ÄÖÜ", "脏话", "カラオケ", "말",
        "كلمة", "مرحبا، world", "עברית", "คำ", "शब्द", "🤬", "👩‍👩‍👧", "❤️", "a\u{200B}b", "a\u{00AD}b", "x\u{202E}y",
        "می\u{200C}خواهم", "\u{E000}x", "a\u{00A0}b", "a\u{2028}b", "ㅋㅋ", "ﬁ", "ｗｉｄｅ", "a\u{FEFF}b", "x\u{FFFF}",
        "#tag",
        "a''b", "''", "\\", "\\n", "C:\\temp", "50%", "$$$", "a\u{0301}",
    ]

    @Test(arguments: awkward)
    func everyTermReadsBack(_ term: String) throws {
        let json = "[\"" + term.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"]"
        let read = try rules(of: imported(json, file: "a.json"))
        let phrases = try #require(read.first?.match?.phrases)
        #expect(phrases.map { Array($0.unicodeScalars) } == [Array(term.unicodeScalars)])
    }

    @Test func awkwardTermsReadBackTogether() throws {
        let list = Self.awkward.filter { !$0.hasPrefix("#") }.joined(separator: "\n")
        let read = try rules(of: imported(list, format: .words))
        #expect(read[0].match?.phrases.count == Self.awkward.count - 1)
    }

    @Test func manyTermsStandInAFile() throws {
        let terms = (1...501).map { "term \($0)" }
        let pack = try imported(
            "[" + (terms + ["#tag"]).map { "\"\($0)\"" }.joined(separator: ",") + "]", format: .json)
        #expect(pack.termFiles.map(\.path) == ["terms/p-1.txt"])
        #expect(pack.yaml.contains("phrases_from: terms/p-1.txt"))
        // A term that a term file would take for a comment stands in the pack.
        #expect(try rules(of: pack)[0].match?.phrases == terms + ["#tag"])
        #expect(pack.carried.phrases == 502)
    }

    @Test func readsAsAPersonWritesIt() throws {
        let pack = try imported("[{\"term\": \"rude\", \"severity\": 3}]", file: "lists/mine.json", format: nil)
        #expect(
            pack.yaml == """
                pack: p
                title: {en: "Imported list"}
                owner: imported
                ground: "Imported from mine.json."
                rules:
                  - id: terms-high
                    category: profanity
                    severity: high
                    confidence: 0.8
                    match:
                      phrases: [rude]
                    tests:
                      match:
                        - "someone wrote rude here"
                      pass:
                        - "good morning everyone"

                """)
    }

    /// The passing test is a text in which no phrase is, in no disguise that our views see through.
    @Test(arguments: [
        ("good", "thanks for a lovely picnic"), ("m0rn1ng", "thanks for a lovely picnic"),
        ("g.o.o.d", "thanks for a lovely picnic"), ("god", "thanks for a lovely picnic"),
        ("mice", "good morning everyone"),
    ])
    func passingTextsHoldNoPhrase(_ term: String, _ text: String) throws {
        #expect(try rules(of: imported("[\"\(term)\"]", format: .json))[0].tests.pass.map(\.text) == [text])
    }

    @Test(arguments: [
        ("脏话", "有人写了“脏话”这样的话"), ("욕설", "누가 욕설 라고 썼다"), ("плохо", "кто-то написал плохо здесь"),
        ("バカ", "だれかが「バカ」と書いた"), ("mean", "someone wrote mean here"),
    ])
    func matchingTextsAreOfThePhrasesScript(_ term: String, _ text: String) throws {
        #expect(try rules(of: imported("[\"\(term)\"]", format: .json))[0].tests.match.map(\.text) == [text])
    }

    @Test func idsAreUniqueAndPlain() throws {
        let json = #"[{"id":"Rude Word!","match":"aa"},{"id":"rude-word","match":"bb"},{"id":"脏","match":"cc"}]"#
        let names = try rules(of: imported(json, format: .json)).map(\.name.rawValue)
        #expect(names == ["global.p.rude-word", "global.p.rude-word-2", "global.p.entry-3"])
    }
}

@Suite struct ImportFaultTests {
    @Test(arguments: [
        (Array(" \n\t".utf8), "the file is empty"), (Array("ab\u{0}".utf8), "is binary"),
        ([0xFF, 0xFE, 0x61, 0x00], "UTF-16"), ([0x63, 0x61, 0x66, 0xE9, 0x0A], "not UTF-8"),
        // 脏话 坏词 in GBK.
        ([0xD4, 0xE0, 0xBB, 0xB0, 0x0A, 0xBB, 0xB5, 0xB4, 0xCA, 0x0A], "GB18030"),
        (Array("# only\n# comments\n".utf8), "nothing in this file can be carried over"),
    ])
    func bytesThatAreNoList(_ bytes: [UInt8], _ words: String) {
        #expect(faults(bytes).contains { $0.level == .error && $0.description.contains(words) })
    }

    @Test(arguments: [
        (String(repeating: "[", count: 10_000), ImportFormat.json, "nested deeper", 1, 65),
        (String(repeating: "{\"a\":", count: 10_000), .json, "nested deeper", 1, 321),
        ("[\"a\",\n \"b\" \"c\"]", .json, "a comma or `]` is missing", 2, 6), ("[\"a\"", .json, "is missing", 1, 5),
        ("{\"a\": 1}", .json, "holds no list", 1, 1), ("[\"\\x\"]", .json, "this escape is none of JSON's", 1, 5),
        ("a,b\n1,2\n", .csv, "no column of this table holds terms", 1, 1),
        ("text,severity\nx,1\n\"y,2\n", .csv, "never ends", 3, 1),
    ])
    func pointsAtTheFault(_ text: String, _ format: ImportFormat, _ words: String, _ line: Int, _ column: Int) throws {
        let fault = try #require(faults(Array(text.utf8), format: format).first)
        #expect(fault.description.contains(words))
        #expect(fault.location == SourceLocation(file: "list.txt", line: line, column: column))
    }

    @Test func names() {
        #expect(faults(Array("a".utf8), pack: "No Name").contains { $0.message.contains("no name for a pack") })
        #expect(throws: RuleBookError.self) { try imported("a", category: Category(rawValue: "weather")) }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "title: " + String(repeating: "[", count: 100_000),
            "a: &a [x, x]\n"
                + (0..<30).map {
                    "b\($0): &b\($0) [*\($0 == 0 ? "a" : "b\($0 - 1)"), *\($0 == 0 ? "a" : "b\($0 - 1)")]"
                }
                .joined(separator: "\n") + "\n? *b29\n: 1\n? *b29\n: 2\naction: remove\n",
        ])
    func hostileYAML(_ text: String) {
        #expect(faults(Array(text.utf8), format: .automoderator).contains { $0.level == .error })
    }

    /// Repeats of repeats, and signs that may stand for letters or for none, would take a backtracking matcher for ever.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            #"body (regex): ['((((((((((\w*)*)*)*)*)*)*)*)*)*)*x!']"# + "\naction: remove\n",
            #"body (regex): ['(\w+\s?)+#']"# + "\naction: remove\n",
            "body: ['" + String(repeating: "*-", count: 60) + "a']\naction: remove\n",
        ])
    func hostilePatterns(_ text: String) throws { _ = try rules(of: imported(text, format: .automoderator)) }
}
