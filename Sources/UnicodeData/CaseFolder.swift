internal import CICU

/// A stretch of a text that came out with another length; offsets and lengths are UTF-8 bytes.
public struct Edit: Sendable, Equatable {
    public var source: Int32
    public var sourceLength: Int32
    public var result: Int32
    public var resultLength: Int32

    public init(source: Int, sourceLength: Int, result: Int, resultLength: Int) {
        self.source = Int32(source)
        self.sourceLength = Int32(sourceLength)
        self.result = Int32(result)
        self.resultLength = Int32(resultLength)
    }
}

/// ICU's NFKC_Casefold over UTF-8 (Unicode Standard, section 3.13, toNFKC_Casefold).
///
/// A noncopyable owner of ICU's state; one thread at a time.
@safe public struct CaseFolder: ~Copyable {
    private let handle: OpaquePointer
    private var scratch: [cicu_edit]

    /// - Throws: ``UnicodeDataError`` when ICU's data cannot be had.
    public init() throws(UnicodeDataError) {
        guard let handle = unsafe cicu_folder_create() else { throw UnicodeDataError() }
        unsafe self.handle = unsafe handle
        scratch = [cicu_edit](repeating: cicu_edit(), count: 64)
    }

    deinit { unsafe cicu_folder_destroy(handle) }

    /// Folds valid UTF-8 into `folded`, which is grown as needed and never shrunk, and replaces `edits`. Edits that
    /// keep their length are not recorded.
    ///
    /// - Returns: The number of folded bytes; nil when ICU refuses.
    public mutating func fold(_ text: Span<UInt8>, into folded: inout [UInt8], edits: inout [Edit]) -> Int? {
        var capacity = text.count + text.count / 2 + 64
        while true {
            if folded.count < capacity {
                folded.append(contentsOf: repeatElement(0, count: capacity - folded.count))
            }
            var editCount: Int32 = 0
            let length = unsafe text.withUnsafeBufferPointer { source in
                unsafe folded.withUnsafeMutableBufferPointer { result in
                    unsafe scratch.withUnsafeMutableBufferPointer { edits in
                        unsafe Int(
                            cicu_fold(
                                handle, source.baseAddress, Int32(source.count), result.baseAddress!,
                                Int32(result.count), edits.baseAddress!, Int32(edits.count), &editCount))
                    }
                }
            }
            guard length >= 0 else { return nil }
            // Either room was too small: once more with enough.
            if Int(editCount) > scratch.count {
                scratch = [cicu_edit](repeating: cicu_edit(), count: Int(editCount))
            } else if length > folded.count {
                capacity = length
            } else {
                edits.removeAll(keepingCapacity: true)
                for index in 0..<Int(editCount) {
                    let edit = scratch[index]
                    edits.append(
                        Edit(
                            source: Int(edit.source), sourceLength: Int(edit.source_length),
                            result: Int(edit.folded), resultLength: Int(edit.folded_length)))
                }
                return length
            }
        }
    }
}

/// ICU could not open what it needs; its data package is missing or foreign.
public struct UnicodeDataError: Error, CustomStringConvertible {
    public var description: String { "ICU could not be opened: is its data library (libicudata) installed?" }
}
