import { describeNode, type JsonNode, member } from '../json/jsonTree';

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
      message: `this line is ${describeNode(root)}; it must be an object with the text in "${path}"`,
    };
  }
  return { found: null, offset: root.start, message: `there is no field "${path}" here; ${listKeys(root)}` };
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

const MAX_KEYS = 8;
const MAX_KEY_LENGTH = 40;

function listKeys(root: JsonNode & { kind: 'object' | 'array' }): string {
  if (root.kind === 'array') {
    return `this line is a list of ${root.items.length}`;
  }
  const keys = [...new Set(root.members.map((each) => each.key))];
  if (keys.length === 0) {
    return 'the object is empty';
  }
  const named = keys.slice(0, MAX_KEYS).map((key) => JSON.stringify(shorten(key)));
  return `it has ${named.join(', ')}${keys.length > MAX_KEYS ? ` and ${keys.length - MAX_KEYS} more` : ''}`;
}

function shorten(key: string): string {
  return key.length > MAX_KEY_LENGTH ? `${key.slice(0, MAX_KEY_LENGTH)}…` : key;
}
