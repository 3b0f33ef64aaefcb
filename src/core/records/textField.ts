import { describeNode, type JsonNode, member } from '../json/jsonTree';
import { grouped, t } from '../l10n';

/** A node, or why there is none, with the offset to point at. */
export type FieldResult =
  | { readonly found: JsonNode }
  | { readonly found: null; readonly offset: number; readonly message: string };

/**
 * Looks up the value that a field path such as `text`, `data.text` or `messages.0.content` names. Dots separate the steps,
 * numbers count a list's items from 0. A key that itself contains dots is preferred where the object has one.
 */
export function findField(root: JsonNode, path: string): FieldResult {
  const found = descend(root, path.split('.'), 0);
  if (found !== null) {
    return { found };
  }
  if (root.kind !== 'object' && root.kind !== 'array') {
    return {
      found: null,
      offset: root.start,
      message: t('this line is {0}; it must be an object with the text in "{1}"', describeNode(root), path),
    };
  }
  return { found: null, offset: root.start, message: t('there is no field "{0}" here; {1}', path, listKeys(root)) };
}

function descend(node: JsonNode, steps: readonly string[], from: number): JsonNode | null {
  if (from === steps.length) {
    return node;
  }
  if (node.kind === 'array') {
    const step = steps[from] ?? '';
    const item = /^(?:0|[1-9][0-9]*)$/.test(step) ? node.items[Number(step)] : undefined;
    return item === undefined ? null : descend(item, steps, from + 1);
  }
  // The longest literal key first, so that "data.text" finds {"data.text": ...} before {"data": {"text": ...}}.
  for (let to = steps.length; to > from; to--) {
    const value = member(node, steps.slice(from, to).join('.'));
    const found = value === undefined ? null : descend(value, steps, to);
    if (found !== null) {
      return found;
    }
  }
  return null;
}

const MAX_NAMES = 8;
const MAX_NAME_LENGTH = 40;

function listKeys(root: JsonNode & { kind: 'object' | 'array' }): string {
  if (root.kind === 'array') {
    return t('this line is a list of {0}', grouped(root.items.length));
  }
  const keys = [...new Set(root.members.map((each) => each.key))];
  return keys.length === 0 ? t('the object is empty') : t('it has {0}', listNames(keys));
}

/** Names of keys or columns, quoted; no more than people read. */
export function listNames(names: readonly string[]): string {
  const named = names.slice(0, MAX_NAMES).map((name) => JSON.stringify(shorten(name)));
  const others = names.length - named.length;
  return others > 0 ? t('{0} and {1} more', named.join(', '), grouped(others)) : named.join(', ');
}

function shorten(name: string): string {
  return name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name;
}
