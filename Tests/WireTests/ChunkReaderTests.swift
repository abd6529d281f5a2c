import ContentModel
import TestSupport
import Testing
import Wire

private func read(_ line: [UInt8]) -> Result<Chunk, RecordError> {
    var reader = ChunkReader()
    return reader.read(line)
}

private func read(_ line: String) -> Result<Chunk, RecordError> { read(Array(line.utf8)) }

private func code(_ line: String) -> RecordError.Code? {
    if case .failure(let error) = read(line) { error.code } else { nil }
}

@Suite struct ChunkReaderTests {
    @Test func readsEveryFieldOfAChunk() throws {
        let chunk = try read(
            #"{"stream":"s1","seq":7,"kind":"caption","speaker":"u\u00e9","text":"加\n薇","at":"2025-01-15T01:00:02.439Z","replaces":6,"break":true,"x":[{}]}"#
        ).get()
        #expect(chunk.stream == "s1")
        #expect(chunk.event == .text)
        #expect(chunk.seq == 7)
        #expect(chunk.kind == .caption)
        #expect(chunk.speaker == "ué")
        #expect(chunk.text == Array("加\n薇".utf8))
        #expect(chunk.at == 1_736_902_802_439)
        #expect(chunk.replaces == 6)
        #expect(chunk.isBreak)
        #expect(chunk.context == nil)
    }

    @Test func whatIsLeftOut() throws {
        for line in [
            #"{"stream":"s","seq":0,"text":""}"#,
            #"{"stream":"s","seq":0,"text":"","kind":null,"speaker":null,"at":null,"replaces":null,"break":null,"event":null,"markets":null}"#,
        ] {
            let chunk = try read(line).get()
            #expect(chunk.seq == 0 && chunk.text.isEmpty && chunk.kind == .speech && chunk.speaker.isEmpty)
            #expect(chunk.at == nil && chunk.replaces == nil && !chunk.isBreak && chunk.event == .text)
        }
    }

