// Which screen shall this machine be? In the demo it also tells who may sign in and which cards there are.
import { html, render } from "./shared/preact.js";
import { about, loadAbout } from "./shared/about.js";
import { Avatar } from "./shared/avatar.js";
import { Icon } from "./shared/icons.js";

const SCREENS = [
  { path: "/kiosk", icon: "talk", name: "住民の方の画面", text: "ご用件をうかがい、今日の手続きをまとめて用意します" },
  { path: "/staff", icon: "staff", name: "職員の画面", text: "準備のできた受付を呼び、確かめ、結果を記録します。聞き取り受付もここから" },
  { path: "/operator", icon: "headphone", name: "遠隔オペレーターの画面", text: "呼ばれた会話を引き受け、文字か声で話し、案内の機械に戻します" },
  { path: "/attendant", icon: "ticket", name: "案内係の画面", text: "混む日に、用件を押して番号を出します。聞き取りは窓口で" },
  { path: "/admin", icon: "lock", name: "利用者とキオスクの管理", text: "情報システム担当が、職員の利用者、キオスクの登録、ログインの状態を扱います" },
  { path: "/audit", icon: "eye", name: "監査", text: "監査担当が、だれがいつ何を見たかを調べ、案件を保全します" },
  { path: "/display", icon: "queue", name: "呼び出しの表示", text: "番号と窓口だけを大きく映します" },
];

function Chooser() {
  const now = about.value;
  return html`<div class="chooser">
    ${now?.demo && html`<aside class="sample" aria-label="見本"><b>見本</b><span>これは見本です。町も人も架空のもので、手続きはできません</span></aside>`}
    <main>
      <header><span class="chooser-clerk"><${Avatar} mood="calm" /></span><div><h1>${now ? `${now.municipality.name_ja} 総合案内` : "準備しています"}</h1><p>この機械で使う画面を選んでください</p></div></header>
      <ul class="screens">${SCREENS.map((screen) => html`<li key=${screen.path}><a href=${screen.path}><${Icon} name=${screen.icon} size="large" /><b>${screen.name}</b><span>${screen.text}</span></a></li>`)}</ul>
      ${now?.demo && html`<section class="demo"><h2>見本の利用者とカード</h2>
        <p>職員の画面は、利用者名 <code>counter_staff</code>、遠隔オペレーターの画面は <code>town_operator</code>(町)と <code>contract_operator</code>(委託)、パスワード <code>demo</code> で入れます。</p>
        <table><thead><tr><th scope="col">カードの人</th><th scope="col">どんな人</th><th scope="col">暗証番号</th></tr></thead><tbody>
          ${now.persons.map((person) => html`<tr key=${person.id}><th scope="row">${person.name}</th><td>${person.label_ja}</td><td class="numbers">${person.pin}</td></tr>`)}</tbody></table></section>`}
    </main></div>`;
}

render(html`<${Chooser} />`, /** @type {Element} */ (document.querySelector("#chooser")));
loadAbout();
