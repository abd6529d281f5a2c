import ContentModel
import Moderation
import TestSupport
import Testing

/// A regex that asks for many digits is looked for only where they stand close together: six, with at most five
/// bytes between two of them.
@Suite struct RegexDigitsTests {
    @Test(arguments: [
        ("[0-9]{3}( [0-9]{3})?", "⟦123⟧"), ("[0-9]{3}(-[0-9]{3}|x)", "call ⟦123x⟧"), ("[0-9]{6}", "a⟦123456⟧b"),
        ("([0-9]{2} – ){2}[0-9]{2}", "⟦12 – 34 – 56⟧"), ("([0-9]{2} -- - ){2}[0-9]{2}", "⟦12 -- - 34 -- - 56⟧"),
        ("[0-9]{3}.{2}[0-9]{3}", "⟦123号号456⟧"), ("[0-9]{3}.?[0-9]{3}", "⟦123𝄞456⟧"),
        ("[0-9]{3}[a-z]*[0-9]{3}", "123 ⟦456abcdefg789⟧ ⟦000abcdefgh111⟧"), ("[0-9]+ab[0-9]{5}", "⟦1ab23456⟧"),
        ("([0-9]{2}[a-z]{1,9}){3}", "⟦12ab34abcdefghi56z⟧"), ("([0-9]a){6,}", "⟦1a2a3a4a5a6a7a⟧"),
        ("[0-9](ab?){0,3}[0-9]{5}", "⟦1ababab23456⟧ ⟦1aaa23456⟧"),
        ("[0-9]{5}(號|[0-9]|abcdef)[0-9]", "⟦12345abcdef6⟧"),
        ("[0-9]{4}(ab[0-9]abcd)+[0-9]", "⟦1234ab5abcdab6abcd7⟧"),
        ("[0-9]([0-9]{4}abcdefg[0-9])[0-9]", "⟦12345abcdefg67⟧"),
        ("[0-9]{3}(abcdefg[0-9]{3})", "⟦123abcdefg456⟧"), ("[0-9]{4}x+[0-9]{4}", "⟦1234xxxxxxxx5678⟧"),
        ("(a|[0-9]{8})", "⟦a⟧"), ("([0-9]{8}|[0-9]x)", "⟦7x⟧"), ("[0-9]{2}([a-z]{3}[0-9]{6})", "⟦12abc345678⟧"),
    ])
    func finds(_ regex: String, _ marked: String) throws { try expectEvidence(of: regex, in: marked) }

    /// The number stands in the reading of numerals alone.
    @Test func digitsMayBeWrittenOut() throws {
        let moderator = try moderator(rule("a", "regex: '[0-9]{6}', readings: [digits]"))
        #expect(spans(try moderator.judge(Post(text: "call 一二三四五六"))).count == 1)
        #expect(spans(try moderator.judge(Post(text: "call 一二三四五"))).isEmpty)
    }

    @Test(arguments: 0..<24)
    func findsWhatItMatches(_ seed: Int) throws {
        var random = RandomRegex(.digits, seed: UInt64(seed))
        #expect(try random.expectMatches(regexes: 8) > 10)
    }
}
