internal import UnicodeData

/// The most common words of languages that share the Latin script, so that ordinary posts need no statistics.
///
/// A word may belong to several languages; it then speaks for each of them. The lists are function words and the
/// greetings of posts: facts about the languages, gathered for this project.
public enum CommonWords {
    /// Whether a word, folded UTF-8, is among the most common of some language.
    public static func contains(_ word: some BidirectionalCollection<UInt8>) -> Bool {
        guard (1...WordKey.longest).contains(word.count) else { return false }
        return table.speakers(of: WordKey.key(word)) != 0
    }

    /// The languages of the table, by bit.
    static let languages = [
        "en", "es", "fr", "de", "pt", "it", "nl", "id", "ms", "vi", "tr", "pl", "fil", "sv", "ro", "cs",
    ]

    /// Words by a perfect hash, two steps of multiplication (hash and displace: Pagh 1999): the first chooses the factor
    /// of the second, which no two words of the table share a slot by. Of a word the table keeps 48 bits, and takes one
    /// in 10^14 of the others for it. A key is a word's bytes, little-endian, padded with zeros.
    struct Table: Sendable {
        /// A thousand words in a table that the processor keeps at hand.
        private static let bits: UInt64 = 11
        private static let bucketBits: UInt64 = 9
        /// By bucket.
        private var factors = [UInt8](repeating: 0, count: 1 << Int(bucketBits))
        /// The upper 48 bits of a word's hash, and behind them the bits of its languages.
        private var slots = [UInt64](repeating: 0, count: 1 << Int(bits))

