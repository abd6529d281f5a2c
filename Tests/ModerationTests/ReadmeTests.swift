import ContentModel
import Foundation
import Moderation
import Testing

/// The README's example is `ReadmeExample.swift`, word for word, which this target compiles.
@Suite struct ReadmeTests {
    private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    private var root: URL { folder.deletingLastPathComponent().deletingLastPathComponent() }

    @Test func theReadmeShowsWhatCompilesHere() throws {
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        let example = try String(contentsOf: folder.appendingPathComponent("ReadmeExample.swift"), encoding: .utf8)
        #expect(readme.contains("```swift\n" + example + "```"))
    }

    @Test func theExampleRuns() throws {
        let moderator = try Moderator(rules: root.appendingPathComponent("Rules").path)
        #expect(try moderator.judge(Post(text: "加 微 信 领优惠, guaranteed 30% returns")).action > .allow)
    }
}
