// Why people come, as the first screens of the kiosk offer it, and what is said to those who read no Japanese.

/** Why people come: a picture, a word, the id of the life event and the sentence it stands for; some open a second
    row first. */
export const REASONS = [
  {
    icon: "truck",
    label: "引っ越し",
    easy: "{引|ひ}っ{越|こ}し",
    more: [
      { icon: "house", label: "この市に引っ越してきた", easy: "この{市|し}に {来|き}た", id: "moving_in", text: "引っ越してきました" },
      { icon: "refresh", label: "市の中で引っ越した", easy: "{市|し}の {中|なか}で {引|ひ}っ{越|こ}した", id: "moving_within", text: "市内で引っ越しました" },
      { icon: "link", label: "ほかの市区町村へ引っ越す", easy: "ほかの {市|し}へ {行|い}く", id: "moving_out", text: "市外へ引っ越します" },
      { icon: "globe", label: "海外から来た", easy: "{外国|がいこく}から {来|き}た", id: "moving_from_abroad", text: "海外から引っ越してきました" },
      { icon: "globe", label: "海外へ引っ越す", easy: "{外国|がいこく}へ {行|い}く", id: "moving_abroad", text: "海外へ引っ越します" },
    ],
  },
  {
    icon: "baby",
    label: "子ども",
    easy: "{子|こ}ども",
    more: [
      { icon: "baby", label: "妊娠した", easy: "{妊娠|にんしん}した", id: "pregnancy", text: "妊娠しました" },
      { icon: "baby", label: "生まれた", easy: "{生|う}まれた", id: "birth", text: "子どもが生まれました" },
      { icon: "school", label: "子育ての手当・医療・保育", easy: "{子|こ}どもの お{金|かね}・{病院|びょういん}・{保育園|ほいくえん}", id: "child_rearing", text: "子育ての手続きをしたい" },
      { icon: "house", label: "ひとり親の手当・支援", easy: "ひとり{親|おや}の お{金|かね}・{支援|しえん}", id: "single_parent", text: "ひとり親の手続きをしたい" },
    ],
  },
  { icon: "rings", label: "結婚", easy: "{結婚|けっこん}", id: "marriage", text: "結婚しました" },
  { icon: "apart", label: "離婚", easy: "{離婚|りこん}", id: "divorce", text: "離婚の手続きをしたい" },
  { icon: "flower", label: "家族が亡くなった", easy: "{家族|かぞく}が {亡|な}くなった", id: "death", text: "家族が亡くなりました" },
  {
    icon: "paper",
    label: "証明書",
    easy: "{証明書|しょうめいしょ}",
    id: "certificates",
    more: [
      { icon: "paper", label: "住民票の写し", easy: "{住民票|じゅうみんひょう}", id: "certificates", certificate: "resident_record", text: "住民票がほしい" },
      { icon: "paper", label: "印鑑登録証明書", easy: "{印鑑証明|いんかんしょうめい}", id: "certificates", certificate: "seal_certificate", text: "印鑑証明がほしい" },
      { icon: "paper", label: "戸籍の証明", easy: "{戸籍|こせき}の {証明|しょうめい}", id: "certificates", certificate: "family_register", text: "戸籍がほしい" },
      { icon: "paper", label: "課税・所得の証明", easy: "{税金|ぜいきん}・{収入|しゅうにゅう}の {証明|しょうめい}", id: "certificates", certificate: "income", text: "課税証明書がほしい" },
      { icon: "dots", label: "ほかの証明書・いくつか", easy: "ほかの {証明書|しょうめいしょ}・2つ{以上|いじょう}", id: "certificates", text: "証明書がほしい" },
    ],
  },
  {
    icon: "shield",
    label: "保険・年金・介護",
    easy: "{保険|ほけん}・{年金|ねんきん}・{介護|かいご}",
    more: [
      { icon: "apart", label: "会社を辞めた", easy: "{会社|かいしゃ}を やめた", id: "leaving_job", text: "会社を辞めました" },
      { icon: "link", label: "就職した", easy: "{会社|かいしゃ}に {入|はい}った", id: "starting_job", text: "就職しました" },
      { icon: "refresh", label: "65歳になる・なった", easy: "65さいに なる・なった", id: "turning_65", text: "65歳になりました" },
      { icon: "refresh", label: "75歳になる・なった", easy: "75さいに なる・なった", id: "turning_75", text: "75歳になりました" },
      { icon: "hand", label: "介護が必要になった", easy: "{介護|かいご}が いる", id: "care_needed", text: "介護が必要になりました" },
      { icon: "hand", label: "障害のある方の手続き", easy: "{障害|しょうがい}が ある {人|ひと}", id: "disability", text: "障害の手続きをしたい" },
      { icon: "yen", label: "医療費が高い", easy: "{病院|びょういん}の お{金|かね}が {高|たか}い", id: "illness_with_high_cost", text: "医療費が高くて困っています" },
      { icon: "shield", label: "ほかの保険・年金のこと", easy: "ほかの {保険|ほけん}・{年金|ねんきん}", id: "insurance_pension", text: "保険と年金の手続きをしたい" },
    ],
  },
  { icon: "yen", label: "税金", easy: "{税金|ぜいきん}", id: "tax", text: "税金のことで来ました" },
  { icon: "talk", label: "人に相談したい", easy: "{人|ひと}と {話|はな}したい", id: "talk_to_person", text: "人に相談したい" },
  {
    icon: "dots",
    label: "そのほか",
    easy: "そのほか",
    more: [
      { icon: "card", label: "マイナンバーカード", easy: "マイナンバーカード", id: "my_number_card", text: "マイナンバーカードの手続きをしたい" },
      { icon: "paper", label: "印鑑登録", easy: "{印鑑|いんかん}の {登録|とうろく}", id: "seal", text: "印鑑登録のことで来ました" },
      { icon: "paper", label: "戸籍・名字", easy: "{戸籍|こせき}・{名字|みょうじ}", id: "family_register", text: "戸籍の届けをしたい" },
      { icon: "house", label: "世帯が変わった", easy: "{世帯|せたい}が {変|か}わった", id: "household_change", text: "世帯が変わりました" },
      { icon: "globe", label: "外国籍の方", easy: "{外国|がいこく}の {人|ひと}", id: "foreign_residents", text: "外国籍の手続きをしたい" },
      { icon: "truck", label: "バイク・軽自動車", easy: "バイク・{小|ちい}さい{車|くるま}", id: "vehicle", text: "バイクの手続きをしたい" },
      { icon: "bag", label: "ごみ・水道・犬・住まい", easy: "ごみ・{水道|すいどう}・{犬|いぬ}・{家|いえ}", id: "living", text: "くらしの手続きをしたい" },
      { icon: "globe", label: "パスポート", easy: "パスポート", id: "passport", text: "パスポートを作りたい" },
      { icon: "alert", label: "災害・火事にあった", easy: "{災害|さいがい}・{火事|かじ}に あった", id: "disaster", text: "災害にあいました" },
      { icon: "hand", label: "お金に困っている", easy: "お{金|かね}に {困|こま}っている", id: "hardship", text: "暮らしに困っています" },
    ],
  },
];

/** Said to those who read no Japanese: this screen cannot serve them, a person can. */
export const OTHER_LANGUAGES = [
  { lang: "en", name: "English", text: "This screen speaks Japanese only. Our staff will help you with an interpreter.", button: "Call staff" },
  { lang: "zh-Hans", name: "中文", text: "此屏幕仅提供日语。工作人员会通过翻译为您服务。", button: "呼叫工作人员" },
  { lang: "ko", name: "한국어", text: "이 화면은 일본어만 지원합니다. 직원이 통역과 함께 도와드립니다.", button: "직원 호출" },
  { lang: "vi", name: "Tiếng Việt", text: "Màn hình này chỉ có tiếng Nhật. Nhân viên sẽ hỗ trợ bạn cùng phiên dịch.", button: "Gọi nhân viên" },
  { lang: "pt", name: "Português", text: "Esta tela é só em japonês. Um funcionário ajudará você com um intérprete.", button: "Chamar um funcionário" },
];
