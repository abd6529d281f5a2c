public import ContentModel
public import UnicodeData

/// The views of one text at a time, in storage that is used again for the next.
///
/// `folded` always holds; `deobfuscated` only where something in the text calls for it (``isDeobfuscated``).
/// A noncopyable owner of ICU's state; one thread at a time.
public struct TextViews: ~Copyable {
    public private(set) var folded = ViewText()
    /// Made from ``folded``.
    public private(set) var deobfuscated = ViewText()
    /// Whether ``deobfuscated`` holds; where it does not, that view is the same as ``folded``.
    public private(set) var isDeobfuscated = false

    private let classes = CharacterClasses.shared
    private var folder: CaseFolder
    private var deobfuscator = Deobfuscator()

    /// - Throws: ``UnicodeDataError`` when ICU's data cannot be had.
    public init() throws(UnicodeDataError) { folder = try CaseFolder() }

    /// Makes the views of `text`, valid UTF-8.
    ///
    /// - Returns: Whether ICU could do it; if not, the text counts as not judged.
    public mutating func see(_ text: Span<UInt8>) -> Bool {
        isDeobfuscated = false
        if !folded.foldASCII(text) {
            guard let count = folder.fold(text, into: &folded.storage, edits: &folded.edits) else { return false }
            folded.count = count
        }
        if Deobfuscator.isSuspicious(folded.bytes, classes.bytes) {
            isDeobfuscated = deobfuscator.rewrite(folded, into: &deobfuscated)
        }
        return true
    }

    /// The stretch of the original that a stretch of a view came from, in UTF-8 bytes; not yet widened to graphemes.
    public func original(of span: TextSpan, in view: View) -> TextSpan {
        switch view {
        case .folded: folded.source(of: span)
        case .deobfuscated, .phonetic:
            isDeobfuscated ? folded.source(of: deobfuscated.source(of: span)) : folded.source(of: span)
        }
    }
}

extension ViewText {
    /// Folds a text of ASCII alone: only capitals change, and no length.
    ///
    /// - Returns: False, with nothing done, when the text holds any other byte.
    mutating func foldASCII(_ text: Span<UInt8>) -> Bool {
        let length = text.count
        if storage.count < length {
            storage.append(contentsOf: repeatElement(0, count: length + length / 2 - storage.count + 64))
        }
        let isASCII = unsafe text.withUnsafeBytes { source in
            unsafe storage.withUnsafeMutableBytes { target in
                var offset = 0
                // Eight bytes a step: the high bits of `atLeastA ^ pastZ` mark the capitals.
                while offset + 8 <= length {
                    let word = unsafe source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    if word & 0x8080_8080_8080_8080 != 0 { return false }
                    let atLeastA = word &+ 0x3F3F_3F3F_3F3F_3F3F
                    let pastZ = word &+ 0x2525_2525_2525_2525
                    let capitals = (atLeastA ^ pastZ) & 0x8080_8080_8080_8080
                    unsafe target.storeBytes(of: word | capitals >> 2, toByteOffset: offset, as: UInt64.self)
                    offset += 8
                }
                while offset < length {
                    let byte = unsafe source[offset]
                    if byte >= 0x80 { return false }
                    unsafe target[offset] = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
                    offset += 1
                }
                return true
            }
        }
        guard isASCII else { return false }
        count = length
        edits.removeAll(keepingCapacity: true)
        return true
    }
}

extension TextViews {
    /// The deobfuscated view of a text, made without asking whether it is needed; nil when it equals the folded one.
    /// The oracle that tests hold the quick check against.
    package static func rewritten(_ text: String) throws(UnicodeDataError) -> String? {
        var views = try TextViews()
        guard views.see(Array(text.utf8).span) else { return nil }
        var deobfuscator = Deobfuscator()
        var view = ViewText()
        guard deobfuscator.rewrite(views.folded, into: &view) else { return nil }
        return String(decoding: view.storage[0..<view.count], as: UTF8.self)
    }
}
