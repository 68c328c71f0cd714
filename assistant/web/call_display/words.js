// Every word of the hall's display.
export const W = {
  title: "お呼び出し",
  now: "お呼びしています",
  earlier: "先にお呼びした番号",
  none: "ただいまお呼びしている方はいません",
  go: "%1へ",
  next: "これからお呼びする番号",
  next_none: "お待ちの方はいません",
  minutes: "約%1分",
  soon: "まもなく",
  again: "%1回目",
  more: "ほか%1人",
  lost: "表示をつなぎ直しています。番号は窓口の表示もご覧ください",
  sound_off: "音を出す",
  sample: "これは見本です",
};

/**
 * @param {string} sentence
 * @param {...(string | number)} values
 */
export function fill(sentence, ...values) {
  return sentence.replace(/%(\d)/g, (_, place) => String(values[Number(place) - 1] ?? ""));
}
