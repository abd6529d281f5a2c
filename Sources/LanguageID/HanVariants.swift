internal import UnicodeData

/// Which Han characters are written in simplified text only, in traditional text only, or in Japanese only.
///
/// The pairs are everyday characters whose forms differ since the simplification of 1956/1964; those that Japanese
/// shares with one side stand in neither set.
enum HanVariants {
    /// In two bits: the first for simplified, the second for traditional, Japanese alone has both.
    enum Side: UInt64 { case both, simplified, traditional, japanese }

    /// How many characters there were, and how many of them only one side writes.
    struct Count {
        fileprivate(set) var characters = 0
        fileprivate var firstBits = 0
        fileprivate var secondBits = 0
        fileprivate(set) var japanese = 0

        var simplified: Int { firstBits - japanese }
        var traditional: Int { secondBits - japanese }

        static func += (count: inout Count, other: Count) {
            count.characters += other.characters
            count.firstBits += other.firstBits
            count.secondBits += other.secondBits
            count.japanese += other.japanese
        }
    }

    private static let simplified = """
        们这个说时为会对还过后来没样吗发问题见现开关书认识让谁给爱买卖东车马鸟鱼门间闻听头实话语请谢讲读写词课试验\
        该谈论设许诉证评详误调谓钱银铁错钟针锅镜长风飞饭饮馆饿脑脸脚腾胜业务动劳劲势区医华协单卫厂厅历压县发变叶号\
        吓员响哑唤团园围图圆场坏块坚坛坟坠垒处备够夺奋奖妇妈娱孙宁宝审宽宾导将尔尘层属岁岂岗岛峡币师帅带帮库应庙\
        庆废异弃张弥弯弹强归录彻怀态怜总恋恳恶悬惊惧惨惯愤愿懒戏战户扑执扩扫扬扰抚抢护报担拟拥择挂挡挣挤挥损换据\
        摄摆摇撑敌数断无旧显晓术机杀杂权条来杨极构枪枫柜标栈栋树样桥梦检楼欢欧欲残毁毕汇汉汤沟沪泪泼泽洁浅测济浓\
        涂润涛涨渐渔温湾湿满滤滥滨灭灯灵灾炉点炼烂烛烟烦烧热焕爷牺状犹独狭狮猎猪猫献环电画畅疗疯盐监盖盘着睁瞒码\
        矿砖础确碍礼祸离种积称穷窃窝竞笔笼筑签简类粮紧红约级纪纯纳纵纷纸线练组细织终绍经结绕绘绝统继绩绪续维绿缓编\
        缘缩缴网罗罚罢职联肃肠肤肿胀脏艺节芦苏苹范药荐荣获莲萝营萧蓝虑虚虽虾蚁蛮补装观规视览觉触订计训议记许论设\
        访诀诊译询该诚详说请诸调谅谋谊谎谜谱贝负贡财责贤败货质贩贪贫购贯贴贵贷贸费贺贼赁资赋赌赏赔赖赚赛赞赢赵赶\
        趋跃践踪躯转轮软轻载较辅辆辈辉输辞边达迁迈运还进远违连迟适选递逻遗邓邮邻郑酱释钓铃铅铜铺链销锁锋锐键锻镇\
        闪闭闷闹阅阔队阳阴阵阶际陆陈险随隐难雾静韩页顶项顺须顾顿预领颇频颗题颜额风飘飞饥饰饱饺饼馒骂骑骗骚验鲜鸡\
        鸣鸭鹅鹰麦黄龙龟
        """
    private static let traditional = """
        們這個說時為會對還過後來沒樣嗎發問題見現開關書認識讓誰給愛買賣東車馬鳥魚門間聞聽頭實話語請謝講讀寫詞課試驗\
        該談論設許訴證評詳誤調謂錢銀鐵錯鐘針鍋鏡長風飛飯飲館餓腦臉腳騰勝業務動勞勁勢區醫華協單衛廠廳歷壓縣變葉號\
        嚇員響啞喚團園圍圖圓場壞塊堅壇墳墜壘處備夠奪奮獎婦媽娛孫寧寶審寬賓導將爾塵層屬歲豈崗島峽幣師帥帶幫庫應廟\
        慶廢異棄張彌彎彈強歸錄徹懷態憐總戀懇惡懸驚懼慘慣憤願懶戲戰撲執擴掃揚擾撫搶護報擔擬擁擇掛擋掙擠揮損換據\
        攝擺搖撐敵數斷無舊顯曉術機殺雜權條楊極構槍楓櫃標棧棟樹橋夢檢樓歡歐殘毀畢匯漢湯溝滬淚潑澤潔淺測濟濃\
        塗潤濤漲漸漁灣濕滿濾濫濱滅燈靈災爐點煉爛燭煙煩燒熱煥爺犧狀猶獨狹獅獵豬貓獻環電畫暢療瘋鹽監蓋盤著睜瞞碼\
        礦磚礎確礙禮禍離種積稱窮竊窩競筆籠築簽簡類糧緊紅約級紀純納縱紛紙線練組細織終紹經結繞繪絕統繼績緒續維綠緩編\
        緣縮繳網羅罰罷職聯肅腸膚腫脹臟藝節蘆蘇蘋範藥薦榮獲蓮蘿營蕭藍慮虛雖蝦蟻蠻補裝觀規視覽覺觸訂計訓議記\
        訪訣診譯詢誠諸諒謀誼謊謎譜貝負貢財責賢敗貨質販貪貧購貫貼貴貸貿費賀賊賃資賦賭賞賠賴賺賽贊贏趙趕\
        趨躍踐蹤軀轉輪軟輕載較輔輛輩輝輸辭邊達遷邁運進遠違連遲適選遞邏遺鄧郵鄰鄭醬釋釣鈴鉛銅鋪鏈銷鎖鋒銳鍵鍛鎮\
        閃閉悶鬧閱闊隊陽陰陣階際陸陳險隨隱難霧靜韓頁頂項順須顧頓預領頗頻顆顏額飄飢飾飽餃餅饅罵騎騙騷鮮雞\
        鳴鴨鵝鷹麥黃龍龜囉嘅咗喺唔哋冇啲嚟攞嘢
        """
    /// Forms of Japan's own (shinjitai) that neither Chinese side uses, and kokuji.
    private static let japanese = """
        円売読続戻歩毎気渋済検応仮価児冴処剤剰勅労勧匂団囲圏増壱売変学実写宝対専将尽届峠巣帰廃広庁弐弾当径従恵悪\
        悩戦戯払抜拝択拡拠挙挿捜掲揺摂撃携斉斎断既昼暁暦栄桜検楽様槙権歓歯歳歴残殴毎沢浅浜涙渇渓満滝漢潜灯焼独猟獣\
        瓶産畑発県真研砕礼祢禅稲穂窓竜粋経絵継続総緑縁縄繊缶聴脳臓芸荘蔵薬虚虫蛍覧覚観訳証誉読豊賛践軽辺込辻迩逓\
        遅鉄鉱銭録鎌関険陥隠雑静頼顔顕飲駅駆騒験髄髪鶏麺黒黙齢働込峠畑枠栃腺榊匁
        """