    @Test func readsStartAndEnd() throws {
        let start = try read(
            #"{"stream":"s1","event":"start","markets":["cn","us"],"at":"1970-01-01T00:00:01Z","author":{"id":"u1","locale":"zh-CN","ip_country":"CN","account_age_days":3,"prior_violations":1},"signals":{"toxicity":0.83},"reach":12000,"lang":"zh"}"#
        ).get()
        #expect(start.event == .start)
        #expect(start.at == 1000)
        let context = try #require(start.context)
        #expect(context.markets?.map(\.rawValue) == ["cn", "us"])
        #expect(context.authorID == "u1")
        #expect(context.author.locale == "zh-CN")
        #expect(context.author.ipCountry == "CN")
        #expect(context.author.accountAgeDays == 3)
        #expect(context.author.priorViolations == 1)
        #expect(context.signals.map(\.name) == ["toxicity"])
        #expect(context.reach == 12000)
        #expect(context.declaredLanguage == "zh")
        #expect(context.fields.isEmpty)
        #expect(try read(#"{"stream":"s1","event":"start"}"#).get().context?.markets == nil)
        let end = try read(#"{"stream":"s1","event":"end"}"#).get()
        #expect(end.event == .end && end.at == nil && end.context == nil)
    }

    @Test(
        arguments: [
            (#"{"stream":"s","seq":1,"text":"a""#, .malformedJSON), ("not json", .malformedJSON),
            ("[1]", .malformedJSON),
            (#"{"stream":"s","seq":1,"text":"a"}{}"#, .malformedJSON), ("", .malformedJSON),
            (#"{"stream":"s","seq":1,"text":"\ud800"}"#, .malformedJSON),
            (#"{"stream":"s","seq":1,"text":"\udc00"}"#, .malformedJSON),
            (#"{"stream":"\ud800\u0041","seq":1,"text":"a"}"#, .malformedJSON),
            (#"{"stream":"s","seq":1,"text":"a","seq":2}"#, .duplicateKey),
            (#"{"seq":1,"text":"a"}"#, .missingStream), (#"{"stream":"","seq":1,"text":"a"}"#, .missingStream),
            (#"{"stream":null,"event":"end"}"#, .missingStream), ("{}", .missingStream),
            (#"{"stream":"s","text":"a"}"#, .missingSequence),
            (#"{"stream":"s","seq":null,"text":"a"}"#, .missingSequence),
            (#"{"stream":"s","seq":1}"#, .missingText), (#"{"stream":"s","seq":1,"text":null}"#, .missingText),
            (#"{"stream":7,"seq":1,"text":"a"}"#, .wrongType), (#"{"stream":"s","seq":"1","text":"a"}"#, .wrongType),
            (#"{"stream":"s","seq":-1,"text":"a"}"#, .wrongType), (#"{"stream":"s","seq":1.5,"text":"a"}"#, .wrongType),
            (#"{"stream":"s","seq":9007199254740993,"text":"a"}"#, .wrongType),
            (#"{"stream":"s","seq":1e300,"text":"a"}"#, .wrongType), (#"{"stream":"s","seq":1,"text":5}"#, .wrongType),
            (#"{"stream":"s","seq":1,"text":"a","speaker":5}"#, .wrongType),
            (#"{"stream":"s","seq":1,"text":"a","kind":"song"}"#, .wrongType),
            (#"{"stream":"s","seq":1,"text":"a","kind":1}"#, .wrongType),
            (#"{"stream":"s","seq":1,"text":"a","break":"yes"}"#, .wrongType),
            (#"{"stream":"s","seq":1,"text":"a","replaces":"0"}"#, .wrongType),
            (#"{"stream":"s","seq":1,"text":"a","at":1736902802}"#, .wrongType),
            (#"{"stream":"s","seq":1,"text":"a","at":"yesterday"}"#, .wrongType),
            (#"{"stream":"s","event":"pause"}"#, .wrongType), (#"{"stream":"s","event":1}"#, .wrongType),
            (#"{"stream":"s","event":"start","markets":"cn"}"#, .wrongType),
            (#"{"stream":"s","event":"start","markets":[1]}"#, .wrongType),
            (#"{"stream":"s","event":"start","author":3}"#, .wrongType),
            (#"{"stream":"s","event":"start","signals":{"x":"1"}}"#, .wrongType),
            (#"{"stream":"s","event":"start","markets":["C N"]}"#, .unknownMarket),
        ] as [(String, RecordError.Code)])
    func refuses(_ line: String, _ expected: RecordError.Code) {
        #expect(code(line) == expected, "\(line)")
    }

    @Test func refusesInvalidUTF8() {
        let line = Array(#"{"stream":"s","seq":1,"text":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8)
        guard case .failure(let error) = read(line) else {
            Issue.record("it was read")
            return
        }
        #expect(error.code == .invalidUTF8)
    }

    /// Names are kept as long as a stream is open, so they are not of any length.
    @Test func longNames() throws {
        let name = String(repeating: "é", count: 128)
        let chunk = try read("{\"stream\":\"\(name)\",\"seq\":1,\"speaker\":\"\(name)\",\"text\":\"a\"}").get()
        #expect(chunk.stream == name && chunk.speaker == name)
        #expect(code("{\"stream\":\"\(name)x\",\"seq\":1,\"text\":\"a\"}") == .wrongType)
        #expect(code("{\"stream\":\"s\",\"seq\":1,\"speaker\":\"\(name)x\",\"text\":\"a\"}") == .wrongType)
    }

    /// One line leaves nothing to the next.
    @Test func linesAreReadOneByOne() throws {
        var reader = ChunkReader()
        let lines = [
            #"{"stream":"s","event":"start","markets":["cn"],"signals":{"x":1}}"#,
            #"{"stream":"s","seq":1,"text":"a","break":true,"replaces":0,"speaker":"u"}"#, "{bad",
            #"{"stream":"s","event":"start","markets":["us"]}"#, #"{"stream":"s","event":"start"}"#,
            #"{"stream":"s","seq":2,"text":"b"}"#,
        ]
        var chunks: [Chunk] = []
        for line in lines {
            if case .success(let chunk) = reader.read(Array(line.utf8)) { chunks.append(chunk) }
        }
        #expect(chunks.count == 5)
        #expect(chunks.map { $0.context?.markets?.map(\.rawValue) } == [["cn"], nil, ["us"], nil, nil])
        #expect(chunks[2].context?.signals.isEmpty == true)
        #expect(!chunks[4].isBreak && chunks[4].replaces == nil && chunks[4].speaker.isEmpty)
    }

    /// What a mutated line is read as is valid, or an error, never a crash.
    @Test func mutatedLinesNeverCrash() {
        var random = SeededRandom(11)
        let line = Array(
            #"{"stream":"s1","seq":7,"kind":"chat","speaker":"u","text":"t \u00e9 \ud83d\ude00","at":"2025-01-15T01:00:02.4+08:00","replaces":6,"break":true}"#
                .utf8)
        var reader = ChunkReader()
        var refused = 0
        for _ in 0..<20_000 {
            var mutant = line
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                mutant[Int.random(in: 0..<mutant.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            switch reader.read(mutant) {
            case .success(let chunk): #expect(String(validating: chunk.text, as: UTF8.self) != nil)
            case .failure: refused += 1
            }
        }
        #expect(refused > 5000)
    }
}

@Suite struct TimestampTests {
    private static func time(_ text: String) -> Result<Int64?, RecordError> {
        read("{\"stream\":\"s\",\"event\":\"end\",\"at\":\"\(text)\"}").map(\.at)
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1), ("2025-01-15T01:00:02Z", 1_736_902_802_000),
            ("2025-01-15T01:00:02.439Z", 1_736_902_802_439), ("2025-01-15T01:00:02.4Z", 1_736_902_802_400),
            ("2025-01-15T01:00:02.43999999999999999999Z", 1_736_902_802_439),
            ("2025-01-15t01:00:02z", 1_736_902_802_000), ("2025-01-15 01:00:02Z", 1_736_902_802_000),
            ("2025-01-15T09:00:02+08:00", 1_736_902_802_000), ("2025-01-14T21:30:02.5-03:30", 1_736_902_802_500),
            ("2025-01-15T01:00:02-00:00", 1_736_902_802_000), ("2025-01-16T00:59:02+23:59", 1_736_902_802_000),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000), ("2000-02-29T12:00:00Z", 951_825_600_000),
            ("2000-03-01T00:00:00Z", 951_868_800_000), ("1900-03-01T00:00:00Z", -2_203_891_200_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)])
    func times(_ text: String, _ milliseconds: Int64) throws {
        #expect(try Self.time(text).get() == milliseconds)
    }

    @Test(arguments: [
        "", "now", "2025", "2025-01-15", "2025-01-15T01:00Z", "2025-01-15T01:00:02", "2025-01-15T01:00:02.Z",
        "2025-01-15T01:00:02,5Z", "2025-01-15T1:00:02Z", "25-01-15T01:00:02Z", "12025-01-15T01:00:02Z",
        "2025-00-15T01:00:02Z", "2025-13-15T01:00:02Z", "2025-01-00T01:00:02Z", "2025-01-32T01:00:02Z",
        "2025-01-15T24:00:00Z", "2025-01-15T01:60:02Z", "2025-01-15T01:00:61Z", "2025/01/15T01:00:02Z",
        "2025-01-15T01:00:02Z ", " 2025-01-15T01:00:02Z", "2025-01-15T01:00:02ZZ", "2025-01-15T01:00:02+8:00",
        "2025-01-15T01:00:02+0800", "2025-01-15T01:00:02+08", "2025-01-15T01:00:02+08:00Z", "２０２５-01-15T01:00:02Z",
        "-2025-01-15T01:00:02Z", "2025-01-15T01:00:-2Z",
    ])
    func whatIsNoTime(_ text: String) {
        #expect(throws: RecordError.self) { try Self.time(text).get() }
    }

    /// Days and offsets that no calendar has are no times by RFC 3339, sections 5.6 and 5.7.
    @Test(arguments: [
        "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2025-04-31T00:00:00Z", "2024-02-30T00:00:00Z",
        "2025-01-15T01:00:02+24:00", "2025-01-15T01:00:02-01:60",
    ])
    func whatNoCalendarHas(_ text: String) {
        #expect(throws: RecordError.self) { try Self.time(text).get() }
    }
}
