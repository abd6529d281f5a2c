import ContentModel
import LiveModeration
import Moderation
import Testing
import Wire

/// What comes of records in which nothing is found.
private let quiet = ["start pass", "1 pass", "2 pass"]

@Suite struct SegmentBoundTests {
    /// A segment is what one speaker says in one way, from one break to the next.
    @Test(
        arguments: [
            // Chunks of one speaker are one text, whoever speaks between them.
            (
                "start 0\n1 speech a 0 add my wei|\n2 speech a 1 xin||",
                ["start pass", "1 pass", "2 warn +weixin[1:7-10,2:0-3] *"]
            ),
            (
                "start 0\n1 speech a 0 add 加薇|\n2 speech a 1 信领优惠||",
                ["start pass", "1 pass", "2 warn +加薇信[1:4-10,2:0-3] *"]
            ),
            (
                "start 0\n1 speech a 0 add my wei|\n2 speech b 0 xin||\n3 caption a 0 xin||\n4 chat a 0 xin|\n5 speech a 1 xin||",
                ["start pass", "1 pass", "2 pass", "3 pass", "4 pass", "5 warn +weixin[1:7-10,5:0-3] *"]
            ),
            // Without text between them, and without times.
            (
                "start 0\n1 speech a 0 wei|\n2 speech a 1 |\n3 speech a 2 xin||\n4 speech a 2 ||\n5 chat a 2 |",
                ["start pass", "1 pass", "2 pass", "3 warn +weixin[1:0-3,3:0-3] *", "4 warn", "5 warn"]
            ),
            (
                "start\n1 speech a - add my wei|\n2 speech a - xin||",
                ["start pass", "1 pass", "2 warn +weixin[1:7-10,2:0-3] *"]
            ),
            // Chunks of two speakers or two kinds are two texts.
            ("start 0\n1 speech a 0 add my wei|\n2 speech b 1 xin||", quiet),
            ("start 0\n1 speech a 0 add my wei|\n2 caption a 1 xin||", quiet),
            ("start 0\n1 caption a 0 add my wei|\n2 chat a 1 xin|", quiet),
            // A break ends a segment.
            ("start 0\n1 speech a 0 add my wei||\n2 speech a 1 xin||", quiet),
            // So does a gap of more than the join window.
            ("start 0\n1 speech a 0 add my wei|\n2 speech a 5.001 xin||", quiet),
            (
                "start 0\n1 speech a 0 add my wei|\n2 speech a 5 xin||",
                ["start pass", "1 pass", "2 warn +weixin[1:7-10,2:0-3] *"]
            ),
            // And the end.
            (
                "start 0\n1 speech a 0 add my weixin|\nend 1",
                ["start pass", "1 warn ?weixin[1:7-13]", "end warn +weixin[1:7-13] *"]
            ),
        ] as [(String, [String])])
    func whatIsOneText(_ script: String, _ answers: [String]) throws {
        #expect(try Player().play(script) == answers)
    }

    /// What a gap makes final comes with a later record of the stream, whoever's it is; others' clocks may run beside.
    @Test func aGapSettlesWhatPends() throws {
        let script = "start 0\n1 speech a 0 add my weixin|\n2 speech b 1 hello|\n3 chat c 15.001 hello|"
        #expect(
            try Player().play(script)
                == ["start pass", "1 warn ?weixin[1:7-13]", "2 pass", "3 warn +weixin[1:7-13] *"])
    }

    /// Every stream has its own segments.
    @Test func streamsAreApart() throws {
        let script = "one>1 speech a 0 add my wei|\ntwo>1 speech a 0 xin||\none>2 speech a 0 xin||"
        #expect(
            try Player().play(script)
                == ["1 pass #implicit-start", "1 pass #implicit-start", "2 warn +weixin[1:7-10,2:0-3] *"])
    }

    @Test func theJoinWindowIsTheMarkets() throws {
        let script = "start 0\n1 speech a 0 add my wei|\n2 speech a 8 xin||"
        let found = ["start pass", "1 pass", "2 warn +weixin[1:7-10,2:0-3] *"]
        // The longest of the stream's markets counts.
        let markets = [Player.market("xx", "join_window: 2s"), Player.market("yy", "join_window: 8s")]
        let moderator = try Player.moderator(markets: markets)
        #expect(try Player(moderator).play(script) == found)
        let narrow = try #require(Market(rawValue: "xx"))
        #expect(try Player(moderator, markets: [narrow]).play(script) == quiet)
    }

    @Test func aChunkOfAMegabyte() throws {
        let player = try Player()
        player.play("start 0\n1 speech a 0 add my wei|")
        var chunk = Player.chunk("2 speech a 0 xin |")
        chunk.text += Array(repeatElement(Array("hello there ".utf8), count: 87_000).joined()) + Array("my wei".utf8)
        var outcomes: [LiveOutcome] = []
        player.take(chunk, into: &outcomes)
        let end = chunk.text.count
        #expect(outcomes.map(Player.line) == ["2 warn +weixin[1:7-10,2:0-3] *"])
        #expect(player.play("3 speech a 0 xin||") == ["3 hold +weixin[2:\(end - 3)-\(end),3:0-3] *"])
    }
}

