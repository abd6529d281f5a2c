internal import ContentModel
internal import UnicodeData

/// What of a text that goes on can be told already: live speech is judged while it is spoken.
extension TextViews {
    /// Code points either side on which what a view shows at a place may depend.
    public static let locality = 64

    /// The place in the original (UTF-8 bytes of the text last seen) before which every view shows the same, however
    /// the text goes on: inside the last word or just before it for plain text, ``locality`` code points before the end
    /// where something may still be unwrapped, joined or collapsed.
    public func stableEnd() -> Int {
        folded.source(of: TextSpan(start: 0, end: stableFoldedEnd())).end
    }

    private func stableFoldedEnd() -> Int {
        let text = folded.bytes
        let far = folded.place(before: text.count, by: Self.locality)
        guard !hidesSomething else { return far }
        var stable = far
        var offset = far
        var token = Token()
        var previous: UInt32 = 0
        while offset < text.count {
            let (codePoint, length) = UTF8Scalar.decode(text, at: offset)
            if Self.isPlain(codePoint) {
                let side = length == 1 ? Deobfuscator.Side.spaced : .unspaced
                if token.takesLetter(of: side), codePoint != previous { stable = offset }
                previous = codePoint
                offset += length
                // What goes on in the same way changes nothing but the number of letters.
                let isSettled = token.letters >= 2 && !token.hasLookAlike
                while isSettled, offset < text.count {
                    let (codePoint, next) = UTF8Scalar.decode(text, at: offset)
                    guard next == length, Self.isPlain(codePoint) else { break }
                    if codePoint != previous { stable = offset }
                    previous = codePoint
                    offset += length
                }
                continue
            }
            let character = CharacterClass(of: codePoint)
            let (disguise, _) = Disguise.of(codePoint)
            if Self.mayUnwrap(codePoint, text, offset, length) || disguise == .regional { return far }
            switch character.kind {
            case .letter:
                let isSettled = token.takesLetter(of: Deobfuscator.side(ofScript: character.script.rawValue))
                if isSettled, codePoint != previous { stable = offset }
                if disguise == .lookAlike { token.hasLookAlike = true }
            case .mark: token.endsWithMark = true
            case .space:
                // A word of several letters stays apart from what follows, in scripts with spaces.
                if token.letters >= 2, token.side == .spaced { stable = offset }
                token = Token()
            case .other, .digit, .separator, .ignorable:
                if disguise == .always { return far }
                token = Token()
            }
            previous = codePoint
            offset += length
        }
        return stable
    }

    /// Small letters up to w, and Han characters: what most text is made of.
    @inline(__always)
    private static func isPlain(_ codePoint: UInt32) -> Bool { codePoint &- 0x61 < 23 || isHan(codePoint) }

    private struct Token {
        var letters = 0
        var side = Deobfuscator.Side.spaced
        var hasLookAlike = false
        var endsWithMark = false

        /// Goes on with a letter, or begins anew with it.
        ///
        /// - Returns: Whether what stands before it is settled, but for equal letters, which may collapse with those
        ///   that come: behind two letters of a word nothing can make the word a single letter again, and only
        ///   look-alikes turn with the word that they stand in.
        @inline(__always)
        mutating func takesLetter(of side: Deobfuscator.Side) -> Bool {
            if letters > 0, self.side != side { self = Token() }
            let isSettled = letters >= 2 && !hasLookAlike
            self.side = side
            if !endsWithMark { letters += 1 }
            endsWithMark = false
            return isSettled
        }
    }

    /// Whether a code point may begin or be part of a wrapping that closes later (`&#…;`, `%…`, `xn--…`), or of a
    /// syllable in loose parts.
    private static func mayUnwrap(_ codePoint: UInt32, _ text: Span<UInt8>, _ offset: Int, _ length: Int) -> Bool {
        switch codePoint {
        case 0x26, 0x25, 0x1100...0x11FF: true
        case 0x78: offset + 2 < text.count && text[offset + 1] == 0x6E && text[offset + 2] == 0x2D
        default: false
        }
    }

