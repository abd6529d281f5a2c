import ContentModel
import RuleBook
import Testing

@Suite struct ImportWordsTests {
    @Test(arguments: [
        ("apple\nbanana\n", ["apple", "banana"]), ("\u{FEFF}apple\r\n\r\nbanana\r\n", ["apple", "banana"]),
        ("apple\rbanana\r", ["apple", "banana"]), ("# fruit\n  apple  \n\tbanana", ["apple", "banana"]),
        ("苹果\t120\n香蕉\t5\n", ["苹果", "香蕉"]), ("apple,0.5\nbanana, 12\n", ["apple", "banana"]),
        ("苹果 120 n\n香蕉 5 n\n", ["苹果", "香蕉"]), ("red, green\nblue\n", ["red, green", "blue"]),
        ("route 66\nnine to five\nblue\n", ["route 66", "nine to five", "blue"]),
        ("Apple\napple\nAPPLE\nbanana", ["Apple", "banana"]),
    ])
    func terms(_ text: String, _ terms: [String]) throws {
        #expect(try rules(of: imported(text, format: .words))[0].match?.phrases == terms)
    }

    @Test func countsAndNotes() throws {
        let long = String(repeating: "x", count: 129)
        let pack = try imported("ok\n\u{200B}\u{2060}\nbell\u{07}\n\(long)\nOK\nfine\t7\n")
        #expect(pack.carried.entries == 6)
        #expect(pack.carried.entriesCarried == 2)
        #expect(pack.carried.duplicates == 1)
        #expect(pack.carried.entriesRefused == 3)
        let notes = pack.notes.map { "\($0.location.line) \($0.reason)" }
        #expect(notes.count == 4)
        #expect(notes[0].hasPrefix("2 left out: nothing of it can be seen"))
        #expect(notes[1].hasPrefix("3 left out: it holds a control character"))
        #expect(notes[2].hasPrefix("4 left out: it is longer than 128"))
        #expect(notes[3].hasPrefix("6 only the term"))
    }

    @Test(arguments: [
        ("zh", "Imported words (zh)"), ("fr-CA-u-sd-caqc", "Imported words (fr-CA-u-sd-caqc)"),
        ("a/b/de.txt", "Imported words (de)"), ("blocked-words.txt", "Imported words"), ("list.txt", "Imported words"),
    ])
    func languageOfTheName(_ name: String, _ title: String) throws {
        let pack = try imported("term", file: name, format: .words)
        #expect(pack.yaml.contains("title: {en: \"\(title)\"}"))
        #expect(try rules(of: pack)[0].languages.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func manyTerms() throws {
        var text = ""
        for number in 0..<65_000 {
            text.unicodeScalars.append(Unicode.Scalar(UInt32(0x4E00 + number % 20_000))!)
            text += "甲\(number)\r\n"
        }
        let pack = try imported(text, format: .words)
        #expect(pack.carried.phrases == 65_000)
        #expect(try rules(of: pack)[0].match?.phrases.count == 65_000)
    }
}

@Suite struct ImportTableTests {
    @Test func groupsByCategoryAndSeverity() throws {
        let table = """
            text,canonical_form_1,category_1,severity_rating,severity_description
            "dull, grey",dull,general insult,1.2,Mild
            dim,,general insult,2.2,Strong
            "a ""b"" c",,racial / ethnic slurs,2.8,Severe
            "two
            lines",,odd kind,1,Mild
            drab,,general insult,1,Mild
            DIM,,general insult,2,Strong
            ,,general insult,1,Mild
            """
        let pack = try imported(table, file: "x.csv")
        let read = try rules(of: pack)
        #expect(
            read.map(\.name.rawValue) == ["low", "medium"].map { "global.p.general-insult-\($0)" } + [
                "global.p.racial-ethnic-slurs-high"
            ])
        #expect(read.map(\.confidence) == [0.4, 0.6, 0.8])
        #expect(read.map(\.severity) == [.low, .medium, .high])
        #expect(read.map(\.category.rawValue) == ["harassment", "harassment", "harassment"])
        #expect(read.map { $0.match?.phrases ?? [] } == [["dull, grey", "drab"], ["dim"], [#"a "b" c"#]])
        #expect(pack.carried.entries == 7)
        #expect(pack.carried.duplicates == 1)
        #expect(pack.notes.map(\.location.line) == [5, 9])
    }

    @Test func unmappedCategoriesAreNotedOnce() throws {
        let pack = try imported("word,category\na,weather\nb,Weather\nc,politics\n", file: "x.csv")
        #expect(pack.notes.map(\.what) == ["weather", "politics"])
        #expect(try rules(of: pack).map(\.category.rawValue) == ["profanity", "profanity"])
        let spam = try imported("word,category\na,weather\n", file: "x.csv", category: Category(rawValue: "spam"))
        #expect(try rules(of: spam).map(\.category.rawValue) == ["spam"])
        #expect(spam.notes.isEmpty)
    }

    @Test(arguments: [
        ("Term;Level\na;low\nb;HIGH\n", [0.4, 0.8]), ("phrase\tscore\na\t0.1\nb\t0.95\n", [0.4, 0.8]),
        ("Keyword,Severity\na,1\nb,3\n", [0.4, 0.8]), ("id,pattern,level\n1,a,2\n2,b,9\n", [0.4, 0.8]),
        ("word\na\nb\n", [0.6]), ("word,severity\na,nan\nb,\n", [0.6]),
    ])
    func columnsAndScales(_ table: String, _ confidences: [Double]) throws {
        #expect(try rules(of: imported(table, file: "x.csv")).map(\.confidence) == confidences)
    }

    @Test func languageColumns() throws {
        let pack = try imported("lang,word\nfr,zut\n", file: "x.csv")
        #expect(pack.notes.contains { $0.what == "lang" && $0.reason.contains("whatever the language") })
        #expect(try rules(of: pack)[0].languages.isEmpty)
    }
}

