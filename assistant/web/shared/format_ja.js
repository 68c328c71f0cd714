// Dates, money and lists as a Japanese city hall writes them. Pure; today is always given.

const WEEKDAYS = "日月火水木金土";
/** First day of each era, newest first. */
const ERAS = /** @type {const} */ ([
  ["令和", "2019-05-01", 2018],
  ["平成", "1989-01-08", 1988],
  ["昭和", "1926-12-25", 1925],
  ["大正", "1912-07-30", 1911],
]);

/** @param {string} iso YYYY-MM-DD or a date-time */
function parts(iso) {
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  return { year: year ?? 0, month: month ?? 1, day: day ?? 1 };
}

/**
 * 4月15日(水)
 * @param {string} iso
 */
export function dayJa(iso) {
  const { year, month, day } = parts(iso);
  return `${month}月${day}日(${WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()]})`;
}

/**
 * 令和8年4月15日
 * @param {string} iso
 */
export function eraDateJa(iso) {
  const { year, month, day } = parts(iso);
  const era = ERAS.find(([, from]) => iso.slice(0, 10) >= from);
  if (!era) return `${year}年${month}月${day}日`;
  const inEra = year - era[2];
  return `${era[0]}${inEra === 1 ? "元" : inEra}年${month}月${day}日`;
}

/**
 * Gregorian year of a year in an era.
 * @param {"令和" | "平成" | "昭和" | "大正" | "西暦"} era
 * @param {number} year
 */
export function gregorianYear(era, year) {
  return era === "西暦" ? year : year + (ERAS.find(([name]) => name === era)?.[2] ?? 0);
}

/**
 * 10:05
 * @param {string} iso date-time with offset
 */
export function timeJa(iso) {
  return new Intl.DateTimeFormat("ja-JP", { hour: "numeric", minute: "2-digit", timeZone: "Asia/Tokyo" }).format(new Date(iso));
}

/**
 * Whole days from today until a day; negative when it has passed.
 * @param {string} iso
 * @param {string} today
 */
export function daysUntil(iso, today) {
  const a = parts(iso);
  const b = parts(today);
  return Math.round((Date.UTC(a.year, a.month - 1, a.day) - Date.UTC(b.year, b.month - 1, b.day)) / 86400000);
}

/** @param {number} yen */
export function yenJa(yen) {
  return yen === 0 ? "無料" : `${yen.toLocaleString("ja-JP")}円`;
}

/**
 * 20〜30分
 * @param {number | {low: number, high: number} | null | undefined} minutes
 */
export function minutesJa(minutes) {
  if (minutes === null || minutes === undefined) return "";
  if (typeof minutes === "number") return `${minutes}分`;
  return minutes.low === minutes.high ? `${minutes.low}分` : `${minutes.low}〜${minutes.high}分`;
}

/**
 * How long a wait is, as one says it: 45分, 1時間50分.
 * @param {number} minutes
 */
export function hoursJa(minutes) {
  const hours = Math.floor(minutes / 60);
  if (!hours) return `${minutes}分`;
  return minutes % 60 ? `${hours}時間${minutes % 60}分` : `${hours}時間`;
}

/** What is left of a clock that runs down: 4分05秒. @param {number} seconds */
export function clockJa(seconds) {
  const left = Math.max(seconds, 0);
  return `${Math.floor(left / 60)}分${String(left % 60).padStart(2, "0")}秒`;
}

/** How long somebody waits; a case of another day since that day. @param {number} minutes */
export function sinceJa(minutes) {
  const days = Math.floor(minutes / (24 * 60));
  return days ? `${days}日前から` : hoursJa(minutes);
}

/** @param {string[] | string | undefined | null} names */
export function listJa(names) {
  return Array.isArray(names) ? names.join("・") : (names ?? "");
}

/** Today in Tokyo, YYYY-MM-DD. @param {Date} now */
export function tokyoDay(now) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Tokyo" }).format(now);
}
