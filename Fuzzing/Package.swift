// swift-tools-version: 6.2
import PackageDescription

// Coverage-guided fuzzing by libFuzzer, which comes with the Swift toolchain on Linux: Fuzzing/run TARGET SECONDS.
let package = Package(
    name: "fuzzing",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "moderate", path: "..")],
    targets: [
        .executableTarget(
            name: "views",
            dependencies: [.product(name: "TextViews", package: "moderate")],
            swiftSettings: [.unsafeFlags(["-parse-as-library", "-sanitize=fuzzer"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])])
    ]
)