@Suite struct PendingTests {
    /// What may still go warns or holds, and does no more.
    @Test(
        arguments: [
            // It goes: the word is another one.
            (
                "start 0\n1 speech a 0 add my weixin|\n2 speech a 1 g is a place||",
                ["start pass", "1 warn ?weixin[1:7-13]", "2 pass -weixin[1:7-13]"]
            ),
            // Many pieces of it do not add up; once they are final they do.
            (
                "start 0\n1 speech a 0 weixin|\n2 speech b 0 weixin|\n3 speech c 0 weixin|\n4 speech d 0 weixin|\n5 speech a 0 ||\n6 speech b 0 ||\n7 speech c 0 ||\n8 speech d 0 ||",
                [
                    "start pass", "1 warn ?weixin[1:0-6]", "2 warn ?weixin[2:0-6]", "3 warn ?weixin[3:0-6]",
                    "4 warn ?weixin[4:0-6]", "5 warn +weixin[1:0-6] *", "6 hold +weixin[2:0-6] *",
                    "7 hold +weixin[3:0-6] *", "8 cut +weixin[4:0-6] *",
                ]
            ),
            // The worst holds, and no more.
            (
                "start 0\n1 speech a 0 killthem|\n2 speech b 0 killthem|\n3 speech c 0 hello|",
                ["start pass", "1 hold ?killthem[1:0-8]", "2 hold ?killthem[2:0-8]", "3 pass"]
            ),
        ] as [(String, [String])])
    func whatPendsDoesNoMoreThanHold(_ script: String, _ answers: [String]) throws {
        #expect(try Player().play(script) == answers)
    }

    /// Every moment is a case, also where one record brings those of several speakers.
    @Test func theEndSettlesAllSpeakers() throws {
        let player = try Player()
        player.play("start 0\n1 speech a 0 weixin|\n2 speech b 0 加薇信|")
        let outcomes = player.outcomes("end 0")
        let verdict = try #require(outcomes.first).verdict
        #expect(verdict.action == .hold)
        #expect(Set(verdict.evidence.flatMap(\.parts).map(\.seq)) == [1, 2])
        let shown = outcomes.compactMap(\.moment).flatMap(\.verdict.evidence).compactMap(\.place?.text)
        #expect(Set(shown) == ["weixin", "加薇信"], "a person sees all that holds the stream")
    }
}

