import ContentModel
import LanguageID
import TestSupport
import Testing
import UnicodeData

private func profile(_ text: String) -> LanguageProfile {
    var detector = LanguageDetector()
    var profile = LanguageProfile()
    detector.begin()
    let bytes = Array(text.lowercased().utf8)
    var blocks = TextBlocks()
    let isASCII = blocks.map(bytes.span)
    detector.add(bytes.span, blocks: blocks, isASCII: isASCII)
    detector.finish(into: &profile)
    return profile
}

@Suite struct LanguageDetectorTests {
    @Test(arguments: [
        ("hi i'm new here and this is my cat, please be nice to her", "en"),
        ("hola a todos, soy nueva aquí y quiero aprender chino", "es"),
        ("我是新来的，请问这个软件怎么用啊，谢谢大家", "zh-Hans"), ("請問這個要怎麼用？謝謝大家幫忙", "zh-Hant"),
        ("はじめまして、猫の写真を載せます", "ja"), ("안녕하세요 처음 왔어요 잘 부탁드립니다", "ko"), ("สวัสดีค่ะ เพิ่งมาใหม่", "th"),
        ("xin chào mọi người, mình mới đến đây", "vi"),
        ("Привет всем, я здесь новенькая и хочу познакомиться с вами", "ru"),
        ("مرحبا بكم جميعا أنا جديدة هنا وأريد أن أتعلم اللغة", "ar"),
        ("bonjour à tous, je suis nouvelle ici et j'adore les chats", "fr"),
        ("ich bin neu hier und das ist meine Katze, bitte seid nett", "de"),
    ])
    func tells(_ text: String, _ tag: String) {
        #expect(profile(text).languages.first?.tag.rawValue == tag)
    }

    /// By letters where they can, else by statistics over letters with their marks.
    @Test(arguments: [
        ("кто знает, где тут нормальный кофе", "ru"), ("кот с утра уронил ёлку, а в обед кактус", "ru"),
        ("осталось два рубля на карте и три дня до зарплаты", "ru"), ("وينك اليوم", "ar"),
        ("хто знає, де тут смачна кава поблизу", "uk"),
        ("хто ведае, дзе тут смачная кава і піва", "be"), ("кой знае къде има хубаво кафе наблизо в центъра", "bg"),
        ("да ли неко зна где има добра кафа у центру ноћу", "sr"), ("وصل الباص وانا لسه فاكر السعر", "ar"),
        ("کسی می‌داند قهوه خوب کجا پیدا می‌شود؟ پنج ساعت گشتم", "fa"),
        ("کیا کسی کو معلوم ہے کہ اچھی چائے کہاں ملتی ہے", "ur"),
        ("бұл жерде жақсы кофені қайдан табуға болады", "kk"), ("क्या किसी को पता है कि अच्छी चाय कहाँ मिलती है", "hi"),
        ("कोणाला माहीत आहे का की चांगला चहा कुठे मिळतो", "mr"), ("কেউ কি জানেন ভালো চা কোথায় পাওয়া যায়", "bn"),
        ("מישהו יודע איפה יש קפה טוב באזור", "he"),
    ])
    func tellsLanguagesOfOneScriptApart(_ text: String, _ tag: String) {
        #expect(profile(text).languages.first?.tag.rawValue == tag)
    }

    /// Most words of an Indonesian or Malay sentence are words of both.
    @Test(arguments: [
        ("setiap orang berhak atas pekerjaan, dan negara harus menjamin itu tanpa syarat", "id"),
        ("gue lagi bikin kopi, kalian mau juga ga? tapi gula udah abis", "id"),
        ("besok aku ke kantor naik motor, uang bensin cuma cukup buat sehari", "id"),
        ("esok aku pergi pejabat naik kereta, duit minyak dah tinggal sikit je", "ms"),
        ("ada sape nk makan kat kedai tu malam ni? aku lapar sangat dah", "ms"),
        ("saya baru sampai, kerana bas lambat. tolong jangan marah awak semua", "ms"),
    ])
    func tellsSiblingsApart(_ text: String, _ tag: String) throws {
        let language = try #require(profile(text).languages.first)
        #expect(language.tag.rawValue == tag)
        #expect(language.confidence >= LanguageProfile.sure)
    }

