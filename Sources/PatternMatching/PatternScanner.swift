internal import CVectorscan

/// One occurrence of a pattern in a text, in UTF-8 bytes.
public struct PatternMatch: Sendable, Equatable {
    /// The pattern's place in its database.
    public var pattern: UInt32
    /// For regexes the leftmost start; 0 for literals, whose start is their end less their length.
    public var start: UInt32
    public var end: UInt32
}

/// Scans texts with pattern databases and keeps what was found. Owns the scratch memory that scanning needs; one
/// thread at a time.
@safe public struct PatternScanner: ~Copyable {
    /// The most matches that one scan keeps. A text with more of them is no text that people write, and keeping all
    /// would let one line of input take all memory.
    public static let matchLimit = 1 << 18

    private var scratch: OpaquePointer?
    private let found: UnsafeMutablePointer<[PatternMatch]>

    /// - Parameter databases: All that this scanner will be asked to use.
    /// - Throws: ``PatternError`` when memory runs out.
    public init(for databases: [PatternDatabase]) throws(PatternError) {
        unsafe found = .allocate(capacity: 1)
        unsafe found.initialize(to: [])
        unsafe scratch = nil
        for database in databases {
            guard unsafe hs_alloc_scratch(database.handle, &scratch) == HS_SUCCESS else {
                throw PatternError(pattern: nil, message: "out of memory")
            }
        }
    }

    deinit {
        unsafe _ = hs_free_scratch(scratch)
        unsafe found.deinitialize(count: 1)
        unsafe found.deallocate()
    }

    /// How a scan ended.
    public enum Outcome: Sendable {
        case complete
        /// ``matchLimit`` was reached; the rest of the text was not looked at.
        case tooManyMatches
        case failed
    }

    /// What the last scan found, by ascending end.
    public var matches: [PatternMatch] { unsafe found.pointee }

    /// The number of matches of the last scan.
    public var matchCount: Int { unsafe found.pointee.count }

    /// Scans a text, valid UTF-8, and replaces ``matches``.
    public mutating func scan(_ text: Span<UInt8>, with database: PatternDatabase) -> Outcome {
        unsafe found.pointee.removeAll(keepingCapacity: true)
        guard text.count > 0 else { return .complete }
        let status = unsafe text.withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { chars in
                unsafe hs_scan(
                    database.handle, chars.baseAddress, UInt32(chars.count), 0, scratch,
                    { id, from, to, _, context in
                        let found = unsafe context.unsafelyUnwrapped.assumingMemoryBound(to: [PatternMatch].self)
                        unsafe found.pointee.append(
                            PatternMatch(
                                pattern: id, start: UInt32(truncatingIfNeeded: from),
                                end: UInt32(truncatingIfNeeded: to)))
                        return unsafe found.pointee.count < PatternScanner.matchLimit ? 0 : 1
                    }, found)
            }
        }
        switch status {
        case HS_SUCCESS: return .complete
        case HS_SCAN_TERMINATED: return .tooManyMatches
        default: return .failed
        }
    }
}
