internal import CICU

/// ICU's own NFKC_Casefold with edits: what the table of ``CaseFolder`` leaves to it, is tested and timed against.
/// A noncopyable owner of ICU's state; one thread at a time.
@safe public struct ICUFolder: ~Copyable {
    private let handle: OpaquePointer
    /// Room for the answer; the text folded last stands at its beginning.
    public private(set) var folded = [UInt8](repeating: 0, count: 64)
    private var edits = [cicu_edit](repeating: cicu_edit(), count: 64)
    private var editCount = 0

    /// - Throws: ``UnicodeDataError`` when ICU's data cannot be had.
    public init() throws(UnicodeDataError) {
        guard let handle = unsafe cicu_folder_create() else { throw UnicodeDataError() }
        unsafe self.handle = unsafe handle
    }

    deinit { unsafe cicu_folder_destroy(handle) }

    /// Folds valid UTF-8 into ``folded``.
    ///
    /// - Returns: The number of folded bytes; nil when ICU refuses.
    public mutating func fold(_ text: Span<UInt8>) -> Int? {
        while true {
            var editCount: Int32 = 0
            let length = unsafe text.withUnsafeBufferPointer { source in
                unsafe folded.withUnsafeMutableBufferPointer { result in
                    unsafe edits.withUnsafeMutableBufferPointer { edits in
                        unsafe Int(
                            cicu_fold(
                                handle, source.baseAddress, Int32(source.count), result.baseAddress!,
                                Int32(result.count), edits.baseAddress!, Int32(edits.count), &editCount))
                    }
                }
            }
            guard length >= 0 else { return nil }
            // Either room was too small: once more with enough.
            if Int(editCount) > edits.count {
                edits = [cicu_edit](repeating: cicu_edit(), count: Int(editCount))
            } else if length > folded.count {
                folded = [UInt8](repeating: 0, count: length)
            } else {
                self.editCount = Int(editCount)
                return length
            }
        }
    }

    /// Appends the edits of the text folded last, which stands at `source` in the original and at `result` in the view.
    func appendEdits(to all: inout [Edit], source: Int, result: Int) {
        for edit in edits.prefix(editCount) {
            all.append(
                Edit(
                    source: source + Int(edit.source), sourceLength: Int(edit.source_length),
                    result: result + Int(edit.folded), resultLength: Int(edit.folded_length)))
        }
    }
}
