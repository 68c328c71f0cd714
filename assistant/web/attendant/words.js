// Every word of the attendant's screen. %1 and %2 are filled in.

export const W = {
  title: "案内係",
  sample: "見本の環境です。実在の人の手続きはできません",
  logout: "ログアウト",
  lost: "つなぎ直しています。待ち人数は古いかもしれません",
  reason: "どんなご用件ですか",
  all_reasons: "ほかの用件に戻る",
  chosen: "ご用件",
  nothing_chosen: "用件を押すと、番号を出せます",
  counter: "窓口",
  by_reason: "用件から決める",
  waiting: "%1人",
  help: "お手伝い(希望された方だけ)",
  helps: { writing: "筆談", sign_language: "手話", interpreter: "通訳", wheelchair: "車いす", slowly: "ゆっくり" },
  machine: "発券機の番号をお持ちの方",
  machine_hint: "例:%1。空のままなら、こちらで番号を出します",
  give: "番号を出す",
  ticket: "受付番号",
  ahead: "前に%1人",
  next: "次です",
  minutes: "約%1分",
  talk_later: "聞き取りは窓口で行います",
  not_filed: "まだ届出は済んでいません",
  status: "順番はこちらから(お名前は出ません)",
  print: "印刷する",
  next_person: "次の方",
  queues: "待ち人数",
  offline: "通信がとぎれています。番号は出ていません。つながってから、もう一度お願いします",
};

/**
 * @param {string} sentence
 * @param {...(string | number)} values
 */
export function fill(sentence, ...values) {
  return sentence.replace(/%(\d)/g, (_, place) => String(values[Number(place) - 1] ?? ""));
}