@Suite struct ImportJSONTests {
    @Test(arguments: [
        (#"["a", "b\u00e9", "\ud83d\ude00"]"#, "[a, bé, 😀]"), (#"{"words": ["a"], "n": 1}"#, "[a]"),
        (#"[{"Word": "a"}, {"term": "b"}, {"text": "c"}]"#, "[a, b, c]"),
        (#"[{"match": "lo*ng"}]"#, "none[long] | /lo+ng/"),
        (#"[{"match": "one|two three", "allow_partial": false}]"#, "[one, two three]"),
        (#"[{"match": "en", "partial_match": "false"}]"#, "[en]"),
        (#"[{"match": "a.b*", "allow_partial": false}]"#, #"[a.b] | word/a\.b+/"#),
        (#"[{"match": "one|two|one"}]"#, "none[one, two]"),
    ])
    func shapes(_ json: String, _ summary: String) throws {
        #expect(try rules(of: imported(json, format: .json)).map { $0.match?.summary ?? "" } == [summary])
    }

    @Test func exceptionsClear() throws {
        let json =
            #"[{"id": "arm", "match": "arm|arms", "severity": 4, "tags": ["odd", "racial"], "exceptions": ["f*", "*chair"]}]"#
        let rule = try #require(try rules(of: imported(json, format: .json)).first)
        #expect(rule.unless.map(\.expression.summary) == ["none[farm, farms, armchair, armschair]"])
        #expect(rule.unless.map(\.near) == [0])
        #expect(rule.category.rawValue == "harassment")
        #expect(rule.severity == .high)
        #expect(rule.confidence == 0.9)
        #expect(rule.tests.pass.map(\.text) == ["good morning everyone", "farm"])
    }

    @Test func groupsAndNotes() throws {
        let json = #"""
            [{"word": "a", "category": "scams", "severity": 3},
             {"word": "b", "category": "Scams", "severity": "high"},
             7, {"id": 1}, "tab\there", "A"]
            """#
        let pack = try imported(json, file: "x.json")
        let read = try rules(of: pack)
        #expect(read.map(\.category.rawValue) == ["fraud"])
        #expect(read.map { $0.match?.summary ?? "" } == ["[a, b]"])
        #expect(pack.carried.duplicates == 1)
        #expect(pack.notes.map { [$0.location.line, $0.location.column] } == [[3, 2], [3, 5], [3, 16]])
    }
}

@Suite struct FormatGuessTests {
    @Test(arguments: [
        ("x.txt", "apple\nbanana", "words"), ("x", "[\"apple\"]", "list"), ("x.json", "[\"apple\"]", "list"),
        ("x.txt", "text,severity\napple,1", "table"), ("x.tsv", "id\tterm\n1\tapple", "table"),
        ("x.txt", "title: [apple]\naction: remove\n", "AutoModerator rules"),
        ("x.yml", "title: [apple]\naction: remove\n", "AutoModerator rules"),
        ("x", "---\nbody+title (includes): apple\naction: spam\n---\n", "AutoModerator rules"),
        ("x", "red, green\nblue\n", "words"),
    ])
    func guesses(_ file: String, _ text: String, _ title: String) throws {
        #expect(try imported(text, file: file).yaml.contains("title: {en: \"Imported \(title)\"}"))
    }
}
