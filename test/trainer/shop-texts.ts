/** Titles by category as a small shop of the language has them, without any word for the category. */
const SHOP_TITLES = {
  de: {
    tables: [
      'Esstisch Eiche massiv 180 cm',
      'Couchtisch Eiche rund',
      'Beistelltisch Metall schwarz',
      'Esstisch ausziehbar Nussbaum',
      'Gartentisch klappbar',
      'Klapptisch Buche natur',
    ],
    lamps: [
      'Tischlampe Keramik blau',
      'Stehlampe mit Leinenschirm',
      'Hängelampe Kupfer',
      'Deckenlampe dimmbar',
      'Nachttischlampe Glas',
      'Wandlampe Messing',
    ],
    towels: [
      'Handtuch Baumwolle grau',
      'Badetuch Baumwolle extra groß',
      'Gästehandtuch 4er-Set',
      'Strandtuch gestreift',
      'Geschirrtuch Leinen',
      'Saunatuch Frottee',
    ],
    jackets: [
      'Regenjacke Damen gelb',
      'Winterjacke Herren mit Kapuze',
      'Jeansjacke verwaschen',
      'Softshelljacke Kinder',
      'Steppjacke leicht',
      'Lederjacke im Bikerstil',
    ],
    tea: [
      'Grüner Tee Sencha 100 g',
      'Kräutertee Pfefferminze',
      'Schwarzer Tee Assam',
      'Früchtetee Waldbeere',
      'Kräutertee Kamille',
      'Rooibos Tee Vanille',
    ],
  },
  ja: {
    tables: [
      '北欧風ダイニングテーブル 4人用',
      '折りたたみローテーブル 木製',
      'ガラス天板のサイドテーブル',
      '伸長式ダイニングテーブル オーク',
      'センターテーブル 収納付き',
      '子供用学習テーブル',
    ],
    lamps: [
      'LEDデスクライト 調光',
      'ペンダントライト 真鍮',
      '和風フロアライト',
      'クリップライト 黒',
      '間接照明スタンドライト',
      'ベッドサイド用ナイトライト',
    ],
    towels: [
      '今治フェイスタオル 2枚組',
      '吸水バスタオル 大判',
      'ガーゼハンドタオル 子供用',
      'スポーツタオル 速乾',
      'オーガニックコットンのバスタオル',
      'ホテル仕様フェイスタオル',
    ],
    jackets: [
      'レディース防水ジャケット',
      'メンズダウンジャケット 軽量',
      'デニムジャケット',
      'キッズ用フリースジャケット',
      'レザージャケット ライダース',
      '春夏テーラードジャケット',
    ],
    tea: [
      '静岡産煎茶 100g',
      '宇治抹茶 缶入り',
      'ほうじ茶ティーバッグ',
      '玄米茶 お徳用',
      '国産麦茶 水出し',
      'ジャスミン茶 ティーバッグ',
    ],
  },
  th: {
    tables: ['โต๊ะอาหารไม้โอ๊ค', 'โต๊ะกลางกลมสีดำ', 'โต๊ะทำงานปรับระดับได้', 'โต๊ะข้างเตียง', 'โต๊ะเด็กไม้สน'],
    lamps: ['โคมไฟตั้งโต๊ะเซรามิก', 'โคมไฟตั้งพื้น', 'โคมไฟแขวนทองแดง', 'โคมไฟเพดานแอลอีดี', 'โคมไฟหัวเตียงสำหรับเด็ก'],
    towels: ['ผ้าขนหนูฝ้ายสีเทา', 'ผ้าขนหนูเช็ดตัวผืนใหญ่', 'ผ้าขนหนูเช็ดมือ', 'ผ้าขนหนูชายหาดลายทาง', 'ผ้าเช็ดจานลินิน'],
    jackets: ['เสื้อแจ็คเก็ตกันฝนผู้หญิง', 'เสื้อแจ็คเก็ตหนัง', 'เสื้อแจ็คเก็ตยีนส์', 'แจ็คเก็ตบุนวมน้ำหนักเบา', 'แจ็คเก็ตมีฮู้ดผู้ชาย'],
    tea: ['ชาเขียวเซนฉะ', 'ชาสมุนไพรเปปเปอร์มินต์', 'ชาดำอัสสัม', 'ชามะลิ', 'ชาเขียวมัทฉะ'],
  },
  zh: {
    tables: ['实木餐桌 四人', '圆形茶几桌', '可升降书桌', '儿童学习桌', '伸缩餐桌 胡桃木'],
    lamps: ['陶瓷台灯 蓝色', '北欧落地灯', '黄铜吊灯', '可调光台灯', '卧室床头灯'],
    towels: ['纯棉毛巾 灰色', '加大浴巾', '婴儿纱布毛巾', '速干运动毛巾', '酒店浴巾 白色'],
    jackets: ['女士防水外套', '男士羽绒外套', '牛仔外套', '儿童抓绒外套', '轻薄棉外套'],
    tea: ['龙井绿茶 100克', '茉莉花茶', '铁观音乌龙茶', '云南普洱茶', '袋泡红茶'],
  },
} as const;

/** All titles of a shop with their categories. */
export function titlesOf(language: keyof typeof SHOP_TITLES): { readonly title: string; readonly category: string }[] {
  const shop: Readonly<Record<string, readonly string[]>> = SHOP_TITLES[language];
  return Object.entries(shop).flatMap(([category, titles]) => titles.map((title) => ({ title, category })));
}