@Suite struct OrderTests {
    /// Records are answered in the order of their numbers.
    @Test(
        arguments: [
            (
                "start 0\n1 speech a 0 one|\n3 speech a 0 three|\n2 speech a 0 two|\n4 speech a 0 four|",
                ["start pass", "1 pass", "2 pass", "3 pass", "4 pass"]
            ),
            // Words are joined in that order.
            (
                "start 0\n1 speech a 0 add my |\n3 speech a 0 xin||\n2 speech a 0 wei|",
                ["start pass", "1 pass", "2 pass", "3 warn +weixin[2:0-3,3:0-3] *"]
            ),
            // More than two seconds by the sender's clock are not waited, what comes later is judged by itself, and
            // once.
            (
                "start 0\n1 speech a 0 one|\n3 speech a 0 three|\n4 speech a 2 four|\n5 speech a 2.001 five|\n2 speech b 2.1 weixin|\n2 speech b 2.2 weixin|",
                [
                    "start pass", "1 pass", "3 pass #gap:2-2", "4 pass", "5 pass", "2 warn +weixin[2:0-6] #late *",
                    "2 warn #duplicate",
                ]
            ),
            // Late words are not joined.
            (
                "start 0\n1 speech a 0 wei|\n3 speech a 0 hello||\n4 speech a 3 hello||\n2 speech a 3 xin|",
                ["start pass", "1 pass", "3 pass #gap:2-2", "4 pass", "2 pass #late"]
            ),
            // The end waits for nothing.
            (
                "start 0\n3 speech a 0 three|\n5 speech a 0 five|\nend 1",
                ["start pass", "3 pass #gap:1-2", "5 pass #gap:4-4", "end pass"]
            ),
            // The same number again changes nothing, standings neither.
            (
                "start 0\n1 speech a 0 weixin||\n2 speech a 0 weixin||\n2 speech a 0 weixin||\n2 speech a 0 weixin||\n3 speech a 0 hello||",
                [
                    "start pass", "1 warn +weixin[1:0-6] *", "2 hold +weixin[2:0-6] *", "2 hold #duplicate",
                    "2 hold #duplicate", "3 hold",
                ]
            ),
            // Numbers that go back.
            (
                "40 speech a 0 forty|\n41 speech a 0 more|\n7 speech a 0 weixin||",
                ["40 pass #implicit-start", "41 pass", "7 warn +weixin[7:0-6] #late *"]
            ),
            // One that waits comes again.
            (
                "start 0\n2 speech a 0 two|\n2 speech a 0 two|\n1 speech a 0 one|",
                ["start pass", "2 pass #duplicate", "1 pass", "2 pass"]
            ),
            // A stream that counts from 0.
            ("start 0\n0 speech a 0 zero|\n1 speech a 0 one|", ["start pass", "0 pass", "1 pass"]),
        ] as [(String, [String])])
    func chunksOutOfOrder(_ script: String, _ answers: [String]) throws {
        #expect(try Player().play(script) == answers)
    }