    /// The side of each code point from U+4E00 to U+9FFF, two bits each: a table that the processor keeps at hand.
    struct Table: Sendable {
        private var sides: [UInt64]

        fileprivate init(_ sides: [Side]) {
            self.sides = [UInt64](repeating: 0, count: sides.count / 32)
            for (index, side) in sides.enumerated() {
                self.sides[index / 32] |= side.rawValue << UInt64(index % 32 * 2)
            }
        }

        /// Counts characters from U+4E00 to U+9FFF in a row.
        ///
        /// Without branches on their sides: which one writes the next character is nobody's guess.
        ///
        /// - Parameter start: Where a character of three bytes begins.
        /// - Returns: Where they end; `start` when there is none.
        func count(_ text: Span<UInt8>, from start: Int, into count: inout Count) -> Int {
            unsafe sides.withUnsafeBufferPointer { sides in
                unsafe text.withUnsafeBufferPointer { text in
                    let (sides, bytes) = unsafe (
                        sides.baseAddress.unsafelyUnwrapped, text.baseAddress.unsafelyUnwrapped
                    )
                    var offset = start
                    var (firstBits, secondBits, japanese) = (0, 0, 0)
                    while unsafe offset < text.count && bytes[offset] &- 0xE4 < 6 {
                        let (codePoint, _) = unsafe UTF8Scalar.decode(bytes + offset)
                        let index = codePoint &- 0x4E00
                        guard index < 0x5200 else { break }
                        let side = unsafe Int(
                            truncatingIfNeeded: sides[Int(index &>> 5)] &>> UInt64((index & 31) &* 2))
                        firstBits &+= side & 1
                        secondBits &+= side &>> 1 & 1
                        japanese &+= side & side &>> 1 & 1
                        offset &+= 3
                    }
                    count.characters += (offset - start) / 3
                    count.firstBits += firstBits
                    count.secondBits += secondBits
                    count.japanese += japanese
                    return offset
                }
            }
        }
    }

    static let table: Table = {
        var table = [Side](repeating: .both, count: 0xA000 - 0x4E00)
        let simple = Set(simplified.unicodeScalars)
        let old = Set(traditional.unicodeScalars)
        let japan = Set(japanese.unicodeScalars)
        func mark(_ scalars: Set<Unicode.Scalar>, _ side: Side) {
            for scalar in scalars where (0x4E00...0x9FFF).contains(scalar.value) {
                table[Int(scalar.value) - 0x4E00] = side
            }
        }
        mark(simple.subtracting(old).subtracting(japan), .simplified)
        mark(old.subtracting(simple).subtracting(japan), .traditional)
        mark(japan.subtracting(simple).subtracting(old), .japanese)
        return Table(table)
    }()
}
