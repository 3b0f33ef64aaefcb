/** The little of the protobuf wire format that is needed to append to a model and to look into one. */

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder();

/** Writes one message; nested messages are written whole and added as bytes. */
export class MessageWriter {
  readonly #bytes: number[] = [];

  /** Adds an integer field (int32, int64, enum); `value` is a non-negative safe integer or -1. */
  int(field: number, value: number): this {
    this.#varint(BigInt(field << 3));
    this.#varint(BigInt.asUintN(64, BigInt(value)));
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, textEncoder.encode(value));
  }

  message(field: number, value: MessageWriter): this {
    return this.bytes(field, value.finish());
  }

  bytes(field: number, value: Uint8Array): this {
    this.#varint(BigInt((field << 3) | 2));
    this.#varint(BigInt(value.length));
    for (const byte of value) {
      this.#bytes.push(byte);
    }
    return this;
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #varint(value: bigint): void {
    let rest = value;
    while (rest > 127n) {
      this.#bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.#bytes.push(Number(rest));
  }
}

/** One field of a message: its number and either its integer or its bytes (a view, not a copy). */
export interface Field {
  readonly number: number;
  readonly int: number;
  readonly bytes: Uint8Array | null;
}

/** Thrown when bytes are no protobuf message or end too soon. */
export class MalformedMessage extends Error {}

/** Walks the fields of one message without decoding what they hold. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) {
        throw new MalformedMessage('ends inside a number');
      }
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        return Number(BigInt.asIntN(64, value));
      }
    }
    throw new MalformedMessage('holds a number that is too long');
  };
  while (at < message.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const wire = key % 8;
    if (number < 1) {
      throw new MalformedMessage('holds a field without a number');
    }
    if (wire === 0) {
      yield { number, int: varint(), bytes: null };
      continue;
    }
    const length = wire === 2 ? varint() : wire === 1 ? 8 : wire === 5 ? 4 : -1;
    if (length < 0) {
      throw new MalformedMessage(`holds a field of unknown kind ${wire}`);
    }
    if (at + length > message.length) {
      throw new MalformedMessage('ends too soon');
    }
    yield { number, int: 0, bytes: message.subarray(at, at + length) };
    at += length;
  }
}

export function text(bytes: Uint8Array | null): string {
  return bytes === null ? '' : textDecoder.decode(bytes);
}
