internal import ContentModel
internal import Crypto
internal import Foundation

/// The files of a rules folder as bytes, read once: what is hashed is what is parsed.
public struct RuleFiles: Sendable {
    /// One file.
    public struct File: Sendable {
        /// Relative to the folder, with `/`; its first part is the region.
        public let path: String
        public let bytes: [UInt8]
        /// SHA-256 of the bytes, hexadecimal.
        public let hash: String

        public init(path: String, bytes: [UInt8]) {
            self.path = path
            self.bytes = bytes
            hash = hexadecimal(SHA256.hash(data: bytes))
        }

        /// `global`, or a market: the folder that the file stands in.
        public var region: String { String(path.prefix { $0 != "/" }) }
    }

    /// The folder as it was named.
    public let folder: String
    /// By path, ascending.
    public let files: [File]
    /// SHA-256 over paths and contents, hexadecimal.
    public let hash: String

    /// Bytes of the largest term list that is read.
    public static let largestFile = 64 << 20
    /// Bytes of the largest pack or policy: more is no page that people write, and would take gigabytes to parse.
    public static let largestPage = 8 << 20

    /// Why a file is not read; nil when it is.
    public static func refusal(of path: String, bytes: Int, shown: String) -> RuleBookError? {
        let isList = path.hasSuffix(".txt")
        let most = isList ? largestFile : largestPage
        guard bytes > most else { return nil }
        return RuleBookError(diagnostics: [
            Diagnostic(
                .error, at: SourceLocation(file: shown), "this file is larger than \(most >> 20) MiB",
                hint: isList ? "split it" : "keep long lists in files of their own: `phrases_from: terms/list.txt`")
        ])
    }

    /// Reads every `.yaml` and `.yml` file below `folder`, and every `.txt` term list. Hidden files are left out.
    ///
    /// - Throws: ``RuleBookError`` when the folder is missing or a file cannot be read.
    public init(folder: String) throws(RuleBookError) {
        let root = URL(fileURLWithPath: folder, isDirectory: true)
        let manager = FileManager.default
        var isDirectory: ObjCBool = false
        guard unsafe manager.fileExists(atPath: root.path, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw RuleBookError(diagnostics: [
                Diagnostic(
                    .error, at: SourceLocation(file: folder), "there is no rules folder here",
                    hint: "name one with --rules DIR or MODERATE_RULES")
            ])
        }
        var paths: [String] = []
        for case let path as String in manager.enumerator(atPath: root.path) ?? .init() {
            let name = path.split(separator: "/").last ?? ""
            guard !name.hasPrefix("."), !path.contains("/.") else { continue }
            if name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.hasSuffix(".txt") { paths.append(path) }
        }
        var read: [File] = []
        for path in paths.sorted() {
            let location = SourceLocation(file: folder + "/" + path)
            let url = root.appendingPathComponent(path)
            guard let data = try? Data(contentsOf: url, options: .alwaysMapped) else {
                throw RuleBookError(diagnostics: [
                    Diagnostic(.error, at: location, "this file cannot be read", hint: "check its permissions")
                ])
            }
            if let refusal = Self.refusal(of: path, bytes: data.count, shown: location.file) { throw refusal }
            read.append(File(path: path, bytes: [UInt8](data)))
        }
        self.init(folder: folder, files: read)
    }

    /// Files that are already in memory, e.g. a test's.
    public init(folder: String, files: [(path: String, text: String)]) {
        self.init(folder: folder, files: files.map { File(path: $0.path, bytes: Array($0.text.utf8)) })
    }

    /// Files that were read elsewhere.
    ///
    /// - Parameter folder: What diagnostics call the place they are from.
    public init(folder: String, files: [File]) {
        self.folder = folder
        self.files = files.sorted { $0.path < $1.path }
        hash = Self.hash(of: self.files)
    }

    /// SHA-256 over the paths and hashes of files, which stand by path.
    public static func hash(of files: [File]) -> String {
        var digest = SHA256()
        for file in files { digest.update(data: Data("\(file.hash) \(file.path)\n".utf8)) }
        return hexadecimal(digest.finalize())
    }

    /// The regions: `global`, and folders that hold the policy of a market.
    public var regions: [String] {
        Set(files.filter { $0.path.contains("/") }.map(\.region)).filter { region in
            region == RuleBook.globalFolder
                || files.contains { $0.path == region + "/market.yaml" || $0.path == region + "/market.yml" }
        }.sorted()
    }

    /// The files of one region.
    public func files(of region: String) -> [File] { files.filter { $0.region == region } }
}
