internal import CVectorscan
internal import ContentModel
internal import Crypto
internal import Foundation

/// Patterns compiled for scanning, immutable.
///
/// `@unchecked Sendable because` Vectorscan's databases are read-only once made and may be scanned from any thread.
@safe public final class PatternDatabase: @unchecked Sendable {
    let handle: OpaquePointer

    private init(owning handle: OpaquePointer) { unsafe self.handle = unsafe handle }

    deinit { unsafe _ = hs_free_database(handle) }

    /// What a database is made of. A pattern's number is its place in the list.
    public enum Source: Sendable {
        /// Byte strings, found wherever they stand. The start of a match is its end less the literal's length.
        case literals([[UInt8]])
        /// Regular expressions over UTF-8 text, with leftmost starts; `\b \w \d` are ASCII (no UCP flag: one such
        /// pattern can take a second and a megabyte).
        case regexes([String])
        /// The same regular expressions, asked only whether they occur: one match each, without its start. A third of
        /// the cost where nearly all texts have none.
        case regexPresence([String])

        public var count: Int {
            switch self {
            case .literals(let literals): literals.count
            case .regexes(let regexes), .regexPresence(let regexes): regexes.count
            }
        }

        /// SHA-256 of the patterns, Vectorscan's version and the processor's features, hexadecimal: a database made
        /// under another key must not be used.
        public var key: String {
            var digest = SHA256()
            let platform = platform
            let version = unsafe String(cString: hs_version())
            digest.update(data: Data("\(version) vectored \(platform.tune) \(platform.cpu_features)".utf8))
            var lengths: [UInt8] = []
            func add(_ bytes: some Collection<UInt8>) {
                unsafe withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { unsafe lengths.append(contentsOf: $0) }
                lengths.append(contentsOf: bytes)
            }
            switch self {
            case .literals(let literals):
                digest.update(data: Data(" literals".utf8))
                for literal in literals { add(literal) }
            case .regexPresence(let regexes):
                digest.update(data: Data(" presence".utf8))
                for regex in regexes { add(regex.utf8) }
            case .regexes(let regexes):
                digest.update(data: Data(" regexes".utf8))
                for regex in regexes { add(regex.utf8) }
            }
            digest.update(data: lengths)
            return hexadecimal(digest.finalize())
        }
    }

    /// Bytes of the longest match that a regex may have; nil without a limit.
    public static func longestMatch(of regex: String) -> Int? {
        var info: UnsafeMutablePointer<hs_expr_info_t>?
        var error: UnsafeMutablePointer<hs_compile_error_t>?
        let flags = UInt32(HS_FLAG_SOM_LEFTMOST) | UInt32(HS_FLAG_UTF8)
        let status = unsafe hs_expression_info(regex, flags, &info, &error)
        defer {
            unsafe free(info)
            if let error = unsafe error { unsafe hs_free_compile_error(error) }
        }
        guard status == HS_SUCCESS, let info = unsafe info else { return nil }
        let width = unsafe info.pointee.max_width
        return width == .max ? nil : Int(width)
    }

    /// What databases are made for.
    private static var platform: hs_platform_info_t {
        var platform = hs_platform_info_t()
        unsafe vectorscan_platform(&platform)
        return platform
    }

    /// Why the library cannot be used; nil where it can. One for AVX2 or AVX-512 alone does not find what stands at the end
    /// of some texts: see `shim.h`.
    public static let fault: PatternError? = {
        let misses = [
            ("@[a-z]{3}", String(repeating: " ", count: 100) + "@abc "),
            ("(stst[^a]{3,5}|st|to)kill", String(repeating: "y", count: 20) + "-stkill"),
        ].contains { regex, text in
            let flags = UInt32(HS_FLAG_SOM_LEFTMOST) | UInt32(HS_FLAG_UTF8)
            guard let database = try? compile([Array(regex.utf8)], flags: flags, isLiteral: false),
                var scanner = try? PatternScanner(for: [database])
            else { return true }
            return (0..<64).contains { offset in
                let buffer = [UInt8](repeating: 0x20, count: offset) + text.utf8
                let outcome = scanner.scan(buffer.span.extracting(offset...), with: database)
                return outcome != .complete || scanner.matchCount != 1
            }
        }
        guard misses else { return nil }
        return PatternError(
            pattern: nil,
            message:
                "this build of Vectorscan (\(unsafe String(cString: hs_version()).prefix { $0 != " " })) passes over matches at the end of texts: "
                + "install one with code for many processors, such as Debian's libvectorscan5, of which the sound part is "
                + "used")
    }()

