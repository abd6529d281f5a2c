internal import ContentModel
internal import Crypto
internal import Foundation

/// The files of a rules folder as bytes, read once: what is hashed is what is parsed.
public struct RuleFiles: Sendable {
    /// One file.
    public struct File: Sendable {
        /// Relative to the folder, with `/`.
        public var path: String
        public var bytes: [UInt8]
    }

    /// The folder as it was named.
    public var folder: String
    /// By path, ascending.
    public var files: [File]
    /// SHA-256 over paths and contents, hexadecimal.
    public var hash: String

    /// A rule file is larger than a person writes.
    static let largestFile = 100 << 20

    /// Reads every `.yaml` and `.yml` file below `folder`, and every `.txt` term list. Hidden files are left out.
    ///
    /// - Throws: ``RuleBookError`` when the folder is missing or a file cannot be read.
    public init(folder: String) throws(RuleBookError) {
        self.folder = folder
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
        var digest = SHA256()
        for path in paths.sorted() {
            let location = SourceLocation(file: folder + "/" + path)
            let url = root.appendingPathComponent(path)
            guard let data = try? Data(contentsOf: url, options: .alwaysMapped) else {
                throw RuleBookError(diagnostics: [
                    Diagnostic(.error, at: location, "this file cannot be read", hint: "check its permissions")
                ])
            }
            guard data.count <= Self.largestFile else {
                throw RuleBookError(diagnostics: [
                    Diagnostic(.error, at: location, "this file is larger than 100 MiB", hint: "split it")
                ])
            }
            digest.update(data: Data("\(path.utf8.count) \(path) \(data.count)\n".utf8))
            digest.update(data: data)
            read.append(File(path: path, bytes: [UInt8](data)))
        }
        files = read
        hash = digest.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Files that are already in memory, e.g. a test's.
    public init(folder: String, files: [(path: String, text: String)]) {
        self.folder = folder
        self.files = files.map { File(path: $0.path, bytes: Array($0.text.utf8)) }.sorted { $0.path < $1.path }
        var digest = SHA256()
        for file in self.files {
            digest.update(data: Data("\(file.path.utf8.count) \(file.path) \(file.bytes.count)\n".utf8))
            digest.update(data: Data(file.bytes))
        }
        hash = digest.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
