/** What comes over a connection during one exchange, below everything that might swallow it. */

import type { Duplex } from 'node:stream';

/** More of a header is refused. Node's default, too; stated because a limit is a promise. */
export const MAX_HEADER_BYTES = 16 * 1024;

/** See {@link createWire}. */
export interface Wire {
  /** Bytes that came so far. */
  readonly bytes: number;
  /** Lines in the first 16 KiB of the header that is under way, however they are cut into pieces; 0 once it is complete. */
  readonly headerLines: number;
  /** The receiver closed its side: it will say nothing more, as it says itself. A reset is not that. */
  readonly isClosed: boolean;
  /** From now on, at this connection, once. */
  watch(socket: Duplex): void;
  /** The header of the final response is complete. */
  headerEnded(): void;
  /** Watches no longer. The connection may be used again. */
  leave(): void;
}

/**
 * Makes what watches one connection. `onBytes` is called after the parser has seen them.
 *
 * Fields rather than getters: a getter of an object literal is an old object from the start, and keeps the exchange.
 */
export function createWire(onBytes: (bytes: number) => void): Wire {
  let headerBytes = 0;
  let lineBytes = 0;
  let stopCountingLines = () => {};
  let leave = () => {};

  const wire = {
    bytes: 0,
    headerLines: 0,
    isClosed: false,
    watch(socket: Duplex) {
      const add = (chunk: Buffer) => {
        wire.bytes += chunk.length;
        onBytes(wire.bytes);
      };
      const countLines = (chunk: Buffer) => {
        for (let at = 0; at < chunk.length && headerBytes < MAX_HEADER_BYTES; at += 1) {
          headerBytes += 1;
          lineBytes += 1;
          if (chunk[at] !== LINE_FEED) continue;
          wire.headerLines += 1;
          if (lineBytes <= EMPTY_LINE_BYTES) wire.headerLines = headerBytes = 0; // of an interim response; another header follows
          lineBytes = 0;
        }
      };
      const close = () => {
        wire.isClosed = true;
      };
      socket.on('data', add);
      // Before the parser, which gives up on a header in the middle of a piece.
      socket.prependListener('data', countLines);
      socket.prependOnceListener('end', close);
      stopCountingLines = () => void socket.off('data', countLines);
      leave = () => void socket.off('data', add).off('data', countLines).off('end', close);
    },
    headerEnded() {
      wire.headerLines = 0;
      stopCountingLines();
    },
    leave: () => leave(),
  };
  return wire;
}

const LINE_FEED = 0x0a;

/** A line feed, and the carriage return before it. */
const EMPTY_LINE_BYTES = 2;