    /// The place in the original from which on a pattern that begins there may still find more than it has:
    /// `codePoints` of every view before `stableEnd`.
    ///
    /// - Returns: UTF-8 bytes of the original, and of the folded view.
    public func settledEnd(before stableEnd: Int, by codePoints: Int) -> (original: Int, folded: Int) {
        var original = stableEnd
        for view in present {
            let place = look(at: view) { shown in
                let end = shown.result(of: TextSpan(start: 0, end: stableEnd)).end
                return shown.source(of: TextSpan(start: shown.place(before: end, by: codePoints), end: end)).start
            }
            original = min(original, place)
        }
        return (original, folded.result(of: TextSpan(start: 0, end: original)).end)
    }

    /// The place in the original at or behind which every pattern begins that ends behind `stableEnd`, in whatever
    /// view, if it has no more than so many code points and Han characters.
    public func wordStart(before stableEnd: Int, codePoints: Int, han: Int) -> Int {
        var start = stableEnd
        for view in present {
            let place = look(at: view) { shown in
                let end = shown.result(of: TextSpan(start: stableEnd, end: stableEnd)).start
                let place = Self.place(before: end, by: codePoints, han: han, in: shown.bytes)
                return shown.source(of: TextSpan(start: place, end: end)).start
            }
            start = min(start, place)
        }
        return start
    }

    // MARK: - Places in an original

    /// The place so many code points before another one; such as folding may leave out or take into others do not count.
    ///
    /// - Parameter han: Han characters of which there are no more between the two.
    public static func place(
        before end: Int, by codePoints: Int, han: Int = .max, in text: Span<UInt8>
    ) -> Int {
        var place = end
        var (left, hanLeft) = (codePoints, han)
        while place > 0, left > 0, hanLeft > 0 {
            let byte = text[place - 1]
            if byte < 0x80 {
                place -= 1
                left -= 1
                continue
            }
            let (codePoint, length) = UTF8Scalar.decode(text, before: place)
            place -= length
            if isHan(codePoint) {
                hanLeft -= 1
                left -= 1
            } else if counts(codePoint) {
                left -= 1
            }
        }
        return place
    }

    /// A place at or before another one from which on views are the same whatever stands before it: behind the blank
    /// after a word of several letters, or inside a run of Han characters; or else ``locality`` further back.
    public static func independentStart(before end: Int, in text: Span<UInt8>) -> Int {
        var place = end
        var run = 0
        var previous: UInt32 = 0
        for _ in 0..<locality {
            guard place > 0 else { return 0 }
            let (codePoint, length) = UTF8Scalar.decode(text, before: place)
            if codePoint == 0x20, endsWithWord(text, before: place - 1) { return place }
            run = isHan(codePoint) ? run + 1 : 0
            place -= length
            if run > 4, codePoint != previous { return place }
            previous = codePoint
        }
        return Self.place(before: end, by: locality, in: text)
    }

    /// Whether three letters of a script with spaces end at a place, none of which may turn into another.
    private static func endsWithWord(_ text: Span<UInt8>, before end: Int) -> Bool {
        var place = end
        for _ in 0..<3 {
            guard place > 0 else { return false }
            let (codePoint, length) = UTF8Scalar.decode(text, before: place)
            let character = CharacterClass(of: codePoint)
            guard character.isLetter, Deobfuscator.side(ofScript: character.script.rawValue) == .spaced else {
                return false
            }
            place -= length
        }
        return true
    }

    /// The code points of a text, but for such as folding may leave out or take into others.
    public static func count(_ text: Span<UInt8>) -> Int {
        var count = 0
        var offset = 0
        while offset < text.count {
            if text[offset] < 0x80 {
                count += 1
                offset += 1
                continue
            }
            let (codePoint, length) = UTF8Scalar.decode(text, at: offset)
            if isHan(codePoint) || counts(codePoint) { count += 1 }
            offset += length
        }
        return count
    }

    @inline(__always)
    private static func isHan(_ codePoint: UInt32) -> Bool { codePoint &- 0x4E00 < 0x5200 }

    private static func counts(_ codePoint: UInt32) -> Bool {
        let kind = CharacterClass(of: codePoint).kind
        return kind != .mark && kind != .ignorable && !(0x1160...0x11FF).contains(codePoint)
    }
}

extension ViewText {
    /// The place so many code points before another one, or 0.
    func place(before end: Int, by codePoints: Int) -> Int {
        guard end > codePoints else { return 0 }
        guard !isASCII else { return end - codePoints }
        return UTF8Scalar.place(bytes, before: end, by: codePoints)
    }
}