    /// "no", "se", "to" are words of other languages too.
    @Test(arguments: [
        "no niin, nyt on kissa taas katolla ja sataa vettä, kuka hakee sen alas",
        "kissa nukkui koko päivän ikkunalla ja sitten se söi kaiken ruoan, no niin",
        "huomenna on taas maanantai ja minulla ei ole yhtään puhdasta paitaa, se siitä",
    ])
    func aFewCommonWordsAreNoLanguage(_ finnish: String) throws {
        let language = try #require(profile(finnish).languages.first)
        #expect(language.tag == "fi")
        #expect(language.confidence < LanguageProfile.sure)
    }

    /// Seven words of one and four of the other: rules of neither may be left out.
    @Test func isNotSureOfTwoLanguagesInOneSentence() {
        let profile = profile("mi roomie from china made me huevo con tomate and honestly ya no puedo vivir sin eso")
        for tag: LanguageTag in ["en", "es"] { #expect(!profile.surelyLacks([tag])) }
    }

    @Test(arguments: [255, 256, 512, 70_000])
    func countsAnyNumberOfWords(_ count: Int) {
        #expect(profile(String(repeating: "the ", count: count)).languages.map(\.tag.rawValue) == ["en"])
        #expect(profile("你好" + String(repeating: "the ", count: count)).languages.first?.tag.rawValue == "en")
    }

    @Test(arguments: ["don't", "rock'n'roll", "'tis", "it's' '", String(repeating: "a", count: 63) + "'s the"])
    func countsLettersOfWordsWithApostrophes(_ text: String) throws {
        let letters = text.count { $0.isLetter }
        let profile = profile(text + " 你")
        let han = try #require(profile.languages.first { $0.tag.hasPrefix("zh") })
        #expect(abs(han.share - 2 / Double(letters + 2)) < 0.001)
    }

    /// Marks count as letters do; wherever the words lie in the blocks of 64 bytes.
    @Test(arguments: 0..<67)
    func countsLettersOfWordsWithAccents(_ padding: Int) throws {
        let text = String(repeating: "a", count: padding) + " été cafe\u{301} l'œuvre ½ x\u{301}\u{300}y đường"
        let letters = text.unicodeScalars.count {
            $0.properties.isAlphabetic || $0.properties.canonicalCombiningClass != .notReordered
        }
        let profile = profile(text + " 你")
        let han = try #require(profile.languages.first { $0.tag.hasPrefix("zh") })
        #expect(abs(han.share - 2 / Double(letters + 2)) < 0.001)
    }

    /// A mark on a letter of another script is no Latin one.
    @Test func marksBelongToTheirLetter() {
        let languages = profile("и\u{301} и\u{301} а\u{301} привет всем здесь").languages
        #expect(languages.map(\.tag.rawValue) == ["ru"])
    }

    /// The table has each of its words, and no other of the same beginning.
    @Test(arguments: ["the", "people", "porque", "più", "yang", "être", "không", "için", "już", "że", "în"])
    func knowsCommonWords(_ word: String) {
        #expect(CommonWords.contains(word.utf8))
        #expect(!CommonWords.contains((word + "q").utf8))
        #expect(!CommonWords.contains(word.utf8.dropLast(word.utf8.count - 1)))
    }

    @Test func aFewLettersBesideAnotherScriptAreNotAskedAbout() {
        let languages = profile("今天的作业好难 abc ab ac a b 谁来帮帮我").languages
        #expect(languages.map(\.tag.rawValue) == ["zh-Hans", "und"])
    }

    @Test func sharesOfAMixedPost() throws {
        let languages = profile("this is so funny 我们真的笑死了，谢谢 and i can not stop laughing 哈哈").languages
        #expect(Set(languages.map(\.tag.rawValue)) == ["en", "zh-Hans"])
        let total = languages.reduce(0) { $0 + $1.share }
        #expect(abs(total - 1) < 0.001)
    }

    @Test(arguments: ["xqzt wvbn kjhg", "123 456", "🔥🔥🔥", ""])
    func abstainsWhereThereIsNothingToTell(_ text: String) {
        for language in profile(text).languages { #expect(language.tag == .und) }
    }

    @Test func surelyLacksOnlyWhatItIsSureOf() {
        let english = profile("this is what we have and there is not much that you can do about it")
        #expect(english.surelyLacks(["es"]))
        #expect(!english.surelyLacks(["en"]))
        #expect(!english.surelyLacks([]))
        // Kanji alone may be Chinese: a rule for Japanese must still look.
        #expect(!profile("大麻").surelyLacks(["ja"]))
        #expect(!profile("ok").surelyLacks(["es"]))
    }

    @Test(arguments: hostileTexts)
    func survives(_ text: String) {
        let total = profile(text).languages.reduce(0) { $0 + $1.share }
        #expect(total == 0 || abs(total - 1) < 0.001)
    }
}
