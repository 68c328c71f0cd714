// Every word of the administrator's screen. %1 is filled in.

export const W = {
  title: "利用者とキオスクの管理",
  tabs: /** @type {[string, string][]} */ ([
    ["users", "利用者"],
    ["kiosks", "キオスク"],
    ["sessions", "ログイン中"],
  ]),
  users: "利用者",
  users_head: ["利用者名・氏名", "役割", "状態", "操作"],
  new_user: "利用者を加える",
  user: "利用者名",
  user_hint: "英数字と _ . - で40字まで",
  name_ja: "氏名",
  name_hint: "同僚と住民に見える名前",
  roles: "役割",
  add: "加える",
  first_password: "%1 の最初のパスワード",
  once: "ここに一度だけ表示します。紙に写して本人に渡してください。最初のログインで本人が変えます。",
  written: "写しました",
  change_roles: "役割を変える",
  save: "記録する",
  cancel: "やめる",
  reset: "パスワードを出し直す",
  disable: "停止する",
  enable: "停止を解く",
  totp_off: "確認コードを外す",
  state: { disabled: "停止中", temporary: "最初のパスワードのまま", totp: "確認コードあり", elsewhere: "庁内の認証", demo: "見本", signed_in: "ログイン中" },
  added: "%1 を加えました。",
  changed: "%1 の役割を変え、ログインを終わらせました。",
  disabled: "%1 を停止し、ログインを終わらせました。",
  enabled: "%1 の停止を解きました。",
  totp_dropped: "%1 の確認コードを外しました。",
  sure: "%1 でよろしいですか。",
  yes: "はい",
  kiosks: "キオスク",
  kiosks_head: ["置き場所", "状態", "最後に使った時", "操作"],
  no_kiosks: "登録したキオスクはまだありません",
  local_demo: "見本では、この機械のキオスクは登録なしで動きます。登録を試すこともできます。",
  kiosk_hint: "登録していない機械では、カードの読み取りと印刷ができません。聞き取りと番号札はどの機械でもできます。",
  new_kiosk: "キオスクを加える",
  place: "置き場所",
  place_hint: "例 1階 正面入口 左",
  pairing: "%1 の登録番号",
  pairing_hint: "その機械で /pair を開き、15分以内に入れてください。一度だけ使えます。",
  code: "登録番号を出す",
  revoke: "登録を取り消す",
  revoked: "%1 の登録を取り消しました。",
  kiosk_states: { paired: "登録済み", waiting: "番号の入力待ち", unpaired: "未登録", revoked: "取り消し済み" },
  sessions: "ログイン中の人",
  sessions_head: ["利用者", "ログインした時", "最後の操作", "終わる時", "操作"],
  end: "終わらせる",
  own: "この画面",
  ended: "%1 のログインを終わらせました。",
};

/**
 * @param {string} text
 * @param {string} value
 */
export function fill(text, value) {
  return text.replace("%1", value);
}
