/// Innocent sentences as people post them, in many languages: what a rule that hits them would do to everybody.
enum BenignText {
    static let sentences = [
        "good morning everyone, hope you have a nice day",
        "does anyone know a good place for noodles near the station?",
        "my cat slept on my keyboard again and sent 47 emails", "just finished my first 10k, 58 minutes, so proud",
        "new here, can somebody explain how the feed works?", "the train at 8:15 is late again, platform 3",
        "I baked bread today: 500 g flour, 350 ml water, 10 g salt", "what are you reading this weekend? #books",
        "see https://example.com/recipe for the whole list", "happy birthday to my sister, 21 today!!",
        "今天天气真好，出去走走吧", "请问这个软件怎么用？刚来的新人", "晚饭吃什么好呢，求推荐", "刚下班，地铁上人好多",
        "周末去爬山，有人一起吗", "這家店的咖啡很好喝", "考試終於結束了，好開心", "今日はいい天気ですね", "猫が可愛すぎて仕事にならない",
        "駅前の新しいパン屋さん、美味しかったです", "오늘 날씨 정말 좋네요", "강아지랑 산책 다녀왔어요", "시험 끝나서 너무 행복해요",
        "buenos días, ¿alguien sabe a qué hora abre la biblioteca?", "hoy cociné arroz con pollo y salió muy rico",
        "bom dia, alguém tem uma receita de bolo de cenoura?", "hoje foi o primeiro dia de aula da minha filha",
        "bonjour, quelqu'un connaît un bon livre pour apprendre le piano ?", "il pleut encore à Lyon, quelle semaine",
        "guten Morgen, wer kommt am Samstag mit ins Museum?", "mein Zug hat heute 40 Minuten Verspätung",
        "buongiorno, che tempo fa da voi?", "goedemorgen, wie heeft er zin in koffie?",
        "доброе утро, сегодня первый снег", "кто знает хороший сериал на вечер?", "صباح الخير، الجو جميل اليوم",
        "ما هو أفضل كتاب قرأته هذا العام؟", "आज मौसम बहुत अच्छा है", "कल स्कूल की छुट्टी है क्या?", "วันนี้อากาศดีมากเลย",
        "ใครรู้จักร้านกาแฟดี ๆ แถวนี้บ้าง", "hôm nay trời đẹp quá, đi dạo thôi", "mọi người ăn tối món gì vậy?",
        "selamat pagi semua, hari ini cuaca bagus", "ada yang tahu resep sambal yang enak?",
        "günaydın, bugün hava çok güzel",
        "dzień dobry, jaką książkę polecacie na wakacje?", "magandang umaga, kumusta kayong lahat?",
    ]
}
