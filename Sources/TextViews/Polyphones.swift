/// Characters with several Mandarin readings that differ without tone (行: xing, hang).
///
/// Gathered for this project. A text is read by the most frequent reading alone; a phrase by all, because its author
/// knows the word and the table does not.
enum Polyphones {
    /// The toneless readings of a character that has several; none for others.
    static func readings(of character: Character) -> [String] { table[character] ?? [] }

    private static let table: [Character: [String]] = Dictionary(
        uniqueKeysWithValues: list.split(separator: " ").map { entry in
            let parts = entry.split(separator: "=")
            return (parts[0].first ?? " ", parts[1].split(separator: ",").map(String.init))
        })

    private static let list = """
        行=xing,hang 乐=le,yue 樂=le,yue 重=zhong,chong 长=chang,zhang 長=chang,zhang 还=hai,huan 還=hai,huan \
        觉=jue,jiao 覺=jue,jiao 会=hui,kuai 會=hui,kuai 参=can,shen,cen 參=can,shen,cen 传=chuan,zhuan 傳=chuan,zhuan \
        弹=dan,tan 彈=dan,tan 调=diao,tiao 調=diao,tiao 给=gei,ji 給=gei,ji 降=jiang,xiang 角=jiao,jue 卡=ka,qia \
        了=le,liao 率=lu,shuai 没=mei,mo 沒=mei,mo 薄=bao,bo 便=bian,pian 差=cha,chai,ci 单=dan,shan,chan \
        單=dan,shan,chan 得=de,dei 都=dou,du 恶=e,wu 惡=e,wu 系=xi,ji 繫=xi,ji 校=xiao,jiao 血=xue,xie 咽=yan,ye \
        择=ze,zhai 擇=ze,zhai 扎=zha,za 着=zhe,zhao,zhuo 著=zhu,zhe,zhao,zhuo 色=se,shai 厦=sha,xia 廈=sha,xia \
        什=shen,shi 盛=sheng,cheng 石=shi,dan 似=si,shi 宿=su,xiu 吓=xia,he 嚇=xia,he 大=da,dai 曾=ceng,zeng \
        藏=cang,zang 奇=qi,ji 强=qiang,jiang 強=qiang,jiang 塞=sai,se 省=sheng,xing 数=shu,shuo 數=shu,shuo \
        说=shuo,shui 說=shuo,shui 地=di,de 的=de,di 度=du,duo 和=he,huo,hu 阿=a,e 拗=ao,niu 柏=bai,bo 伯=bo,bai \
        膀=bang,pang 磅=bang,pang 剥=bo,bao 剝=bo,bao 曝=bao,pu 堡=bao,bu,pu 秘=mi,bi 扁=bian,pian 辟=pi,bi 泊=bo,po \
        卜=bu,bo 查=cha,zha 刹=cha,sha 剎=cha,sha 禅=chan,shan 禪=chan,shan 颤=chan,zhan 顫=chan,zhan 裳=shang,chang \
        朝=chao,zhao 车=che,ju 車=che,ju 称=cheng,chen 稱=cheng,chen 匙=chi,shi 臭=chou,xiu 畜=chu,xu 幢=zhuang,chuang \
        伺=si,ci 提=ti,di 读=du,dou 讀=du,dou 囤=tun,dun 否=fou,pi 佛=fo,fu 脯=pu,fu 轧=ya,zha 蛤=ha,ge 句=ju,gou \
        贾=jia,gu 賈=jia,gu 咳=ke,hai 巷=xiang,hang 核=he,hu 虹=hong,jiang 划=hua,huai 茄=qie,jia 嚼=jiao,jue \
        解=jie,xie 劲=jin,jing 勁=jin,jing 龟=gui,jun,qiu 龜=gui,jun,qiu 圈=quan,juan 咖=ka,ga 壳=ke,qiao 殼=ke,qiao \
        落=luo,la,lao 络=luo,lao 絡=luo,lao 勒=le,lei 俩=lia,liang 倆=lia,liang 六=liu,lu 陆=lu,liu 陸=lu,liu 露=lu,lou \
        埋=mai,man 脉=mai,mo 脈=mai,mo 蔓=man,wan 模=mo,mu 抹=mo,ma 哪=na,nei 那=na,nei 呢=ne,ni 弄=nong,long 娜=na,nuo \
        区=qu,ou 區=qu,ou 迫=po,pai 胖=pang,pan 屏=ping,bing 朴=pu,piao 纤=xian,qian 亲=qin,qing 親=qin,qing \
        仇=chou,qiu 杉=shan,sha 莎=sha,suo 识=shi,zhi 識=shi,zhi 熟=shu,shou 拓=tuo,ta 尾=wei,yi 削=xue,xiao 钥=yao,yue \
        鑰=yao,yue 粘=zhan,nian 爪=zhao,zhua 乘=cheng,sheng 扒=ba,pa 刨=pao,bao 见=jian,xian 見=jian,xian 扛=kang,gang \
        折=zhe,she 谁=shui,shei 誰=shui,shei 仔=zi,zai 这=zhe,zhei 這=zhe,zhei 栅=zha,shan 氏=shi,zhi 属=shu,zhu \
        屬=shu,zhu 夹=jia,ga
        """
}
