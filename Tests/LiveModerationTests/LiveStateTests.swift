import ContentModel
import LiveModeration
import Moderation
import Testing

/// What streams are remembered by while they are not in memory.
@Suite struct LiveStateTests {
    /// Everything of a stream that a record may build on.
    static let scripts = [
        "start 0\n1 speech a 0 add my wei|\n2 speech a 1 xin|\n3 speech a 1 , and so on, and on||\n4 speech a 2 wei|\n5 speech a 3 xin||",
        "1 speech a 0 add my weixin|\n2 speech a 1 g is a place||\n3 speech a 1 kit||\n4 speech b 1 wei|\n5 speech b 9 xin|",
        "start 0\n1 chat a 0 wei|\n2 chat a 1 xin|\n3 chat b 2 加|\n4 chat c 2 薇|\n5 chat d 2 信|\nend 3\n6 speech a 3 weixin||",
        "start 0\n1 speech a 0 my weixin is here for all of you to see|\n2 speech a 1 , and more|\n3 speech a 2 ~1 my kitten is here for all of you to see|\n2 speech a 3 weixin|\n4 speech a 3 ||",
        "start 0\n1 speech a 0 weixin||\n2 speech a 0 weixin||\n3 speech a 60 hello||\nend 60\nend 60\nstart 0\n1 speech a 0 weixin||\nstart 90\n1 speech a 90 hello||",
    ]

    /// A stream that is put aside after every record is answered as one that is not.
    @Test(arguments: scripts)
    func streamsGoOnWhereTheyWere(_ script: String) throws {
        let moderator = try Player.moderator()
        let answers = try Player(moderator).play(script)
        let player = try Player(moderator)
        var answered: [String] = []
        for line in script.split(separator: "\n") {
            answered += player.play(String(line))
            player.kept.merge(player.takeChanges()) { $1 }
            _ = player.evict(untouchedSince: .max)
            #expect(player.streamCount == 0)
        }
        #expect(answered == answers)
    }

    @Test func streamsOfWhichNothingCameAreForgotten() throws {
        let player = try Player()
        player.now = 1000
        player.play("one>1 speech a 0 add my wei|\ntwo>1 speech a 0 hello|\ntwo>end 1")
        player.now = 2000
        player.play("new>1 speech a 0 hello|")
        #expect(player.evict(untouchedSince: 1000).states.isEmpty)
        #expect(player.streamCount == 3)
        // One that has ended leaves nothing, and may be forgotten sooner.
        #expect(player.evict(untouchedSince: 0, endedSince: 1001).states.isEmpty)
        #expect(player.streamCount == 2)
        let (states, lines) = player.evict(untouchedSince: 1001)
        #expect(states.keys.sorted() == ["one"])
        #expect(lines == [])
        #expect(player.streamCount == 1)
        // Without its state nothing is known of it.
        #expect(player.play("one>2 speech a 1 xin||") == ["2 pass #implicit-start"])
        _ = player.evict(untouchedSince: .max)
        player.kept = states
        #expect(player.play("one>2 speech a 1 xin||") == ["2 warn +weixin[1:7-10,2:0-3] *"])
    }

    /// What waits for an earlier chunk is answered before its stream is forgotten.
    @Test func nothingIsForgottenUnanswered() throws {
        let player = try Player()
        player.play("start 0\n2 speech a 0 two|\n4 speech a 0 four|")
        #expect(player.evict(untouchedSince: .max).lines == ["2 pass #gap:1-1", "4 pass #gap:3-3"])
    }

    @Test func changesAreAskedForOnce() throws {
        let player = try Player()
        player.play("one>1 speech a 0 hello|\ntwo>1 speech a 0 hello|\nsix>1 speech a 0 hello|")
        #expect(player.takeChanges(where: { $0 == "two" }).keys.sorted() == ["two"])
        #expect(player.takeChanges(atMost: 1).count == 1)
        #expect(player.takeChanges().count == 1)
        #expect(player.takeChanges().isEmpty)
        player.play("two>2 speech a 0 hello|")
        #expect(player.takeChanges().keys.sorted() == ["two"])
    }

    /// What is not of the rules at hand any more does not come back.
    @Test func otherRulesThanBefore() throws {
        let player = try Player()
        player.play("start 0\n1 speech a 0 weixin||\n2 speech a 0 my kit|")
        let markets = [Player.market("aa"), Player.market("xx")]
        let other = try Player(try Player.moderator(NewRulesTests.words, markets: markets))
        other.kept = player.takeChanges()
        let verdict = try #require(other.verdicts("3 speech b 0 hello||").first)
        #expect(verdict.markets.map(\.market.rawValue) == ["aa", "xx"])
        #expect(other.play("4 speech a 0 ten||") == ["4 hold +kitten[2:3-6,4:0-3] *"])
        let last = try #require(other.verdicts("5 speech a 0 hello||").first)
        #expect(last.markets.map(\.action) == [.warn, .hold])
    }

    /// A state that was cut or damaged at any place gives some stream or none, and every record is answered.
    @Test(.timeLimit(.minutes(1))) func damagedStates() throws {
        let player = try Player()
        player.play(
            "start 0\n1 speech u 1 add 加薇信 now, or what else|\n2 speech u 2  say my wei|\n3 speech u 2 xin|\n4 chat v 2 wei|\n6 chat v 2 加|\n7 speech u 5 hello|"
        )
        let state = try #require(player.takeChanges()["s"])
        _ = player.evict(untouchedSince: .max)
        var damaged = state.indices.map { Array(state[..<$0]) }
        for place in state.indices {
            for bits: UInt8 in [0x01, 0x40, 0x80, 0xFF] {
                var bytes = state
                bytes[place] ^= bits
                damaged.append(bytes)
            }
        }
        damaged.append(state + [0])
        damaged.append([UInt8](repeating: 0xFF, count: 4096))
        let script = [
            "8 speech u 6  ok and my kit|", "9 speech u 6 ~3 xing, and more of it||", "10 chat v 6 薇信|",
            "11 speech u 99999999 xin|", "end 99999999",
        ]
        for (number, bytes) in damaged.enumerated() {
            player.kept = ["damaged\(number)": bytes]
            var outcomes: [LiveOutcome] = []
            for line in script {
                var chunk = Player.chunk(line)
                chunk.stream = "damaged\(number)"
                player.take(chunk, into: &outcomes)
            }
            #expect(outcomes.count == script.count, "damage \(number) of \(state.count) bytes")
            for verdict in outcomes.map(\.verdict) {
                for item in verdict.evidence + verdict.pending {
                    #expect(item.evidence.place?.span.start ?? 0 >= 0, "damage \(number) of \(state.count) bytes")
                }
            }
            if number % 256 == 0 { _ = player.evict(untouchedSince: .max) }
        }
    }
}
