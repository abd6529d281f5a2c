/// Harmless phrases in fifteen languages and scripts, in the place of those that rules are made of.
public let phrases: [(language: String, phrases: [String])] = [
    (
        "en",
        [
            "discount ticket", "laundry basket", "umbrella stand", "bicycle repair", "kitchen curtain",
            "pumpkin soup", "printer paper", "weekend market", "woollen blanket", "vintage teapot",
            "concert poster", "lemonade bottle",
        ]
    ),
    (
        "es",
        [
            "entrada barata", "zapato cómodo", "naranja fresca", "jardín grande", "bicicleta azul",
            "mochila escolar", "pañuelo blanco", "sopa caliente", "descuento semanal", "ventana limpia",
            "colchón doble", "mantequilla",
        ]
    ),
    (
        "fr",
        [
            "billet réduit", "croissant chaud", "fenêtre ouverte", "chaussure neuve", "cahier scolaire",
            "leçon gratuite", "théière bleue", "marché couvert", "gâteau maison", "valise légère",
            "bougie parfumée", "œufs frais",
        ]
    ),
    (
        "de",
        [
            "Gutschein kaufen", "Frühstück", "Kürbissuppe", "Fahrradkorb", "Teppich reinigen",
            "günstige Möbel", "Straßenkarte", "Regenschirm", "Kuchen backen", "Zimmer mieten",
            "frische Brötchen", "Wäscheleine",
        ]
    ),
    (
        "tr",
        [
            "indirimli bilet", "kahvaltı tabağı", "çalışma masası", "kırmızı şemsiye", "bahçe makası",
            "sıcak çorba", "fırın ekmeği", "kışlık ayakkabı", "yağmurluk", "alışveriş", "ışıklı tabela",
            "yumuşak yastık",
        ]
    ),
    (
        "vi",
        [
            "khuyến mãi", "trường học", "nước chanh", "quyển sách", "chiếc ghế", "phòng khách", "giường ngủ",
            "bóng chuyền", "khoai lang", "bánh chuối", "thuyền gỗ", "thịt nướng",
        ]
    ),
    (
        "ru",
        [
            "скидочный билет", "свежие булочки", "садовый шланг", "ремонт велосипеда", "школьный рюкзак",
            "яблочный пирог", "зимняя куртка", "кухонный стол", "деревянная полка", "горячий шоколад",
            "уборка квартиры", "ёлочная гирлянда",
        ]
    ),
    (
        "el",
        [
            "φρέσκο ψωμί", "φθηνό εισιτήριο", "εκπτωτικό κουπόνι", "κόκκινο ποδήλατο", "σχολική τσάντα",
            "ζεστή σούπα", "ξύλινο τραπέζι", "καθαρό πάτωμα", "ομπρέλα βροχής", "χυμός πορτοκάλι",
            "μάλλινο κασκόλ", "μικρός κήπος",
        ]
    ),
    (
        "ar",
        [
            "تذكرة مخفضة", "قهوة ساخنة", "حقيبة مدرسية", "إصلاح دراجة", "عصير برتقال", "طاولة خشبية",
            "سجادة جديدة", "كتاب مستعمل", "مظلة كبيرة", "شاي بالنعناع", "تنظيف النوافذ", "حساء الخضار",
        ]
    ),
    (
        "hi",
        [
            "सस्ता टिकट", "ताज़ी सब्ज़ियाँ", "गरम पकौड़े", "साइकिल मरम्मत", "पुरानी किताबें", "स्कूल बस्ता",
            "आलू पराठा", "नारंगी शरबत", "नया दरवाज़ा", "मुलायम कंबल", "खिड़की सफ़ाई", "चमकीला दीपक",
        ]
    ),
    (
        "zh-Hans",
        [
            "打折车票", "新鲜面包", "热豆浆", "自行车", "图书馆", "旧书摊", "羊毛围巾", "窗帘布", "陶瓷餐盘", "苹果馅饼", "雨伞架", "木头书桌",
        ]
    ),
    (
        "zh-Hant",
        [
            "優惠車票", "現烤麵包", "溫熱豆漿", "腳踏車", "圖書借閱", "舊書攤", "羊毛圍巾", "窗簾布", "蘋果餡餅", "雨傘架", "園藝剪刀", "鳳梨蛋糕",
        ]
    ),
    (
        "ja",
        [
            "コーヒー豆", "チョコレート", "カレーライス", "スーパーマーケット", "ウールセーター", "おにぎり", "たまごやき", "ひざかけ", "割引券", "自転車", "植木鉢",
            "図書館",
        ]
    ),
    (
        "ko",
        [
            "할인 쿠폰", "자전거 수리", "따뜻한 우유", "사과 주스", "겨울 외투", "빨간 우산", "나무 책상", "김치찌개", "동네 서점", "아침 식사", "중고 가구",
            "딸기 케이크",
        ]
    ),
    (
        "th",
        [
            "ตั๋วลดราคา", "ข้าวเหนียว", "น้ำส้มคั้น", "กระเป๋าผ้า", "จักรยาน", "โต๊ะไม้", "ขนมปังสด",
            "ดอกไม้สด", "ผ้าห่มหนา", "หนังสือเรียน", "ซ่อมนาฬิกา", "กาแฟเย็น",
        ]
    ),
]
