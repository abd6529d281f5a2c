internal import UnicodeData

/// The grammar of tokens over one text: a letter, a mark, a digit or a separator at a time.
struct TokenScan {
    /// Whether a word has Latin letters and others that look so.
    var isMixed = false
    /// Whether tokens would be joined.
    var isApart = false
    /// Letters of the token at hand; 0 between tokens.
    var letters = 0
    /// Of the word at hand.
    var hasLatin = false
    var hasLookAlike = false
    private var side = Deobfuscator.Side.spaced
    private var gap = 0
    private var gapKind = Deobfuscator.Gap.none
    private var previousLetters = 0
    private var previousSide = Deobfuscator.Side.spaced
    private var chain = 0
    /// 1 after a digit that may stand alone, more after others.
    private var digits = 0
    /// The mark just before, which may join the letter that comes; 0 for none.
    private(set) var mark: UInt32 = 0

    /// Ends a token before a digit or a mask, on both sides of which look-alikes may stand.
    private mutating func closeWord(keepsScripts: Bool = true) {
        let (latin, lookAlike) = (hasLatin, hasLookAlike)
        closeToken()
        if keepsScripts { (hasLatin, hasLookAlike) = (latin, lookAlike) }
    }

    private mutating func endDigits(isAlone: Bool) {
        guard digits > 0 else { return }
        digits = 0
        gap = 0
        gapKind = isAlone ? .none : .wide
        if !isAlone {
            previousLetters = 0
            chain = 0
        }
    }

    /// Ends what is written in Latin letters and look-alikes.
    @inline(__always)
    private mutating func endScripts() {
        if hasLatin, hasLookAlike { isMixed = true }
        hasLatin = false
        hasLookAlike = false
    }

    /// Goes on with a token of `newSide`, or begins one.
    @inline(__always)
    mutating func continueWord(_ newSide: Deobfuscator.Side, isLookAlike: Bool = false) {
        if digits > 0 { endDigits(isAlone: false) }
        mark = 0
        if letters > 0, newSide != side {
            closeWord()
            gapKind = .none
        }
        side = newSide
        // Letters without blanks between words end what is written in Latin ones, but for look-alikes.
        if newSide != .spaced, !isLookAlike { endScripts() }
    }

    /// Behind a word and a blank: more such words, a blank behind each, the last one of so many letters.
    @inline(__always)
    mutating func passWords(last: Int) {
        previousLetters = last
        previousSide = .spaced
        chain = 0
    }

    /// A blank, the commonest separator.
    @inline(__always)
    mutating func takeBlank() {
        mark = 0
        if letters > 0 { closeToken() }
        if digits > 0 { endDigits(isAlone: digits == 1) }
        gap += 1
        if gap > Deobfuscator.longestSeparator {
            gapKind = .wide
        } else if gapKind == .none {
            gapKind = .blank
        }
    }

    @inline(__always)
    mutating func takeLetter(_ raw: UInt8, _ codePoint: UInt32, isLookAlike: Bool = false) {
        let isJoined = mark != 0 && Deobfuscator.joins(mark, codePoint)
        continueWord(Deobfuscator.side(ofScript: raw & 31), isLookAlike: isLookAlike)
        if !isJoined || letters == 0 { letters += 1 }
    }

    mutating func take(_ raw: UInt8, _ codePoint: UInt32, isLookAlike: Bool) {
        switch raw >> 5 {
        case CharacterClass.Kind.letter.rawValue: takeLetter(raw, codePoint, isLookAlike: isLookAlike)
        // Belongs to its letter.
        case CharacterClass.Kind.mark.rawValue: mark = codePoint
        case CharacterClass.Kind.digit.rawValue:
            // A digit that stands alone may stand for a letter in a chain; another ends it.
            mark = 0
            digits += letters > 0 || digits > 0 ? 2 : 1
            closeWord()
        default:
            mark = 0
            if letters > 0 { closeWord(keepsScripts: MaskedWord.isMask(codePoint)) }
            endDigits(isAlone: digits == 1)
            gap += 1
            gapKind =
                gap > Deobfuscator.longestSeparator ? .wide : Deobfuscator.gap(gapKind, extendedBy: raw, codePoint)
        }
    }

    /// Ends a token, and says whether it and the one before would be joined, or its scripts are mixed.
    @inline(__always)
    mutating func closeToken() {
        if hasLatin, hasLookAlike { isMixed = true }
        guard letters > 0 else { return }
        let follows = previousLetters > 0 && gapKind != .wide
        chain = letters > 1 ? 0 : follows && gapKind != .none ? chain + 1 : 1
        // Look-alikes may be spread over a chain.
        if chain >= Deobfuscator.shortestChain
            || follows && side != .spaced
                && Deobfuscator.joins(previousSide, previousLetters, gapKind, side, letters)
        {
            isApart = true
        }
        previousLetters = letters
        previousSide = side
        letters = 0
        hasLatin = false
        hasLookAlike = false
        gap = 0
        gapKind = .none
    }
}
