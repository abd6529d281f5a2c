import ContentModel
import RuleBook
import Testing

private func automoderator(_ text: String) throws -> ImportedPack { try imported(text, file: "c.yaml") }

@Suite struct ImportAutoModeratorTests {
    /// A check, and what the rule looks for.
    @Test(arguments: [
        ("body: apple", "[apple]"), ("title+body: [apple, 'red pear']", "[apple, red pear]"),
        ("body + title: [apple]", "[apple]"), ("body (includes-word): [apple]", "[apple]"),
        ("body (includes): [apple]", "none[apple]"), ("body(includes): apple", "none[apple]"),
        ("body (includes): ['apple ']", #"/apple\b/"#), ("body (includes): [' apple']", #"/\bapple/"#),
        ("body (includes): [' apple ']", "word[apple]"), ("body (starts-with): ['Apple?']", #"/^apple\?/"#),
        ("body (ends-with): [apple]", "/apple$/"), ("title (full-exact): [apple]", "/^apple$/"),
        ("title (full-text): [apple]", #"/^\W*apple\W*$/"#), ("body (case-sensitive): [APPLE]", "[APPLE]"),
        ("body: [apple, Apple, APPLE]", "[apple]"), ("body: [“apple”]", "[apple]"),
        ("body: [yes, 007, 1_000]", "[yes, 007, 1_000]"),
        ("body#1: apple", "[apple]"), ("title+body#fruit (includes): apple", "none[apple]"),
        ("body:\n  - apple # round\n  - \"pear\"", "[apple, pear]"),
        ("body: [\n\"apple\", # round\n'pear',\n]", "[apple, pear]"),
        ("domain: [example.com, 'blog.example.org']", "@example.com @blog.example.org"),
        ("url: 'example.com/page'", "none[example.com/page]"), ("url: ['https://example.com/']", "@example.com"),
        ("url+body+title: [example.com, shop]", "@example.com | [shop]"), ("domain+url: example.com", "@example.com"),
        ("domain (starts-with): ['m.']", #"/://m\./"#), ("domain (includes): [shop]", #"/://[^/\s]*shop/"#),
        ("domain (full-exact): [example.com]", "@example.com"),
        ("body (regex): ['gr(e|a)y (cats?|dogs)']", "[grey cat, grey cats, grey dogs, gray cat, gray cats, gray dogs]"),
        ("body (regex): '[bc]at'", "[bat, cat]"), ("body (regex): [a.c's]", "word/a.c's/"),
        (#"body (includes, regex): ['\bcat\b']"#, "[cat]"),
        (#"body (includes, regex): ['\bcat']"#, #"/\bcat/"#), ("body (includes, regex): ['cats?']", "none[cat, cats]"),
        (#"body (regex): "\\d{3}-\\d{4}""#, #"word/\d{3}-\d{4}/"#), (#"body (regex): [\d+ cats]"#, #"word/\d+ cats/"#),
        (#"body (regex): ['(?i)Cat[A-Z]+']"#, "word/cat[a-z]+/"), (#"body (regex): ['#\w+']"#, #"/#\w+\b/"#),
        (#"body (regex): ['(?P<n>\w+) cat']"#, #"word/\w+ cat/"#), (#"body (regex): ['a\u2019b+']"#, "word/a’b+/"),
        (#"body (regex, starts-with): ['\[\w+\]']"#, #"/^\[\w+\]/"#),
        (#"title (regex, full-exact): ['(re|fw): .+']"#, "/(?s)^(?:re|fw): .+$/"),
        (#"body (regex): ['.*cats{2,}.*']"#, "word/cats{2,}/"),
        (#"body (regex): ['buy.*cats']"#, "all(none[buy] & none[cats])~128"),
        ("body (regex): ['buy.{0,90}cats']", "all(none[buy] & none[cats])~90"),
        (#"body (regex): ['buy.{0,20}\d+ cats']"#, #"all(none[buy] & /\d+ cats/)~20"#),
        (#"body (regex): ['[^\x00-\x7F]{3,}']"#, #"word/[^\x00-\x7f]{3,}/"#),
        (#"body (regex): ['[Ａ-Ｃ]+[+-Z]\u200b?']"#, "word/[a-c]+[+-Za-z]/"),
        (#"body (regex): ['x{,3}yz+']"#, "word/x{0,3}yz+/"), (#"body (regex): ['x{9}{a+']"#, #"word/x{9}\{a+/"#),
    ])
    func checks(_ check: String, _ summary: String) throws {
        let pack = try automoderator("\(check)\naction: remove\n")
        #expect(try rules(of: pack).map { $0.match?.summary ?? "" } == [summary])
        #expect(pack.carried.entries == 1)
        #expect(pack.carried.entriesCarried == 1)
    }

    /// A check that cannot be carried over, and why; beside it another that can.
    @Test(arguments: [
        (#"title (regex): ['(?!a)b']"#, "look-around"), (#"title (regex): ['(?<=a)b']"#, "look-around"),
        (#"title (regex): ['(a)\1']"#, "back-references"), (#"title (regex): ['(?P=a)']"#, "back-references"),
        (#"title (regex): ['a++b']"#, "possessive"), (#"title (regex): ['(?>a)']"#, "atomic"),
        (#"title (regex): ['\S{40,}']"#, "too large"), (#"title (regex): ['x.{12,}y{2}']"#, "too large"),
        (#"title (regex): ['[a-z]{0,128}x']"#, "too large"), (#"title (regex): ['a*']"#, "matches an empty text"),
        (#"title (regex): ['(a']"#, "never closed"),
        (#"title (regex): ['[a']"#, "never closed"), (#"title (regex): ['*a']"#, "nothing before it"),
        (#"title (regex): ['\qa']"#, "not known here"), (#"title (regex): ['a^b']"#, "start of the text"),
        (#"title (case-sensitive, regex): '[A-Z]+'"#, "asks for capitals"), ("title: ['{{author}}']", "placeholders"),
        ("title: [\"\\u200B\"]", "nothing of it can be seen"), ("title: {a: b}", "no values"),
        ("reports: 2", "before anybody reports"),
        ("flair_text (includes): [x]", "no flair"), ("is_top_level: true", "the posts around them"),
        ("standard: image hosting sites", "Reddit keeps"),
        ("body_longer_than: 20", "length"), ("type: comment", "no types"), ("moderators_exempt: false", "moderators"),
        ("author: [someone]", "do not name accounts"), ("~author: someone", "do not name accounts"),
        ("author: {comment_karma: '< 5'}", "no karma"), ("author: {contributor_quality: < moderate}", "signals."),
        ("author: {is_contributor: false}", "contributors"), ("author: {name (includes): x}", "do not name accounts"),
        ("author: {account_age: soon}", "no age"), ("author: {wisdom: '> 5'}", "documents no such check"),
        ("parent_submission: {title: x}", "the posts around them"), ("crosspost_subreddit: {name: x}", "no crossposts"),
        ("subreddit: {is_nsfw: true}", "no community"), ("weather: fine", "documents no such check"),
        ("poll_option_count: 3", "no poll"),
        ("media_title: x", "what a link leads to"),
    ])
    func refusals(_ check: String, _ reason: String) throws {
        let pack = try automoderator("# first\nbody: apple\n\(check)\naction: filter\n")
        let note = try #require(pack.notes.first { $0.reason.contains(reason) }, "\(pack.notes)")
        #expect(note.location.file == "c.yaml")
        #expect(note.location.line == 3)
        #expect(pack.marks.map(\.outcome) == [.changed, .refused])
        #expect(pack.carried.entriesRefused == 1)
        #expect(try rules(of: pack).map { $0.match?.summary ?? "" } == ["[apple]"])
    }

    /// A rule that lost a narrowing check is not acted on; losing an exception of trusted people is no such loss.
    @Test(arguments: [
        ("reports: 2", true), ("author: {post_karma: '< 5'}", true), ("type: comment", false),
        ("author: {is_moderator: false}", false), ("title (regex): '(?=a)'", true),
        ("author: {account_age: '< 2 days', post_karma: '< 5', satisfy_any_threshold: true}", false),
    ])
    func widenedRulesAreShadows(_ check: String, _ isShadow: Bool) throws {
        #expect(try rules(of: automoderator("body: apple\n\(check)\naction: remove\n"))[0].isShadow == isShadow)
    }

    @Test(arguments: [
        ("< 3 days", Condition.Comparison.lt, 3.0, false), ("< 7", .lt, 7, false), ("'> 2 weeks'", .gt, 14, false),
        ("< 2 months", .lt, 60, true), ("'>= 1 year'", .gte, 365, true), ("< 60 hours", .lt, 2.5, false),
        ("< 5 hours", .lt, 1, true), ("< 90 minutes", .lt, 1, true), ("<= 36 Hours", .lte, 1.5, false),
    ])
    func ages(_ age: String, _ comparison: Condition.Comparison, _ days: Double, _ isChanged: Bool) throws {
        let pack = try automoderator("author:\n    account_age: \(age)\naction: remove\n")
        let rule = try #require(try rules(of: pack).first)
        #expect(rule.match == nil)
        #expect(rule.conditions.map(\.field) == ["author.account_age_days"])
        #expect(rule.conditions.map(\.comparison) == [comparison])
        #expect(rule.conditions.map(\.operand) == [.number(days)])
        #expect(pack.marks.map(\.outcome) == [isChanged ? .changed : .carried])
        #expect(rule.tests.match.count == 1)
        #expect(rule.tests.pass.count == 1)
    }

    @Test(arguments: [
        ("remove", 0.9, Severity.high), ("spam", 0.9, .high), ("filter", 0.7, .medium), ("report", 0.5, .low),
    ])
    func actions(_ action: String, _ confidence: Double, _ severity: Severity) throws {
        let pack = try automoderator("body: apple\naction: \(action)\naction_reason: \"Fruit {{match}}\"\n")
        let rule = try #require(try rules(of: pack).first)
        #expect(rule.confidence == confidence)
        #expect(rule.severity == severity)
        #expect(rule.category.rawValue == "spam")
        #expect(rule.name.rawValue == "global.p.fruit")
        #expect(pack.notes.contains { $0.what == "action: \(action)" })
        #expect(!pack.yaml.contains("{{"))
    }

    @Test(arguments: [
        ("action: approve", "it approves"), ("set_flair: Fruit", "only sets flair or answers"),
        ("comment: Hello {{author}}", "only sets flair or answers"), ("action: dance", "is not known"),
    ])
    func documentsThatJudgeNothing(_ action: String, _ reason: String) throws {
        let pack = try automoderator("body: pear\naction: report\n---\nbody: apple\ntype: any\n\(action)\n")
        #expect(pack.marks.map(\.outcome) == [.changed, .refused, .refused])
        #expect(pack.notes.filter { $0.reason.contains(reason) }.map(\.location.line) == [4, 5])
        #expect(!pack.yaml.contains("apple"))
    }

    @Test func checksOfADocumentAreAllNeeded() throws {
        let text = """
            title: apple
            body (includes): [pear, plum]
            domain: example.com
            type: any
            author: {account_age: < 2 days}
            action: remove
            """
        let rule = try #require(try rules(of: automoderator(text)).first)
        #expect(rule.match?.summary == "all([apple] & none[pear, plum] & @example.com)")
        #expect(rule.conditions.count == 1)
        #expect(rule.tests.match.map(\.text) == ["apple pear example.com"])
        #expect(rule.tests.match.first?.post.author.accountAgeDays == 1)
    }

    @Test func reversedChecksClear() throws {
        let near = try rules(of: automoderator("body: apple\n~body: [pie, 'not {{title}}']\naction: remove\n"))[0]
        #expect(near.unless.map(\.expression.summary) == ["[pie]"])
        #expect(near.unless.map(\.near) == [128])
        let exact = try automoderator("body: apple\n~body (includes): apple pie\naction: remove\n")
        let rule = try rules(of: exact)[0]
        #expect(rule.unless.map(\.near) == [0])
        #expect(rule.tests.pass.map(\.text) == ["good morning everyone", "apple pie"])
        #expect(exact.marks.map(\.outcome) == [.changed, .changed])
        // With nothing to look for, there is nothing to clear.
        let alone = faults(Array("~title (regex): '^\\[.+\\]'\naction: remove\n".utf8), file: "c.yaml")
        #expect(alone.contains { $0.location.line == 1 && $0.message.contains("nothing is left of its document") })
    }

    @Test func brokenDocumentsDoNotStopTheOthers() throws {
        let text = """
            ---
            # nothing
            ---
            title: [apple
            action: remove
            ---- no separator
            ---
            title (regex): "\\d+"
            action: remove
            --- # Pears
                body: pear
                action: remove
            ---
            just words
            """
        let pack = try automoderator(text)
        #expect(try rules(of: pack).map { $0.match?.summary ?? "" } == ["[pear]"])
        #expect(pack.marks.map(\.outcome) == [.refused, .refused, .changed, .refused])
        #expect(pack.notes.contains { $0.location.line == 8 && $0.reason.contains("single quotes") })
        #expect(pack.carried.entries == 4)
    }

    @Test func theLastOfEqualKeysHolds() throws {
        let pack = try automoderator("domain: example.com\ndomain: example.org\nbody: x\nbody: y\naction: remove\n")
        #expect(try rules(of: pack)[0].match?.summary == "all(@example.org & [y])")
        #expect(pack.notes.filter { $0.reason.contains("keeps the last") }.map(\.location.line) == [1, 3])
    }

    @Test func namesComeFromReasonsAndHeadings() throws {
        let text = """
            # wordy introduction to the whole of the file, longer than a heading would ever be, I think
                ##########
                #  Fruit #
                ##########
            body: apple
            action: remove
            ---
            body: plum
            action: remove
            ---
            body: "+++"
            action: remove
            action_reason: "Phone scams"
            """
        let pack = try automoderator(text)
        let read = try rules(of: pack)
        #expect(read.map(\.name.rawValue) == ["global.p.fruit", "global.p.plum", "global.p.phone-scams"])
        #expect(read.map(\.category.rawValue) == ["spam", "spam", "fraud"])
        #expect(pack.notes.contains { $0.what == "Phone scams" && $0.reason.contains("guessed") })
    }

    @Test func literalsThatLookLikeRegexesAreSaid() throws {
        let pack = try automoderator("body: ['(a|b) c']\naction: remove\n")
        #expect(try rules(of: pack)[0].match?.summary == "[(a|b) c]")
        #expect(pack.notes.contains { $0.reason.contains("not marked `regex`") })
    }

    @Test func fieldsThatWeDoNotJudgeAreLeftOut() throws {
        let pack = try automoderator("title+media_title: apple\naction: remove\n")
        #expect(pack.marks.map(\.outcome) == [.changed])
        #expect(pack.notes.contains { $0.reason.contains("`media_title` of it is left out") })
    }
}