    @Test func thirtyTwoChunksWait() throws {
        let player = try Player()
        player.play("start 0\n1 speech a 0 hello|")
        for seq in 3..<35 { #expect(player.play("\(seq) speech a 0 hello|") == []) }
        let answers = player.play("35 speech a 0 hello|")
        #expect(answers == ["3 pass #gap:2-2"] + (4...35).map { "\($0) pass" })
    }

    @Test func twoSecondsOfTheWallClockAreWaited() throws {
        let player = try Player()
        player.now = 10_000
        player.play("start 0\n1 speech a 0 hello|\n3 speech a 0 hello|")
        #expect(player.release(at: 12_000) == [])
        #expect(player.release(at: 12_001) == ["3 pass #gap:2-2"])
        #expect(player.release(at: 99_000) == [])
        player.play("5 speech a 0 hello|")
        #expect(player.releaseAll() == ["5 pass #gap:4-4"])
        #expect(player.releaseAll() == [])
    }

    /// Every record is answered with the ticket that came with it.
    @Test func ticketsStayWithTheirRecords() throws {
        let player = try Player()
        let outcomes = player.outcomes("start 0\n3 speech a 0 c|\n2 speech a 0 b|\n1 speech a 0 a|")
        #expect(outcomes.map(\.ticket) == [0, 3, 2, 1])
    }
}

@Suite struct StartAndEndTests {
    @Test(
        arguments: [
            // Text of a stream that nobody started; a start that its first chunks overtook.
            (
                "1 speech a 1 add my wei|\nstart 0\n2 speech a 1 xin||",
                ["1 pass #implicit-start", "start pass", "2 warn +weixin[1:7-10,2:0-3] *"]
            ),
            // Text after the end is judged.
            (
                "start 0\n1 speech a 0 hello|\nend 1\n2 speech a 2 weixin||\n3 speech a 2 hello|",
                ["start pass", "1 pass", "end pass", "2 warn +weixin[2:0-6] #after-end *", "3 warn"]
            ),
            // The end takes all standings with it.
            (
                "start 0\n1 speech a 0 weixin||\nend 1\n2 speech a 2 hello||",
                ["start pass", "1 warn +weixin[1:0-6] *", "end pass", "2 pass #after-end"]
            ),
            // All of it fed again changes nothing.
            (
                "start 0\n1 speech a 0 hello||\nend 1\nend 1\nstart 0\n1 speech a 0 weixin||\nend 1",
                [
                    "start pass", "1 pass", "end pass", "end pass #duplicate", "start pass #duplicate",
                    "1 pass #duplicate", "end pass #duplicate",
                ]
            ),
            // A start fed again while it goes on.
            (
                "start 0\n1 speech a 0 weixin||\nstart 0\n2 speech a 0 hello|",
                ["start pass", "1 warn +weixin[1:0-6] *", "start pass #duplicate", "2 warn"]
            ),
            // Another start of the same name is another stream, whether the first one ended or not.
            (
                "start 0\n1 speech a 0 weixin||\nend 1\nstart 60\n1 speech a 60 weixin||",
                [
                    "start pass", "1 warn +weixin[1:0-6] *", "end pass", "start pass", "1 warn +weixin[1:0-6] *",
                ]
            ),
            (
                "start 0\n1 speech a 0 my weixin|\nstart 60\n1 speech a 60 hello||",
                ["start pass", "1 warn ?weixin[1:3-9]", "start pass +weixin[1:3-9] *", "1 pass"]
            ),
            // Also where nobody started the first one.
            (
                "1 speech a 0 hello||\nstart 60\n1 speech a 60 weixin||",
                ["1 pass #implicit-start", "start pass", "1 warn +weixin[1:0-6] *"]
            ),
            // Or where something came after its end.
            (
                "start 0\n1 speech a 0 hello||\nend 1\n2 speech a 2 hello||\nstart 60\n1 speech a 60 weixin||",
                [
                    "start pass", "1 pass", "end pass", "2 pass #after-end", "start pass", "1 warn +weixin[1:0-6] *",
                ]
            ),
            // An end of what nobody knows.
            ("end 0", ["end pass"]),
        ] as [(String, [String])])
    func streamsThatStartAndEnd(_ script: String, _ answers: [String]) throws {
        let answered = try Player().play(script)
        #expect(answered.count == answers.count)
        for (answer, expected) in zip(answered, answers) { #expect(answer == expected, "\(script)") }
    }

    @Test func marketsOfAStream() throws {
        let (xx, yy) = (try #require(Market(rawValue: "xx")), try #require(Market(rawValue: "yy")))
        let other = try #require(Market(rawValue: "zz"))
        let moderator = try Player.moderator(markets: [Player.market("xx"), Player.market("yy")])
        func start(_ markets: [Market]?, of run: [Market]?) throws -> String {
            var start = Player.chunk("start 0")
            start.context?.markets = markets
            if let error = LiveChecker.refusal(of: start, known: moderator.markets, markets: run) {
                return "!" + error.code.rawValue
            }
            let player = try Player(moderator, markets: run)
            var outcomes: [LiveOutcome] = []
            player.take(start, into: &outcomes)
            #expect(outcomes.map(Player.line) == ["start pass"])
            let verdict = try #require(player.verdicts("1 speech a 0 weixin||").first)
            return verdict.markets.map(\.market.rawValue).joined(separator: ",")
        }
        #expect(try start(nil, of: nil) == "xx,yy")
        #expect(try start([yy], of: nil) == "yy")
        #expect(try start(nil, of: [xx]) == "xx")
        #expect(try start([xx, yy], of: [yy]) == "yy")
        #expect(try start([yy], of: [xx]) == "!no-market-left")
        #expect(try start([xx, other], of: nil) == "!unknown-market")
        #expect(try start([], of: nil) == "!no-market-left")
    }
}

@Suite struct RevisionTests {
    @Test(
        arguments: [
            // The words are withdrawn, and the score is given back.
            (
                "start 0\n1 speech a 0 my weixin is here for all of you to see|\n2 speech a 1  and more|\n3 speech a 2 ~1 my kitten is here for all of you to see|\n4 speech a 2 hello|",
                ["start pass", "1 warn +weixin[1:3-9] *", "2 warn", "3 pass -weixin[1:3-9]", "4 pass"]
            ),
            // Words come up by it; the revision's number is the one that is revised next.
            (
                "start 0\n1 speech a 0 my kitten, as I said, and said again|\n2 speech a 1 ~1 my weixin, as I said, and said again|\n3 speech a 1 ~2 my kitten, as I said, and said again|",
                ["start pass", "1 pass", "2 warn +weixin[2:3-9] *", "3 pass -weixin[2:3-9]"]
            ),
            // Unchanged words stand where they stood.
            (
                "start 0\n1 speech a 0 my weixin is here for all of you to see|\n2 speech a 1 , and mor|\n3 speech a 2 ~2 , and more|",
                ["start pass", "1 warn +weixin[1:3-9] *", "2 warn", "3 warn"]
            ),
            // Nobody said it: it is new text.
            (
                "start 0\n1 speech a 0 hello|\n2 speech a 2 ~9 weixin now, as I said, and said again||",
                ["start pass", "1 pass", "2 pass #revision-lost"]
            ),
            (
                "start 0\n1 speech a 0 hello|\n2 speech a 2 ~9  weixin now, as I said, and said again||",
                ["start pass", "1 pass", "2 warn +weixin[2:1-7] #revision-lost *"]
            ),
            // Or said it before the break, or another did.
            (
                "start 0\n1 speech a 0 my weixin||\n2 speech a 0 ~1 my kitten||",
                ["start pass", "1 warn +weixin[1:3-9] *", "2 warn #revision-lost"]
            ),
            (
                "start 0\n1 speech a 0 hello|\n2 speech b 0 ~1 my kitten||",
                ["start pass", "1 pass", "2 pass #revision-lost"]
            ),
        ] as [(String, [String])])
    func revisedChunks(_ script: String, _ answers: [String]) throws {
        #expect(try Player().play(script) == answers)
    }

    /// What is taken back is what decay has left of it: what others brought stands.
    @Test func theRestOfAScoreIsGivenBack() throws {
        let talk = (2...15).map { "\($0) speech a \(4 * ($0 - 1)) hm|" }.joined(separator: "\n")
        let end =
            "16 speech a 60 then discount, as I said, and said again|\n17 speech a 60 ~1 NOW is here for all of you|"
        let others = try #require(
            try Player().verdicts(
                "start 0\n1 speech a 0 kitten is here for all of you|\n\(talk)\n"
                    + end.replacing("NOW", with: "kitten")
            ).last)
        let revised = try #require(
            try Player().verdicts(
                "start 0\n1 speech a 0 weixin is here for all of you|\n\(talk)\n" + end.replacing("NOW", with: "kitten")
            ).last)
        #expect(revised.withdrawn.count == 1)
        let score = try #require(others.markets.first?.score)
        #expect(score > 0.1)
        #expect(abs(try #require(revised.markets.first?.score) - score) < 1e-5)
    }
}

@Suite struct ChatTests {
    @Test(
        arguments: [
            // A message is a text of its own, final at once.
            ("1 chat a 0 weixin|", ["1 warn +weixin[1:0-6] #implicit-start *"]),
            // Those of one author join within the window, also behind those of others, and weigh less.
            (
                "start 0\n1 chat a 0 wei|\n2 chat a 5 xin|",
                ["start pass", "1 pass", "2 pass +weixin[1:0-3,2:0-3]&"]
            ),
            (
                "start 0\n1 chat a 0 wei|\n2 chat b 0 hello there, all of you|\n3 chat a 1 xin|",
                ["start pass", "1 pass", "2 pass", "3 pass +weixin[1:0-3,3:0-3]&"]
            ),
            ("start 0\n1 chat a 0 wei|\n2 chat a 5.001 xin|", quiet),
            // What was found in one message is not found again with the next.
            (
                "start 0\n1 chat a 0 weixin|\n2 chat a 1 hello|",
                ["start pass", "1 warn +weixin[1:0-6] *", "2 warn"]
            ),
            // A long message is not joined to another author's.
            ("start 0\n1 chat a 0 all of you add my wei|\n2 chat b 1 xin|", quiet),
            // Several authors who spell a word are named.
            (
                "start 0\n1 chat a 0 加|\n2 chat b 1 薇|\n3 chat c 2 信|",
                ["start pass", "1 pass", "2 pass", "3 pass +加薇信[1:0-3,2:0-3,3:0-3]&@a,b,c"]
            ),
            // One author's words, with another's before them, are said once.
            (
                "start 0\n1 chat b 0 你|\n2 chat a 0 加|\n3 chat a 1 薇信|",
                ["start pass", "1 pass", "2 pass", "3 pass +加薇信[2:0-3,3:0-6]&"]
            ),
        ] as [(String, [String])])
    func messages(_ script: String, _ answers: [String]) throws {
        #expect(try Player().play(script) == answers)
    }

