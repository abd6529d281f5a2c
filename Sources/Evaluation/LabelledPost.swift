public import ContentModel
internal import Foundation
internal import Wire

/// A post of a corpus, with what people say should happen to it.
public struct LabelledPost: Sendable {
    public var post: Post
    public var id: String
    /// The languages really in it, most first.
    public var languages: [String]
    /// The harms really in it.
    public var categories: [Category]
    /// By market; markets that are left out allow it.
    public var actions: [Market: Action]
    /// Why a naive filter would flag it.
    public var trap: String?

    private struct Line: Decodable {
        var id: String
        var langs: [String]
        var expect: Expectation
        var trap: String?
    }

    private struct Expectation: Decodable {
        var categories: [String: String]?
        var markets: [String: String]?
    }

    /// Reads a corpus: NDJSON, a post a line as `moderate` takes it, with `langs` and
    /// `"expect":{"categories":{"fraud":"clear"},"markets":{"cn":"review"}}`.
    ///
    /// - Throws: ``CorpusError`` that names file and line.
    public static func read(file path: String) throws(CorpusError) -> [LabelledPost] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CorpusError(file: path, line: 0, reason: "this file cannot be read")
        }
        var reader = PostReader()
        var posts: [LabelledPost] = []
        for (index, line) in [UInt8](data).split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
        where !line.isEmpty {
            posts.append(try read(Array(line), &reader, path, index + 1))
        }
        return posts
    }

    private static func read(
        _ line: [UInt8], _ reader: inout PostReader, _ path: String, _ number: Int
    ) throws(CorpusError) -> LabelledPost {
        var post = Post()
        if let error = reader.read(line, into: &post) {
            throw CorpusError(file: path, line: number, reason: error.message)
        }
        let labels: Line
        do {
            labels = try JSONDecoder().decode(Line.self, from: Data(line))
        } catch {
            throw CorpusError(file: path, line: number, reason: "a labelled post has id, langs and expect")
        }
        var actions: [Market: Action] = [:]
        for (name, value) in labels.expect.markets ?? [:] {
            guard let market = Market(rawValue: name), let action = Action(name: value) else {
                throw CorpusError(file: path, line: number, reason: "`\(name): \(value)` is no market and action")
            }
            actions[market] = action
        }
        let categories = (labels.expect.categories ?? [:]).keys.sorted().map(Category.init(rawValue:))
        guard categories.allSatisfy(Category.all.contains) else {
            throw CorpusError(file: path, line: number, reason: "an unknown category is expected")
        }
        return LabelledPost(
            post: post, id: labels.id, languages: labels.langs, categories: categories, actions: actions,
            trap: labels.trap)
    }
}

/// A corpus that cannot be read.
public struct CorpusError: Error, CustomStringConvertible {
    public var file: String
    public var line: Int
    public var reason: String

    public var description: String { line > 0 ? "\(file):\(line): \(reason)" : "\(file): \(reason)" }
}
