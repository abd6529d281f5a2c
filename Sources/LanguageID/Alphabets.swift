internal import ContentModel

/// Which languages write a letter of a script that several share, so that ordinary posts need no statistics: ы rules
/// out Ukrainian, и Belarusian, and what is left when both have occurred is Russian.
///
/// The alphabets are those in official use, folded. A language whose alphabet holds all letters of another (Kazakh of
/// Russian, Urdu of Persian) is told by its own letters alone, of which a dozen words hold some: it is none of the
/// languages here, and a letter of its own rules out all that are.
enum Alphabets {
    /// By bit.
    private static let languages: [(tag: LanguageTag, letters: String)] = [
        ("ru", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
        ("uk", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
        ("be", "абвгдеёжзійклмнопрстуўфхцчшыьэюя"),
        ("bg", "абвгдежзийклмнопрстуфхцчшщъьюя"),
        ("sr", "абвгдђежзијклљмнњопрстћуфхцчџш"),
        ("mk", "абвгдѓежзѕијклљмнњопрстќуфхцчџш"),
        // Only what it shares with Russian: words of its own do without в ф ц щ ъ ь.
        ("ky", "абгдеёжзийклмнопрстухчшыэюя"),
        ("ar", "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"),
        ("fa", "ءآأؤئابپتثجچحخدذرزژسشصضطظعغفقکگلمنهوی"),
    ]

    /// The languages that write each letter, by bit.
    struct Table: Sendable {
        private static let first: UInt32 = 0x400
        private var writers = [UInt16](repeating: 0, count: 0x300)

        fileprivate init() {
            for (bit, language) in languages.enumerated() {
                for letter in language.letters.unicodeScalars {
                    writers[Int(letter.value - Self.first)] |= 1 << UInt16(bit)
                }
            }
        }

        /// The languages that write a letter, by bit; none for a letter of other languages alone.
        @inline(__always)
        func writers(of letter: UInt32) -> UInt16 {
            let index = Int(letter &- Self.first)
            return index < writers.count ? writers[index] : 0
        }
    }

    static let table = Table()

    /// All languages of the table.
    static let all = UInt16(1) << UInt16(languages.count) - 1

    /// The language of letters that one alone writes all of; nil where several do, or none.
    static func language(of writers: UInt16) -> LanguageTag? {
        writers.nonzeroBitCount == 1 ? languages[writers.trailingZeroBitCount].tag : nil
    }
}