    @Test func whatIsJoinedWeighsLess() throws {
        let own = try #require(try Player().verdicts("1 chat a 0 wei|\n2 chat a 1 xin|").last?.evidence.first)
        #expect(own.isJoined && own.speakers.isEmpty)
        #expect(abs(own.evidence.confidence - 0.48) < 1e-9)
        let crowd = try #require(try Player().verdicts("1 chat a 0 加|\n2 chat b 1 薇信|").last?.evidence.first)
        #expect(crowd.isJoined && crowd.speakers == ["a", "b"])
        #expect(abs(crowd.evidence.confidence - 0.42) < 1e-9)
    }
}

@Suite struct EnforcementTests {
    @Test(
        arguments: [
            // Warned, muted, held and cut as it adds up; a cut is for ever and for all.
            (
                "start 0\n1 speech a 0 discount||\n2 speech a 0 discount||\n3 speech a 0 discount||\n4 speech a 0 discount||\n5 speech a 0 discount||\n6 speech a 0 discount||\n7 speech a 0 discount||\n8 speech a 0 discount||\n9 speech a 0 discount||\n10 speech a 0 discount||\n11 speech b 0 hello|\n12 speech b 86400 hello|",
                [
                    "start pass", "1 pass +discount[1:0-8]", "2 pass +discount[2:0-8]", "3 warn +discount[3:0-8]",
                    "4 mute +discount[4:0-8]", "5 mute +discount[5:0-8]", "6 hold +discount[6:0-8] *",
                    "7 hold +discount[7:0-8]", "8 hold +discount[8:0-8]", "9 hold +discount[9:0-8]",
                    "10 cut +discount[10:0-8] *", "11 cut", "12 cut",
                ]
            ),
            // Muted in whatever the speaker says; others are not.
            (
                "start 0\n1 chat a 0 discount|\n2 chat a 0 discount|\n3 chat a 0 discount|\n4 chat a 0 discount|\n5 chat b 0 hello|\n6 chat a 0 hello|\n7 speech a 0 hello|\n8 speech b 0 hello|",
                [
                    "start pass", "1 pass +discount[1:0-8]", "2 pass +discount[2:0-8]", "3 warn +discount[3:0-8]",
                    "4 mute +discount[4:0-8]", "5 pass", "6 mute", "7 mute", "8 pass",
                ]
            ),
            // Scores halve in a minute; a level is left at half of its threshold. A second episode mutes.
            (
                "start 0\n1 speech a 0 weixin||\n2 speech a 60 hello||\n3 speech a 75 hello||\n4 speech a 200 weixin||\n5 speech a 260 hello||\n6 speech b 260 hello||",
                [
                    "start pass", "1 warn +weixin[1:0-6] *", "2 warn", "3 warn", "4 mute +weixin[4:0-6] *", "5 mute",
                    "6 pass",
                ]
            ),
            // And a fourth one cuts.
            (
                "start 0\n1 speech a 0 weixin||\n2 speech a 600 weixin||\n3 speech a 1200 weixin||\n4 speech a 1800 weixin||",
                [
                    "start pass", "1 warn +weixin[1:0-6] *", "2 mute +weixin[2:0-6] *", "3 mute +weixin[3:0-6] *",
                    "4 cut +weixin[4:0-6] *",
                ]
            ),
            // A crowd has the stream looked at, and never ends it.
            (
                "start 0\n1 chat a 0 weixin|\n2 chat b 0 weixin|\n3 chat c 0 weixin|\n4 chat d 0 weixin|\n5 chat e 0 weixin|\n6 speech h 0 hello|\n7 speech h 300 hello|",
                [
                    "start pass", "1 warn +weixin[1:0-6] *", "2 hold +weixin[2:0-6] *", "3 hold +weixin[3:0-6] *",
                    "4 hold +weixin[4:0-6] *", "5 hold +weixin[5:0-6] *", "6 hold", "7 pass",
                ]
            ),
            // A clock that jumps ahead and back takes nothing away for good.
            (
                "start 0\n1 speech a 0 weixin||\n2 speech a 60 hello||\n3 speech a 0 hello||\n4 speech a 90000000 hello||\n5 speech a 0 weixin||",
                [
                    "start pass", "1 warn +weixin[1:0-6] *", "2 warn", "3 warn", "4 pass", "5 hold +weixin[5:0-6] *",
                ]
            ),
        ] as [(String, [String])])
    func theLadder(_ script: String, _ answers: [String]) throws {
        #expect(try Player().play(script) == answers)
    }

