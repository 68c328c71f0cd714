// The words of the talk by voice, as in words.js: `easy` replaces what differs.
import { tongue } from "./words.js";

const ja = {
  talk: "話す",
  talk_hint: "ふれて、声でお話しください",
  listening_button: "聞いています",
  off: "マイクのボタンにふれると、声でもお話しいただけます",
  off_short: "声でもお話しいただけます",
  asking: "マイクを使う許可を確かめています",
  listening: "どうぞ、お話しください",
  hearing: "聞いています",
  thinking: "考えています",
  you_said: "お聞きしたこと",
  edit: "直す",
  repaired: "「%1」を「%2」と聞き取りました",
  done_talking: "話し終わった",
  mic_off: "マイクを切る",
  try_again: "もう一度ためす",
  take_here: "この画面で話す",
  none: "マイクが見つかりません。文字と画面のボタンで、同じようにお使いいただけます",
  refused: "マイクの使用が許可されていません。文字と画面のボタンで、同じようにお使いいただけます",
  busy: "マイクの音が届きません。文字と画面のボタンでお進みください",
  unplugged: "マイクがはずれました。つながると、続きをお聞きします。文字と画面のボタンも使えます",
  line: "通信がとぎれています。つながりしだい、続きをお聞きします",
  down: "いまは声を聞き取れません。文字と画面のボタンでお進みください",
  elsewhere: "別の画面で続けています。この画面では、文字とボタンが使えます",
  unclear: "うまく聞き取れませんでした。もう一度お話しになるか、画面のボタンをお使いください",
  buttons: "まわりの音で聞き取りにくいようです。画面のボタンでもお選びいただけます",
  not_here: "この画面では、画面のボタンでお進みください",
  panel: "音声",
  panel_title: "音声の設定",
  voice_on: "声で案内する",
  speed: "話す速さ",
  speeds: { slow: "ゆっくり", normal: "ふつう", fast: "速め" },
  volume: "声の大きさ",
  volumes: { quiet: "小さめ", normal: "ふつう", loud: "大きめ" },
  private: "イヤホン・受話器で聞く",
  private_hint: "個人のことも読み上げます。まわりに聞こえないときだけお選びください",
  furigana: "字幕にふりがなをつける",
  reset_hint: "次の方のときには、もとに戻ります",
};

/** @typedef {typeof ja} VoiceWords */

/** @type {Partial<VoiceWords>} */
const easy = {
  talk: "{話|はな}す",
  talk_hint: "さわって、{話|はな}してください",
  listening_button: "{聞|き}いています",
  off: "マイクの ボタンを さわると、{声|こえ}で {話|はな}せます",
  off_short: "{声|こえ}で {話|はな}せます",
  listening: "どうぞ、{話|はな}してください",
  hearing: "{聞|き}いています",
  thinking: "{考|かんが}えています",
  you_said: "{聞|き}いたこと",
  edit: "{直|なお}す",
  done_talking: "{話|はな}しました",
  mic_off: "マイクを {止|と}める",
  try_again: "もう{一度|いちど}",
  take_here: "ここで {話|はな}す",
  none: "マイクが ありません。{字|じ}と ボタンを {使|つか}ってください",
  refused: "マイクが {使|つか}えません。{字|じ}と ボタンを {使|つか}ってください",
  busy: "マイクの {音|おと}が {来|き}ません。{字|じ}と ボタンを {使|つか}ってください",
  unclear: "{聞|き}こえませんでした。もう{一度|いちど} {話|はな}してください。ボタンも {使|つか}えます",
  buttons: "{音|おと}が {大|おお}きくて {聞|き}こえません。ボタンを {使|つか}ってください",
  panel: "{音|おと}",
  panel_title: "{声|こえ}を {変|か}える",
  voice_on: "{声|こえ}を {出|だ}す",
  speed: "{話|はな}す {速|はや}さ",
  volume: "{声|こえ}の {大|おお}きさ",
  volumes: { quiet: "{小|ちい}さい", normal: "ふつう", loud: "{大|おお}きい" },
  private: "イヤホンで {聞|き}く",
  private_hint: "{自分|じぶん}の ことも {声|こえ}で {言|い}います",
  furigana: "{字|じ}に ふりがなを つける",
};

/** The words of the chosen tongue. */
export function voiceWords() {
  return tongue.value === "easy" ? { ...ja, ...easy } : ja;
}
