import ContentModel
import TestSupport
import Testing
import Wire

private func read(_ line: [UInt8]) -> (Post, RecordError?) {
    var reader = PostReader()
    var post = Post()
    let padded = line + [UInt8](repeating: 0x7B, count: PostReader.padding)
    let error = reader.read(0..<line.count, of: padded.span, into: &post)
    return (post, error)
}

private func read(_ line: String) -> (Post, RecordError?) { read(Array(line.utf8)) }

@Suite struct PostReaderTests {
    @Test func readsEveryField() throws {
        let (post, error) = read(
            #"""
            {"id":"p1","text":"t \u00e9","title":"ti","tags":["x","y"],"ocr":"o","transcript":"tr","markets":["cn","us"],"author":{"id":"u1","locale":"en-US","ip_country":"US","account_age_days":3,"prior_violations":0,"x":{}},"lang":"en","created_at":"2025-01-14T08:00:00Z","reach":12000,"signals":{"toxicity":0.83},"caption":null}
            """#)
        #expect(error == nil)
        #expect(post.id == "p1")
        #expect(post.fields.map(\.name.name) == ["text", "title", "tags[0]", "tags[1]", "ocr", "transcript"])
        #expect(post.fields.map { post.string($0.range) } == ["t é", "ti", "x", "y", "o", "tr"])
        #expect(post.markets?.map(\.rawValue) == ["cn", "us"])
        #expect(post.authorID == "u1")
        #expect(post.author.accountAgeDays == 3)
        #expect(post.author.locale == "en-US")
        #expect(post.declaredLanguage == "en")
        #expect(post.reach == 12000)
        #expect(post.signals.map(\.name) == ["toxicity"])
    }

    @Test(arguments: [
        (#"{"text":"a""#, RecordError.Code.malformedJSON), ("not json", .malformedJSON), ("[1,2]", .malformedJSON),
        (#""text""#, .malformedJSON),
        (#"{"text":"a"} {"text":"b"}"#, .malformedJSON), (#"{"text":"a","text":"b"}"#, .duplicateKey),
        (#"{"text":"a","x":1,"x":2}"#, .duplicateKey), (#"{"text":"a","author":{"id":"a","id":"b"}}"#, .duplicateKey),
        (#"{"id":"1"}"#, .missingText), ("{}", .missingText), (#"{"text":null}"#, .missingText),
        (#"{"text":5}"#, .wrongType),
        (#"{"text":"a","tags":"b"}"#, .wrongType), (#"{"text":"a","tags":[1]}"#, .wrongType),
        (#"{"id":7,"text":"a"}"#, .wrongType),
        (#"{"text":"a","signals":{"x":"1"}}"#, .wrongType), (#"{"text":"a","author":3}"#, .wrongType),
        (#"{"text":"a","markets":["C N"]}"#, .unknownMarket),
        (#"{"text":"\ud800"}"#, .malformedJSON), (#"{"text":"\udc00"}"#, .malformedJSON),
        (#"{"text":"\ud800\u0041"}"#, .malformedJSON),
        ("{\"text\":\"a\u{0}b\"}", .malformedJSON),
        (
            #"{"x":"# + String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000) + "}",
            .malformedJSON
        ),
    ])
    func refuses(_ line: String, _ code: RecordError.Code) {
        let (_, error) = read(line)
        #expect(error?.code == code, "\(String(describing: error))")
    }

    @Test func refusesInvalidUTF8() {
        let (_, error) = read(Array(#"{"text":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8))
        #expect(error?.code == .invalidUTF8)
    }

    @Test func aRefusedLineLeavesNothingBehind() {
        var reader = PostReader()
        var post = Post()
        for line in [#"{"id":"1","text":"good"}"#, #"{"id":"2","text":"bad","#, #"{"title":"only"}"#] {
            let bytes = Array(line.utf8)
            let padded = bytes + [UInt8](repeating: 0, count: PostReader.padding)
            _ = reader.read(0..<bytes.count, of: padded.span, into: &post)
        }
        #expect(post.id == nil)
        #expect(post.fields.map { post.string($0.range) } == ["only"])
    }

    @Test func countsFieldsThatHoldTextAndAreNotJudged() {
        var reader = PostReader()
        var post = Post()
        let line = Array(#"{"text":"a","caption":"hidden","n":3,"alt":["x"]}"#.utf8)
        let padded = line + [UInt8](repeating: 0, count: PostReader.padding)
        for _ in 0..<2 { _ = reader.read(0..<line.count, of: padded.span, into: &post) }
        #expect(Dictionary(uniqueKeysWithValues: reader.unjudgedFields.map { ($0, $1) }) == ["caption": 2, "alt": 2])
    }

    /// A slow reference: what a mutated line is read as, the right number of fields or an error, never a crash.
    @Test func mutatedLinesNeverCrash() {
        var random = SeededRandom(5)
        let line = Array(
            #"{"id":"p1","text":"t \u00e9 \ud83d\ude00","tags":["x"],"author":{"id":"u"},"signals":{"a":1e3}}"#.utf8)
        var refused = 0
        for _ in 0..<20_000 {
            var mutant = line
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                mutant[Int.random(in: 0..<mutant.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let (post, error) = read(mutant)
            if error != nil { refused += 1 }
            for field in post.fields { #expect(String(validating: post.bytes[field.range], as: UTF8.self) != nil) }
        }
        #expect(refused > 5000)
    }
}