    /// From the first time on by a clock that went back, scores decay again.
    @Test func aClockThatWentBack() throws {
        let player = try Player()
        player.play("start 0\n1 speech a 3600 weixin||\n2 speech a 0 hello||")
        #expect(player.play("3 speech a 30 hello||\n4 speech a 300 hello||") == ["3 warn", "4 pass"])
    }

    @Test func marketsDiffer() throws {
        let markets = [
            Player.market("xx"), Player.market("yy", "ladder: {warn: 0.1, mute: 0.2, hold: 0.3, cut: 0.5}"),
            Player.market("zz", "ladder: {warn: 5, mute: 6, hold: 7, cut: 8}\nstrikes: {mute: none, cut: none}"),
        ]
        let player = try Player(try Player.moderator(markets: markets))
        let verdict = try #require(player.verdicts("start 0\n1 speech a 0 weixin||").last)
        #expect(verdict.markets.map(\.market.rawValue) == ["xx", "yy", "zz"])
        #expect(verdict.markets.map(\.action) == [.warn, .cut, .pass])
        #expect(verdict.action == .cut)
    }

    /// Every market lists what the record scores in it, and how things stand.
    @Test func whatAMarketSays() throws {
        let player = try Player()
        let verdicts = player.verdicts("start 0\n1 speech a 0 weixin||\n2 speech a 60 discount||")
        let first = try #require(verdicts[1].markets.first)
        #expect(first.categories.map(\.category.rawValue) == ["fraud"])
        #expect(first.rules.map(\.rawValue) == ["global.p.a"])
        #expect(abs(first.score - 0.6) < 1e-9)
        let second = try #require(verdicts[2].markets.first)
        #expect(second.categories.map(\.category.rawValue) == ["spam"])
        #expect(abs(second.score - 0.5) < 1e-9)
    }
}

@Suite struct MomentTests {
    /// A case is the transcript, with the words where they stand in it.
    @Test func aCaseHoldsTheTranscript() throws {
        let player = try Player()
        let before = String(repeating: "hello there, ", count: 400)
        let outcomes = player.outcomes(
            "start 0\n1 speech a 0 \(before)|\n2 speech a 1 add 加薇|\n3 speech a 2 信 or my weixin||")
        let moments = outcomes.compactMap(\.moment)
        #expect(moments.map { $0.post.id } == ["live:s@1736899200000:3"])
        let moment = try #require(moments.first)
        #expect(moment.post.authorID == "a")
        #expect(moment.post.fields.map(\.name.name) == ["transcript"])
        let field = try #require(moment.post.fields.first)
        let text = Array(moment.post.bytes[field.range])
        #expect(String(decoding: text, as: UTF8.self).hasSuffix("there, add 加薇信 or my weixin"))
        let places = moment.verdict.evidence.compactMap(\.place)
        #expect(places.map(\.text) == ["加薇信", "weixin"])
        for place in places {
            #expect(place.field == FieldName(.transcript))
            #expect(String(decoding: text[place.span.start..<place.span.end], as: UTF8.self) == place.text)
        }
        #expect(moment.verdict.action == .review)
        let json = String(decoding: moment.original, as: UTF8.self)
        #expect(json.hasPrefix(#"{"id":"live:s@1736899200000:3","transcript":""#))
        #expect(json.hasSuffix(#"","author":{"id":"a"}}"#))
    }

