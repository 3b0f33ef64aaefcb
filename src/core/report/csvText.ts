/**
 * What spreadsheets take for the beginning of a formula (some look behind white space, some take full-width signs), and the apostrophe
 * that tells them not to.
 */
const ACTS = /^\s*[=+\-@＝＋－＠]|^[\t\r\n']/u;

/**
 * A text for a cell. Where a spreadsheet would compute it, an apostrophe goes before it; because it also goes before an
 * apostrophe, taking one off wherever a cell begins with one gives the text back.
 */
export function csvText(text: string): string {
  const inert = ACTS.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
