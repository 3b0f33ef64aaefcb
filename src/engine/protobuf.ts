import { t } from '../core/l10n';

/** The few bytes of the protobuf wire format that Seep writes and reads: https://protobuf.dev/programming-guides/encoding. */

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** Builds one message, field by field in the order of the calls. */
export class MessageWriter {
  readonly #chunks: Uint8Array[] = [];

  /** A non-negative integer below 2^53. */
  integer(field: number, value: number): this {
    this.#chunks.push(varint(field * 8 + VARINT), varint(value));
    return this;
  }

  /** In single precision. */
  float(field: number, value: number): this {
    const content = Buffer.alloc(4);
    content.writeFloatLE(value);
    this.#chunks.push(varint(field * 8 + FIXED32), content);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#chunks.push(varint(field * 8 + LENGTH_DELIMITED), varint(value.length), value);
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, 'utf8'));
  }

  message(field: number, value: MessageWriter): this {
    return this.bytes(field, value.finish());
  }

  /** Bytes that are whole fields already. */
  raw(fields: Uint8Array): this {
    this.#chunks.push(fields);
    return this;
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** One field of a message. `bytes` and `all` are views, nothing is copied. */
export interface Field {
  readonly number: number;
  /** The value of an integer field, modulo 2^53; 0 otherwise. */
  readonly integer: number;
  /** The content of a length-delimited field; empty otherwise. */
  readonly bytes: Uint8Array;
  /** Tag and content together. */
  readonly all: Uint8Array;
}

/** The bytes are no protobuf message. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

/** The fields of a message in the file's order; contents are skipped, so that gigabytes of weights cost nothing. */
export function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count++) {
      const byte = message[at++];
      if (byte === undefined) {
        throw new ProtobufError(t('the message ends inside a number'));
      }
      if (count < 7) {
        value += (byte & 0x7f) * scale;
        scale *= 0x80;
      }
      if (byte < 0x80) {
        return value;
      }
    }
    throw new ProtobufError(t('a number is too long'));
  };
  while (at < message.length) {
    const start = at;
    const tag = readVarint();
    const number = Math.floor(tag / 8);
    let integer = 0;
    let contentStart = at;
    switch (tag % 8) {
      case VARINT:
        integer = readVarint();
        contentStart = at;
        break;
      case FIXED64:
        at += 8;
        contentStart = at;
        break;
      case FIXED32:
        at += 4;
        contentStart = at;
        break;
      case LENGTH_DELIMITED: {
        const length = readVarint();
        contentStart = at;
        at += length;
        break;
      }
      default:
        throw new ProtobufError(t('unknown wire type {0}', tag % 8));
    }
    if (number === 0 || at > message.length) {
      throw new ProtobufError(t('the message ends inside a field'));
    }
    yield { number, integer, bytes: message.subarray(contentStart, at), all: message.subarray(start, at) };
  }
}

/** The last field of a number counts, as protobuf has it. */
export function find(message: Uint8Array, number: number): Field | undefined {
  return [...fields(message)].findLast((field) => field.number === number);
}

/** The content of a length-delimited field; empty where there is none. */
export function contentOf(message: Uint8Array, number: number): Uint8Array {
  return find(message, number)?.bytes ?? new Uint8Array();
}

export function textOf(message: Uint8Array, number: number): string {
  return utf8(contentOf(message, number));
}

/** All strings of a repeated field. */
export function textsOf(message: Uint8Array, number: number): string[] {
  return [...fields(message)].filter((field) => field.number === number).map(({ bytes }) => utf8(bytes));
}

/** A message with the content of some of its fields changed. */
export function rewrite(
  message: Uint8Array,
  changes: Readonly<Record<number, (content: Uint8Array) => Uint8Array>>,
): Uint8Array {
  const writer = new MessageWriter();
  for (const { number, bytes, all } of fields(message)) {
    const change = changes[number];
    change === undefined ? writer.raw(all) : writer.bytes(number, change(bytes));
  }
  return writer.finish();
}

/**
 * Takes fields out of the message that they lie in without moving a byte: they get a number that the schema has no field for, which
 * readers step over.
 * @returns false where a tag is not written in one byte; nothing was changed then
 */
export function hide(hidden: readonly Field[], unused: number): boolean {
  const tag = (number: number) => number * 8 + LENGTH_DELIMITED;
  if (!hidden.every(({ number, all }) => tag(number) < 0x80 && all[0] === tag(number))) {
    return false;
  }
  for (const { all } of hidden) {
    all[0] = tag(unused);
  }
  return true;
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