    /// A person looks where a market is not sure, and where a stream comes to be held or cut; not where nothing is held.
    @Test(
        arguments: [
            ("1 speech a 0 discount||", 0), ("1 speech a 0 weixin||", 1), ("1 speech a 0 weixin|", 0),
            ("1 speech a 0 killthem||", 1), ("1 chat a 0 killthem|", 0), ("1 chat a 0 weixin|", 1),
            ("1 chat a 0 wei|\n2 chat a 0 xin|", 0),
        ] as [(String, Int)])
    func whatAPersonLooksAt(_ script: String, _ count: Int) throws {
        #expect(try Player().outcomes("start 0\n" + script).count { $0.moment != nil } == count)
    }

    @Test func holdsTellForWhatItIsACase() throws {
        let unsure = try #require(try Player().outcomes("1 speech a 0 weixin||").first?.moment)
        #expect(unsure.holds == [.review, .block])
        let raised = try #require(try Player().outcomes("1 speech a 0 killthem||").first?.moment)
        #expect(raised.holds == [.label, .limit, .review, .block])
    }
}

@Suite struct NewRulesTests {
    static let words = "pack: p\nrules:\n  - {id: n, category: fraud, confidence: 0.6, match: {phrases: [kitten]}}\n"

    /// A word whose first half was said under the old rules is found by the new ones.
    @Test func judgeWhatWasSaidBefore() throws {
        let player = try Player()
        player.play("start 0\n1 speech a 0 my kit|")
        try player.takeNewRules(try Player.moderator(Self.words))
        #expect(player.play("2 speech a 1 ten||") == ["2 warn +kitten[1:3-6,2:0-3] *"])
        #expect(player.play("3 speech a 2 weixin||") == ["3 warn"])
    }

