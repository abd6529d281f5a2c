internal import CTextBlocks

/// The Han characters of a text from U+4E00 to U+9FFF, and how many of them only simplified text has, only traditional
/// text, or only Japanese.
///
/// The pairs are everyday characters whose forms differ since the simplification of 1956/1964; those that Japanese
/// shares with one side count for neither.
public struct HanCharacters: Sendable, Equatable {
    public private(set) var count = 0
    public private(set) var simplified = 0
    public private(set) var traditional = 0
    public private(set) var japanese = 0
    /// Whether one of them may stand for another; ``Disguise``.
    public private(set) var hasDisguises = false
    /// Whether three equal ones stand in a row.
    public private(set) var hasRuns = false

    public init() {}

    /// - Parameter bits: The text by blocks.
    @unsafe init(_ text: UnsafeBufferPointer<UInt8>, _ bits: UnsafePointer<UInt64>) {
        let found = unsafe Self.table.withUnsafeBufferPointer {
            unsafe text_blocks_count_han(text.baseAddress, text.count, bits, $0.baseAddress)
        }
        (count, simplified, traditional) = (found.characters, found.simplified, found.traditional)
        (japanese, hasDisguises, hasRuns) = (found.japanese, found.disguises > 0, found.has_runs)
    }

    /// Adds those of another text of the same post.
    public static func += (sum: inout HanCharacters, other: HanCharacters) {
        sum.count += other.count
        sum.simplified += other.simplified
        sum.traditional += other.traditional
        sum.japanese += other.japanese
        sum.hasDisguises = sum.hasDisguises || other.hasDisguises
        sum.hasRuns = sum.hasRuns || other.hasRuns
    }

    private static let simplifiedForms = """
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
    private static let traditionalForms = """
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
    private static let japaneseForms = """
        円売読続戻歩毎気渋済検応仮価児冴処剤剰勅労勧匂団囲圏増壱売変学実写宝対専将尽届峠巣帰廃広庁弐弾当径従恵悪\
        悩戦戯払抜拝択拡拠挙挿捜掲揺摂撃携斉斎断既昼暁暦栄桜検楽様槙権歓歯歳歴残殴毎沢浅浜涙渇渓満滝漢潜灯焼独猟獣\
        瓶産畑発県真研砕礼祢禅稲穂窓竜粋経絵継続総緑縁縄繊缶聴脳臓芸荘蔵薬虚虫蛍覧覚観訳証誉読豊賛践軽辺込辻迩逓\
        遅鉄鉱銭録鎌関険陥隠雑静頼顔顕飲駅駆騒験髄髪鶏麺黒黙齢働込峠畑枠栃腺榊匁
        """

    /// What each code point from U+4E00 to U+9FFF is to `CTextBlocks`.
    private static let table: [UInt8] = {
        let first: UInt32 = 0x4E00
        var table = (first..<0xA000).map { Disguise.isAny($0) ? UInt8(text_han_disguise) : 0 }
        let simple = Set(simplifiedForms.unicodeScalars)
        let old = Set(traditionalForms.unicodeScalars)
        let japan = Set(japaneseForms.unicodeScalars)
        func mark(_ scalars: Set<Unicode.Scalar>, _ side: Int) {
            for scalar in scalars where (first..<0xA000).contains(scalar.value) {
                table[Int(scalar.value - first)] |= UInt8(side)
            }
        }
        mark(simple.subtracting(old).subtracting(japan), text_han_simplified)
        mark(old.subtracting(simple).subtracting(japan), text_han_traditional)
        mark(japan.subtracting(simple).subtracting(old), text_han_japanese)
        return table
    }()
}
