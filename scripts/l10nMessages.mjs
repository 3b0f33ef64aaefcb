import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Relative to the repository, as all paths here. */
export const BUNDLE = 'l10n/bundle.l10n.json';

/** A string without placeholders for code, as TypeScript writes it. */
const LITERAL = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.|\$(?!\{))*`/.source;

/** How many messages each function takes as its arguments, and behind which argument they begin. */
const SPEAKERS = {
  t: { skip: false, messages: 1 },
  parts: { skip: false, messages: 1 },
  plural: { skip: true, messages: 2 },
};

/**
 * Calls of a function that speaks. `plural` has an expression in front of its messages, which holds no string and no comma that is
 * not within brackets.
 */
const CALL = /(?<![\w.$'"`/])(t|parts|plural)\(/g;
const COUNT = /\s*(?:[^,'"`()[\]{}]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\[[^\]]*\]|\{[^}]*\})+,/y;
const MESSAGE = new RegExp(`\\s*(${LITERAL})\\s*(?:,|(?=\\)))`, 'y');

/**
 * The messages that are said in a piece of TypeScript, in its order.
 * @param {string} source
 * @returns {{ messages: string[], plurals: string[][], unreadable: string[], rest: string }} `plurals` are messages of one thing and of
 *   several, in pairs; calls whose message is not written out are `unreadable`; `rest` is the code without the messages and without comments
 */
export function messagesIn(source) {
  const messages = [];
  const plurals = [];
  const unreadable = [];
  const text = withoutComments(source);
  let rest = '';
  let taken = 0;
  for (const { 0: call, 1: name, index } of text.matchAll(CALL)) {
    if (/function\s+$/.test(text.slice(Math.max(0, index - 12), index))) continue;
    const speaker = SPEAKERS[/** @type {keyof typeof SPEAKERS} */ (name)];
    let at = index + call.length;
    const found = [];
    if (speaker.skip) {
      COUNT.lastIndex = at;
      at = COUNT.test(text) ? COUNT.lastIndex : text.length;
    }
    for (let i = 0; i < speaker.messages; i++) {
      MESSAGE.lastIndex = at;
      const match = MESSAGE.exec(text);
      if (match?.[1] === undefined) break;
      found.push(textOf(match[1]));
      at = MESSAGE.lastIndex;
    }
    if (found.length === speaker.messages) {
      messages.push(...found);
      if (found.length > 1) plurals.push(found);
      rest += text.slice(taken, index);
      taken = at;
    } else {
      unreadable.push(text.slice(index, index + 80));
    }
  }
  return { messages, plurals, unreadable, rest: rest + text.slice(taken) };
}

/**
 * Every source file that may speak.
 * @param {string} root the repository
 * @returns {{ path: string, source: string }[]}
 */
export function sources(root) {
  return ['src', 'webview-ui']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
        (path) => `${folder}/${path.replaceAll('\\', '/')}`,
      ),
    )
    .filter((path) => /\.tsx?$/.test(path))
    .sort()
    .map((path) => ({ path, source: readFileSync(join(root, path), 'utf8') }));
}

/**
 * What the bundle holds: every message as its own translation into English, once, in the order of the files.
 * @param {string} root the repository
 */
export function bundleText(root) {
  const messages = sources(root).flatMap(({ source }) => messagesIn(source).messages);
  return `${JSON.stringify(Object.fromEntries(messages.map((message) => [message, message])), null, 2)}\n`;
}

/** @param {string} source */
function withoutComments(source) {
  const pattern = new RegExp(`${LITERAL}|/\\*[\\s\\S]*?\\*/|(?<=^|[\\s;{}(,])//[^\\n]*`, 'g');
  return source.replace(pattern, (part) => (part.startsWith('/') ? '' : part));
}

/** @param {string} literal */
function textOf(literal) {
  const body = literal.slice(1, -1);
  const json = literal.startsWith('"') ? body : body.replace(/\\(['`$])/g, '$1').replace(/"/g, '\\"');
  return /** @type {string} */ (JSON.parse(`"${json.replace(/\n/g, '\\n')}"`));
}