    /// Who stands how stays, market by market.
    @Test func keepStandings() throws {
        let player = try Player()
        player.play("start 0\n1 speech a 0 weixin||")
        let markets = [Player.market("aa"), Player.market("xx")]
        try player.takeNewRules(try Player.moderator(Self.words, markets: markets))
        let verdict = try #require(player.verdicts("2 speech a 0 hello||").first)
        #expect(verdict.markets.map(\.market.rawValue) == ["aa", "xx"])
        #expect(verdict.markets.map(\.action) == [.pass, .warn])
        try player.takeNewRules(try Player.moderator(Self.words, markets: [Player.market("bb")]))
        #expect(player.play("3 speech a 0 hello||") == ["3 pass"])
    }

    /// What pended under rules that are gone is withdrawn.
    @Test func withdrawWhatPended() throws {
        let player = try Player()
        player.play("start 0\n1 speech a 0 my weixin|")
        try player.takeNewRules(try Player.moderator(Self.words))
        #expect(player.play("2 speech a 1  hello there||") == ["2 pass -weixin[1:3-9]"])
    }

    /// What a revision takes back no longer counts, though the rule that found it has gone out of effect since.
    @Test func takeBackWhatRulesOutOfEffectFound() throws {
        let player = try Player()
        let said = player.verdicts(
            "start 0\n1 speech a 0 my weixin is here for all of you to see|\n2 speech a 1  and more|")
        #expect(said.map(\.action) == [.pass, .warn, .warn])
        let ended = Player.pack.replacing(
            "confidence: 0.6,", with: "confidence: 0.6, effective: {until: \"2025-05-31\"},")
        try player.takeNewRules(try Player.moderator(ended))
        let revised = player.verdicts(
            "3 speech a 2 ~1 my kitten is here for all of you to see|\n4 speech a 2 hello|")
        #expect(revised.map(\.action) == [.pass, .pass])
    }
}