        fileprivate init(_ words: [String: String]) {
            var speakers: [UInt64: UInt16] = [:]
            for (bit, language) in CommonWords.languages.enumerated() {
                for word in (words[language] ?? "").split(separator: " ") {
                    // A single letter says nothing about its language, and hidden words are full of them.
                    guard word.count >= 2, word.utf8.count <= WordKey.longest else { continue }
                    speakers[WordKey.key(word.utf8), default: 0] |= 1 << UInt16(bit)
                }
            }
            let buckets = Dictionary(grouping: speakers.keys) { Self.bucket(WordKey.hash($0)) }
            // The fullest first, while there is room.
            for (bucket, keys) in buckets.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }) {
                let factor = (UInt8.min...UInt8.max).first { factor in
                    let slots = Set(keys.map { Self.slot(WordKey.hash($0), factor) })
                    return slots.count == keys.count && slots.allSatisfy { self.slots[$0] == 0 }
                }
                guard let factor else { preconditionFailure("the table of common words is too small") }
                factors[bucket] = factor
                for key in keys {
                    let hash = WordKey.hash(key)
                    slots[Self.slot(hash, factor)] = hash & ~0xFFFF | UInt64(speakers[key] ?? 0)
                }
            }
        }

        /// The bits of the languages that a word is common in; 0 when in none.
        @inline(__always)
        func speakers(of key: UInt64) -> UInt16 {
            let hash = WordKey.hash(key)
            let slot = slots[Self.slot(hash, factors[Self.bucket(hash)])]
            // Of one number, so that it takes no branch: half of all words are common.
            return (slot ^ hash) >> 16 == 0 ? UInt16(truncatingIfNeeded: slot) : 0
        }

        @inline(__always)
        private static func bucket(_ hash: UInt64) -> Int { Int(hash &>> (64 - bucketBits)) }

        @inline(__always)
        private static func slot(_ hash: UInt64, _ factor: UInt8) -> Int {
            let mixed = (hash &<< bucketBits | 1) &* (UInt64(factor) &<< 1 | 1) &* 0xBF58_476D_1CE4_E5B9
            return Int(mixed &>> (64 - bits))
        }
    }

    static let table = Table(words)

    /// Words of Indonesian and Malay alike.
    private static let malayWords = """
        yang dan di ini itu dengan untuk tidak dari dalam akan pada juga saya ke ada mereka lebih sudah atau kita \
        kami dia aku tapi kalau bukan seperti oleh sebagai telah hanya semua orang lagi masih anda apa siapa terima \
        kasih selamat harga murah jual beli adalah boleh banyak sangat pun lah sama baru belum jangan mau anak hari \
        tahun bulan malam pagi makan rumah mana harus yg bagi dapat tahu kerja jalan sampai tolong setiap antara \
        serta ia secara betul
        """

    private static let words: [String: String] = [
        "en": """
        the and to of is that it you for on with this was are be have not at from by what all can will just so my \
        your they we but if about out do get like when how has one more there their would been who which me her \
        his him she he them some than then now only also because could should did does don't i'm it's that's \
        can't i've im dont its anyone any please thanks thank hello hi new here where why know want need love \
        really think people today day good first app help very much going been after before every still even \
        never over back into up or as an our us were am had make made people time way too got see look lol \
        everyone someone something anything these those while
        """,
        "es": """
        el la de que y en los se las por un una con no para es lo como más pero sus le ya o este sí porque esta \
        entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos uno les ni \
        contra otros ese eso ante ellos e esto mí antes algunos qué unos yo otro otras otra él tanto esa estos \
        mucho quienes nada muchos cual poco ella estar estas algunas algo nosotros mi mis tú te ti tu tus hola \
        gracias soy estoy está son tengo tiene hoy aquí ahora bien favor quiero puede alguien casa amigos \
        buenos días del al si así hacer
        """,
        "fr": """
        le la les de des du un une et est en que qui dans pour pas sur avec ce il elle je tu nous vous ils elles \
        son sa ses mon ma mes ton ta au aux par plus ne se mais ou où comme tout tous très bien fait être avoir \
        suis es sont ont était cette ces leur leurs si aussi même sans peut quand j'ai c'est qu'il d'un d'une \
        l'on n'est merci bonjour salut ici quoi alors parce chez moi toi lui encore rien jamais trop peu voilà \
        ça y'a oui
        """,
        "de": """
        der die das und ist in zu den mit nicht von sie ist des sich auf für im dem ein eine als auch es an \
        werden aus er hat dass daß wird bei einer um am sind noch wie einem über einen so zum kann nur ihr \
        seine mein meine ich du wir ihr euch uns mich dich mir dir war haben habe hast aber oder wenn weil da \
        hier schon mal man was wer wo warum sehr gut danke hallo bitte heute jetzt immer kein keine vom zur nach \
        vor durch gegen ohne doch dann mehr alle alles
        """,
        "pt": """
        o a os as de do da dos das que e em um uma para com não por mais se como mas foi ao ele ela seu sua ou \
        ser quando muito há nos já está eu também só pelo pela até isso entre era depois sem mesmo aos seus \
        quem nas me esse eles estão você tinha foram essa num nem suas meu às minha têm numa pelos elas havia \
        seja qual será nós tenho lhe deles essas esses pelas este fosse dele tu te vocês vos lhes meus minhas \
        obrigado obrigada oi olá gente aqui hoje pra tá né bom dia tudo bem são vc tô
        """,
        "it": """
        il lo la i gli le di del della dei delle e è che in un una per non con sono da al ma come più anche si \
        se io tu lui lei noi voi loro mi ti ci vi mio mia questo questa quello quella ho hai ha abbiamo hanno \
        essere fare molto bene ciao grazie qui dove quando perché chi cosa tutto tutti sempre già solo ancora \
        oggi nel nella sul sulla
        """,
        "nl": """
        de het een en van ik te dat die in is niet je op met voor zijn er maar om ook als dan nog bij aan wat \
        wel naar zo heb heeft hebben was mijn jij hij zij wij jullie ons deze dit geen veel meer heel goed dank \
        hallo hier waar hoe waarom wie uit over door tot mag moet kan kunnen wordt worden al
        """,
        "id": malayWords + """
             karena bisa kamu nggak ngga gak ga banget udah aja sih dong kok nih kalo kalian gue gw lo lu gimana kenapa \
            halo bikin cuma buat gitu gini doang cowok cewek duit mobil kantor motor uang besok kemarin teman temen biar \
            kayak emang abis pake bareng pengen makasih coba malah soalnya lumayan kos tau rb negara memiliki melalui
            """,
        "ms": malayWords + """
             kerana awak tak nak hai korang macam mcm dah je kot ialah esok semalam tengok cakap wang kawan kereta \
            pejabat ringgit rm kat dekat sikit jom dgn utk sape camne mmg skrg pergi kedai kasut cuti comel lapar bajet \
            abah mak elok penat pulak jugak sorang mesti sedap takde adakah
            """,
        "vi": """
        là và của có không được cho một người các với trong này những để đã khi tôi mình bạn cũng như từ ở đến \
        rất thì mà nhưng nếu vì sẽ đang còn nhiều gì ai đâu sao nào ơi nhé ạ nha mọi thế lại ra vào lên đi làm \
        ăn em anh chị chúng họ nó đó đây hay hơn nhất hôm nay cảm ơn xin chào
        """,
        "tr": """
        ve bir bu da de için ile çok ben sen o biz siz onlar ne var yok daha gibi kadar ama değil mi mı mu en \
        her şey nasıl neden şimdi sonra önce bana sana teşekkürler merhaba iyi güzel olan olarak
        """,
        "pl": """
        i w na z nie się to jest że do jak co ale o po od za tak już czy ja ty on ona my wy są był była być mam \
        masz ma dla tylko też jeszcze bardzo kto gdzie kiedy dlaczego dzięki cześć proszę dzień dobry
        """,
        "fil": """
        ang ng sa na mga ay at ko mo ka po ako ikaw siya kami tayo sila hindi oo para kasi lang naman din rin \
        pa ba yung ito iyan dito doon salamat kumusta kayo nila namin natin wala may mayroon talaga
        """,
        "sv": """
        och i att det som en på är av för med till den har de inte om ett men jag du han hon vi ni var så kan \
        när man från mycket bra tack hej här nu också bara min mitt din
        """,
        "ro": """
        și în de la cu pe nu este sunt un o că pentru mai din ce care am ai are au eu tu el ea noi voi dar sau \
        foarte bine mulțumesc salut aici acum când unde cum
        """,
        "cs": """
        a v na se je že s z do to jako ale o po za tak už jsem jsi jsou byl byla být mám má pro jen také ještě \
        velmi kdo kde kdy proč díky ahoj prosím dobrý den
        """,
    ]
}