    /// Compiles patterns. 100,000 literals take about 3 s, 300 regexes about 2 s.
    ///
    /// - Throws: ``PatternError`` that names the pattern which cannot be compiled, or ``fault``.
    public static func compile(_ source: Source) throws(PatternError) -> PatternDatabase {
        if let fault { throw fault }
        return switch source {
        case .literals(let literals):
            try compile(literals, flags: 0, isLiteral: true)
        case .regexes(let regexes):
            try compile(
                regexes.map { Array($0.utf8) }, flags: UInt32(HS_FLAG_SOM_LEFTMOST) | UInt32(HS_FLAG_UTF8),
                isLiteral: false)
        case .regexPresence(let regexes):
            try compile(
                regexes.map { Array($0.utf8) }, flags: UInt32(HS_FLAG_SINGLEMATCH) | UInt32(HS_FLAG_UTF8),
                isLiteral: false)
        }
    }

    private static func compile(
        _ patterns: [[UInt8]], flags flag: UInt32, isLiteral: Bool
    ) throws(PatternError) -> PatternDatabase {
        precondition(!patterns.isEmpty, "a database needs at least one pattern")
        // One buffer for all patterns, each closed by a NUL, and the places in it.
        var bytes: [CChar] = []
        var places: [Int] = []
        bytes.reserveCapacity(patterns.reduce(0) { $0 + $1.count + 1 })
        for pattern in patterns {
            places.append(bytes.count)
            bytes.append(contentsOf: pattern.map { CChar(bitPattern: $0) })
            bytes.append(0)
        }
        let lengths = patterns.map(\.count)
        let ids = (0..<UInt32(patterns.count)).map { $0 }
        let flags = [UInt32](repeating: flag, count: patterns.count)
        LargePages.serveDatabases
        var platform = platform
        var database: OpaquePointer?
        var failure: UnsafeMutablePointer<hs_compile_error_t>?
        let status = unsafe bytes.withUnsafeBufferPointer { buffer in
            let expressions: [UnsafePointer<CChar>?] = unsafe places.map { unsafe buffer.baseAddress! + $0 }
            return if isLiteral {
                unsafe hs_compile_lit_multi(
                    expressions, flags, ids, lengths, UInt32(patterns.count), UInt32(HS_MODE_VECTORED), &platform,
                    &database, &failure)
            } else {
                unsafe hs_compile_multi(
                    expressions, flags, ids, UInt32(patterns.count), UInt32(HS_MODE_VECTORED), &platform, &database,
                    &failure)
            }
        }
        defer { unsafe _ = hs_free_compile_error(failure) }
        guard status == HS_SUCCESS, let database = unsafe database else {
            let message = unsafe failure.map { unsafe String(cString: $0.pointee.message) } ?? "out of memory"
            let pattern = unsafe failure.map { unsafe Int($0.pointee.expression) } ?? -1
            throw PatternError(pattern: pattern >= 0 ? pattern : nil, message: message)
        }
        return unsafe PatternDatabase(owning: database)
    }

    /// The database as bytes, for ``init(serialized:)`` on a machine of the same kind.
    ///
    /// - Returns: nil when memory runs out.
    public func serialized() -> [UInt8]? {
        var bytes: UnsafeMutablePointer<CChar>?
        var length = 0
        guard unsafe hs_serialize_database(handle, &bytes, &length) == HS_SUCCESS, let bytes = unsafe bytes else {
            return nil
        }
        defer { unsafe free(bytes) }
        return unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: length))
    }

    /// A database from its bytes; nil when they are damaged or of another version or processor, which Vectorscan
    /// checks by version, platform and a checksum.
    public convenience init?(serialized bytes: Span<UInt8>) {
        LargePages.serveDatabases
        var database: OpaquePointer?
        let status = unsafe bytes.withUnsafeBytes {
            unsafe hs_deserialize_database(
                $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, &database)
        }
        guard status == HS_SUCCESS, let database = unsafe database else { return nil }
        unsafe self.init(owning: database)
    }
}

/// A pattern that Vectorscan refuses.
public struct PatternError: Error, CustomStringConvertible {
    /// Its place in the list; nil when the fault is not one pattern's.
    public var pattern: Int?
    public var message: String

    public var description: String { message }
}
