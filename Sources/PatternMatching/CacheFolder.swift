internal import Foundation

/// A folder of derived files, each named by the hash of what it was made from. Any of them may vanish or be damaged at
/// any time; its reader makes it anew.
public struct CacheFolder: Sendable {
    /// Nil keeps nothing.
    private let folder: URL?
    /// Files that stay when a new one is written; the least recently used go first.
    private static let capacity = 48

    /// - Parameter path: The folder, made when it is missing; nil for no cache at all.
    public init(path: String?) {
        folder = path.map { URL(fileURLWithPath: $0, isDirectory: true) }
    }

    /// The bytes kept under a name, or nil.
    public func read(_ name: String) -> [UInt8]? {
        guard let url = folder?.appendingPathComponent(name), let data = try? Data(contentsOf: url) else { return nil }
        // Most file systems no longer keep the time of the last reading; this one is what pruning goes by.
        unsafe _ = utimes(url.path, nil)
        return [UInt8](data)
    }

    /// Keeps bytes under a name. A full or read-only disk costs the next start its time, nothing else.
    public func write(_ name: String, _ bytes: [UInt8]) {
        guard let folder else { return }
        let manager = FileManager.default
        try? manager.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        prune(folder)
        // Written aside and renamed, so that a reader never sees half a file.
        try? Data(bytes).write(to: folder.appendingPathComponent(name), options: .atomic)
    }

    private func prune(_ folder: URL) {
        let keys: Set<URLResourceKey> = [.contentModificationDateKey]
        guard
            let files = try? FileManager.default.contentsOfDirectory(
                at: folder, includingPropertiesForKeys: Array(keys)), files.count >= Self.capacity
        else { return }
        func used(_ url: URL) -> Date {
            (try? url.resourceValues(forKeys: keys))?.contentModificationDate ?? .distantPast
        }
        for url in files.sorted(by: { used($0) < used($1) }).prefix(files.count - Self.capacity + 1) {
            try? FileManager.default.removeItem(at: url)
        }
    }
}

extension PatternDatabase {
    /// The database of `source` from the cache, or compiled and then kept there.
    ///
    /// - Throws: ``PatternError`` when it must be compiled and cannot.
    public static func cached(_ source: Source, in cache: CacheFolder) throws(PatternError) -> PatternDatabase {
        let name = source.key + ".hsdb"
        if let database = PatternDatabase(cachedAs: name, in: cache) { return database }
        let database = try compile(source)
        if let bytes = database.serialized() { cache.write(name, bytes) }
        return database
    }

    /// The database that the cache keeps under a name, if it holds one that this machine can use.
    public convenience init?(cachedAs name: String, in cache: CacheFolder) {
        guard let bytes = cache.read(name) else { return nil }
        self.init(serialized: bytes.span)
    }
}
