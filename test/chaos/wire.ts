/**
 * As much of PostgreSQL's frontend/backend protocol 3.0 as it takes to see which statement runs, and what it answers.
 *
 * Source: PostgreSQL documentation, "Message Formats".
 */

/** One message, whole. */
export interface Message {
  /** Its first byte; empty for the start-up message, which has none. */
  readonly type: string;
  /** All of it, to pass on. */
  readonly bytes: Buffer;
  /** What follows type and length. */
  readonly body: Buffer;
}

/** Cuts a stream into messages. The first of a client has no type. */
export function createSplitter({ startsUntyped }: { readonly startsUntyped: boolean }): (chunk: Buffer) => Message[] {
  let rest = Buffer.alloc(0);
  let typeLength = startsUntyped ? 0 : 1;
  return (chunk) => {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const messages: Message[] = [];
    while (rest.length >= typeLength + 4) {
      const length = typeLength + rest.readInt32BE(typeLength);
      if (rest.length < length) break;
      const bytes = rest.subarray(0, length);
      messages.push({
        type: bytes.toString('latin1', 0, typeLength),
        bytes,
        body: bytes.subarray(typeLength + 4),
      });
      rest = rest.subarray(length);
      typeLength = 1;
    }
    return messages;
  };
}

/** Parse: a text gets a name. */
export function readParse(body: Buffer): { readonly name: string; readonly text: string } {
  const read = reader(body);
  return { name: read.string(), text: read.string() };
}

/** Bind: a named statement gets its parameters, as text. */
export function readBind(body: Buffer): { readonly name: string; readonly values: readonly (string | null)[] } {
  const read = reader(body);
  read.string(); // the portal
  const name = read.string();
  for (let formats = read.int16(); formats > 0; formats -= 1) read.int16();
  return { name, values: Array.from({ length: read.int16() }, () => read.value()) };
}

/** Query: one or more statements without parameters. */
export function readQuery(body: Buffer): string {
  return reader(body).string();
}

/** RowDescription: the names of the columns. */
export function readColumns(body: Buffer): string[] {
  const read = reader(body);
  return Array.from({ length: read.int16() }, () => {
    const name = read.string();
    read.skip(18); // table, column, type, its length and modifier, format
    return name;
  });
}

/** DataRow: the values, as text. */
export function readRow(body: Buffer): (string | null)[] {
  const read = reader(body);
  return Array.from({ length: read.int16() }, () => read.value());
}

function reader(body: Buffer) {
  let at = 0;
  const read = {
    skip(length: number) {
      at += length;
    },
    int16() {
      at += 2;
      return body.readInt16BE(at - 2);
    },
    string() {
      const start = at;
      at = body.indexOf(0, start) + 1;
      return body.toString('utf8', start, at - 1);
    },
    value() {
      const length = body.readInt32BE(at);
      at += 4 + Math.max(0, length);
      return length < 0 ? null : body.toString('utf8', at - length, at);
    },
  };
  return read;
}
