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
    private let found: UnsafeMutablePointer<Found>

    /// What the callback of Vectorscan writes to.
    @safe private struct Found {
        var matches: UnsafeMutablePointer<PatternMatch>
        var count = 0
        var capacity: Int

        mutating func append(_ match: PatternMatch) {
            if count == capacity { grow() }
            unsafe matches[count] = match
            count += 1
        }

        private mutating func grow() {
            let larger = UnsafeMutablePointer<PatternMatch>.allocate(capacity: capacity * 2)
            unsafe larger.moveInitialize(from: matches, count: count)
            unsafe matches.deallocate()
            unsafe (matches, capacity) = unsafe (larger, capacity * 2)
        }
    }

    /// - Parameter databases: All that this scanner will be asked to use.
    /// - Throws: ``PatternError`` when memory runs out.
    public init(for databases: [PatternDatabase]) throws(PatternError) {
        unsafe found = .allocate(capacity: 1)
        unsafe found.initialize(to: Found(matches: .allocate(capacity: 256), capacity: 256))
        unsafe scratch = nil
        for database in databases {
            guard unsafe hs_alloc_scratch(database.handle, &scratch) == HS_SUCCESS else {
                throw PatternError(pattern: nil, message: "out of memory")
            }
        }
    }

    deinit {
        unsafe _ = hs_free_scratch(scratch)
        unsafe found.pointee.matches.deallocate()
        unsafe found.deallocate()
    }

    /// How a scan ended.
    public enum Outcome: Sendable {
        case complete
        /// ``matchLimit`` was reached; the rest of the text was not looked at.
        case tooManyMatches
        case failed
    }

    /// The number of matches of the last scan.
    public var matchCount: Int { unsafe found.pointee.count }

    /// A match of the last scan, `0..<matchCount`; they stand by ascending end.
    public subscript(_ index: Int) -> PatternMatch {
        unsafe precondition(index >= 0 && index < found.pointee.count, "no such match")
        return unsafe found.pointee.matches[index]
    }

    /// Scans a text, valid UTF-8, and replaces the matches.
    public mutating func scan(_ text: Span<UInt8>, with database: PatternDatabase) -> Outcome {
        unsafe found.pointee.count = 0
        guard text.count > 0 else { return .complete }
        let status = unsafe text.withUnsafeBufferPointer { bytes in
            unsafe vectorscan_scan(
                database.handle,
                UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped).assumingMemoryBound(to: CChar.self),
                UInt32(bytes.count), scratch,
                { id, from, to, _, context in
                    let found = unsafe context.unsafelyUnwrapped.assumingMemoryBound(to: Found.self)
                    unsafe found.pointee.append(
                        PatternMatch(
                            pattern: id, start: UInt32(truncatingIfNeeded: from),
                            end: UInt32(truncatingIfNeeded: to)))
                    return unsafe found.pointee.count < PatternScanner.matchLimit ? 0 : 1
                }, found)
        }
        switch status {
        case HS_SUCCESS: return .complete
        case HS_SCAN_TERMINATED: return .tooManyMatches
        default: return .failed
        }
    }
}
