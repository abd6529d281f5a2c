import ContentModel
import Moderation
import TestSupport
import Testing

/// A regex is looked for only where a literal stands without which it cannot match, and finds what it matches all the same.
@Suite struct RegexLiteralsTests {
    /// What a regex asks for may be part of a longer word, a sign, or stand beside what may be left out.
    @Test(arguments: [
        ("line ?[:=]", "my ⟦line:⟧ abc"), ("line ?[:=]", "my⟦line=⟧abc"),
        (#"\bwhatsapp\+?[0-9]{4}"#, "⟦whatsapp1234⟧"), (#"\btelegram[0-9]"#, "⟦telegram5⟧"),
        (#"\bskype[0-9]"#, "⟦skype5⟧"), ("@[a-z]{3}", "me⟦@you⟧ or ⟦@the⟧m"),
        ("微信(号|id)?[0-9]", "加⟦微信号7⟧ ⟦微信8⟧"), ("微[0-9]", "⟦微7⟧"), ("яблок[0-9]", "мо⟦яблок5⟧"),
        ("(kill|murder) (you|u)", "s⟦kill you⟧"), (#"[a-z]+ (x |[a-z]{3,9} )?(st|road)\b"#, "⟦the old st⟧"),
        (#"[a-z]+ (x |[a-z]{3,9} )?(st|road)\b"#, "the old first"), ("(ab){2,3}c", "⟦abababc⟧"),
        ("(ab|c){1,9}d", "⟦abcd⟧"), ("[[:digit:]]ab", "⟦7ab⟧"), ("x[^b]y", "⟦xay⟧"),
        (#"\bkill[ .]*(ed|er)"#, "⟦killed⟧"), (#"x[ .]*kill\b"#, "⟦xkill⟧"), (#"\bkill( *|,+)ed"#, "⟦killed⟧"),
        ("ab(c|)d", "⟦abd⟧"), ("(^| )ab( |$)", "⟦ab⟧"), ("[ab]-?cd", "⟦acd⟧ ⟦b-cd⟧"), (#"\$ ?[0-9]k"#, "⟦$5k⟧"),
        (#"\x{61}b"#, "⟦ab⟧"), (#"(?i)\bAb ?[0-9]"#, "⟦aB7⟧ cab7"), (#"\Q(ab\E"#, "⟦(ab⟧"),
        ("v[._ -]c[._ -]s", "⟦v.c.s⟧ ⟦v_c_s⟧"),
        ("z ?4 ?p", "⟦z4p⟧ ⟦z 4p⟧"), ("_ab_", "⟦_ab_⟧"),
        (#"\bi’?ll (kill|stab) (you|your family)\b"#, "⟦i’ll kill you⟧, ⟦ill stab your family⟧"),
        (#"\bi’?ll (kill|stab) (you|your family)\b"#, "skill you, i’ll kill yours"),
        ("(on|in)(to|side)[0-9]", "m⟦onto5⟧ within ⟦inside7⟧"),
        ("kakaotalk[a-z]", "my⟦kakaotalki⟧ng ⟦kakaotalke⟧d"),
        (#"\b[0-9]{1,3} [a-z]+ (way|road)\b"#, "⟦12 old way⟧"),
        (#"\b[0-9]{1,3} [a-z]+ (way|road)\b"#, "the old way"), ("[0-9]?ab(way|road)c?", "x⟦abway⟧"),
    ])
    func finds(_ regex: String, _ marked: String) throws { try expectEvidence(of: regex, in: marked) }

    /// The word that it needs stands in the reading of numerals alone.
    @Test func aWordOfDigitsMayBeWrittenOut() throws {
        let moderator = try moderator(rule("a", #"regex: '\b12 [a-z]{3}', readings: [digits]"#))
        #expect(spans(try moderator.judge(Post(text: "call 一二 abc"))).count == 1)
    }

    @Test(arguments: 0..<24)
    func findsWhatItMatches(_ seed: Int) throws {
        var random = RandomRegex(.words, seed: UInt64(seed))
        #expect(try random.expectMatches(regexes: 5) > 10)
    }
}
