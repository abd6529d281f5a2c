// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "moderate", path: "..")],
    targets: [
        // simdjson parse + ICU fold + one scan, in C++ on one thread: what the libraries alone cost.
        .executableTarget(
            name: "NativeFloor",
            linkerSettings: [.linkedLibrary("icuuc"), .linkedLibrary("simdjson"), .linkedLibrary("hs")]),
        // Makes the posts and phrases, runs the command and the floor, prints the table.
        .executableTarget(name: "bench"),
        // Times the views beside ICU's fold.
        .executableTarget(name: "views", dependencies: [.product(name: "TextViews", package: "moderate")]),
        // The review queue under load: several processes on one file.
        .executableTarget(name: "queue", dependencies: [.product(name: "ReviewQueue", package: "moderate")]),
    ],
    cxxLanguageStandard: .cxx17
)
